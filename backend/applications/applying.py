"""What a citizen does with an application: draft, fill, submit, withdraw."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stdnum import luhn

from backend.accounts import store as accounts
from backend.applications import form, store
from backend.applications.clock import CalendarEnded, Deadline, deadline
from backend.applications.states import LABELS, Move, NotAllowed, State, next_state
from backend.applications.values import NotUnderstood, read_value
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.datewords import resolve
from backend.matters.fields import FormField
from backend.matters.schema import Matter
from backend.profiles import facts
from integrations.gateways.departments import DepartmentConflict, DepartmentUnavailable

EDITABLE = (State.DRAFT, State.CORRECTION)
FIRST_SWEEP = timedelta(seconds=10)


def open_draft(
    house: House, citizen: str, matter_id: str, *, channel: str, prompt: str | None = None
) -> tuple[Document, bool]:
    """A prefilled draft of a matter, or the one already open; tells whether it is new.

    Raises ``not-found``, ``assurance-too-low``, ``conditions-not-met`` (with ``reasons``).
    """
    matter = catalogue().get(matter_id)
    person = accounts.get_citizen(house, citizen)
    if person["assurance"] < matter.requires.assurance:
        raise Problem(
            "assurance-too-low",
            f"办理“{matter.name}”前，请先完成实名认证（姓名和身份证号）。",
            needed=matter.requires.assurance,
        )
    profile = facts.get_profile(house, citizen)
    if not profile:
        _gather_now(house, citizen)
        profile = facts.get_profile(house, citizen)
    check_conditions(house, citizen, matter)
    now = house.clock.now()
    draft = {
        "_id": house.new_id(),
        "number": None,
        "citizen": citizen,
        "matter": matter.id,
        "matter_version": catalogue().versions[matter.id],
        "department": matter.department,
        "channel": channel,
        "prompt": prompt,
        "state": State.DRAFT.value,
        "version": 1,
        "fields": seal_values(house, matter, form.prefill(matter, profile, now)),
        "uploads": [],
        "filing": {"reference": None, "next_at": None, "attempts": 0},
        "results": [],
        "promised": None,
        "timeline": [entry(now, State.DRAFT, "已建立草稿", by="citizen")],
        "created_at": now,
        "updated_at": now,
    }
    stored, new = store.insert_draft(house, draft)
    if new:
        logger().info("application.drafted", application=stored["_id"], matter=matter.id, channel=channel)
    return stored, new


def check_conditions(house: House, citizen: str, matter: Matter) -> None:
    """Raise ``conditions-not-met`` with the reason and where to go of each 受理条件 that fails."""
    today = city_date(house.clock.now())
    failed = [
        condition.otherwise
        for condition in matter.accept_when
        if not facts.matches(house, citizen, resolve(condition.filter, today=today))
    ]
    if failed:
        raise Problem("conditions-not-met", failed[0], reasons=failed, matter=matter.id)


def fill_in(house: House, citizen: str, application: str, given: Mapping[str, Any]) -> Document:
    """Set fields to values an app sent. Raises ``invalid-request`` with an error a field; all or nothing."""
    document = _editable(house, citizen, application)
    matter = catalogue().get(document["matter"])
    values, errors = {}, []
    for name, value in given.items():
        try:
            values[name] = _read(house, _fillable(document, matter, name), value)
        except NotUnderstood as error:
            errors.append({"field": name, "reason": error.reason})
    if errors:
        raise Problem("invalid-request", "；".join(one["reason"] for one in errors), errors=errors)
    return _set_values(house, document, matter, values)


def answer(house: House, citizen: str, application: str, *, name: str, said: str, lang: str) -> Document:
    """Set one field from what a person said. Raises ``answer-not-understood`` with the field's hint."""
    document = _editable(house, citizen, application)
    matter = catalogue().get(document["matter"])
    field = matter.field(name)
    if field is None:
        raise Problem("invalid-request", f"这张表里没有“{name}”这一项。")
    try:
        value = _read(house, _fillable(document, matter, name), said)
    except NotUnderstood as error:
        asked = form.question(field, lang)
        hint = asked["hint"] or asked["ask"]
        raise Problem("answer-not-understood", error.reason, field=asked, hint=hint) from error
    return _set_values(house, document, matter, {name: value})


