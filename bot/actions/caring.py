"""What people bear when they come to us: a kind word first, then what such a day brings."""

import re

from bot.actions import reply
from bot.actions.api import Document
from bot.actions.context import Turn
from bot.actions.naming import name_of

LOSS = "loss"
# 「走了」 is gone for ever, unless it is a way or a procedure that was walked.
_NOT_A_WAY = r"(?<!走了)|(?<=走了)(?!流程|程序|路|远|[一两几三]趟|后门|半天)"
MOST_OFFERED = 6


def care_in(turn: Turn) -> tuple[str, Document] | None:
    """What was told: a death, a lost job, unpaid wages; None when it is business as usual."""
    for name, care in turn.words.table("care").items():
        if any(re.search(f"(?:{word})(?:{_NOT_A_WAY})", turn.text.lower()) for word in care["words"]):
            return name, care
    return None


def tells_of_death(turn: Turn) -> bool:
    """Whether somebody has died: nobody can ask them for their consent."""
    told = care_in(turn)
    return told is not None and told[0] == LOSS


def wants_an_answer_first(turn: Turn) -> bool:
    """「钱停了怎么办」: what happened wants to be explained before any form is begun."""
    told = care_in(turn)
    return told is not None and bool(told[1].get("answer_first"))


def say_sympathy(turn: Turn) -> str | None:
    """A kind word before anything is asked, once; what was told."""
    told = care_in(turn)
    if told is None:
        return None
    said = reply.text(told[1]["text"]) | {"tone": "care"}
    if said not in turn.replies:
        turn.replies.append(said)
    return told[0]


async def offer_care(turn: Turn) -> bool:
    """「我爸上个星期走了」: no matter was named, but what such a day brings is known; False otherwise."""
    if care_in(turn) is None:
        return False
    say_sympathy(turn)
    await offer_what_follows(turn)
    return True


async def offer_what_follows(turn: Turn) -> None:
    """The matters of what was told, one to begin with."""
    told = care_in(turn)
    event = told[1].get("event") if told else None
    matters = await turn.api.matters(limit=MOST_OFFERED, event=event) if event else []
    options = [reply.choice(name_of(turn, one), "ask_matter", matter=str(one["id"])) for one in matters]
    ways = [turn.button("person", "ask_person")]
    turn.offer(turn.words("guide.one_at_a_time"), [*options, *(ways if options else _ways(turn))])


def _ways(turn: Turn) -> list[reply.Choice]:
    return [turn.button("capability", "ask_capability"), turn.button("person", "ask_person")]
