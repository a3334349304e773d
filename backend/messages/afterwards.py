"""Telling people what follows an application's end: a refund, a rating, answers about their data."""

from typing import Any

from backend.applications import store as applications
from backend.applications.states import CLOSED, State
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.delegations.principals import Right
from backend.matters.catalogue import catalogue
from backend.messages import store
from backend.messages.telling import tell, tell_agent
from backend.messages.texts import load_texts
from backend.messages.wording import as_clause, describe
from backend.profiles import corrections
from backend.ratings import store as ratings
from backend.ratings.rating import NOT_HANDLED
from backend.ratings.rules import the_rules


def tell_refund(house: House, refunded: dict[str, Any]) -> str | None:
    """Tell that money went back."""
    key = f"payment:{refunded['application']}:refunded"
    application = _untold(house, key, refunded["application"])
    if application is None:
        return None
    words = load_texts()["notice"]["payment-refunded"].fill(_values(application))
    about = {"application": application["_id"], "state": application["state"]}
    tell_agent(house, application, key, words, about)
    return tell(house, refunded["citizen"], key, "application", words, **about)


def invite_rating(house: House, change: dict[str, Any]) -> str | None:
    """Invite whoever saw an application through to rate it, once, when it came to its end."""
    state = State(change["state"])
    if state not in CLOSED or state in NOT_HANDLED:
        return None
    key = f"rating:{change['application']}:invitation"
    application = _untold(house, key, change["application"])
    # A bundle's parts end one by one: people are asked once, for the whole.
    if application is None or application.get("bundle") or ratings.find_of(house, application["_id"]):
        return None
    words = load_texts()["rating"]["invitation"].fill(_values(application))
    return tell(house, _who_saw(application), key, "rating", words, application=application["_id"])


def tell_follow_up(house: House, closed: dict[str, Any]) -> str | None:
    """Tell whoever gave a bad rating what became of it."""
    try:
        rating = ratings.find(house, closed["rating"])
    except Problem:
        return None
    key = f"rating:{rating['_id']}:closed"
    application = _untold(house, key, rating["application"])
    if application is None:
        return None
    outcome = rating["follow_up"]["outcome"]
    said = {"outcome": the_rules().outcomes[outcome["kind"]], "reason": as_clause(outcome["text"])}
    words = load_texts()["rating"]["closed"].fill(_values(application) | said)
    return tell(house, closed["citizen"], key, "rating", words, application=application["_id"])


def tell_answer(house: House, answered: dict[str, Any]) -> str | None:
    """Tell what a department answered to a data objection."""
    key = f"correction:{answered['correction']}:answered"
    try:
        found = corrections.find_dispute(house, answered["correction"])
    except Problem:
        return None
    if found["state"] not in ("accepted", "refused") or store.was_told(house, key):
        return None
    department = catalogue().departments[found["department"]]
    values = {
        "department": department.name,
        "department_en": department.name_en,
        "phone": department.phone,
        "reason": as_clause(found.get("reason") or ""),
    }
    words = load_texts()["correction"][found["state"]].fill(values)
    return tell(house, answered["citizen"], key, "correction", words)


def tell_disputed(house: House, disputed: dict[str, Any]) -> str | None:
    """Tell of an open application that uses a disputed value, and again when the value was wrong."""
    name = f"fact-{disputed['state']}"
    # Prompts are dealt with where they are; of what was found right nothing follows for an application.
    if "application" not in disputed or name not in load_texts()["notice"]:
        return None
    key = f"fact:{disputed['correction']}:{disputed['application']}:{disputed['state']}"
    application = _untold(house, key, disputed["application"])
    if application is None or application["state"] == State.DRAFT.value:
        return None
    words = load_texts()["notice"][name].fill(_values(application))
    about = {"application": application["_id"], "state": application["state"]}
    tell_agent(house, application, key, words, about)
    return tell(house, disputed["citizen"], key, "application", words, **about)


def _untold(house: House, key: str, application: str) -> Document | None:
    return None if store.was_told(house, key) else applications.find_any(house, application)


def _values(application: Document) -> dict[str, str]:
    return describe(application, application["state"], catalogue())


def _who_saw(application: Document) -> str:
    """The applicant; for a child or an organisation, who sign in nowhere, whoever acted."""
    agent = application.get("agent") or {}
    acts = agent.get("right") in (Right.GUARDIAN, Right.MEMBERSHIP)
    return str(agent["citizen"] if acts else application["citizen"])