def submit(house: House, citizen: str, application: str, *, key: str) -> Document:
    """Submit a complete draft, or resubmit a corrected one.

    The same key again returns what the first one did. Raises ``incomplete`` (with ``missing``),
    ``conditions-not-met``, ``move-not-allowed``, ``conflict``, ``calendar-ended``.
    """
    document = store.find_own(house, citizen, application)
    if document.get("submit_key") == key and document["state"] != State.CORRECTION.value:
        return document
    move = Move.RESUBMIT if document["state"] == State.CORRECTION.value else Move.SUBMIT
    _allowed(document, move)
    matter = catalogue().get(document["matter"])
    check_conditions(house, citizen, matter)
    step = next_step(house, document)
    if step["kind"] != "confirm":
        missing = step.get("field", step.get("material"))
        raise Problem("incomplete", "还有内容没有填好，请补全后再提交。", missing=missing)
    promised = promised_date(house.clock.now(), matter)

    def record(unit: Unit) -> Document:
        state = next_state(State(document["state"]), move)
        text = "已提交，等待部门收件" if move is Move.SUBMIT else "已重新提交补正内容"
        update: Document = {
            "$set": {
                "state": state.value,
                "submit_key": key,
                "submitted_at": unit.now,
                "promised": {"due": promised.due, "provisional": promised.provisional},
                # The sweep files what the event's task does not.
                "filing.next_at": unit.now + FIRST_SWEEP,
                "filing.kind": "supplement" if move is Move.RESUBMIT else "file",
            },
            "$push": {"timeline": entry(unit.now, state, text, by="citizen")},
            "$unset": {"correction": ""},
        }
        if document["number"] is None:
            update["$set"]["number"] = make_number(unit.now)
        changed = store.change(house, document, update, now=unit.now, session=unit.session)
        if changed is None:
            raise Problem("conflict", "这个办件刚刚有变化，请刷新后再提交。")
        unit.emit("application.submitted", application=application)
        emit_change(unit, changed)
        return changed

    changed = commit(house, record)
    logger().info("application.submitted", application=application, number=changed["number"])
    return changed


def withdraw(house: House, citizen: str, application: str, *, reason: str = "") -> Document:
    """Take an application back. Raises ``move-not-allowed``, ``conflict``, ``department-unavailable``."""
    document = store.find_own(house, citizen, application)
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
        fresh = store.find_own(house, citizen, application, unit.session)
        _allowed(fresh, Move.WITHDRAW)
        text = f"申请人撤回：{reason}" if reason else "申请人撤回"
        if fresh["filing"].get("reference") != reference or (
            fresh["filing"].get("started") and not reference
        ):
            # The department may be deciding this very moment: nothing is withdrawn behind its back.
            raise Problem("request-in-progress", "正在交给部门，还没有收到回执，请稍后再撤回。")
        update = {
            "$set": {"state": State.WITHDRAWN.value, "filing.next_at": None},
            "$push": {"timeline": entry(unit.now, State.WITHDRAWN, text, by="citizen")},
        }
        changed = store.change(house, fresh, update, now=unit.now, session=unit.session)
        if changed is None:
            raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
        emit_change(unit, changed)
        return changed

    return commit(house, record)


def next_step(house: House, document: Document, *, lang: str = "zh") -> dict[str, Any]:
    """What comes next, as GET …/next answers it."""
    state = State(document["state"])
    if state not in EDITABLE:
        promised = document.get("promised") or {}
        return {
            "kind": "filed",
            "number": document["number"],
            "promised_date": promised_text(promised),
            "state": state.value,
            "state_label": LABELS[state],
        }
    matter = catalogue().get(document["matter"])
    values = open_values(house, document)
    profile = facts.get_profile(house, document["citizen"]) if matter.materials else {}
    materials = form.needed_materials(
        matter, values, profile, [one["material"] for one in document["uploads"]]
    )
    reopened = frozenset((document.get("correction") or {}).get("fields", []))
    return form.next_step(form.fill(matter, values), materials, lang=lang, reopened=reopened)


def is_complete(house: House, document: Document) -> bool:
    """Whether nothing is left to ask before the confirmation."""
    return bool(next_step(house, document)["kind"] == "confirm")


def entry(at: datetime, state: State, text: str, *, by: str) -> Document:
    """A line of the timeline."""
    return {"at": at, "state": state.value, "label": LABELS[state], "text": text, "by": by}


