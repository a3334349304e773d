"""会签: another department's opinion on a case, asked with a deadline; the decision waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.applications.moving import due_within
from backend.applications.states import State
from backend.applications.store import change
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.workbench import case_store
from backend.workbench.actions import STAGES
from backend.workbench.officer import Officer, find_case, must_hold

MOST_OPEN = 10
JOINT_DAYS = 3
JOINT_QUESTION = "本事项由贵部门联办，请就申请是否符合条件出具意见。"


def ask_opinion(
    house: House, officer: Officer, case_id: str, *, department: str, question: str, days: int
) -> Document:
    """Ask another department. Raises ``not-in-hand``, ``invalid-request``, ``move-not-allowed``."""
    case = find_case(house, officer, case_id)
    must_hold(officer, case)
    _may_ask(officer, case, department)
    due = due_within(house.clock.now(), days)

    def record(unit: Unit) -> Document:
        _count(house, unit, case, 1)
        return _open(house, unit, officer, case, department=department, question=question, due=due)

    opinion = commit(house, record)
    logger().info("opinion.asked", opinion=opinion["_id"], department=department)
    return opinion


def joint_to_ask(case: Document, matter: Matter) -> list[str]:
    """The joint departments (联办) of a matter that were not asked yet; never the one that has the case.

    >>> joint_to_ask({"department": "a", "handling": {}}, Matter.model_construct(joint=["a", "b"]))
    ['b']
    """
    if (case.get("handling") or {}).get("joint_asked"):
        return []
    return sorted(set(matter.joint) - {case["department"]})


def joint_counted(case: Document, departments: Sequence[str]) -> Document:
    """What the case notes of the joint departments that ``ask_joint`` asks, for the same move."""
    if not departments:
        return {}
    already = int((case.get("handling") or {}).get("opinions_open") or 0)
    return {"handling.joint_asked": True, "handling.opinions_open": already + len(departments)}


def ask_joint(house: House, unit: Unit, officer: Officer, case: Document, departments: Sequence[str]) -> None:
    """Ask the joint departments, in the transaction of the move that counted them."""
    due = due_within(house.clock.now(), JOINT_DAYS) if departments else unit.now
    for department in departments:
        _open(house, unit, officer, case, department=department, question=JOINT_QUESTION, due=due)


def all_overdue(house: House, case: str) -> bool:
    """Whether every opinion that is still open should have been given by now."""
    now = house.clock.now()
    return all(one["due"] < now for one in case_store.opinions_of(house, case) if one["state"] == "open")


def pass_over(house: House, unit: Unit, officer: Officer, case: str, *, reason: str) -> None:
    """Decide without what was not answered in time; the reason stands with each opinion's line."""
    for one in case_store.opinions_of(house, case):
        if one["state"] != "open":
            continue
        case_store.close_opinion(house, unit, one["_id"], {"state": "passed-over"})
        about = {"by": officer.mark, "what": "pass-over-opinion", "department": one["department"]}
        case_store.add_trail(house, unit, case, text=reason, **about)
        unit.emit("opinion.closed", opinion=one["_id"], case=case)


def _open(
    house: House,
    unit: Unit,
    officer: Officer,
    case: Document,
    *,
    department: str,
    question: str,
    due: datetime,
) -> Document:
    opinion: Document = {
        "_id": house.new_id(),
        "case": case["_id"],
        "number": case["number"],
        "matter": case["matter"],
        "asked_by": officer.department,
        "department": department,
        "question": house.cipher.encrypt(question),
        "due": due,
        "state": "open",
        "created_at": unit.now,
        **dict.fromkeys(("opinion", "text", "answered_by", "answered_at")),
    }
    case_store.insert(house, case_store.OPINIONS, dict(opinion), unit)
    about = {"by": officer.mark, "what": "ask-opinion", "department": department}
    case_store.add_trail(house, unit, case["_id"], text=question, **about)
    unit.emit("opinion.asked", opinion=opinion["_id"], case=case["_id"], department=department)
    return opinion


def _may_ask(officer: Officer, case: Document, department: str) -> None:
    if department not in catalogue().departments or department == officer.department:
        raise Problem("invalid-request", "请写明向哪个部门（不是本部门）征求意见。")
    if State(case["state"]) not in STAGES:
        raise Problem("move-not-allowed", "办件已经有了结果，不用再征求意见。", state=case["state"])
    if (case["handling"].get("opinions_open") or 0) >= MOST_OPEN:
        raise Problem("move-not-allowed", f"没有答复的会签最多 {MOST_OPEN} 条。")


def answer_opinion(house: House, officer: Officer, opinion_id: str, *, opinion: str, text: str) -> Document:
    """The asked department's answer. Raises ``not-found``, ``conflict``."""
    found = case_store.find_opinion(house, opinion_id)
    if found["department"] != officer.department:
        raise not_found("会签")
    answer = {
        "state": "answered",
        "opinion": opinion,
        "text": house.cipher.encrypt(text),
        "answered_by": officer.mark,
        "answered_at": house.clock.now(),
    }
    return _close(house, officer, found, answer, what="answer-opinion", text=text)


def take_back(house: House, officer: Officer, opinion_id: str, *, reason: str) -> Document:
    """Who asked does not need it any more. Raises ``not-found``, ``not-in-hand``, ``conflict``."""
    found = case_store.find_opinion(house, opinion_id)
    case = find_case(house, officer, found["case"])
    if not officer.supervises:
        must_hold(officer, case)
    return _close(house, officer, found, {"state": "withdrawn"}, what="withdraw-opinion", text=reason)


def _close(
    house: House, officer: Officer, opinion: Document, changes: Document, *, what: str, text: str
) -> Document:
    def record(unit: Unit) -> Document:
        closed = case_store.close_opinion(house, unit, opinion["_id"], changes)
        case = case_store.find_case(house, opinion["case"], unit.session)
        if case is not None:
            _count(house, unit, case, -1)
        details: dict[str, Any] = {"department": opinion["department"], "opinion": changes.get("opinion")}
        case_store.add_trail(house, unit, opinion["case"], by=officer.mark, what=what, text=text, **details)
        unit.emit("opinion.closed", opinion=opinion["_id"], case=opinion["case"])
        return closed

    return commit(house, record)


def _count(house: House, unit: Unit, case: Document, by: int) -> None:
    """The case itself counts what is open, so that a decision made meanwhile meets a conflict."""
    update = {"$inc": {"handling.opinions_open": by}}
    if change(house, case, update, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
