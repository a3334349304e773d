"""A house with staff at their desks: made-up matters, the API itself, and a real broker for its limits."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient

from backend.launch.servers import bundled_program, redis_answers
from integrations.gateways.contract import CaseFiling, FiledCase
from tests.contract.city import free_port, wait_until
from tests.contract.prompting import PromptTown

HOME, OTHER, OFFICE = "civil-affairs", "housing", "data-office"
RELIEF, QUICK = "desk-relief", "desk-quick"
PASSWORD = "a-long-test-passw0rd"
PHONE = "19900000001"
POSTS: dict[str, list[str]] = {
    "receiver": ["receive"],
    "handler": ["handle"],
    "reviewer": ["review"],
    "decider": ["decide"],
    "supervisor": ["supervise"],
    "all-rounder": ["receive", "handle", "review", "decide"],
    "admin": ["administrate"],
}
ASKED: dict[str, Any] = {"ask": "电话？", "hint": "", "type": "phone", "label": "联系电话"}
SHARED: dict[str, Any] = {
    "codes": None,
    "department": HOME,
    "kind": "行政给付",
    "audience": ["natural-person"],
    "visits": 0,
    "fee": {"amount": 0},
    "guide": {"summary": "试办"},
    "result": {"name": "核定通知", "type": "其他"},
    "basis": "simulated",
    "clocks": {
        "statutory": {"amount": 20, "unit": "工作日"},
        "promised": {"amount": 10, "unit": "工作日"},
        "correction": {"amount": 7, "unit": "工作日"},
    },
}
MATTERS: dict[str, dict[str, Any]] = {
    RELIEF: SHARED
    | {
        "id": RELIEF,
        "name": "试办救助",
        "name_en": "Trial relief",
        "service": "承诺件",
        "joint": [OTHER],
        "handling": {"by": "workbench"},
        "tolerance": {"period": {"amount": 5, "unit": "工作日"}},
        "special": [{"kind": "公示", "period": {"amount": 7, "unit": "日历日"}, "text": "公示七天"}],
        "form": [
            {"name": "applicant", "label": "姓名", "type": "name", "source": "population.name"},
            {"name": "home", "label": "住址", "type": "address", "source": "population.residence.address"},
            {"name": "owned", "label": "房产", "type": "number", "source": "property.owned"},
            {"name": "contact_phone", "default": PHONE, **ASKED},
        ],
        "materials": [
            {"id": "income", "name": "收入说明", "necessity": "optional", "origin": "申请人自备"},
            {"id": "record", "name": "病历", "necessity": "later", "origin": "申请人自备"},
        ],
    },
    QUICK: SHARED
    | {
        "id": QUICK,
        "name": "试办秒批",
        "name_en": "Trial at once",
        "service": "即办件",
        "handling": {
            "by": "workbench",
            "automatic": [
                {"filter": {"population.hukou.local": True}, "text": "本市户籍"},
                {"filter": {"benefits.type": {"$ne": "relief"}}, "text": "没有领过救助"},
            ],
        },
        "form": [
            {"name": "applicant", "label": "姓名", "type": "name", "source": "population.name"},
            {"name": "contact_phone", "default": PHONE, **ASKED},
        ],
    },
}


class QuietDepartments:
    """Stands in for the gateway: every case gets a receipt, everything told is kept."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def file_case(self, department: str, filing: CaseFiling) -> FiledCase:
        reference = f"{department}-{filing.application}"
        return FiledCase(reference=reference, department=department, received_at="2026-01-01T00:00:00+08:00")

    def __getattr__(self, name: str) -> Any:
        return lambda department, reference="", **_: self.told.append((name, reference))