def emit_change(unit: Unit, application: Document) -> None:
    """Tell messages, the stream and prompts that an application moved."""
    unit.emit(
        "application.changed",
        application=application["_id"],
        citizen=application["citizen"],
        state=application["state"],
        version=application["version"],
        number=application["number"],
    )


def promised_date(start: datetime, matter: Matter) -> Deadline:
    """When the matter's promise ends, counted from ``start``. Raises ``calendar-ended``."""
    try:
        return deadline(start, matter.clocks.promised)
    except CalendarEnded as error:
        logger().error("clock.calendar-ended", year=error.day.year)
        raise Problem(
            "calendar-ended", f"{error.day.year} 年的节假日安排还没有录入，暂时算不出办结日期。"
        ) from error


def promised_text(promised: Mapping[str, Any]) -> str | None:
    """The promised date as an ISO date of the city."""
    return city_date(promised["due"]).isoformat() if promised.get("due") else None


def make_number(now: datetime) -> str:
    """An application number: SB, the city's date, eight random digits and their Luhn digit."""
    digits = f"{city_date(now):%y%m%d}{secrets.randbelow(10**8):08d}"
    return f"SB{digits}{luhn.calc_check_digit(digits)}"


def seal_values(house: House, matter: Matter, values: Mapping[str, Mapping[str, Any]]) -> Document:
    """Form values as they are stored: those of personal types encrypted."""
    sealed: Document = {}
    for name, one in values.items():
        field = matter.field(name)
        personal = field is not None and form.is_personal(field) and one["value"] is not None
        sealed[name] = {**one, "value": house.cipher.encrypt(one["value"]) if personal else one["value"]}
    return sealed


def open_values(house: House, document: Document) -> Document:
    """Form values as people gave them."""
    opened: Document = house.cipher.open(document["fields"])
    return opened


def _read(house: House, field: FormField, value: Any) -> Any:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise NotUnderstood("请给出文字或数字")
    return read_value(field, str(value), today=city_date(house.clock.now()))


def _fillable(document: Document, matter: Matter, name: str) -> FormField:
    field = matter.field(name)
    if field is None:
        raise NotUnderstood(f"这张表里没有“{name}”这一项")
    corrected = (document.get("correction") or {}).get("fields")
    if document["state"] == State.CORRECTION.value and corrected and name not in corrected:
        raise NotUnderstood(f"“{field.label}”不在这次补正的范围里")
    known = document["fields"].get(name, {}).get("source")
    if not field.may_be_edited and known and not corrected:
        raise NotUnderstood(f"“{field.label}”来自部门登记，不能直接改；有误请说“信息不对”")
    return field


def _set_values(house: House, document: Document, matter: Matter, values: Mapping[str, Any]) -> Document:
    now = house.clock.now()
    stored = {name: {"value": value, "source": None, "at": now} for name, value in values.items()}
    sealed = seal_values(house, matter, stored)
    update: Document = {"$set": {f"fields.{name}": value for name, value in sealed.items()}}
    if document.get("correction"):
        left = [name for name in document["correction"]["fields"] if name not in values]
        update["$set"]["correction.fields"] = left
        update["$set"]["correction.done"] = document["correction"].get("done", []) + list(values)
    changed = store.change(house, document, update, now=now)
    if changed is None:
        raise Problem("conflict", "这份草稿刚刚在别处改过，请刷新后再填。")
    return changed


def _editable(house: House, citizen: str, application: str) -> Document:
    document = store.find_own(house, citizen, application)
    if State(document["state"]) not in EDITABLE:
        label = LABELS[State(document["state"])]
        raise Problem("move-not-allowed", f"办件{label}，现在不能再改内容。", state=document["state"])
    return document


def _allowed(document: Document, move: Move) -> None:
    state = State(document["state"])
    try:
        next_state(state, move)
    except NotAllowed as error:
        verb = {Move.SUBMIT: "提交", Move.RESUBMIT: "提交", Move.WITHDRAW: "撤回"}[move]
        raise Problem("move-not-allowed", f"办件{LABELS[state]}，不能{verb}。", state=state.value) from error


def _gather_now(house: House, citizen: str) -> None:
    try:
        facts.gather(house, citizen)
    except DepartmentUnavailable as error:
        raise Problem("department-unavailable", "部门数据暂时取不到，请稍后再试。") from error
