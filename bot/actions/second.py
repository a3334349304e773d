"""Two wishes in one sentence: the first is met, the second waits until it is taken up or declined."""

import re
from dataclasses import dataclass

from bot.actions import reply
from bot.actions.api import Document
from bot.actions.context import SECOND, WHICH, Turn
from bot.actions.dispatch import act_on
from bot.actions.naming import matter_or_none, name_of
from bot.actions.relations import relation_in
from bot.components.splitting import split

ASKED_FOR = re.compile(
    r"(?:那|好的?|嗯|对了)?[，,\s]*(?:我?(?:刚才|刚刚|前面)?(?:说|问|提)的?)?(?:还有)?"
    r"(?:那|另外?那?|第二|第2|后面?那?|还有一?|另)一?(?:个|件|样)"
    r"(?:事儿?|问题|怎么办|怎么弄|办吧)?(?:呢|吧|啊|呀)?"
    r"|(?:and |what about )?(?:the )?(?:other|second)(?: one)?"
)
_TRIM = re.compile(r"^[\s，,]+|[\s，,。.！!？?~…]+$")
DOING = "do_matter"


@dataclass(frozen=True)
class Wish:
    """What was wished for besides: the act, the matters it may be about, for whom."""

    act: str
    matters: tuple[str, ...]
    relation: str = ""

    @classmethod
    def read(cls, kept: str) -> "Wish":
        """From the slot.

        >>> Wish.read("do_matter|passport|").matters
        ('passport',)
        """
        act, matters, relation = kept.split("|")
        return cls(act, tuple(matters.split(",")), relation)

    def kept(self) -> str:
        """For the slot: references alone, never what was said."""
        return "|".join((self.act, ",".join(self.matters), self.relation))

    def payload(self) -> str:
        """What its button sends."""
        whom = {"relation": self.relation} if self.relation and self.act == DOING else {}
        return reply.payload(self.act, matter=self.matters[0], **whom)


async def hear_second(turn: Turn) -> bool:
    """Keep a second wish and go on with the first; True when one 一件事 does both and was offered."""
    matters = tuple(turn.entity_values("second_matter"))
    parts = split(turn.text) if matters else None
    if parts is None:
        return False
    first, second = parts
    meant = relation_in(second, (first,))
    wish = Wish(turn.entity("second_act") or DOING, matters, meant.name if meant else "")
    turn.text = first
    turn.memory.second = wish.kept()
    return turn.act == wish.act == DOING and not wish.relation and await _offer_both(turn, wish)


async def offer_second(turn: Turn, *, heard_now: bool, form_ended: bool) -> None:
    """Say that it is not forgotten, or offer it, when the first is out of the way."""
    memory = turn.memory
    if memory.second is None or turn.act == "emergency" or await _is_in_bundle(turn):
        return
    if memory.draft is None and memory.asked is None and (heard_now or form_ended):
        await _offer(turn, Wish.read(memory.second))
    elif heard_now:
        name = await _name(turn, Wish.read(memory.second))
        _say_before_the_question(turn, turn.words("second.kept", matter=name))


async def take_second(turn: Turn) -> bool:
    """「另一个呢」: take up what waits; False when nothing does."""
    if turn.memory.second is None:
        return False
    wish = Wish.read(turn.memory.second)
    turn.memory.second = turn.memory.asked = None
    if len(wish.matters) == 1:
        await act_on(turn, wish.payload())
        return True
    found = [await matter_or_none(turn, matter) for matter in wish.matters]
    turn.memory.asked = WHICH
    turn.offer(turn.words("guide.which"), [_button(turn, matter, wish.act) for matter in found if matter])
    return True


def asks_for_second(turn: Turn) -> bool:
    """「另一个」, 「第二个呢」, while something waits and nothing else is offered to choose from."""
    if turn.memory.second is None or turn.expecting.get("choices"):
        return False
    return ASKED_FOR.fullmatch(_TRIM.sub("", turn.text.lower())) is not None


async def _is_in_bundle(turn: Turn) -> bool:
    """Whether the 一件事 that was begun does the second, too; then it waits no longer."""
    memory = turn.memory
    if memory.bundle is None or memory.topic != memory.bundle:
        return False
    guide = await matter_or_none(turn, Wish.read(str(memory.second)).matters[0]) or {}
    if memory.bundle not in [str(whole["id"]) for whole in guide.get("bundles") or []]:
        return False
    memory.second = None
    return True


async def _offer_both(turn: Turn, wish: Wish) -> bool:
    first = turn.entity("matter")
    if first is None or turn.entity("matter_decision") == "ask" or len(wish.matters) > 1:
        return False
    guides = [await matter_or_none(turn, matter) for matter in (first, wish.matters[0])]
    whole = _shared(guides)
    if whole is None or not await turn.api.is_eligible(str(whole["id"])):
        return False
    memory = turn.memory
    memory.bundle = str(whole["id"])
    names = [name_of(turn, guide) for guide in guides if guide]
    turn.offer(
        turn.words("second.both", matters=turn.words.join(names), bundle=name_of(turn, whole)),
        [
            turn.button("together", DOING, matter=memory.bundle),
            reply.choice(turn.words("second.only_first", matter=names[0]), DOING, matter=first),
        ],
    )
    memory.asked = WHICH
    return True


def _shared(guides: list[Document | None]) -> Document | None:
    """A 一件事 that has both for its parts."""
    if not all(guides):
        return None
    one, other = (
        {str(whole["id"]): whole for whole in (guide or {}).get("bundles") or []} for guide in guides
    )
    return next((whole for name, whole in one.items() if name in other), None)


async def _offer(turn: Turn, wish: Wish) -> None:
    name = await _name(turn, wish)
    turn.memory.asked = SECOND
    turn.offer(
        turn.words("second.offer", matter=name),
        [turn.button("second", "confirm"), turn.button("prompt_decline", "deny")],
    )


async def _name(turn: Turn, wish: Wish) -> str:
    matter = await matter_or_none(turn, wish.matters[0])
    return name_of(turn, matter) if matter and len(wish.matters) == 1 else turn.words("second.unnamed")


def _say_before_the_question(turn: Turn, sentence: str) -> None:
    """A form's question stays the last thing said."""
    place = next(
        (at for at, said in enumerate(turn.replies) if said["type"] in ("form-field", "choices")),
        len(turn.replies),
    )
    turn.replies.insert(place, reply.text(sentence))


def _button(turn: Turn, matter: Document, act: str) -> reply.Choice:
    return reply.choice(name_of(turn, matter), act, matter=str(matter["id"]))
