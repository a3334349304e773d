"""What a citizen does with an application: draft, fill, submit, withdraw."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stdnum import luhn

from backend.accounts import store as accounts
from backend.applications import form, store
from backend.applications.agenda import Light
from backend.applications.answering import answer
from backend.applications.applicant import (
    acting_citizen,
    fact_holds,
    find_own,
    profile_of,
    show_to_heads,
    subject_of,
)
from backend.applications.clocks import NO_CLOCKS, Standing, waits_for_acceptance
from backend.applications.conditions import check_conditions, plan_parts
from backend.applications.filling import (
    EDITABLE,
    fill_in,
    is_complete,
    materials_of,
    next_step,
    promised_text,
    reopened_in,
)
from backend.applications.moving import add_note, emit_change, entry, make_move, merge
from backend.applications.outgoing import FIRST_SWEEP, Word, to_tell
from backend.applications.promise import Terms, plain_values, terms_for
from backend.applications.sealing import open_values, seal_values
from backend.applications.states import LABELS, Move, NotAllowed, State, next_state
from backend.applications.versions import keep_version, matter_of
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.delegations import principals
from backend.licences.uses import note_more_uses, note_uses
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.payments import store as payments
from backend.profiles import facts
from backend.sharing.using import Door, readable_profile
from integrations.gateways.departments import DepartmentConflict, DepartmentUnavailable

__all__ = [
    "EDITABLE",
    "answer",
    "blank",
    "check_conditions",
    "compute_terms",
    "emit_change",
    "entry",
    "fill_in",
    "is_complete",
    "make_number",
    "next_step",
    "open_draft",
    "open_values",
    "promised_text",
    "release_paid",
    "seal_values",
    "submit",
    "submit_draft",
    "terms_of",
    "withdraw",
]


def open_draft(
    house: House,
    principal: str,
    matter_id: str,
    *,
    channel: str,
    prompt: str | None = None,
    agent: Mapping[str, Any] | None = None,
    organisation: str | None = None,
) -> tuple[Document, bool]:
    """A prefilled draft of a matter, or the one already open; tells whether it is new.

    ``principal`` is whom it is for (``citizen`` of the document), ``agent`` (``{citizen, right, record}``,
    as delegations give it) who acts for them; ``organisation`` is its id when the principal is one.
    Raises ``not-found``, ``assurance-too-low``, ``conditions-not-met`` (with ``reasons``).
    """
    matter = catalogue().get(matter_id)
    now = house.clock.now()
    draft = blank(house, principal, matter, channel=channel, now=now, agent=agent)
    draft |= {"prompt": prompt, "organisation": organisation}
    _identified(house, draft, matter)
    profile = profile_of(house, draft)
    if not set(profile) - {"agent", "sources"}:
        _gather_now(house, draft)
        profile = profile_of(house, draft)
    check_conditions(house, draft, matter)
    readable = readable_profile(house, profile, matter)
    draft["fields"] = seal_values(house, matter, form.prefill(matter, readable, now))
    if matter.is_bundle:
        draft["parts"] = plan_parts(house, draft, matter)
    stored, new = store.insert_draft(house, draft)
    if new:
        if organisation:
            show_to_heads(house, organisation, draft=stored["_id"])
        logger().info("application.drafted", application=stored["_id"], matter=matter.id, channel=channel)
    return stored, new


def blank(
    house: House,
    principal: str,
    matter: Matter,
    *,
    channel: str,
    now: datetime,
    agent: Mapping[str, Any] | None = None,
) -> Document:
    """An application's document before anything is filled in."""
    return {
        "_id": house.new_id(),
        "number": None,
        "citizen": principal,
        "agent": dict(agent) if agent else None,
        "whose": sorted({principal, agent["citizen"]} if agent else {principal}),
        "organisation": None,
        "bundle": None,
        "matter": matter.id,
        "matter_version": keep_version(house, matter.id),
        "department": matter.department,
        "channel": channel,
        "prompt": None,
        "state": State.DRAFT.value,
        "version": 1,
        "fields": {},
        "uploads": [],
        "refused_licences": [],
        "filing": {"reference": None, "queue": [], "next_at": None, "attempts": 0},
        "handling": {"by": matter.handling.by, "handler": None},
        "results": [],
        "documents": [],
        "opinions": [],
        "promised": None,
        "accepted_at": None,
        "clocks": dict(NO_CLOCKS),
        "watch_at": None,
        "light": Light.GREEN.value,
        "told": [],
        "payment": None,
        "delivery": None,
        "timeline": [entry(now, State.DRAFT, "已建立草稿", by="agent" if agent else "citizen")],
        "created_at": now,
        "updated_at": now,
    }


