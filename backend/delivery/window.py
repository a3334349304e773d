"""What lies at the service window: its collection code, who may see it, and how it is handed over.

The code is kept encrypted: its owner has to read it again, and nobody else ever does. Nothing here
ends a case but the hand-over.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from backend.applications import store as applications
from backend.applications.applicant import find_own
from backend.applications.clocks import Standing, ready_to_collect
from backend.applications.moving import add_note, make_moves, notice
from backend.applications.states import Move, State, lies_since
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.limits import Limit, spend
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.schema import Matter

MOST_TRIES = 5
DIGITS = 6
NEW_CODES = Limit("collection-code", count=5, seconds=int(timedelta(hours=1).total_seconds()))
# Where no form says which counter.
AT_THE_COUNTER = ("窗口领取", "at the counter")


def laid_ready(house: House, matter: Matter, values: dict[str, Any], now: datetime) -> Document:
    """The record of a result that lies at the window from now on, with its first code."""
    place, place_en = _place(matter, values.get("delivery"))
    return {
        "way": "window",
        "place": place,
        "place_en": place_en,
        "lies_since": now,
        "ready_at": now,
        "collected_at": None,
        **_fresh_code(house, number=1),
    }


def stopped_clocks(document: Document) -> Document:
    """The clocks of an application whose result lies ready."""
    return ready_to_collect(Standing.of(document)).clocks


def code_for(house: House, document: Document) -> str | None:
    """The code as its owner reads it while something lies there; never for anybody else."""
    if not lies_since(document) or is_stopped(document):
        return None
    return str(house.cipher.open(document["delivery"]["code"]))


def is_stopped(document: Document) -> bool:
    """Whether too many wrong codes were tried for the one in force."""
    return bool((document.get("delivery") or {}).get("wrong", 0) >= MOST_TRIES)


def hand_over(house: House, unit: Unit, document: Document, code: str, *, by: str) -> tuple[Document, bool]:
    """Give out the result for its code: the application afterwards, and whether the code was right.

    A right code ends the case; the same one again changes nothing. A wrong one is counted, which has to be
    committed too. Raises ``move-not-allowed`` where nothing lies, or too many were wrong.
    """
    delivery = document.get("delivery") or {}
    if delivery.get("collected_by") == by and _is_right(house, delivery, code):
        return document, True
    if not lies_since(document):
        raise nothing_lies(document)
    if is_stopped(document):
        raise Problem("move-not-allowed", "取件码已停用，请督办人员换发，或请申请人在手机上换一个。")
    if not _is_right(house, delivery, code):
        return _count_wrong(house, unit, document), False
    given = {"lies_since": None, "collected_at": unit.now, "collected_by": by}
    steps = [(Move.DELIVER, "证件已在窗口领取"), (Move.FINISH, "证件已领取，办结")]
    if document["state"] == State.APPROVED.value:
        steps.insert(0, (Move.MAKE_LICENCE, "证件已制成"))
    also = {"$set": {"delivery": delivery | given}}
    return make_moves(house, unit, document, steps, by=by, also=also), True


def renew_code(house: House, unit: Unit, document: Document, *, by: str) -> Document:
    """Put a new code in the old one's place and tell the applicant. Raises ``move-not-allowed``."""
    if not lies_since(document):
        raise nothing_lies(document)
    delivery = document["delivery"]
    fresh = delivery | _fresh_code(house, number=delivery["number_of_code"] + 1)
    changed = add_note(house, unit, document, "取件码已更换", by=by, also={"$set": {"delivery": fresh}})
    notice(unit, changed, "new-code", name=f"new-code:{fresh['number_of_code']}")
    return changed


def ask_for_code(house: House, citizen: str, application: str) -> Document:
    """A new code for a citizen's own application, or one they act in.

    Raises ``not-found``, ``move-not-allowed``, ``too-many-requests``.
    """
    found = find_own(house, citizen, application)
    if not lies_since(found):
        raise nothing_lies(found)
    spend(house, NEW_CODES, application)
    by = "citizen" if found["citizen"] == citizen else "agent"
    changed = commit(
        house,
        lambda unit: renew_code(house, unit, find_own(house, citizen, application, unit.session), by=by),
    )
    logger().info("code.renewed", application=application, by=by)
    return changed


def tries_left(document: Document) -> int:
    """How many wrong codes may still be tried."""
    return max(0, MOST_TRIES - int((document.get("delivery") or {}).get("wrong", 0)))


def nothing_lies(document: Document) -> Problem:
    """The problem that says why there is nothing to hand over."""
    if (document.get("delivery") or {}).get("collected_at"):
        text = "这个办件的证件已经领走了。"
    else:
        text = "这个办件没有等着在窗口领取的证件。"
    return Problem("move-not-allowed", text, state=document["state"])


def _fresh_code(house: House, *, number: int) -> Document:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return {"code": house.cipher.encrypt(code), "number_of_code": number, "wrong": 0}


def _is_right(house: House, delivery: Document, code: str) -> bool:
    kept = house.cipher.open(delivery.get("code"))
    return kept is not None and hmac.compare_digest(str(kept).encode(), code.encode())


def _count_wrong(house: House, unit: Unit, document: Document) -> Document:
    delivery = document["delivery"]
    wrong = delivery["wrong"] + 1
    changed = applications.change(
        house, document, {"$set": {"delivery.wrong": wrong}}, now=unit.now, session=unit.session
    )
    if changed is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
    if wrong >= MOST_TRIES:
        notice(unit, changed, "code-stopped", name=f"code-stopped:{delivery['number_of_code']}")
    return changed


def _place(matter: Matter, chosen: Any) -> tuple[str, str]:
    """Where it lies, in the words that the applicant chose by; else simply at the counter."""
    field = matter.field("delivery")
    for choice in field.choices if field else ():
        if choice.value == chosen == "window":
            return choice.label, choice.label_en or AT_THE_COUNTER[1]
    return AT_THE_COUNTER
