"""A town with a made-up 一件事 of six parts, each with a reason to be there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from integrations.gateways.contract import RegistryAnswer
from integrations.gateways.failures import DepartmentUnavailable
from tests.contract.engine import EngineTown, NotingDepartments
from tests.papers import TINY_PDF

HOME, OTHER = "civil-affairs", "housing"
WHOLE = "trial-whole"
FIRST, SECOND, THIRD = "trial-first", "trial-second", "trial-third"
ALONE, BEHIND, NUMBERED = "trial-alone", "trial-behind", "trial-numbered"
NAME = {"name": "applicant", "label": "姓名", "type": "name", "source": "population.name"}
PHONE = {
    "name": "contact_phone",
    "label": "联系电话",
    "type": "phone",
    "ask": "电话？",
    "hint": "十一位",
    "default": "19900000001",
}
PLAN = {"id": "plan", "name": "平面图", "origin": "申请人自备"}
SICK = "住院期间不能办，出院以后再来"
OWNS = "已经办过了，不用再办"


def a_part(name: str, label: str, *, days: int, department: str = HOME, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": label,
        "name_en": name,
        "codes": None,
        "department": department,
        "kind": "公共服务",
        "service": "承诺件",
        "audience": ["natural-person", "organisation"],
        "visits": 0,
        "fee": {"amount": 0},
        "guide": {"summary": label},
        "result": {"name": f"{label}通知", "type": "其他"},
        "basis": "simulated",
        "clocks": {
            "statutory": {"amount": days + 10, "unit": "工作日"},
            "promised": {"amount": days, "unit": "工作日"},
        },
        "form": [NAME, PHONE],
    } | more


PARTS: list[dict[str, Any]] = [
    a_part(FIRST, "试办登记", days=5),
    a_part(
        SECOND,
        "试办参保",
        days=8,
        accept_when=[
            {"filter": {"population.residence.sick": {"$ne": True}}, "text": "没有住院", "otherwise": SICK}
        ],
    ),
    a_part(THIRD, "试办报销", days=3, department=OTHER),
    a_part(
        ALONE,
        "试办建档",
        days=12,
        department=OTHER,
        accept_when=[
            {"filter": {"population.residence.filed": {"$ne": True}}, "text": "没有办过", "otherwise": OWNS}
        ],
    ),
    a_part(BEHIND, "试办接种", days=2, materials=[PLAN]),
    a_part(
        NUMBERED,
        "试办领卡",
        days=2,
        department="public-security",
        form=[
            NAME,
            PHONE,
            {"name": "number", "label": "证件号码", "type": "text", "source": "population.number"},
        ],
    ),
]
BUNDLE: dict[str, Any] = {
    "id": WHOLE,
    "name": "试办一件事",
    "name_en": "Trial bundle",
    "department": HOME,
    "audience": ["natural-person", "organisation"],
    "guide": {"summary": "一起办"},
    "parts": [
        {"matter": FIRST},
        {"matter": SECOND, "after": [FIRST], "why": "先登记再参保"},
        {"matter": THIRD, "after": [SECOND]},
        {"matter": ALONE},
        {"matter": BEHIND, "after": [ALONE]},
        {"matter": NUMBERED, "after": [FIRST]},
    ],
    "later": ["number"],
    "basis": "simulated",
}


class KnowingDepartments(NotingDepartments):
    """Departments that are also asked what they know; nothing new unless a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Any] = {}

    def query_registry(self, department: str, **_: Any) -> RegistryAnswer:
        if self.silent:
            raise DepartmentUnavailable(department)
        sections = {"population": self.known} if self.known and department == "public-security" else {}
        answer = {"department": department, "as_of": "2026-03-02T10:00:00+08:00", "sections": sections}
        return RegistryAnswer.model_validate(answer)


class BundleTown(EngineTown):
    """A town where the made-up bundle can be applied for."""

    def __init__(self, mongo_url: str, database: str, folder: Path) -> None:
        super().__init__(mongo_url, database, folder)
        self.departments: KnowingDepartments = KnowingDepartments()
        self.house = replace(self.house, departments=cast(Any, self.departments))
        self.facts: dict[str, Any] = {"name": "随小办", "number": "99000020260101"}
        self.citizen = self.a_resident()

    def a_resident(self, **facts: Any) -> str:
        sources = {"population": {"department": "public-security", "as_of": self.clock.now()}}
        return self.a_citizen(population=self.facts | facts, sources=sources)

    def register(self, **facts: Any) -> None:
        """What the register says from now on."""
        self.departments.known = self.facts | facts

    def a_whole(self, *, citizen: str = "", plan: bool = True, **more: Any) -> str:
        """A complete draft of the bundle."""
        from backend.applications import applying, materials

        who = citizen or self.citizen
        fields = more.pop("fields", {})
        draft, _ = applying.open_draft(self.house, who, WHOLE, channel="app", **more)
        actor = (more.get("agent") or {}).get("citizen") or who
        if fields:
            applying.fill_in(self.house, actor, draft["_id"], fields)
        if plan:
            given = {"material": "plan", "name": "图.pdf", "content": TINY_PDF}
            materials.upload(self.house, actor, draft["_id"], **given)
        return str(draft["_id"])

    def begun(self, **more: Any) -> str:
        """The bundle, submitted, with what can start started."""
        from backend.applications import applying

        draft = self.a_whole(**more)
        actor = (more.get("agent") or {}).get("citizen") or more.get("citizen") or self.citizen
        applying.submit(self.house, actor, draft, key="whole")
        self.go_on(draft)
        return draft

    def go_on(self, bundle: str) -> str:
        """What the task does that hears of a part."""
        from backend.applications import bundling, filing

        outcome = bundling.advance(self.house, bundle)
        self.clock.advance(seconds=20)
        filing.file_waiting(self.house)
        return outcome

    def parts(self, bundle: str) -> dict[str, dict[str, Any]]:
        found = self.house.db["applications"].find({"bundle": bundle})
        return {one["matter"]: one for one in found}

    def row(self, bundle: str, matter: str) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self.document(bundle)["parts"]
        return next(one for one in rows if one["matter"] == matter)

    def end(self, bundle: str, matter: str, *, well: bool = True) -> None:
        """Bring a part to its end and let the bundle go on."""
        part = self.parts(bundle)[matter]["_id"]
        if well:
            self.report(part, "approved")
            self.report(part, "completed")
        else:
            self.report(part, "refused", details={"reason": "不符合条件"})
        self.go_on(bundle)


@contextmanager
def trial_bundle(**changes: Any) -> Iterator[None]:
    """The made-up bundle and its parts in this process's catalogue; ``changes`` by the part's id."""
    from backend.matters.bundles import Bundle, put_together
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    there = catalogue()
    files = [one | changes.get(one["id"].replace("-", "_"), {}) for one in PARTS]
    made = {one["id"]: Matter.model_validate(one) for one in files}
    made[WHOLE] = put_together(Bundle.model_validate(BUNDLE), made)
    before = {name: (there.matters.get(name), there.versions.get(name)) for name in made}
    for name, matter in made.items():
        there.matters[name] = matter
        there.versions[name] = f"{name}-{abs(hash(matter.model_dump_json())) % 10**8}"
    try:
        yield
    finally:
        for name, (matter_before, version) in before.items():
            del there.matters[name], there.versions[name]
            if matter_before and version:
                there.matters[name], there.versions[name] = matter_before, version
