"""A citizen at their phone: signs in, talks, presses buttons, reads messages; all over the public API."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tests.stack import Stack

Reply = dict[str, Any]
Found = TypeVar("Found")
PATIENCE = 20.0


@dataclass
class Conversation:
    """One citizen's conversation; the replies to the last message stay at hand."""

    client: httpx.Client
    replies: list[Reply] = field(default_factory=list)

    @classmethod
    def sign_in(cls, stack: Stack, phone: str) -> "Conversation":
        """Sign in by the code that the simulated gateway delivered."""
        with stack.client() as client:
            assert client.post("/auth/codes", json={"phone": phone}).status_code == 202
            sent = client.post("/development/sms-outbox", json={"phone": phone}).json()["items"]
            answer = client.post("/auth/tokens", json={"phone": phone, "code": sent[0]["code"]})
        assert answer.status_code == 200, answer.text
        return cls(stack.client(answer.json()["access_token"]))

    def close(self) -> None:
        """Hang up."""
        self.client.close()

    def say(self, text: str) -> "Conversation":
        """Say something and wait for the replies."""
        return self._send({"text": text})

    def choose(self, title: str) -> "Conversation":
        """Press the button, or take the option of the form's question, with this title."""
        value = self.buttons.get(title)
        assert value is not None, f"no button {title!r} among {sorted(self.buttons)}"
        return self._send({"choice": value})

    @property
    def buttons(self) -> dict[str, str]:
        """What may be pressed now: title and payload."""
        found = {}
        for reply in self.replies:
            for choice in reply.get("choices", []):
                found[choice["title"]] = choice["value"]
            for option in reply.get("field", {}).get("choices", []):
                payload = json.dumps({"field_value": option["value"]}, ensure_ascii=False)
                found[option["label"]] = f"/choose{payload}"
        return found

    @property
    def words(self) -> str:
        """Everything that was answered in words."""
        return "\n".join(str(reply["text"]) for reply in self.replies if reply.get("text"))

    @property
    def asked(self) -> str | None:
        """The name of the form field asked for, if one was."""
        return self.question["field"]["name"] if self.question else None

    @property
    def question(self) -> Reply | None:
        """The form's question, if one was asked."""
        return next((reply for reply in self.replies if reply["type"] == "form-field"), None)

    def cards(self, kind: str) -> list[Reply]:
        """The cards of a kind among the replies."""
        return [reply for reply in self.replies if reply["type"] == "card" and reply["card"] == kind]

    def notice(self, level: str) -> Reply:
        """The notice of a level among the replies."""
        return next(reply for reply in self.replies if reply["type"] == "notice" and reply["level"] == level)

    def application(self, application: str) -> dict[str, Any]:
        """An application in full."""
        return self._get(f"/applications/{application}")

    def applications(self, **filters: str) -> list[dict[str, Any]]:
        """The citizen's applications, newest first."""
        return list(self._get("/applications", **filters)["items"])

    def prompts(self) -> list[dict[str, Any]]:
        """The citizen's prompts, newest first."""
        return list(self._get("/prompts")["items"])

    def messages(self) -> list[dict[str, Any]]:
        """The citizen's messages, newest first."""
        return list(self._get("/messages")["items"])

    def history(self) -> list[dict[str, Any]]:
        """The newest turns, newest first."""
        return list(self._get("/chat/messages")["items"])

    def wait_for_message(self, part: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The first message whose title or text holds ``part``."""
        return wait_for(
            lambda: next((one for one in self.messages() if part in one["title"] + one["text"]), None),
            f"a message with {part!r}",
            seconds,
        )

    def wait_for_prompt(self, matter: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The shown prompt of a matter."""
        return wait_for(
            lambda: next(
                (one for one in self.prompts() if one["matter"]["id"] == matter and one["state"] == "shown"),
                None,
            ),
            f"a prompt for {matter}",
            seconds,
        )

    def wait_for_state(self, application: str, *states: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The application once it is in one of these states."""

        def arrived() -> dict[str, Any] | None:
            found = self.application(application)
            return found if found["state"] in states else None

        return wait_for(arrived, f"{application} in {states}", seconds)

    def pay(self, application: str) -> None:
        """Go to the cashier's page and press the button."""
        answer = self.client.post(f"/applications/{application}/payment")
        assert answer.status_code == 200, answer.text
        with httpx.Client(trust_env=False, timeout=20) as browser:
            assert browser.post(answer.json()["pay_url"], data={"action": "pay"}).status_code == 303

    def _send(self, body: dict[str, str]) -> "Conversation":
        answer = self.client.post("/chat/messages", json={**body, "id": str(uuid.uuid4())})
        assert answer.status_code == 200, answer.text
        self.replies = answer.json()["replies"]
        assert self.replies, "silence"
        return self

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """Look again until there is something to see, more and more patiently."""
    until, pause = time.monotonic() + seconds, 0.05
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(pause)
        # Looking costs what is looked at: many wait at once.
        pause = min(0.5, pause * 1.3)
    raise AssertionError(f"{what} did not come within {seconds:g} s")


def a_driver(stack: Stack, phone: str, *, age: int = 40, days: int = 25) -> Conversation:
    """Somebody newly made and registered, fit to drive, whose driving licence ends in `days` days."""
    licences = [
        {"department": "traffic-police", "type": "driving-licence", "name": "机动车驾驶证"}
        | {"issued": "today-70m", "expires": f"today+{days}d"},
        {"department": "health", "type": "medical-fitness", "name": "机动车驾驶人身体条件证明"}
        | {"issued": "today-9d", "expires": "today+170d"},
    ]
    with stack.departments() as departments:
        made = departments.post("/admin/people", json={"age": age, "sex": "男", "licences": licences})
    assert made.is_success, made.text
    person = made.json()
    citizen = Conversation.sign_in(stack, phone)
    real_name = {"name": person["name"], "identity_number": person["identity_number"]}
    answer = citizen.client.post("/auth/real-name", json=real_name)
    assert answer.status_code == 200, answer.text
    citizen.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return citizen
