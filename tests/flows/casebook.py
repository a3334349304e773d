"""The table of the flow tests: for each matter somebody it fits, what they answer, what comes of it."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from backend.core.clock import city_date
from backend.core.settings import ROOT
from backend.matters.datewords import resolve
from tests.flows.conversation import Conversation, wait_for
from tests.flows.office import Office
from tests.stack import Stack

IN_REVIEW = ("accepted", "reviewing", "checking", "deciding")
TO_DELIVER = ("approved", "issuing")
FOLDER = ROOT / "tests" / "matters"
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
_DAY_WORD = re.compile(r"today([+-]\d+[dmyw])?")


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    matter: str
    citizen: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    uploads: tuple[str, ...] = ()
    correction: dict[str, Any] | None = None
    result: str = ""
    licence: str | None = None
    parts: dict[str, str] = field(default_factory=dict)

    def answer(self, name: str) -> Any:
        """What somebody gives for a field; days as ISO text."""
        assert name in self.answers, f"{self.matter} asks for {name}, which its case does not answer"
        return day_of(self.answers[name])


@dataclass
class Citizen:
    """Somebody signed in for a case, for whom they act, and the offices whose windows they go to."""

    talk: Conversation
    person: dict[str, Any]
    office: Office
    principal: str | None = None

    @property
    def client(self) -> httpx.Client:
        """Their phone."""
        return self.talk.client


def read_case(file: Path) -> Case:
    """One case from its file."""
    raw = yaml.safe_load(file.read_text("utf-8"))
    raw["uploads"] = tuple(raw.get("uploads") or ())
    raw["said"] = raw.get("said") or {}
    raw["answers"] = raw.get("answers") or {}
    return Case(matter=file.stem, **raw)


def all_cases() -> list[Case]:
    """Every case, by matter."""
    return [read_case(file) for file in sorted(FOLDER.glob("*.yml"))]


def day_of(value: Any) -> Any:
    """A day word (``today-3d``) as an ISO day, anything else as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _DAY_WORD.fullmatch(value):
        today = city_date(datetime.now(UTC))
        resolved = resolve({"day": value}, today=today)["day"]
        return city_date(resolved).isoformat()
    return value


def move_in(stack: Stack, case: Case, office: Office) -> Citizen:
    """Make somebody whom the case fits and sign them in; a firm's legal representative binds it."""
    with stack.departments() as departments:
        made = departments.post("/admin/people", json=case.citizen)
    assert made.status_code in (200, 201), f"{case.matter}: {made.text}"
    person = made.json()
    talk = Conversation.sign_in(stack, person["phone"])
    named = {"name": person["name"], "identity_number": person["identity_number"]}
    answer = talk.client.post("/auth/real-name", json=named)
    assert answer.status_code == 200, answer.text
    talk.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    citizen = Citizen(talk, person, office)
    if person.get("organisation"):
        bound = talk.client.post("/organisations", json=person["organisation"])
        assert bound.status_code == 201, bound.text
        citizen.principal = bound.json()["organisation"]["id"]
    return citizen


def draft(citizen: Citizen, case: Case) -> dict[str, Any]:
    """Open the case's draft, for the firm where the matter is a firm's."""
    body = {"matter": case.matter}
    for_firm = body | {"for": citizen.principal} if citizen.principal else body
    answer = citizen.client.post("/applications", json=for_firm)
    if answer.status_code == 422 and answer.json()["type"].endswith("wrong-audience"):
        answer = citizen.client.post("/applications", json=body)
    assert answer.status_code == 201, f"{case.matter}: {answer.text}"
    return dict(answer.json())


def fill(citizen: Citizen, case: Case, application: str) -> dict[str, Any]:
    """Answer what is asked and upload what is wanted, until only the yes is missing."""
    for _ in range(60):
        step = citizen.client.get(f"/applications/{application}/next").json()
        if step["kind"] == "ask":
            name = step["field"]["name"]
            given = {"fields": {name: case.answer(name)}}
            answer = citizen.client.patch(f"/applications/{application}", json=given)
            assert answer.status_code == 200, f"{case.matter}.{name}: {answer.text}"
        elif step["kind"] == "upload":
            upload(citizen, application, step["material"]["id"])
        else:
            return dict(step)
    raise AssertionError(f"{case.matter}: no end of questions, the last was {step}")


def upload(citizen: Citizen, application: str, material: str) -> None:
    """Upload a photo for a material."""
    files = {"file": (f"{material}.png", PHOTO, "image/png")}
    path = f"/applications/{application}/materials"
    for _ in range(5):
        answer = citizen.client.post(path, data={"material": material}, files=files)
        if answer.status_code != 409:  # the department moved the case at this very moment
            break
    assert answer.status_code == 201, f"{material}: {answer.text}"


def submit(citizen: Citizen, application: str) -> dict[str, Any]:
    """Say yes."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = citizen.client.post(f"/applications/{application}/submit", headers=key)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pay_if_asked(citizen: Citizen, application: str) -> None:
    """Go to the cashier's page and press the button, when there is a fee."""
    seen = citizen.client.get(f"/applications/{application}").json()
    if (seen.get("payment") or {}).get("state") != "due":
        return
    order = citizen.client.post(f"/applications/{application}/payment").json()
    with httpx.Client(trust_env=False, timeout=20) as browser:
        page = browser.get(order["pay_url"])
        assert order["amount"] in page.text
        assert browser.post(order["pay_url"], data={"action": "pay"}).status_code == 303


def hand_in_later(citizen: Citizen, application: str) -> None:
    """Hand in what was promised when the case was accepted with something missing (容缺)."""
    seen = citizen.client.get(f"/applications/{application}").json()
    for material in (seen["clocks"].get("tolerance") or {}).get("materials", []):
        upload(citizen, application, material)


def fetch_if_ready(citizen: Citizen, application: str) -> None:
    """Go to the window with the code, where something lies there to be collected."""
    seen = citizen.client.get(f"/applications/{application}").json()
    code = (seen.get("delivery") or {}).get("code")
    if code:
        citizen.office.hand_over(seen["department"]["id"], application, code)


def known_share(application: dict[str, Any]) -> tuple[int, int]:
    """How many of the shown fields nobody had to fill, and how many there are."""
    shown = [one for one in application["fields"] if one["status"] in ("known", "given", "missing")]
    shown = [one for one in shown if not one["name"].startswith("with_")]
    return len([one for one in shown if one["status"] == "known"]), len(shown)


def await_end(citizen: Citizen, application: str, *states: str, seconds: float = 60) -> dict[str, Any]:
    """The application once it stands in one of these states."""

    def arrived() -> dict[str, Any] | None:
        seen = dict(citizen.client.get(f"/applications/{application}").json())
        if seen["state"] in IN_REVIEW and seen["clocks"].get("tolerance"):
            hand_in_later(citizen, application)
        if seen["state"] in TO_DELIVER:
            fetch_if_ready(citizen, application)
        return seen if seen["state"] in states else None

    return wait_for(arrived, f"{application} in {states}", seconds)
