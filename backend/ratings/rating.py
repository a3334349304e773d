"""Rating a handling, and following a bad rating up: called back, mended or explained, appealed, published."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.applications.applicant import find_own
from backend.applications.moving import due_within
from backend.applications.states import CLOSED, State
from backend.assistant.scrub import scrub
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.ratings import store
from backend.ratings.rules import the_rules
from backend.workbench.roles import DATA_OFFICE
from backend.workbench.store import get_staff

# What was never handled cannot be rated.
NOT_HANDLED = (State.WITHDRAWN, State.VOIDED)
OPEN = ("open", "contacted")
STAFF = "staff:"


def rate(
    house: House,
    citizen: str,
    application: str,
    *,
    level: int,
    indicators: Mapping[str, int],
    comment: str,
    channel: str,
) -> Document:
    """Rate one handling, once.

    Raises ``not-found``, ``move-not-allowed``, ``conflict``, ``invalid-request``.
    """
    document = find_own(house, citizen, application)
    _may_be_rated(house, document)
    rules = the_rules()
    unknown = [name for name in indicators if name not in rules.indicators_for(document["channel"])]
    if unknown:
        raise Problem("invalid-request", f"没有这项指标：{'、'.join(unknown)}。")

    def record(unit: Unit) -> Document:
        # Its own id: whoever sees a rating cannot tell from it whose application it was.
        rating: Document = {
            "_id": house.new_id(),
            "application": application,
            "citizen": citizen,
            "matter": document["matter"],
            "department": document["department"],
            "handlers": handlers_of(document, store.who_had(house, application)),
            "applied_by": document["channel"],
            "channel": channel,
            "level": level,
            "indicators": dict(indicators),
            "comment": scrub(comment),
            "excluded": False,
            "follow_up": None,
            "version": 1,
            "created_at": unit.now,
            "updated_at": unit.now,
        }
        if level <= rules.bad_from:
            rating["follow_up"] = _follow_up(unit.now)
        store.insert(house, unit, rating)
        unit.emit(
            "rating.given", rating=rating["_id"], department=rating["department"], bad=level <= rules.bad_from
        )
        return rating

    try:
        rating = commit(house, record)
    except DuplicateKeyError as error:
        raise Problem("conflict", "这次办理您已经评价过了，谢谢。") from error
    logger().info("rating.given", rating=rating["_id"], level=level)
    return rating


def rating_of(house: House, citizen: str, application: str) -> dict[str, Any]:
    """A citizen's own rating, or what may be rated. Raises ``not-found``."""
    document = find_own(house, citizen, application)
    found = store.find_of(house, application)
    rules = the_rules()
    follow_up = (found or {}).get("follow_up")
    return {
        "application": application,
        "rated": found is not None,
        "level": found["level"] if found else None,
        "comment": found["comment"] if found else None,
        "levels": [{"level": level, **names} for level, names in rules.levels.items()],
        "indicators": rules.indicators_for(document["channel"]),
        "follow_up": _shown_to_citizen(follow_up) if follow_up else None,
    }


def handlers_of(document: Mapping[str, Any], trail: Iterable[str] = ()) -> list[str]:
    """Everybody on the staff who had a case in hand; a case is in nobody's once it is decided.

    >>> handlers_of({"handling": {"receiver": "a", "decided_by": "staff:b"}, "timeline": [{"by": "clock"}]})
    ['a', 'b']
    """
    handling = document.get("handling") or {}
    marks = [f"staff:{handling[key]}" for key in ("receiver", "handler") if handling.get(key)]
    marks += [str(handling.get("decided_by")), *trail]
    marks += [str(line.get("by")) for line in document.get("timeline", ())]
    return sorted({mark.removeprefix(STAFF) for mark in marks if mark.startswith(STAFF)})


def contact(house: House, staff: str, department: str, rating: str, text: str) -> Document:
    """Note a call-back. Raises ``not-found``, ``same-person``, ``move-not-allowed``."""
    found = to_follow_up(house, staff, department, rating)
    note = {"at": house.clock.now(), "by": staff, "text": text}
    contacts = [*found["follow_up"]["contacts"], note]
    return _change(house, found, {"state": "contacted", "contacts": contacts})


def settle(house: House, staff: str, department: str, rating: str, *, outcome: str, text: str) -> Document:
    """Close a follow-up with its outcome, after somebody was called. Raises as ``contact``."""
    found = to_follow_up(house, staff, department, rating)
    if not found["follow_up"]["contacts"]:
        raise Problem("move-not-allowed", "请先回访，再填写整改结果。")
    now = house.clock.now()
    kept = {"kind": outcome, "text": text, "by": staff, "at": now, "late": now > found["follow_up"]["due"]}
    return _change(house, found, {"state": "closed", "outcome": kept}, tells="rating.closed")


def appeal(house: House, staff: str, department: str, rating: str, reason: str) -> Document:
    """Ask for a rating to be left out: given by mistake or in malice. Raises as ``contact``."""
    found = store.find(house, rating, department=department)
    if not found["follow_up"] or found["follow_up"].get("appeal"):
        raise Problem("move-not-allowed", "这条评价不能申诉，或者已经申诉过。")
    asked = {"by": staff, "reason": reason, "at": house.clock.now(), "granted": None}
    return _change(house, found, {"appeal": asked})


