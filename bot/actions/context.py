"""One turn of a conversation: what was said, what we remember, what we answer."""

from dataclasses import dataclass, field, fields
from typing import Any

from bot.actions import reply
from bot.actions.api import Api, Caller, CitizenApi
from bot.actions.reply import Choice, Reply
from bot.actions.wording import DEFAULT_LANGUAGE, Wording, wording

Event = dict[str, Any]

# What `asked` may hold besides the name of a field.
CONFIRM = "confirm"
CORRECT = "correct"
WHICH = "which"
RESUME = "resume"
AGAIN = "again:"  # a field that was filled and is asked for once more
UPLOAD = "upload:"
WITHDRAW = "withdraw:"
WHO = "who"  # for whom it is
AUTHORISE = "authorise:"  # whose number the request goes to: matter, relation
PAY = "pay:"
RATE = "rate:"
COMPLETE = "complete:"  # whether to complete what a department sent back
LATE = "late:"  # a material that may come after the acceptance
SECOND = "second"  # whether to go on with the other wish
BUTTONS_ALONE = (WHICH, WHO)
# After so long a silence nobody speaks of the same matter as a matter of course.
PAUSE_SECONDS = 30 * 60


@dataclass
class Memory:
    """The slots. Where we are, never what was said: the truth of a form is its draft."""

    draft: str | None = None
    asked: str | None = None
    topic: str | None = None
    paused: str | None = None
    missed: int | None = None
    bundle: str | None = None  # the 一件事 offered in this conversation, offered once
    second: str | None = None  # the other wish of a sentence that held two (bot.actions.second)
    before: str | None = None  # the matter spoken of before the topic
    others: str | None = None  # the matters that might have been meant besides

    @classmethod
    def of(cls, slots: dict[str, Any]) -> "Memory":
        """Read the tracker's slots."""
        return cls(**{slot.name: slots.get(slot.name) for slot in fields(cls)})

    def events_since(self, before: "Memory") -> list[Event]:
        """Slot events for what changed."""
        return [
            {"event": "slot", "timestamp": None, "name": slot.name, "value": getattr(self, slot.name)}
            for slot in fields(self)
            if getattr(self, slot.name) != getattr(before, slot.name)
        ]

    @property
    def asked_field(self) -> str | None:
        """The name of the field asked for, if a field it is."""
        if self.asked is None or self.asked in (CONFIRM, CORRECT, WHICH, WHO, RESUME, SECOND):
            return None
        return self.asked_about(AGAIN) or (None if ":" in self.asked else self.asked)

    def asked_about(self, prefix: str) -> str | None:
        """What stands behind ``upload:``, ``withdraw:``, ``pay:`` …, if that was asked."""
        if self.asked and self.asked.startswith(prefix):
            return self.asked.removeprefix(prefix)
        return None

    def forget_topic(self) -> None:
        """What was spoken of is no longer what is meant."""
        self.topic = self.before = self.others = self.second = None

    def close_form(self) -> None:
        """No draft is being filled any more."""
        self.draft = self.asked = None


@dataclass(frozen=True)
class ShownPrompt:
    """The prompt that this conversation has shown and that is still open."""

    id: str
    fresh: bool

    @classmethod
    def of(cls, told: dict[str, Any] | None, earlier: list[Reply]) -> "ShownPrompt | None":
        """From the gateway, else the one card that we have just shown."""
        if told:
            return cls(id=str(told["id"]), fresh=bool(told.get("fresh")))
        cards = [said["id"] for said in earlier if said.get("card") == "prompt"]
        return cls(id=cards[0], fresh=True) if len(cards) == 1 else None


