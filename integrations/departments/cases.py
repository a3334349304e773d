"""A case from its filing to its end, as the department keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from integrations.departments.behaviour import CASE_MODES, LATE_STEPS, Behaviour, Behaviours, Mode
from integrations.departments.calendar_words import city_day
from integrations.departments.database import Clock, Document, Store
from integrations.departments.directory import Department
from integrations.departments.filings import Filing, Material, Supplement, fingerprint
from integrations.departments.notices import Outbox, case_notice
from integrations.departments.registries import Registries
from integrations.departments.rules import Rule, RuleBook

INSTANT_SHARE = 0.1


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    CORRECTION = "correction-requested"
    NOT_ACCEPTED = "not-accepted"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    REFUSED = "refused"
    LICENCE_ISSUED = "licence-issued"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    FORWARDED = "forwarded"
    TERMINATED = "terminated"
    CLOSED = "closed"
    REVOKED = "revoked"
    VOIDED = "voided"


UNDECIDED = (State.RECEIVED, State.ACCEPTED, State.CORRECTION, State.REVIEWING, State.SUSPENDED)
WORKBENCH = "workbench"


class CaseConflict(Exception):
    """What is asked does not fit the case as it stands."""


class CaseUnknown(Exception):
    """The department has no such case."""


class FilingRefused(Exception):
    """A filing that is turned away at the door, with the reasons."""

    def __init__(self, errors: list[dict[str, str | None]]) -> None:
        super().__init__("the filing was not taken")
        self.errors = errors


@dataclass(frozen=True)
class Receipt:
    """What the applicant's side gets for a filing."""

    reference: str
    department: str
    received_at: str
    repeated: bool


