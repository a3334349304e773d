"""One action on several cases; what fails for one does not hold up the others."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.idempotency import Answer, once
from backend.workbench.acting import act
from backend.workbench.actions import Order
from backend.workbench.officer import Officer


def act_on_each(
    house: House, officer: Officer, cases: Sequence[str], order: Order, *, key: str
) -> dict[str, Any]:
    """Each case's outcome: ``{case, status, state, problem}``; the same key again does nothing twice."""
    results = [_one(house, officer, case, order, key) for case in dict.fromkeys(cases)]
    return {"done": sum(one["status"] < 300 for one in results), "results": results}


def _one(house: House, officer: Officer, case: str, order: Order, key: str) -> dict[str, Any]:
    def work() -> Answer:
        return Answer({"state": act(house, officer, case, order)["state"]}, 200)

    try:
        done = once(
            house,
            who=officer.mark,
            what=f"batch:{case}",
            key=key,
            body={"case": case, "order": asdict(order)},
            work=work,
        )
    except Problem as problem:
        return {
            "case": case,
            "status": problem.kind.status,
            "state": None,
            "problem": problem.document(),
        }
    return {"case": case, "status": done.status, "state": done.body["state"], "problem": None}
