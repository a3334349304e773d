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
from integrations.departments.filings import Filing, Supplement, fingerprint
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


UNDECIDED = (State.RECEIVED, State.ACCEPTED, State.CORRECTION, State.REVIEWING)


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
        """Take what a correction request asked for; the same twice is taken once."""
        print_ = fingerprint(given.model_dump(mode="json"))
        case = self.find_case(department, reference)
        if case["state"] != State.CORRECTION:
            if print_ in case["supplements"]:
                return case
            raise CaseConflict("no correction is asked for")
        now = self.clock()
        replaced = {material.id for material in given.materials}
        kept = [material for material in case["materials"] if material["id"] not in replaced]
        changes = {
            "state": State.RECEIVED.value,
            "form": case["form"] | given.form,
            "materials": kept + [material.model_dump(exclude_none=True) for material in given.materials],
            "step": "accept",
            "due": now + timedelta(seconds=self.step_seconds(case)),
            "lease": now,
        }
        entry = {"event": "supplemented", "at": now, "details": {}}
        moved = self._cases.update_one(
            {"_id": reference, "state": State.CORRECTION.value, "version": case["version"]},
            {
                "$set": changes,
                "$push": {"history": entry, "supplements": print_},
                "$inc": {"version": 1},
            },
        )
        if moved.matched_count != 1:
            return self.supplement(department, reference, given)
        return self.find_case(department, reference)

    def withdraw(self, department: Department, reference: str) -> Document:
        """Let the applicant take the case back, as long as it is not decided."""
        now = self.clock()
        moved = self._cases.update_one(
            {
                "_id": reference,
                "department": department.id,
                "state": {"$in": [state.value for state in UNDECIDED]},
            },
            {
                "$set": {"state": State.WITHDRAWN.value, "step": None, "due": None},
                "$push": {"history": {"event": "withdrawn", "at": now, "details": {}}},
                "$inc": {"version": 1},
            },
        )
        case = self.find_case(department, reference)
        if moved.matched_count != 1 and case["state"] != State.WITHDRAWN:
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

    def step_seconds(self, case: Mapping[str, Any]) -> float:
        """Seconds until a case's next step, as its department works today."""
        department = self.registries.directory[case["department"]]
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
            "conduct": conduct.mode.value,
            "notice_delay": 0.0,
            "state": State.RECEIVED.value,
            "step": "accept",
            "received_at": now,
            "lease": now,
            "supplements": [],
            "history": [{"event": "received", "at": now, "details": {}}],
            "version": 1,
        }
        seconds = self.step_seconds(case)
        if conduct.mode is Mode.ANSWERS_LATE:
            case["notice_delay"] = LATE_STEPS * max(seconds, 0.05)
        return case | {"due": now + timedelta(seconds=seconds)}

    def _write_new(self, case: Document, now: datetime, session: ClientSession) -> None:
        self._cases.insert_one(case, session=session)
        notice = case_notice(case, "received", {}, order=1, now=now, delay=case["notice_delay"])
        self.outbox.put([notice], session)


def _repeat_receipt(case: Document, filing: Filing) -> Receipt:
    if case["fingerprint"] != filing.fingerprint():
        raise CaseConflict("another filing was made under this key")
    return Receipt(case["_id"], case["department"], case["received_at"].isoformat(), repeated=True)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