class Cases:
    """The cases of all departments."""

    def __init__(
        self,
        store: Store,
        registries: Registries,
        behaviours: Behaviours,
        outbox: Outbox,
        book: RuleBook,
        *,
        clock: Clock,
        pace: float,
        callback_base: str,
    ) -> None:
        self.store = store
        self.registries = registries
        self.behaviours = behaviours
        self.outbox = outbox
        self.book = book
        self.clock = clock
        self.pace = pace
        self._callback_base = callback_base
        self._cases = store["cases"]

    def file_case(self, department: Department, key: str, filing: Filing) -> Receipt:
        """Take a filing once: the same key gives the same receipt, another body is a conflict."""
        known = self._cases.find_one({"department": department.id, "key": key})
        if known is not None:
            return _repeat_receipt(known, filing)
        rule = self.book.rule_for(filing.matter, department.id)
        errors = self._faults(rule, filing)
        if errors:
            raise FilingRefused(errors)
        conduct = self.behaviours.spend(department.id, CASE_MODES)
        now = self.clock()
        number = self.store.next_number(f"cases:{department.id}:{city_day(now).year}")
        case = self._new_case(department.number_case(number, city_day(now)), department, key, filing, conduct)
        try:
            self.store.transact(lambda session: self._write_new(case, now, session))
        except DuplicateKeyError:
            winner = self._cases.find_one({"department": department.id, "key": key})
            if winner is None:
                raise
            return _repeat_receipt(winner, filing)
        return Receipt(case["_id"], department.id, case["received_at"].isoformat(), repeated=False)

    def find_case(self, department: Department, reference: str) -> Document:
        """A case of this department. Raises CaseUnknown."""
        case = self._cases.find_one({"_id": reference, "department": department.id})
        if case is None:
            raise CaseUnknown(reference)
        return case

    def supplement(self, department: Department, reference: str, given: Supplement) -> Document:
        """Take what was asked for or is still owed; the same twice is taken once."""
        print_ = fingerprint(given.model_dump(mode="json"))
        case = self.find_case(department, reference)
        if print_ in case["supplements"] and case["state"] != State.CORRECTION:
            return case
        now = self.clock()
        taken = self._taken(case, given, now)
        if taken is None:
            return case
        changes, details = taken
        entry = {"event": "supplemented", "at": now, "details": details}
        update = {
            "$set": changes | {"lease": now},
            "$push": {"history": entry, "supplements": print_},
            "$inc": {"version": 1},
        }
        wanted = {"_id": reference, "state": case["state"], "version": case["version"]}

        def work(session: ClientSession) -> bool:
            if self._cases.update_one(wanted, update, session=session).matched_count != 1:
                return False
            if details:
                order, delay = case["version"] + 1, case["notice_delay"]
                notice = case_notice(case, "supplemented", details, order=order, now=now, delay=delay)
                self.outbox.put([notice], session)
            return True

        if not self.store.transact(work):
            return self.supplement(department, reference, given)
        return self.find_case(department, reference)

    def _taken(
        self, case: Document, given: Supplement, now: datetime
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """What a supplement changes, and what is told of it; nothing when it changes nothing."""
        soon = now + timedelta(seconds=self.step_seconds(case))
        if case["state"] == State.CORRECTION:
            answered = {"form": case["form"] | given.form, "materials": _merged(case, given.materials)}
            return answered | {"state": State.RECEIVED.value, "step": "accept", "due": soon}, {}
        if case["state"] not in UNDECIDED:
            raise CaseConflict("the case is already decided")
        if case.get("handling") == WORKBENCH:
            # Its staff ask for what they need themselves; the department only keeps the papers.
            return {"form": case["form"] | given.form, "materials": _merged(case, given.materials)}, {}
        owed = set(case.get("later") or [])
        if not owed:
            raise CaseConflict("no correction is asked for")
        had = {material["id"] for material in case["materials"]}
        late = [material for material in given.materials if material.id in owed - had]
        if not late:
            return None
        changes: dict[str, Any] = {"materials": _merged(case, late)}
        if case["due"] is None:
            changes["due"] = soon
        return changes, {"materials": [material.id for material in late]}

    def withdraw(self, department: Department, reference: str) -> Document:
        """Let the applicant take the case back, as long as it is not decided."""
        return self._end(department, reference, State.WITHDRAWN, {})

    def terminate(self, department: Department, reference: str, reason: str) -> Document:
        """End a case that cannot go on, as long as it is not decided: what was owed never came."""
        return self._end(department, reference, State.TERMINATED, {"reason": reason})

    def _end(self, department: Department, reference: str, state: State, details: dict[str, str]) -> Document:
        moved = self._cases.update_one(
            {
                "_id": reference,
                "department": department.id,
                "state": {"$in": [state.value for state in UNDECIDED]},
            },
            {
                "$set": {"state": state.value, "step": None, "due": None},
                "$push": {"history": {"event": state.value, "at": self.clock(), "details": details}},
                "$inc": {"version": 1},
            },
        )
        case = self.find_case(department, reference)
        if moved.matched_count != 1 and case["state"] != state:
            raise CaseConflict("the case is already decided")
        return case

    def counts(self) -> dict[str, dict[str, int]]:
        """How many cases of each department stand where."""
        grouped = self._cases.aggregate(
            [{"$group": {"_id": {"d": "$department", "s": "$state"}, "n": {"$sum": 1}}}]
        )
        found: dict[str, dict[str, int]] = {}
        for row in grouped:
            found.setdefault(row["_id"]["d"], {})[row["_id"]["s"]] = row["n"]
        return found

    def step_seconds(self, case: Mapping[str, Any], *, of: str | None = None) -> float:
        """Seconds until a case's next step, as its department (or another that has a say) works today."""
        department = self.registries.directory[of or case["department"]]
        seconds = self.behaviours.of(department.id).step_seconds(self.pace * department.pace)
        return seconds * INSTANT_SHARE if case["service"] == "即办件" else seconds

    def _faults(self, rule: Rule, filing: Filing) -> list[dict[str, str | None]]:
        faults: list[dict[str, str | None]] = []
        known_name = self.registries.name_of(filing.applicant.identity_number)
        if known_name is None:
            faults.append({"field": "applicant.identity_number", "reason": "人口库中没有此证件号码"})
        elif known_name != filing.applicant.name:
            faults.append({"field": "applicant.name", "reason": "姓名与证件号码不一致"})
        for name in rule.requires:
            if filing.form.get(name) in (None, "", []):
                faults.append({"field": name, "reason": "缺少必填内容"})
        for name in filing.joint:
            if self.registries.directory.get(name) is None:
                faults.append({"field": "joint", "reason": f"没有这个联办部门：{name}"})
        if self._callback_base and _origin(filing.callback_url) != _origin(self._callback_base):
            faults.append({"field": "callback_url", "reason": "回调地址不在登记的平台之内"})
        return faults

    def _new_case(
        self, reference: str, department: Department, key: str, filing: Filing, conduct: Behaviour
    ) -> Document:
        rule = self.book.rule_for(filing.matter, department.id)
        result = filing.result or rule.result
        now = self.clock()
        case: Document = {
            "_id": reference,
            "department": department.id,
            "key": key,
            "fingerprint": filing.fingerprint(),
            "matter": filing.matter,
            "application": filing.application,
            "applicant": filing.applicant.model_dump(),
            "form": filing.form,
            "materials": [material.model_dump(exclude_none=True) for material in filing.materials],
            "callback_url": filing.callback_url,
            "result": None if result is None else result.model_dump(),
            "service": filing.service or rule.service,
            "handling": filing.handling,
            "joint": [name for name in filing.joint if name != department.id],
            "special": [one.kind for one in filing.special],
            "tolerance": filing.tolerance.model_dump() if filing.tolerance else None,
            "later": filing.later,
            "agent": filing.agent.model_dump() if filing.agent else None,
            "conduct": conduct.mode.value,
            "notice_delay": 0.0,
            "state": State.RECEIVED.value,
            "step": None if filing.handling == WORKBENCH else "accept",
            "received_at": now,
            "lease": now,
            "supplements": [],
            "history": [{"event": "received", "at": now, "details": {}}],
            "version": 1,
        }
        seconds = self.step_seconds(case)
        if conduct.mode is Mode.ANSWERS_LATE:
            case["notice_delay"] = LATE_STEPS * max(seconds, 0.05)
        if conduct.mode is Mode.SILENT:
            case |= {"step": "wake", "history": []}
        return case | {"due": None if case["step"] is None else now + timedelta(seconds=seconds)}

    def _write_new(self, case: Document, now: datetime, session: ClientSession) -> None:
        self._cases.insert_one(case, session=session)
        if case["conduct"] == Mode.SILENT:
            return
        notice = case_notice(case, "received", {}, order=1, now=now, delay=case["notice_delay"])
        self.outbox.put([notice], session)


def _repeat_receipt(case: Document, filing: Filing) -> Receipt:
    if case["fingerprint"] != filing.fingerprint():
        raise CaseConflict("another filing was made under this key")
    return Receipt(case["_id"], case["department"], case["received_at"].isoformat(), repeated=True)


def _merged(case: Document, given: list[Material]) -> list[dict[str, Any]]:
    """The case's materials with the new ones in the place of the old."""
    replaced = {material.id for material in given}
    kept = [material for material in case["materials"] if material["id"] not in replaced]
    return kept + [material.model_dump(exclude_none=True) for material in given]


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
