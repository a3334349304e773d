"""The departments' staff at their workbench, as a test plays them: each in their own role."""

import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.stack import Stack

WHO = {
    "accept": "receiver",
    "tolerate": "receiver",
    "correct": "receiver",
    "reject": "receiver",
    "assign": "handler",
    "check": "handler",
    "propose": "reviewer",
    "approve": "chief",
    "refuse": "chief",
}
SAYS: dict[str, dict[str, Any]] = {
    "check": {"reason": "材料真实，符合条件"},
    "propose": {"reason": "同意承办意见"},
}
WHOLE_WAY = ("assign", "check", "propose", "approve")


@dataclass
class Office:
    """Everybody's staff, signed in when first needed."""

    stack: Stack
    signed_in: dict[str, httpx.Client] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    passwords: dict[str, str] = field(default_factory=dict)

    def desk(self, department: str, post: str) -> httpx.Client:
        """The client of one made-up member of staff."""
        name = f"{department}.{post}"
        with self.lock:
            if name not in self.signed_in:
                self.signed_in[name] = self._sign_in(name)
            return self.signed_in[name]

    def act(self, department: str, case: str, action: str, **said: Any) -> dict[str, Any]:
        """Take the case in hand and do one thing with it."""
        desk = self.desk(department, WHO[action])
        self._order(desk, case, {"action": "claim"})
        body = {"action": action} | SAYS.get(action, {}) | said
        return self._order(desk, case, body)

    def handle(self, department: str, case: str) -> None:
        """From the counter to a good end, through every pair of hands."""
        # 容缺: what may come later and did not is promised.
        self._accepting(department, case)
        self._opinions(department, case)
        for action in WHOLE_WAY:
            self.act(department, case, action)

    def hand_over(self, department: str, case: str, code: str) -> None:
        """Give out at the window what lies there, for the code that somebody shows."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        desk = self.desk(department, "handler")
        answer = desk.post(f"/staff/cases/{case}/hand-over", json={"code": code}, headers=key)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "done", answer.text

    def pause(self, department: str, matter: str) -> None:
        """Have people decide a matter that data may decide."""
        body = {"paused": True, "reason": "登记数据正在核对"}
        answer = self.desk(department, "chief").put(f"/staff/automatic/{matter}", json=body)
        assert answer.status_code == 200, answer.text

    def left_to_people(self, department: str, case: str) -> bool:
        """Whether the data were looked at and did not suffice."""
        seen = self.desk(department, "receiver").get(f"/staff/cases/{case}").json()
        return (seen.get("automatic") or {}).get("outcome") == "people"

    def _opinions(self, department: str, case: str) -> None:
        """Whoever was asked for an opinion (联办) agrees."""
        shown = self.desk(department, "receiver").get(f"/staff/cases/{case}").json()
        for asked in shown.get("opinions") or []:
            if asked["state"] != "open":
                continue
            said = {"opinion": "agree", "text": "没有不同意见"}
            desk = self.desk(asked["department"], "handler")
            answer = desk.post(f"/staff/opinions/{asked['id']}/answer", json=said)
            assert answer.status_code == 200, answer.text

    def _accepting(self, department: str, case: str) -> None:
        desk = self.desk(department, "receiver")
        self._order(desk, case, {"action": "claim"})
        answer = self._post(desk, case, {"action": "accept"})
        if answer.status_code == 409 and "容缺" in answer.text:
            answer = self._post(desk, case, {"action": "tolerate"})
        assert answer.status_code == 200, answer.text

    def _order(self, desk: httpx.Client, case: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._post(desk, case, body)
        assert answer.status_code == 200, f"{body}: {answer.text}"
        return dict(answer.json())

    def _post(self, desk: httpx.Client, case: str, body: dict[str, Any]) -> httpx.Response:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return desk.post(f"/staff/cases/{case}/actions", json=body, headers=key)

    def _sign_in(self, name: str) -> httpx.Client:
        with self.stack.client() as client:
            if not self.passwords:
                staff = client.get("/development/staff").json()["items"]
                self.passwords = {one["name"]: one["password"] for one in staff}
            answer = client.post("/staff/tokens", json={"name": name, "password": self.passwords[name]})
        assert answer.status_code == 200, answer.text
        return self.stack.client(answer.json()["access_token"])
