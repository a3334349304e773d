"""Who used a disputed value: the citizen's open applications and prompts, each told by an event."""

from backend.applications import store as applications
from backend.applications.states import CLOSED, State
from backend.applications.versions import matter_of
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.profiles import corrections
from backend.profiles.paths import parse_path

MOST = 100
# A delivered result is past; whatever is still on its way may rest on the wrong value.
OPEN = [state.value for state in State if state not in CLOSED]


def tell_consumers(house: House, correction: str) -> int:
    """Tell whoever used a disputed or answered value: ``fact.disputed`` events; returns how many."""
    dispute = corrections.find_dispute(house, correction)
    if not dispute.get("path"):
        return 0
    used = [
        *({"application": one} for one in _applications(house, dispute)),
        *({"prompt": one} for one in _prompts(house, dispute)),
    ]

    def tell(unit: Unit) -> None:
        for one in used:
            unit.emit(
                "fact.disputed",
                correction=correction,
                citizen=dispute["citizen"],
                state=dispute["state"],
                **one,
            )

    if used:
        commit(house, tell)
    return len(used)


def _applications(house: House, dispute: Document) -> list[str]:
    where = {"citizen": dispute["citizen"], "organisation": None, "state": {"$in": OPEN}}
    found = house.db[applications.APPLICATIONS].find(where).limit(MOST)
    return [one["_id"] for one in found if _fills_from(house, one, dispute["path"])]


def _fills_from(house: House, application: Document, path: str) -> bool:
    fields = application.get("fields") or {}
    return any(
        field.source is not None
        and _same(field.source, path)
        and (fields.get(field.name) or {}).get("source")
        for field in matter_of(house, application).form
    )


def _prompts(house: House, dispute: Document) -> list[str]:
    where = {"citizen": dispute["citizen"], "state": {"$in": ["waiting", "shown", "later", "accepted"]}}
    found = house.db["prompts"].find(where, {"matter": 1}).limit(MOST)
    return [one["_id"] for one in found if _rests_on(one["matter"], dispute["path"])]


def _rests_on(matter: str, path: str) -> bool:
    known = catalogue().matters.get(matter)
    rule = known.prompt if known else None
    return rule is not None and any(_same(one.path, path) for one in rule.evidence)


def _same(one: str, other: str) -> bool:
    """Whether two paths lead to the same value, whichever item of a list they select.

    >>> _same("population.residence.address", "population.residence.address")
    True
    """
    return [step.name for step in parse_path(one)] == [step.name for step in parse_path(other)]