def _identified(house: House, draft: Document, matter: Matter) -> None:
    person = accounts.get_citizen(house, acting_citizen(draft))
    if person["assurance"] < matter.requires.assurance:
        raise Problem(
            "assurance-too-low",
            f"办理“{matter.name}”前，请先完成实名认证（姓名和身份证号）。",
            needed=matter.requires.assurance,
        )


@dataclass(frozen=True)
class Ready:
    """What was read of a complete application to submit it: its opened form, its materials, its terms."""

    filled: list[form.Filled]
    materials: list[form.Needed]
    terms: Terms


def submit(
    house: House,
    citizen: str,
    application: str,
    *,
    key: str,
    also: Callable[[Unit, Document, Ready], None] | None = None,
) -> Document:
    """Submit a complete draft, or resubmit a corrected one.

    The same key again returns what the first one did. ``also`` belongs to the submission's transaction:
    it gets the submitted document, may be called more than once, and is not called for the same key again.
    Raises ``incomplete`` (with ``missing``), ``conditions-not-met``, ``move-not-allowed``, ``conflict``,
    ``calendar-ended``.
    """
    document = find_own(house, citizen, application)
    if document.get("submit_key") == key and document["state"] != State.CORRECTION.value:
        return document
    move = Move.RESUBMIT if document["state"] == State.CORRECTION.value else Move.SUBMIT
    _allowed(document, move)
    ready = _read_complete(house, document)

    def record(unit: Unit) -> Document:
        if move is Move.SUBMIT:
            principals.count_use(house, unit, document, citizen)
        submitted = submit_draft(house, unit, document, move, ready, key)
        if also is not None:
            also(unit, submitted, ready)
        return submitted

    changed = commit(house, record)
    logger().info("application.submitted", application=application, number=changed["number"])
    return changed


def _read_complete(house: House, document: Document) -> Ready:
    """What is submitted, each thing read once. Raises ``conditions-not-met``, ``incomplete``."""
    matter = matter_of(house, document)
    door = Door(house, subject_of(document), [matter])
    check_conditions(house, document, matter, door)
    ready = read_ready(house, document, matter, door)
    step = form.missing_step(ready.filled, ready.materials, reopened=reopened_in(document))
    if step:
        missing = step.get("field", step.get("material"))
        raise Problem("incomplete", "还有内容没有填好，请补全后再提交。", missing=missing)
    return ready


def read_ready(house: House, document: Document, matter: Matter, door: Door | None = None) -> Ready:
    """What a submission needs to know of an application that is found complete."""
    values = open_values(house, document)
    materials = materials_of(house, document, matter, values, door)
    terms = _terms_under(house, document, matter, values)
    return Ready(form.fill(matter, values), materials, terms)


def submit_draft(  # noqa: PLR0917
    house: House, unit: Unit, document: Document, move: Move, ready: Ready, key: str
) -> Document:
    """Submit (or resubmit) what was found complete, inside a transaction; ``submit`` does the checks."""
    terms = ready.terms
    # A bundle collects no fee of its own: its parts do.
    owed = terms.fee and not document.get("parts") and house.settings.collect_fees
    held = bool(move is Move.SUBMIT and owed)
    sets: Document = {
        "submit_key": key,
        "submitted_at": unit.now,
        "terms": terms.stored(),
    }
    if document["number"] is None:
        sets["number"] = make_number(unit.now)
    if held:
        sets["payment"] = {"state": "due", "amount": f"{terms.fee:.2f}"}
    # The sweep tells the department what the event's task does not.
    also = merge({"$set": sets}, to_tell(_TOLD[move], unit.now))
    if held:
        also["$set"]["filing.next_at"] = None
    changed = make_move(
        house,
        unit,
        document,
        move,
        by="agent" if document.get("agent") else "citizen",
        text=_SUBMITTED[move] if not held else "已提交，等待缴费",
        also=also,
        details={"held": held},
    )
    _note_licence_uses(house, unit, changed, ready.materials, move)
    if held:
        payments.expect(house, unit, changed, changed["payment"]["amount"])
    else:
        unit.emit("application.submitted", application=document["_id"])
    return changed


def _note_licence_uses(
    house: House, unit: Unit, document: Document, needed: list[form.Needed], move: Move
) -> None:
    """The declaration just confirmed is the consent to use these e-licences, for this one application."""
    matter = matter_of(house, document)
    used = [(one.licence, one.material.id) for one in needed if one.licence]
    note = note_uses if move is Move.SUBMIT else note_more_uses
    note(house, unit, document, used, purpose=f"办理“{matter.name}”")