class Desk(PromptTown):
    """Citizens who apply, staff who handle, and the API between them."""

    def __init__(self, mongo_url: str, database: str, folder: Path, redis_url: str) -> None:
        super().__init__(mongo_url, database, folder)
        from backend import web
        from backend.core.house import connect_valkey

        settings = self.house.settings.model_copy(update={"collect_fees": False})
        self.house = replace(
            self.house,
            departments=cast(Any, QuietDepartments()),
            settings=settings,
            valkey=connect_valkey(redis_url),
        )
        self.clock.moment = self.clock.moment.replace(hour=2)
        self.app = web.create_app(self.house)
        self.signer = self.app.extensions["signer"]
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.keys = 0

    def hire(self, name: str, department: str = HOME, roles: list[str] | None = None) -> str:
        """A member of staff who is signed in; the name is the post unless roles are given."""
        from backend.workbench import store
        from backend.workbench.passwords import FOR_RANDOM_PASSWORDS
        from backend.workbench.staff import create_staff

        account = create_staff(
            self.house,
            name=f"{name}.{department}",
            password=PASSWORD,
            department=department,
            roles=roles or POSTS[name],
            display="安小办",
            by="test",
            cost=FOR_RANDOM_PASSWORDS,
        )
        now = self.house.clock.now()
        session = {"_id": self.house.new_id(), "staff": account["_id"], "ended_at": None}
        session |= {"created_at": now, "expires_at": now.replace(year=now.year + 5), "refresh_print": ""}
        store.open_session(self.house, session)
        self.ids[name] = account["_id"]
        self.tokens[name] = self.signer.staff(staff=account["_id"], session=session["_id"], now=_wall())
        return str(account["_id"])

    def hire_all(self, department: str = HOME) -> None:
        for post in POSTS:
            self.hire(post, department)

    def ask(self, name: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A request of a member of staff, ``name``'s token or a token itself."""
        token = self.tokens.get(name, name)
        headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
        client: FlaskClient = self.app.test_client()
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers, **more)

    def act(self, name: str, case: str, action: str, *, key: str = "", **said: Any) -> Any:
        """An action on a case, under a key of its own."""
        self.keys += 1
        headers = {"Idempotency-Key": key or f"key-{self.keys}"}
        body = {"action": action, **said}
        return self.ask(name, "POST", f"/staff/cases/{case}/actions", body, headers=headers)

    def do(self, name: str, case: str, *actions: str, **said: Any) -> Any:
        """Actions one after another that all succeed; ``said`` goes with the last."""
        answer = None
        for number, action in enumerate(actions):
            answer = self.act(name, case, action, **(said if number == len(actions) - 1 else {}))
            assert answer.status_code == 200, f"{action}: {answer.get_json()}"
        return answer

    def citizen_token(self, citizen: str) -> str:
        return str(self.signer.access(citizen=citizen, session="s", assurance=3, now=_wall()))

    def a_case(self, matter: str = RELIEF, *, citizen: str = "", upload: bool = True, **facts: Any) -> str:
        """A submitted case of a citizen of one's own."""
        from backend.applications import applying, materials

        who = citizen or self.a_resident(**facts)
        draft, _ = applying.open_draft(self.house, who, matter, channel="app")
        if upload and matter == RELIEF:
            for name in ("record", "income"):
                materials.upload(
                    self.house, who, draft["_id"], material=name, name="a.pdf", content=a_paper()
                )
        applying.submit(self.house, who, draft["_id"], key="k")
        return str(draft["_id"])

    def a_resident(self, **facts: Any) -> str:
        """A citizen with the facts that the made-up matters read."""
        now = self.clock.now()
        population = {
            "name": "随小办",
            "phone": PHONE,
            "hukou": {"local": True},
            "residence": {"address": "安居区安心路8号3幢201室"},
        }
        known = {"population": population, "benefits": [], "property": {"owned": 0}} | facts
        owners = {"population": "public-security", "benefits": HOME, "property": "natural-resources"}
        sources = {one: {"department": owners[one], "as_of": now} for one in known if one in owners}
        return self.a_citizen(**known, sources=sources)

    def document(self, case: str) -> dict[str, Any]:
        found: dict[str, Any] = self.house.db["applications"].find_one({"_id": case}) or {}
        return found

    def joint_agree(self, case: str) -> None:
        """The joint departments have nothing against it."""
        from backend.workbench import case_store, opinions
        from backend.workbench.officer import Officer

        for one in case_store.opinions_of(self.house, case):
            officer = Officer("joint", one["department"], frozenset({"handle"}))
            opinions.answer_opinion(self.house, officer, one["_id"], opinion="agree", text="同意")

    def deciding(self, case: str) -> None:
        """Bring a case to where it is decided."""
        self.do("receiver", case, "claim", "accept")
        self.joint_agree(case)
        self.do("handler", case, "claim", "assign", "check", reason="符合条件")
        self.do("reviewer", case, "claim", "propose", reason="同意")


def a_paper() -> bytes:
    """A PDF of one empty page."""
    from io import BytesIO

    from pypdf import PdfWriter

    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


def _wall() -> Any:
    """Tokens are checked against the machine's time, whatever the town's clock says."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


@contextmanager
def made_up_matters() -> Iterator[None]:
    """The made-up matters stand in the catalogue meanwhile."""
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    there = catalogue()
    for name, file in MATTERS.items():
        there.matters[name] = Matter.model_validate(file)
        there.versions[name] = f"{name}-1"
    try:
        yield
    finally:
        for name in MATTERS:
            del there.matters[name], there.versions[name]


@contextmanager
def running_valkey(folder: Path) -> Iterator[str]:
    """A real Valkey of this test's own."""
    program = shutil.which("valkey-server") or bundled_program("valkey-server")
    assert program is not None, "there is no valkey-server"
    port = free_port()
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        wait_until(lambda: redis_answers(url), seconds=20, what="valkey")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)
