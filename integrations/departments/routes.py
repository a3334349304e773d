"""What departments can be asked, and what an administrator can make them do."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from integrations.departments.behaviour import Behaviour
from integrations.departments.calendar_words import city_day
from integrations.departments.cases import FilingRefused
from integrations.departments.database import Document
from integrations.departments.doors import feel_mood, office, read_body, require_key, the_department
from integrations.departments.doubts import DoubtWish, raise_doubt
from integrations.departments.filings import (
    BehaviourWish,
    BirthFact,
    Decision,
    Filing,
    LicenceFact,
    PatchFact,
    PeopleSearch,
    PersonWish,
    RegistryQuery,
    Supplement,
    Termination,
    VerifyQuery,
)
from integrations.departments.newcomers import shown
from integrations.departments.search import find_people

open_door = Blueprint("open", __name__)
counter = Blueprint("counter", __name__)
admin = Blueprint("admin", __name__, url_prefix="/admin")

require_key(counter, lambda office: office.settings.key)
require_key(admin, lambda office: office.settings.admin_key)
counter.before_request(feel_mood)

Answer = Response | tuple[Response, int]


@open_door.get("/healthz")
def health() -> Answer:
    """Alive, and the database answers."""
    office().store.client.admin.command("ping")
    return jsonify(status="ok")


@counter.post("/registries/<department>/query")
def query_registry(department: str) -> Answer:
    """What a department's registry holds of a person."""
    asked = read_body(RegistryQuery)
    found = office().registries.query(the_department(department), asked.identity_number, asked.sections)
    if found is None:
        return jsonify(error="not-found"), 404
    return jsonify(found)


@counter.post("/registries/public-security/verify")
def verify_person() -> Answer:
    """Whether an identity number or a credit code belongs to a name."""
    asked = read_body(VerifyQuery)
    name = office().registries.name_of(asked.identity_number.upper())
    return jsonify(found=name is not None, match=name == asked.name)


@counter.post("/departments/<department>/cases")
def file_case(department: str) -> Answer:
    """File an application."""
    key = _key()
    receipt = office().cases.file_case(the_department(department), key, read_body(Filing))
    body = {
        "reference": receipt.reference,
        "department": receipt.department,
        "received_at": receipt.received_at,
    }
    return jsonify(body), 200 if receipt.repeated else 202


@counter.get("/departments/<department>/cases/<reference>")
def get_case(department: str, reference: str) -> Answer:
    """Where a case stands."""
    return jsonify(_shown(office().cases.find_case(the_department(department), reference)))


@counter.post("/departments/<department>/cases/<reference>/supplement")
def supplement_case(department: str, reference: str) -> Answer:
    """Answer a correction request."""
    case = office().cases.supplement(the_department(department), reference, read_body(Supplement))
    return jsonify(_shown(case)), 202


@counter.post("/departments/<department>/cases/<reference>/withdraw")
def withdraw_case(department: str, reference: str) -> Answer:
    """Take an application back."""
    return jsonify(_shown(office().cases.withdraw(the_department(department), reference)))


@counter.post("/departments/<department>/cases/<reference>/terminate")
def terminate_case(department: str, reference: str) -> Answer:
    """End an application that is not decided and cannot go on."""
    reason = read_body(Termination).reason
    return jsonify(_shown(office().cases.terminate(the_department(department), reference, reason)))


@counter.post("/departments/<department>/cases/<reference>/decision")
def decide_case(department: str, reference: str) -> Answer:
    """Take the decision of the workbench."""
    decision, found = read_body(Decision), the_department(department)
    return jsonify(_shown(office().decisions.decide(found, reference, _key(), decision)))


@admin.get("/departments")
def list_departments() -> Answer:
    """All departments: how they behave, and what they have to do."""
    cases, notices = office().cases.counts(), office().outbox.counts()
    return jsonify(departments=[_described(entry.id, cases, notices) for entry in office().directory])


@admin.put("/departments/<department>/behaviour")
def set_behaviour(department: str) -> Answer:
    """Make a department behave in some way."""
    wish, found = read_body(BehaviourWish), the_department(department)
    office().behaviours.put(found.id, Behaviour(wish.mode, wish.pace, wish.times))
    return jsonify(_described(found.id, office().cases.counts(), office().outbox.counts()))


@admin.post("/reset")
def reset_behaviours() -> Answer:
    """All departments behave normally; cases and registries stay as they are."""
    office().behaviours.reset()
    return jsonify(status="ok")


@admin.post("/doubts")
def raise_doubts() -> Answer:
    """Send one field of somebody's filing back once; never in production."""
    if not office().settings.development:
        abort(404)
    raise_doubt(office().store, read_body(DoubtWish))
    return jsonify(status="ok")


@admin.post("/notices/release")
def release_notices() -> Answer:
    """Send again what a receiver once refused for good."""
    return jsonify(released=office().outbox.release_parked(now=office().clock()))


@admin.post("/facts/birth")
def record_birth() -> Answer:
    """A child is born."""
    return jsonify(changed=office().facts.record_birth(read_body(BirthFact)))


@admin.post("/facts/licence")
def set_licence_expiry() -> Answer:
    """A licence gets another last day."""
    return jsonify(changed=office().facts.set_licence_expiry(read_body(LicenceFact)))


@admin.post("/facts/patch")
def patch_facts() -> Answer:
    """Any section becomes another."""
    return jsonify(changed=office().facts.patch(read_body(PatchFact)))


@admin.post("/people/search")
def search_people() -> Answer:
    """Synthetic people; never in production."""
    if not office().settings.development:
        abort(404)
    today = city_day(office().clock())
    return jsonify(people=find_people(office().store, read_body(PeopleSearch), today=today))


@admin.post("/people")
def settle_person() -> Answer:
    """Make a synthetic person as a case file wishes for them; never in production."""
    if not office().settings.development:
        abort(404)
    return jsonify(shown(office().settlement.settle(read_body(PersonWish))))


def _key() -> str:
    """The key under which something is done once."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 100:
        raise FilingRefused([{"field": "Idempotency-Key", "reason": "missing"}])
    return key


def _shown(case: Document) -> dict[str, Any]:
    history = [entry | {"at": entry["at"].isoformat()} for entry in case["history"]]
    return {"reference": case["_id"], "state": case["state"], "history": history}


def _described(
    department: str, cases: dict[str, dict[str, int]], notices: dict[str, dict[str, int]]
) -> dict[str, Any]:
    entry, behaviour = office().directory[department], office().behaviours.of(department)
    return {
        "id": entry.id,
        "name": entry.name,
        "name_en": entry.name_en,
        "sections": list(entry.sections),
        "mode": behaviour.mode,
        "pace": behaviour.step_seconds(office().settings.pace * entry.pace),
        "times": behaviour.times,
        "cases": cases.get(department, {}),
        "notices": notices.get(department, {}),
    }