_TOLD = {Move.SUBMIT: Word.FILE, Move.RESUBMIT: Word.SUPPLEMENT}
_SUBMITTED = {Move.SUBMIT: "已提交，等待部门收件", Move.RESUBMIT: "已重新提交补正内容"}


def release_paid(house: House, unit: Unit, application: Document) -> Document:
    """File an application whose fee was paid: only now the department's clock starts.

    Does nothing for one that does not wait for its fee. Raises ``conflict``.
    """
    payment = application.get("payment") or {}
    if payment.get("state") != "due" or application["state"] != State.SUBMITTED.value:
        return application
    waiting = waits_for_acceptance(Standing.of(application), unit.now, matter_of(house, application))
    sets = {
        "payment": payment | {"state": "paid", "paid_at": unit.now},
        "clocks": waiting.clocks,
        "filing.next_at": unit.now + FIRST_SWEEP,
    }
    changed = add_note(house, unit, application, "已缴费，等待部门收件", by="citizen", also={"$set": sets})
    unit.emit("application.submitted", application=application["_id"])
    return changed


def withdraw(house: House, citizen: str, application: str, *, reason: str = "") -> Document:
    """Take an application back. Raises ``move-not-allowed``, ``conflict``, ``department-unavailable``."""
    document = find_own(house, citizen, application)
    if document["state"] == State.WITHDRAWN.value:
        return document
    _allowed(document, Move.WITHDRAW)
    reference = document["filing"].get("reference")
    if reference:
        try:
            house.departments.withdraw(document["department"], reference)
        except DepartmentConflict as error:
            raise Problem("conflict", "部门已经作出决定，不能再撤回；如有异议可申请复议。") from error
        except DepartmentUnavailable as error:
            raise Problem(
                "department-unavailable", "部门系统暂时连不上，没有撤回成功，请稍后再试。"
            ) from error

    def record(unit: Unit) -> Document:
        fresh = find_own(house, citizen, application, unit.session)
        _allowed(fresh, Move.WITHDRAW)
        text = f"申请人撤回：{reason}" if reason else "申请人撤回"
        if fresh["filing"].get("reference") != reference or (
            fresh["filing"].get("started") and not reference
        ):
            # The department may be deciding this very moment: nothing is withdrawn behind its back.
            raise Problem("request-in-progress", "正在交给部门，还没有收到回执，请稍后再撤回。")
        by = "agent" if fresh.get("agent") else "citizen"
        also: Document = {"$set": {"filing.next_at": None, "filing.queue": []}}
        if (fresh.get("payment") or {}).get("state") == "due":
            also["$set"]["payment.state"] = "closed"
        return make_move(house, unit, fresh, Move.WITHDRAW, by=by, text=text, also=also)

    return commit(house, record)


def terms_of(house: House, document: Document, matter: Matter) -> Terms:
    """What holds for an application: as submitted, or as its answers stand while they may change."""
    kept = document.get("terms")
    if not kept or State(document["state"]) in EDITABLE:
        return compute_terms(house, document, matter)
    return Terms.read(kept)


def compute_terms(house: House, document: Document, matter: Matter) -> Terms:
    """Promise, fee, result and visits under the answers of now."""
    return _terms_under(house, document, matter, open_values(house, document))


def _terms_under(house: House, document: Document, matter: Matter, values: Document) -> Terms:
    return terms_for(matter, plain_values(values), lambda where: fact_holds(house, document, where))


def make_number(now: datetime) -> str:
    """An application number: SB, the city's date, eight random digits and their Luhn digit."""
    digits = f"{city_date(now):%y%m%d}{secrets.randbelow(10**8):08d}"
    return f"SB{digits}{luhn.calc_check_digit(digits)}"


def _allowed(document: Document, move: Move) -> None:
    state = State(document["state"])
    try:
        next_state(state, move)
    except NotAllowed as error:
        verb = {Move.SUBMIT: "提交", Move.RESUBMIT: "提交", Move.WITHDRAW: "撤回"}[move]
        raise Problem("move-not-allowed", f"办件{LABELS[state]}，不能{verb}。", state=state.value) from error


def _gather_now(house: House, draft: Document) -> None:
    try:
        facts.gather(house, subject_of(draft))
    except DepartmentUnavailable as error:
        raise Problem("department-unavailable", "部门数据暂时取不到，请稍后再试。") from error
