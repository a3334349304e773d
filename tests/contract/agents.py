"""Citizens who ask for a person and the agents who answer, over the API, as a test plays them."""

from dataclasses import dataclass, field, replace
from typing import Any

from backend.core import house as houses
from tests.contract.desk import OFFICE, Desk

AGENTS = ("agent", "second-agent")


@dataclass
class Hotline:
    """A desk with two agents, and citizens who talk; the assistant itself is not running."""

    desk: Desk
    said: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    def a_citizen(self, **facts: Any) -> str:
        citizen = self.desk.a_resident(**facts)
        self.tokens[citizen] = self.desk.citizen_token(citizen)
        return citizen

    def citizen(self, citizen: str, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.desk.ask(self.tokens[citizen], method, path, body)
        assert answer.status_code == status, answer.get_json()
        return answer.get_json()

    def agent(self, name: str, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.desk.ask(name, method, f"/agent{path}", body)
        assert answer.status_code == status, answer.get_json()
        return answer.get_json()

    def say(self, citizen: str, text: str = "", *, choice: str = "", id: str = "", status: int = 200) -> Any:
        self.said += 1
        body = ({"choice": choice} if choice else {"text": text}) | {"id": id or f"m{self.said}"}
        # So that turns stand in the order in which they were said, as the machine's clock would have it.
        self.desk.clock.advance(seconds=1)
        return self.citizen(citizen, "POST", "/chat/messages", body, status)

    def press(self, citizen: str, replies: list[dict[str, Any]], title: str) -> Any:
        offered = [one for reply in replies for one in reply.get("choices", []) if one["title"] == title]
        assert offered, f"no button {title!r} in {replies}"
        return self.say(citizen, choice=offered[0]["value"])["replies"]

    def waits(self, citizen: str = "", **facts: Any) -> tuple[str, str]:
        """A citizen in the queue: who, and the hand-off."""
        who = citizen or self.a_citizen(**facts)
        self.say(who, "转人工")
        return who, self.standing(who)["id"]

    def attended(self, name: str = "agent") -> tuple[str, str]:
        """A citizen with an agent."""
        who, handoff = self.waits()
        self.take(name, handoff)
        return who, handoff

    def take(self, name: str, handoff: str, status: int = 200) -> Any:
        self.desk.clock.advance(seconds=1)
        return self.agent(name, "POST", f"/conversations/{handoff}/take", status=status)

    def tell(self, name: str, handoff: str, text: str, *, id: str | None = None, status: int = 201) -> Any:
        self.desk.clock.advance(seconds=1)
        body = {"text": text} | ({"id": id} if id else {})
        return self.agent(name, "POST", f"/conversations/{handoff}/messages", body, status)

    def standing(self, citizen: str) -> Any:
        return self.citizen(citizen, "GET", "/chat/handoff")

    def history(self, citizen: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.citizen(citizen, "GET", "/chat/messages")["items"]
        return items

    def newest(self, citizen: str) -> list[dict[str, Any]]:
        replies: list[dict[str, Any]] = self.history(citizen)[0]["replies"]
        return replies

    def queue(self, name: str = "agent", state: str = "waiting") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.agent(name, "GET", f"/queue?state={state}&limit=100")["items"]
        return items

    def document(self, handoff: str) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.house.db["handoffs"].find_one({"_id": handoff}) or {}
        return found

    def begin_form(self, citizen: str, *, asking: str | None = "contact_phone") -> str:
        """A draft whose question was put in the conversation; with ``asking`` None it waits for the yes."""
        from backend.applications import applying
        from backend.assistant import store
        from tests.contract.desk import RELIEF

        house = self.desk.house
        draft, _ = applying.open_draft(house, citizen, RELIEF, channel="chat")
        if asking:
            applying.fill_in(house, citizen, draft["_id"], {asking: None})
        reply = {"type": "form-field", "application": draft["_id"], "field": asking, "text": "电话？"}
        summary = {"type": "card", "card": "summary", "id": draft["_id"]}
        expecting = {"application": draft["_id"], "field": asking or "confirm", "choices": []}
        standing = store.read_standing(house, citizen, now=house.clock.now())
        turn = {
            "_id": house.new_id(),
            "citizen": citizen,
            "conversation": standing.conversation,
            "print": "",
            "text": "我要办试办救助",
            "choice": None,
            "title": None,
            "lang": "zh",
            "replies": [reply if asking else summary],
            "answered": True,
            "expecting": expecting | {"type": "phone" if asking else None},
            "prompt": None,
            "offered": [],
            "created_at": house.clock.now(),
        }
        store.insert_turn(house, turn)
        return str(draft["_id"])

    def office_hours(self, hours: str) -> None:
        """From now on agents are there at these hours only."""
        settings = self.desk.house.settings.model_copy(update={"handoff_hours": hours})
        self.desk.house = replace(self.desk.house, settings=settings)
        houses._opened[:] = [self.desk.house]

    def clear(self) -> None:
        """Nobody waits, nobody is there."""
        for name in ("handoffs", "agents_present", "turns"):
            self.desk.house.db[name].delete_many({})
        self.desk.events.clear()
        self.desk.house.valkey.flushall()


def a_hotline(desk: Desk) -> Hotline:
    """A desk with its agents hired."""
    for name in AGENTS:
        if name not in desk.tokens:
            desk.hire(name, OFFICE, ["attend"])
    return Hotline(desk)
