"""Where a case leaves the straight road: joint opinions, special procedures, more time, other hands.

A case's own filing (`joint`, `special`, `later`) leads there, or a department's mode of the day.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from integrations.departments.behaviour import Mode
from integrations.departments.cases import WORKBENCH, State
from integrations.departments.stepwork import Outcome, StepWork

SUSPENDING, EXTENDING = "suspend", "extend"


def road(case: Mapping[str, Any]) -> list[str]:
    """The steps a case will go through when nothing stands in its way.

    >>> road({"service": "承诺件", "conduct": "normal", "joint": ["health"], "special": ["检验"]})
    ['accept', 'review', 'suspend', 'resume', 'consult', 'decide']
    """
    if case.get("handling") == WORKBENCH:
        return []
    steps = ["accept"] if case["service"] == "即办件" else ["accept", "review"]
    if case.get("special") or case["conduct"] == Mode.SUSPENDS:
        steps += [SUSPENDING, "resume"]
    if case["conduct"] == Mode.EXTENDS:
        steps.append(EXTENDING)
    if case.get("joint"):
        steps.append("consult")
    return [*steps, "forward" if case["conduct"] == Mode.FORWARDS else "decide"]


def step_after(case: Mapping[str, Any], step: str | None) -> str | None:
    """The step that follows one on the road; from None, the first."""
    steps: list[str | None] = [None, *road(case), None]
    return steps[steps.index(step) + 1]


def missing_materials(case: Mapping[str, Any]) -> list[str]:
    """The materials that may come later and have not come yet."""
    given = {material["id"] for material in case["materials"]}
    return [one for one in case.get("later") or [] if one not in given]


def wake(work: StepWork) -> Outcome:
    """A silent department has put the filing aside; it takes it in hand once it behaves otherwise."""
    case = work.case
    if work.cases.behaviours.is_silent(case["department"]):
        return Outcome(work.state, step="wake", quiet=True)
    return Outcome(State.RECEIVED, step=step_after(case, None))


def hold_back(work: StepWork) -> Outcome:
    """No decision while a material is owed: the case rests until it comes or time runs out."""
    return Outcome(work.state, step=work.case["step"], quiet=True, asleep=True)


def return_filing(work: StepWork) -> Outcome:
    """The filing goes back: it belongs elsewhere."""
    book = work.cases.book
    return Outcome(State.RETURNED, {"reason": book.returned_reason, "where": book.returned_where})


def suspend(work: StepWork) -> Outcome:
    """A special procedure begins; its time does not count. 行政许可法 §45."""
    book = work.cases.book
    kind = (work.case.get("special") or [book.suspension_kind])[0]
    details = {
        "kind": kind,
        "reason": book.suspended_reason.format(kind=kind),
        "days": book.suspension_days,
    }
    return Outcome(State.SUSPENDED, details, step_after(work.case, SUSPENDING))


def resume(work: StepWork) -> Outcome:
    """The special procedure is over, the clock runs again."""
    return Outcome(State.REVIEWING, step=step_after(work.case, "resume"), event="resumed")


def extend(work: StepWork) -> Outcome:
    """More time, once. 行政许可法 §42."""
    book = work.cases.book
    details = {"reason": book.extended_reason, "days": book.extension_days}
    return Outcome(work.state, details, step_after(work.case, EXTENDING), event="extended")


def consult(work: StepWork) -> Outcome:
    """Ask all joint departments at once, then take their opinions as they come."""
    case, directory = work.case, work.cases.registries.directory
    awaited: dict[str, datetime] | None = case.get("awaited")
    if awaited is None:
        awaited = {
            department: work.now + timedelta(seconds=work.cases.step_seconds(case, of=department))
            for department in case["joint"]
        }
        return Outcome(
            work.state,
            step="consult",
            quiet=True,
            changes={"awaited": awaited},
            wait=_until_first(awaited, work.now),
        )
    department = min(awaited, key=lambda one: awaited[one])
    left = {one: due for one, due in awaited.items() if one != department}
    details = {
        "department": department,
        "name": directory[department].name,
        "opinion": work.cases.book.joint_opinion,
        "agrees": True,
    }
    return Outcome(
        work.state,
        details,
        "consult" if left else step_after(case, "consult"),
        event="opinion",
        speaker=department,
        changes={"awaited": left},
        wait=_until_first(left, work.now) if left else None,
    )


def _until_first(awaited: Mapping[str, datetime], now: datetime) -> float:
    return max(0.0, (min(awaited.values()) - now).total_seconds())


def forward(work: StepWork) -> Outcome:
    """The case goes up to those who decide it: 转报办结."""
    book = work.cases.book
    return Outcome(State.FORWARDED, {"to": book.forwarded_to, "reason": book.forwarded_reason})


def revoke(work: StepWork) -> Outcome:
    """What was granted is taken back; the licence with it."""
    take_licence_back(work, "revoked")
    return Outcome(State.REVOKED, {"reason": work.cases.book.revoked_reason})


def take_licence_back(work: StepWork, status: str) -> None:
    """The licence that the case ended with, if it is still good, is so no longer."""
    issued = work.case.get("issued")
    if issued is None:
        return
    held = work.applicant.licences(issued["keeper"])
    for one in held:
        if (one["type"], one["number"], one["status"]) == (issued["type"], issued["number"], "valid"):
            one["status"] = status
    work.applicant.put(issued["keeper"], "licences", held)