def judge_appeal(house: House, staff: str, rating: str, *, granted: bool, reason: str) -> Document:
    """Somebody else, elsewhere, decides the appeal; a granted one is left out of every figure.

    The data office reviews everybody's. Raises as ``contact``, ``not-allowed`` for one's own department's.
    """
    found = store.find(house, rating)
    asked = (found["follow_up"] or {}).get("appeal")
    if not asked or asked["granted"] is not None:
        raise Problem("move-not-allowed", "这条评价没有待复核的申诉。")
    if asked["by"] == staff:
        raise Problem("same-person", "申诉人不能复核自己的申诉。")
    if staff in found["handlers"]:
        raise Problem("same-person", "经办人不能复核对自己的评价。")
    judge = (get_staff(house, staff) or {}).get("department")
    if judge is None or (judge == found["department"] and judge != DATA_OFFICE):
        raise Problem("not-allowed", "本部门的评价申诉由别的部门或数据主管部门复核。")
    verdict = {"granted": granted, "judged_by": staff, "judgement": reason, "judged_at": house.clock.now()}
    changes: Document = {"appeal": asked | verdict}
    if granted:
        changes["state"] = "excluded"
    return _change(house, found, changes, excluded=granted)


def shown_appeal(rating: Document, now: datetime) -> dict[str, Any]:
    """A rating under appeal, for whoever reviews it: what was rated and why it should not count."""
    asked = rating["follow_up"]["appeal"]
    about = {"department": rating["department"], "appeal_reason": asked["reason"]}
    return shown_to_staff(rating, now) | about | {"appealed_at": asked["at"].isoformat()}


def publish(house: House, *, smallest: int) -> list[dict[str, Any]]:
    """Figures by department for everybody; those under ``smallest`` ratings are left out."""
    departments = catalogue().departments
    rows = []
    for row in store.count_by_department(house, the_rules().bad_from):
        if row["ratings"] < smallest:
            continue
        known = departments.get(row["_id"])
        rows.append(
            {
                "department": known.name if known else row["_id"],
                "ratings": row["ratings"],
                "satisfied_share": round(1 - row["bad"] / row["ratings"], 4),
                "followed_up_share": round(row["closed"] / row["bad"], 4) if row["bad"] else None,
            }
        )
    return rows


def shown_to_staff(rating: Document, now: datetime) -> dict[str, Any]:
    """A rating as staff see it: nothing by which the applicant could be told."""
    follow_up = rating["follow_up"]
    matter = catalogue().matters.get(rating["matter"])
    seen = {
        "id": rating["_id"],
        "matter": {"id": rating["matter"], "name": matter.name if matter else rating["matter"]},
        "level": rating["level"],
        "indicators": rating["indicators"],
        "comment": rating["comment"],
        "channel": rating["channel"],
        "excluded": rating["excluded"],
        # The week is enough; the minute would name the case.
        "week": f"{rating['created_at']:%G-W%V}",
        "follow_up": None,
    }
    if follow_up:
        late = follow_up["state"] in OPEN and now > follow_up["due"]
        seen["follow_up"] = _shown_to_citizen(follow_up) | {
            "contact_due": follow_up["contact_due"].isoformat(),
            "late": late,
            "contacts": [{"at": one["at"].isoformat(), "text": one["text"]} for one in follow_up["contacts"]],
            "appeal": bool(follow_up.get("appeal")),
        }
    return seen


def _follow_up(now: datetime) -> Document:
    rules = the_rules()
    return {
        "state": "open",
        "contact_due": due_within(now, rules.contact_within),
        "due": due_within(now, rules.mend_within),
        "contacts": [],
        "outcome": None,
        "appeal": None,
    }


def _shown_to_citizen(follow_up: Document) -> dict[str, Any]:
    outcome = follow_up["outcome"]
    return {
        "state": follow_up["state"],
        "due": follow_up["due"].isoformat(),
        "outcome": {"kind": the_rules().outcomes[outcome["kind"]], "text": outcome["text"]}
        if outcome
        else None,
    }


def was_handled(document: Document) -> bool:
    """Whether an application came to an end that somebody worked for."""
    state = State(document["state"])
    return state in CLOSED and state not in NOT_HANDLED


def _may_be_rated(house: House, document: Document) -> None:
    state = State(document["state"])
    if not was_handled(document):
        raise Problem("move-not-allowed", "办完以后就可以评价了。", state=state.value)
    age = house.clock.now() - document["updated_at"]
    if age > timedelta(days=the_rules().rate_within_days):
        raise Problem("move-not-allowed", f"办结超过 {the_rules().rate_within_days} 天，不能再评价了。")


def to_follow_up(house: House, staff: str, department: str, rating: str) -> Document:
    """A bad rating that this supervisor may follow up. Raises as ``contact``."""
    found = store.find(house, rating, department=department)
    if not found["follow_up"]:
        raise not_found("差评")
    if found["follow_up"]["state"] not in OPEN:
        raise Problem("move-not-allowed", "这条差评已经处理完了。")
    if staff in found["handlers"]:
        # Who handled it does not see who rated it, so somebody else calls back.
        raise Problem("same-person", "经办人不能回访自己的差评，请交给别的同事。")
    return found


def _change(
    house: House, found: Document, changes: Document, *, excluded: bool | None = None, tells: str = ""
) -> Document:
    sets: Document = {f"follow_up.{key}": value for key, value in changes.items()}
    if excluded is not None:
        sets["excluded"] = excluded

    def record(unit: Unit) -> Document:
        changed = store.change(house, unit, found, sets)
        if changed is None:
            raise Problem("conflict", "这条评价刚刚有变化，请刷新后再试。")
        if tells:
            unit.emit(tells, rating=changed["_id"], citizen=changed["citizen"])
        return changed

    return commit(house, record)
