"""Words that point back: 「刚才那个」, 「那我妈呢」, 「不是这个，是另一个」, 「你答的不是我问的」."""

import re

from bot.actions import reply
from bot.actions.context import WHICH, Turn
from bot.actions.dispatch import act_on
from bot.actions.form import back_to_form
from bot.actions.naming import ask_which, name_of, say_lost
from bot.actions.relations import Relation, applies, relation_asked_about
from bot.actions.second import asks_for_second, take_second

_TRIM = re.compile(r"^[\s，,]+|[\s，,。.！!？?~…]+$")
_PREVIOUS = re.compile(
    r"(?:那|还是|再|先|我们|咱们?)?(?:回到?|说回|接着|继续|看看?|说说?|讲讲?|聊聊?|办|要|问)?(?:刚才|刚刚|之前|前面|上面|上一?|前一)"
    r"(?:的|说的|问的|讲的|办的)?(?:那|一)?(?:个|件|样)?(?:事儿?|事情|问题|话题)?(?:上(?:来|去)?|来|去)?(?:吧|呢|啊|呀)?"
    r"|(?:go )?back to (?:the )?(?:previous|last|earlier|first)(?: one)?|the (?:previous|earlier) one"
)
# A pointer alone names no matter; these also ask for another than was answered.
_ANOTHER = re.compile(
    r"(?:不是|不要|不对)(?:的|这个|这件|这一个|它)?[，,\s]*(?:我?(?:说|问|要)?的?)?(?:是|要|换)?(?:另外?那?一?|别的?那?|换一?)(?:个|件|的)?"
    r"|换一个|(?:no,? )?(?:not this(?: one)?,? )?(?:i mean(?:t)? )?the other(?: one)?"
)
# That the answer missed, said in so many words.
_NOT_MEANT = re.compile(
    r".{0,6}(?:答的?不是我(?:想|要)?问的|答非所问|文不对题|牛头不对马嘴|我(?:想|要)?问的不是(?:这|那)个|不是我(?:想|要)?(?:问|说)的"
    r"|不是(?:这|那)个意思|(?:你|您)?(?:理解|听)错(?:了|意思)?|(?:你|您)(?:搞|弄)错了"
    r"|(?:你|您)(?:还是|根本|又|都)?没(?:有)?(?:听懂|明白|理解|看懂|回答)|没(?:有)?(?:听懂|明白|理解|回答)我).{0,8}"
    r"|(?:你|您)(?:是不是)?听不懂(?:人话)?(?:吗|啊|呀)?|(?:你|您)?说的什么(?:呀|啊)"
    r"|(?:that'?s|this is|it'?s) not what i (?:asked|meant|want(?:ed)?).*|you (?:don'?t|didn'?t) understand.*"
)
# Where a form asks something, these may be the answer.
_NOT_THESE = re.compile(
    r"(?:我要的|要的|说的)?(?:都|全|也)?不(?:是|对)(?:(?:这|那)(?:个|些|件)(?:问题|事情?|事儿)?)?"
    r"|none of (?:these|them|those)"
)


async def take_pointing(turn: Turn) -> bool:
    """Answer words that only point; False when these do not."""
    if not turn.text or turn.act in ("emergency", "ask_person"):
        return False
    said = _TRIM.sub("", turn.text.lower())
    if asks_for_second(turn):
        return await take_second(turn)
    if _PREVIOUS.fullmatch(said):
        return await _go_back(turn)
    if _ANOTHER.fullmatch(said) and (turn.memory.others or turn.memory.second):
        return await take_second(turn) or await _apologise(turn)
    if _NOT_MEANT.fullmatch(said) or (_NOT_THESE.fullmatch(said) and _nothing_is_asked(turn)):
        return await _apologise(turn)
    relation = relation_asked_about(said)
    return relation is not None and await _for_another(turn, relation)


def _nothing_is_asked(turn: Turn) -> bool:
    """Whether 「不是」 can only be about what we said: no question of a form, no prompt, no yes or no."""
    return turn.memory.asked in (None, WHICH) and turn.fresh_prompt is None and bool(turn.memory.topic)


async def _go_back(turn: Turn) -> bool:
    """What was left: the form set aside, else the matter spoken of before this one."""
    memory = turn.memory
    if memory.paused:
        await act_on(turn, reply.payload("resume", application=memory.paused))
    elif memory.draft or not (memory.before or memory.topic):
        return False
    else:
        await act_on(turn, reply.payload("ask_matter", matter=str(memory.before or memory.topic)))
    return True


async def _apologise(turn: Turn) -> bool:
    """Never the same answer twice: what else may have been meant, and after that a person."""
    memory = turn.memory
    left = [matter for matter in (memory.others or "").split(",") if matter and matter != memory.topic]
    shown = memory.asked == WHICH
    memory.others = None
    turn.miss()
    if shown or not left:
        turn.say("talk.not_meant")
        if turn.words("talk.lost") in [said.get("text") for said in turn.earlier]:
            memory.asked = None  # a person instead of the ways out, not beside them
            await act_on(turn, reply.payload("ask_person"))
            return True
        say_lost(turn)
        await back_to_form(turn)
        return True
    if not await ask_which(turn, tuple(left), act="ask_matter", sentence="talk.not_meant_which"):
        say_lost(turn)
    memory.asked = WHICH
    return True


async def _for_another(turn: Turn, relation: Relation) -> bool:
    """「那我妈呢」: the matter we are talking of, for somebody else."""
    matter = turn.memory.topic
    if matter is None:
        return False
    guide = await turn.api.matter(matter)
    if not applies(relation, guide):
        return False
    whom = turn.words("whom.somebody") if turn.words.lang == "en" else relation.name
    turn.offer(
        turn.words("whom.as_well", relation=whom, matter=name_of(turn, guide)),
        [
            reply.choice(
                turn.words("button.for_relation", relation=whom),
                "do_matter", matter=matter, relation=relation.name,
            ),
            turn.button("see_guide", "ask_matter", matter=matter),
        ],
    )  # fmt: skip
    await back_to_form(turn)
    return True
