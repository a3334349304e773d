"""A house for the engine: a made-up matter with every clock, a department that only notes what it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from backend.core.clock import CITY
from backend.core.ids import new_id
from integrations.gateways.contract import CaseFiling, FiledCase
from integrations.gateways.failures import DepartmentUnavailable
from tests.contract.prompting import PromptTown
from tests.papers import TINY_PDF

MATTER = "engine-trial"
HOME, OTHER = "civil-affairs", "public-security"
FILE: dict[str, Any] = {
    "id": MATTER,
    "name": "引擎试办事项",
    "name_en": "Trial matter",
    "codes": None,
    "department": HOME,
    "kind": "行政许可",
    "service": "承诺件",
    "audience": ["natural-person"],
    "clocks": {
        "statutory": {"amount": 20, "unit": "工作日"},
        "promised": {"amount": 6, "unit": "工作日"},
        "correction": {"amount": 10, "unit": "工作日"},
    },
    "visits": 0,
    "joint": [OTHER],
    "tolerance": {"period": {"amount": 10, "unit": "工作日"}},
    "special": [{"kind": "专家评审", "period": {"amount": 10, "unit": "工作日"}, "text": "请专家评审"}],
    "fee": {"amount": 0, "reductions": [{"text": "残疾人免收", "amount": 0, "when": {"disabled": True}}]},
    "guide": {"summary": "试办"},
    "situations": [
        {
            "field": "speed",
            "changes": [
                {"when": {"speed": "slow"}, "promised": {"amount": 12, "unit": "工作日"}, "note": "要评审"},
                {"when": {"speed": "paid"}, "fee": 80, "result": "加急证"},
            ],
        }
    ],
    "form": [
        {
            "name": "speed",
            "label": "办法",
            "type": "choice",
            "default": "usual",
            "choices": [{"value": one, "label": one} for one in ("usual", "slow", "paid")],
        },
        {"name": "disabled", "label": "残疾人", "type": "yes-no", "default": False},
        {
            "name": "contact_phone",
            "label": "电话",
            "type": "phone",
            "default": "19900000001",
            "ask": "电话？",
        },
    ],
    "materials": [{"id": "plan", "name": "平面图", "necessity": "later", "origin": "申请人自备"}],
    "result": {"name": "试办证", "type": "证照"},
    "basis": "simulated",
}


class NotingDepartments:
    """Stands in for the gateway: keeps what it is told, is silent or fails on demand."""

    def __init__(self) -> None:
        self.filed: list[tuple[str, CaseFiling]] = []
        self.told: list[tuple[str, str]] = []
        self.silent = False
        self.failure: Exception | None = None

    def file_case(self, department: str, filing: CaseFiling) -> FiledCase:
        self._answer(department)
        self.filed.append((department, filing))
        reference = f"{department}-{filing.application}"
        return FiledCase(reference=reference, department=department, received_at="2026-01-01T00:00:00+08:00")

    def supplement(self, department: str, reference: str, **_: Any) -> None:
        self._note(department, "supplement", reference)

    def withdraw(self, department: str, reference: str) -> None:
        self._note(department, "withdraw", reference)

    def decide(self, department: str, reference: str, decision: Any) -> None:
        self._note(department, "decide", reference)

    def terminate(self, department: str, reference: str, **_: Any) -> None:
        self._note(department, "terminate", reference)

    def _note(self, department: str, what: str, reference: str) -> None:
        self._answer(department)
        self.told.append((what, reference))

    def _answer(self, department: str) -> None:
        if self.silent:
            raise DepartmentUnavailable(department)
        if self.failure is not None:
            raise self.failure


class EngineTown(PromptTown):
    """A town where one made-up matter can be applied for, and time is moved by hand."""

    def __init__(self, mongo_url: str, database: str, folder: Path) -> None:
        super().__init__(mongo_url, database, folder)
        self.departments = NotingDepartments()
        settings = self.house.settings.model_copy(update={"collect_fees": False})
        self.house = replace(self.house, departments=cast(Any, self.departments), settings=settings)
        from backend.applications import supervision, versions

        assert supervision.SUPERVISION
        assert versions.VERSIONS
        self.house.db.create_indexes()
        self.citizen = self.a_citizen(population={"name": "随小办"})

    def at(self, text: str) -> datetime:
        """Move the clock to a moment of the city: ``2026-02-13 10:00`` (without an hour, 10 o'clock)."""
        day, _, hour = text.partition(" ")
        self.clock.moment = datetime.fromisoformat(f"{day}T{hour or '10:00'}").replace(tzinfo=CITY)
        return self.clock.moment

    def a_draft(self, **fields: Any) -> str:
        from backend.applications import applying

        draft, _ = applying.open_draft(self.house, self.citizen, MATTER, channel="app")
        if fields:
            applying.fill_in(self.house, self.citizen, draft["_id"], fields)
        return str(draft["_id"])

    def a_submitted(self, *, with_plan: bool = True, **fields: Any) -> str:
        from backend.applications import applying, filing

        draft = self.a_draft(**fields)
        if with_plan:
            self.upload(draft)
        applying.submit(self.house, self.citizen, draft, key="k")
        filing.file_application(self.house, draft)
        return draft

    def an_accepted(self, **more: Any) -> str:
        application = self.a_submitted(**more)
        assert self.report(application, "accepted") == "applied"
        return application

    def upload(self, application: str) -> None:
        from backend.applications import materials

        materials.upload(
            self.house, self.citizen, application, material="plan", name="图.pdf", content=TINY_PDF
        )

    def report(self, application: str, event: str, **more: Any) -> str:
        """A department's report, as its callback brings it."""
        from backend.applications import filing

        document = self.document(application)
        said = {"event_id": new_id(), "department": document["department"], "reference": None}
        said |= {"application": document["number"], "event": event, "at": self.clock.now().isoformat()}
        return filing.take_in(self.house, said | {"details": {}} | more)

    def sweep(self) -> int:
        from backend.applications import watching

        return watching.watch(self.house)

    def document(self, application: str) -> dict[str, Any]:
        return self.house.db["applications"].find_one({"_id": application}) or {}

    def state(self, application: str) -> str:
        return str(self.document(application)["state"])

    def clocks(self, application: str) -> dict[str, Any]:
        found: dict[str, Any] = self.document(application)["clocks"]
        return found

    def promised(self, application: str) -> str:
        return day(self.document(application)["promised"]["due"])

    def reminders(self, application: str) -> list[tuple[str, list[str]]]:
        found = self.house.db["staff_reminders"].find({"application": application}).sort("created_at")
        return [(one["duty"], one["roles"]) for one in found]

    def notices(self) -> list[str]:
        return [one["what"] for one in self.emitted("application.noticed")]


def day(moment: datetime) -> str:
    """The city's day of a moment."""
    return moment.astimezone(CITY).date().isoformat()


@contextmanager
def trial_matter(**changes: Any) -> Iterator[None]:
    """The made-up matter in this process's catalogue for a while."""
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    known = catalogue()
    before = (known.matters.get(MATTER), known.versions.get(MATTER))
    known.matters[MATTER] = Matter.model_validate(FILE | changes)
    known.versions[MATTER] = f"trial-{abs(hash(str(changes))) % 10**8}"
    try:
        yield
    finally:
        del known.matters[MATTER], known.versions[MATTER]
        if before[0] and before[1]:
            known.matters[MATTER], known.versions[MATTER] = before