@dataclass
class Turn:
    """Everything an action needs, and what it leaves behind."""

    act: str
    text: str
    entities: list[dict[str, Any]]
    memory: Memory
    prompt: ShownPrompt | None
    expecting: dict[str, Any]
    earlier: list[Reply]
    api: CitizenApi
    words: Wording
    replies: list[Reply] = field(default_factory=list)
    missed_before: int = 0
    said_before: tuple[str, ...] = ()
    likely: float = 1.0  # that this is the act at all

    @classmethod
    def of(cls, state: dict[str, Any], api: Api) -> "Turn":
        """Read a turn from the tracker that Rasa sent."""
        message = state.get("latest_message") or {}
        metadata, intent = message.get("metadata") or {}, message.get("intent") or {}
        lang = metadata.get("lang") or DEFAULT_LANGUAGE
        caller = Caller(token=metadata.get("token") or "", turn=metadata.get("turn") or "", lang=lang)
        memory = Memory.of(state.get("slots") or {})
        expecting = metadata.get("expecting") or {}
        _recall(memory, expecting)
        events = state.get("events") or []
        if silence_before(events) > PAUSE_SECONDS:
            memory.forget_topic()
        earlier = earlier_replies(events)
        said = message.get("text") or ""
        missed_before = memory.missed or 0
        memory.missed = None
        return cls(
            act=intent.get("name") or "",
            likely=float(intent.get("confidence", 1.0)),
            text="" if said.startswith("/") else said,
            entities=list(message.get("entities") or []),
            memory=memory,
            prompt=ShownPrompt.of(metadata.get("prompt"), earlier),
            expecting=expecting,
            earlier=earlier,
            api=api.of(caller),
            words=wording(lang, str(metadata.get("mode") or "")),
            missed_before=missed_before,
            said_before=said_before(events),
        )

    @property
    def fresh_prompt(self) -> ShownPrompt | None:
        """The prompt, if it was the last thing the assistant said."""
        return self.prompt if self.prompt and self.prompt.fresh else None

    def entity(self, name: str) -> str | None:
        """The first value of an entity."""
        return next(iter(self.entity_values(name)), None)

    def entity_values(self, name: str) -> list[str]:
        """Every value of an entity, as they came."""
        return [str(item["value"]) for item in self.entities if item.get("entity") == name]

    def become(self, act: str, entities: dict[str, str]) -> None:
        """Go on as if this button had been pressed."""
        self.act, self.text = act, ""
        self.entities = [{"entity": name, "value": value} for name, value in entities.items()]

    def say(self, key: str, **values: object) -> None:
        """Answer with a sentence of the catalogue."""
        self.replies.append(reply.text(self.words(key, **values)))

    def show(self, kind: str, reference: str) -> None:
        """Answer with a card."""
        self.replies.append(reply.card(kind, reference))

    def offer(self, sentence: str, options: list[Choice]) -> None:
        """Answer with a question and buttons."""
        self.replies.append(reply.choices(sentence, options))

    def button(self, name: str, act: str, **entities: str) -> Choice:
        """A button whose title stands in the catalogue."""
        return reply.choice(self.words(f"button.{name}"), act, **entities)

    def miss(self) -> int:
        """Count a turn that led nowhere; returns how many in a row."""
        self.memory.missed = self.missed_before + 1
        return self.memory.missed


def _recall(memory: Memory, expecting: dict[str, Any]) -> None:
    """A tracker that was lost (a restart) starts again from what the gateway kept."""
    nothing_open = memory.draft is None and memory.asked is None and memory.paused is None
    if nothing_open and expecting.get("application"):
        memory.draft = str(expecting["application"])
        memory.topic = memory.topic or expecting.get("matter")
        if expecting.get("material"):
            memory.asked = f"{UPLOAD}{expecting['material']}"
        else:
            memory.asked = expecting.get("field")


def earlier_replies(events: list[Event]) -> list[Reply]:
    """What the assistant said just before the message in hand, oldest first."""
    said: list[Reply] = []
    users = 0
    for event in reversed(events):
        if event.get("event") == "user":
            users += 1
            if users > 1:
                break
        elif event.get("event") == "bot" and users == 1:
            custom = (event.get("data") or {}).get("custom")
            if custom:
                said.append(custom)
    return said[::-1]


def silence_before(events: list[Event]) -> float:
    """The seconds between the message in hand and the one before it; none when it is the first."""
    said = [event for event in events if event.get("event") == "user" and event.get("timestamp")]
    return float(said[-1]["timestamp"]) - float(said[-2]["timestamp"]) if len(said) > 1 else 0.0


def said_before(events: list[Event]) -> tuple[str, ...]:
    """What the citizen said in the turns before the message in hand, newest first."""
    said = [str(event.get("text") or "") for event in reversed(events) if event.get("event") == "user"]
    return tuple(text for text in said[1:] if not text.startswith("/"))
