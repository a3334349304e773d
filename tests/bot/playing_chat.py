"""A conversation with the real actions: this plays Rasa and the gateway around them."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from playing_api import PlayingApi
from playing_matters import PERSONAL
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.api import Api
from bot.actions.dispatch import answering
from bot.actions.reply import read_payload
from bot.actions.speech import SpeechAction, connect
from bot.actions.talk import Fallback

Reply = dict[str, Any]


@dataclass
class Chat:
    """One citizen's conversation: slots, events and what the gateway would remember."""

    api: PlayingApi
    client: Api
    loop: asyncio.AbstractEventLoop
    lang: str = "zh"
    token: str = "turn-token"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    expecting: dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    turns: int = 0
    now: float = 1_795_000_000.0

    def say(self, act: str, text: str = "", *, heard: str = "", **entities: Any) -> list[Reply]:
        """Say something that was read as this act; ``heard`` is what scrubbing left of it."""
        self.turns += 1
        turn = f"turn{self.turns}"
        self.api.turns[turn] = text
        message = {
            "intent": {"name": act},
            "entities": [
                {"entity": name, "value": value}
                for name, values in entities.items()
                for value in (values if isinstance(values, list) else [values])
            ],
            "text": heard or text or f"/{act}",
            "metadata": {
                "token": self.token,
                "turn": turn,
                "lang": self.lang,
                "expecting": self.expecting,
                "prompt": self.prompt,
            },
        }
        self.events.append({"event": "user", "text": message["text"], "timestamp": self.now})
        replies, events = self._run(answering(act) if act != "nothing" else Fallback, message)
        self._remember(replies, events)
        return replies

    def press(self, title: str) -> list[Reply]:
        """Press the button of this title among those shown last."""
        buttons = [b for r in self.last for b in r.get("choices", []) if b["title"] == title]
        assert buttons, f"no button {title!r} in {self.last}"
        read = read_payload(buttons[0]["value"])
        assert read is not None
        return self.say(read[0], buttons[0]["value"], **read[1])

    @property
    def last(self) -> list[Reply]:
        """What the assistant said last."""
        said: list[Reply] = []
        for event in reversed(self.events):
            if event["event"] == "user":
                break
            if event["event"] == "bot":
                said.insert(0, event["data"]["custom"])
        return said

    def _run(self, action: type[SpeechAction], message: dict[str, Any]) -> tuple[list[Reply], list[Any]]:
        connect(self.client)
        dispatcher = CollectingDispatcher()
        tracker = Tracker("c1", dict(self.slots), message, list(self.events), False, None, {}, None)
        events = self.loop.run_until_complete(action().run(dispatcher, tracker, {}))
        return [response["custom"] for response in dispatcher.messages], events

    def _remember(self, replies: list[Reply], events: list[Any]) -> None:
        written = json.dumps([replies, events], ensure_ascii=False)
        assert not [value for value in PERSONAL if value in written], "personal data in the tracker"
        assert replies, "the assistant was silent"
        self.slots.update({event["name"]: event["value"] for event in events})
        self.events.extend(events)
        self.events.extend(
            {"event": "bot", "data": {"custom": said}, "timestamp": time.time()} for said in replies
        )
        self.expecting = None
        for said in replies:
            if said["type"] == "form-field":
                self.expecting = self._expecting(said)
            elif said.get("card") == "summary":
                self.expecting = {"application": said["id"], "field": "confirm"}
        cards = [said["id"] for said in replies if said.get("card") == "prompt"]
        if cards:
            self.show_prompt(cards[-1])
        elif self.prompt and self.api.prompts[self.prompt["id"]]["state"] == "open":
            self.prompt["fresh"] = False
        else:
            self.prompt = None

    def show_prompt(self, prompt: str) -> None:
        """The city speaks first."""
        self.prompt = {"id": prompt, "matter": self.api.prompts[prompt]["matter"]["id"], "fresh": True}

    def _expecting(self, said: Reply) -> dict[str, Any]:
        if "question" in said:
            return {"application": None, "field": said["question"], "type": "phone", "choices": []}
        if "material" in said:
            return {"application": said["application"], "field": None, "material": said["material"]}
        fields = self.api.applications[said["application"]]["fields"]
        item = next(item for item in fields if item["name"] == said["field"])
        labels = [choice["label"] for choice in item.get("choices", [])]
        return {
            "application": said["application"],
            "field": said["field"],
            "type": item["type"],
            "choices": labels,
        }


def shown(replies: list[Reply]) -> list[str]:
    """What kinds of reply these are, in order: ``text``, ``card:found``, ``field:phone`` …"""
    kinds = []
    for said in replies:
        detail = (
            said.get("card")
            or said.get("field")
            or said.get("question")
            or said.get("material")
            or said.get("level")
            or ""
        )
        kind = said["type"].removeprefix("form-")
        kinds.append(f"{kind}:{detail}" if detail else kind)
    return kinds


def words(replies: list[Reply]) -> str:
    """Every word of these replies."""
    return "\n".join(str(said.get("text", "")) for said in replies)


def titles(replies: list[Reply]) -> list[str]:
    """The titles of every button."""
    return [button["title"] for said in replies for button in said.get("choices", [])]
