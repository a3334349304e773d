"""Whole turns at a desk whose drawers are dictionaries: what Rasa hears, what is kept, what is answered."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import httpx
import pytest
import redis
from bson.binary import Binary
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymongo.errors import DuplicateKeyError

from backend.accounts.tokens import Signer
from backend.assistant.rasa import Rasa
from backend.assistant.records import Records
from backend.assistant.tokens import Token
from backend.assistant.turn import Desk, Heard, Message, take_turn
from backend.assistant.vault import read_said
from backend.core.clock import FixedClock
from backend.core.errors import Problem, not_found
from backend.core.guard import Audience, Caller
from backend.core.house import House
from backend.core.settings import ROOT
from backend.matters.catalogue import load_catalogue
from backend.matters.schema import Matter

CITIZEN = Caller("c1", "s1", 3, Audience.CITIZEN)
DRAFT = "app1"
CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])
FIELDS = {
    "home": {
        "name": "home",
        "type": "address",
        "label": "住址",
        "ask": "住哪里？",
        "hint": "",
        "choices": [],
    },
    "baby": {"name": "baby", "type": "name", "label": "姓名", "ask": "叫什么？", "hint": "", "choices": []},
}


class Drawer:
    """One collection: newest first, as it is read here."""

    def __init__(self) -> None:
        self.papers: dict[str, dict[str, Any]] = {}

    def find_one(self, where: Mapping[str, Any], *_: Any, **__: Any) -> dict[str, Any] | None:
        matching = [one for one in self.papers.values() if all(one.get(key) == where[key] for key in where)]
        return matching[-1] if matching else None

    def insert_one(self, paper: dict[str, Any]) -> None:
        if paper["_id"] in self.papers:
            raise DuplicateKeyError("taken")
        self.papers[paper["_id"]] = paper

    def replace_one(self, where: Mapping[str, Any], paper: dict[str, Any], **_: Any) -> None:
        self.papers.pop(where["_id"], None)
        self.papers[paper["_id"]] = paper


class Valkey:
    """A dictionary that speaks as much Valkey as a turn does."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.away = False

    def pipeline(self, **_: Any) -> "Pipe":
        return Pipe(self)

    def set(self, key: str, value: str, *, nx: bool = False, ex: int = 0) -> bool | None:
        if nx and key in self.values:
            return None
        self.values[key] = value
        return True

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def eval(self, _: str, __: int, key: str, mark: str) -> int:
        return int(self.values.get(key) == mark and self.values.pop(key) is not None)


class Pipe:
    """Commands that wait for ``execute``."""

    def __init__(self, valkey: Valkey) -> None:
        self.valkey = valkey
        self.waiting: list[tuple[str, str, dict[str, Any]]] = []

    def set(self, key: str, value: str, **options: Any) -> None:
        self.waiting.append((key, value, options))

    def execute(self) -> list[bool | None]:
        if self.valkey.away:
            raise redis.ConnectionError("away")
        return [self.valkey.set(key, value, **options) for key, value, options in self.waiting]


class Cipher:
    """Turns things round: enough to see that what is kept is not what was said."""

    def encrypt(self, value: str) -> Binary:
        return Binary(value[::-1].encode(), 6)

    def decrypt(self, value: Binary) -> str:
        return bytes(value).decode()[::-1]

    def blind(self, value: str) -> str:
        return str(hash(value))


class Shelf:
    """A draft with two questions and one prompt."""

    prompt_state = "shown"

    def field(self, application: str, name: str) -> dict[str, Any]:
        if application != DRAFT:
            raise not_found("办件")
        return FIELDS[name]

    def matter_of(self, application: str) -> str:
        return "birth-registration"

    def matter(self, matter: str) -> Matter:
        return CATALOGUE.get(matter)

    def prompt(self, prompt: str) -> dict[str, Any]:
        return {"id": prompt, "matter": {"id": "elderly-allowance"}, "state": self.prompt_state}


class Room:
    """A desk, a Rasa that answers what it is told to, and what it heard."""

    def __init__(self) -> None:
        self.valkey, self.turns, self.shelf = Valkey(), Drawer(), Shelf()
        self.clock = FixedClock()
        self.heard: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = [{"text": "好的"}]
        self.reading: dict[str, Any] | None = None
        self.status = 200
        numbers = count(1)
        self.house = House(
            settings=cast(Any, None),
            db=cast(Any, {"turns": self.turns}),
            valkey=cast(Any, self.valkey),
            cipher=cast(Any, Cipher()),
            departments=cast(Any, None),
            clock=self.clock,
            new_id=lambda: f"id{next(numbers)}",
        )
        self.signer = Signer(Ed25519PrivateKey.generate(), "k1")
        self.desk = Desk(
            self.house,
            self.signer,
            Rasa(httpx.Client(base_url="http://bot", transport=httpx.MockTransport(self._answer))),
            known=lambda _: {"安小民": Token.NAME},
            records=lambda _, __: cast(Records, self.shelf),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(json.loads(request.content))
        return httpx.Response(self.status, json={"replies": self.answers, "reading": self.reading})

    def say(
        self, text: str | None = None, *, choice: str | None = None, id: str | None = None
    ) -> dict[str, Any]:
        return take_turn(self.desk, CITIZEN, Message(text=text, choice=choice, client_id=id))

    def ask(self, field: str) -> None:
        self.answers = [
            {"custom": {"type": "form-field", "application": DRAFT, "field": field, "text": "？"}}
        ]
        self.say("继续")
        self.answers = [{"text": "好的"}]

    @property
    def last(self) -> dict[str, Any]:
        return list(self.turns.papers.values())[-1]


@pytest.fixture
def room() -> Iterator[Room]:
    yield Room()


def slug(call: Any, *args: Any, **members: Any) -> str:
    with pytest.raises(Problem) as raised:
        call(*args, **members)
    return raised.value.kind.slug


def test_rasa_hears_placeholders_and_the_vault_keeps_the_words(room: Room) -> None:
    said = "我是安小民，电话19900000001"
    turn = room.say(said)["turn"]
    assert room.heard[0]["message"] == "我是⟦name⟧，电话⟦phone⟧"
    assert "19900000001" not in str(room.turns.papers) + str(room.heard) + str(room.valkey.values)
    assert read_said(room.house, "c1", turn) == said
    assert base64.b64decode(room.valkey.values[f"chat:said:c1:{turn}"]).decode() == said[::-1]


def test_another_citizen_cannot_read_what_was_said(room: Room) -> None:
    turn = room.say("你好")["turn"]
    assert slug(read_said, room.house, "c2", turn) == "not-found"


def test_rasa_gets_a_token_of_this_turn_for_this_citizen(room: Room) -> None:
    room.clock.moment = datetime.now(UTC)
    turn = room.say("你好")["turn"]
    metadata = room.heard[0]["metadata"]
    spoken_for = room.signer.read(metadata["token"])
    assert (spoken_for.citizen, spoken_for.turn, spoken_for.audience) == ("c1", turn, Audience.ASSISTANT)
    assert (metadata["turn"], metadata["lang"], metadata["expecting"]) == (turn, "zh", None)


def test_what_is_expected_reaches_the_scrubber_and_rasa(room: Room) -> None:
    room.ask("baby")
    room.say("叫乐小满")
    assert room.heard[-1]["message"] == "叫⟦name⟧"
    assert room.heard[-1]["metadata"]["expecting"]["field"] == "baby"
    room.say("叫乐小满")
    assert room.heard[-1]["message"] == "叫乐小满", "plain words asked for nothing"


def test_rasa_knows_the_matter_whose_form_is_open(room: Room) -> None:
    room.ask("baby")
    room.say("叫乐小满")
    assert room.heard[-1]["metadata"]["expecting"]["matter"] == "birth-registration"


def test_a_digression_in_a_form_is_passed_on_as_it_is(room: Room) -> None:
    room.ask("home")
    room.say("等下，我妈异地就医怎么备案")
    assert room.heard[-1]["message"] == "等下，我妈异地就医怎么备案"


def test_the_language_is_remembered(room: Room) -> None:
    room.say("how do I renew my driving licence")
    room.say("12345")
    room.say(choice="/confirm")
    assert [one["metadata"]["lang"] for one in room.heard] == ["en", "en", "en"]
    room.say("好的")
    assert room.heard[-1]["metadata"]["lang"] == "zh"


def test_one_conversation_until_it_sleeps(room: Room) -> None:
    room.say("你好")
    room.clock.advance(hours=1)
    room.say("在吗")
    room.clock.advance(hours=13)
    room.say("早")
    first, second, third = [one["sender"] for one in room.heard]
    assert first == second != third


def test_the_same_id_is_answered_once(room: Room) -> None:
    first = room.say("换驾照", id="m1")
    room.answers = [{"text": "别的"}]
    assert room.say("换驾照", id="m1") == first
    assert len(room.heard) == 1


def test_the_same_id_for_other_words_is_refused(room: Room) -> None:
    room.say("换驾照", id="m1")
    assert slug(room.say, "换护照", id="m1") == "idempotency-key-reused"


def test_when_rasa_is_away_the_turn_is_kept_and_can_be_sent_again(room: Room) -> None:
    room.ask("home")
    room.status = 503
    assert slug(room.say, "杨浦区国和路100弄3号601", id="m1") == "assistant-unavailable"
    assert (room.last["text"], room.last["answered"]) == ("⟦address⟧", False)
    room.status = 200
    room.say("杨浦区国和路100弄3号601", id="m1")
    assert room.heard[-1]["metadata"]["expecting"]["field"] == "home", "the form stands where it stood"
    assert room.last["answered"] is True
    assert len(room.turns.papers) == 2


def test_when_valkey_is_away_the_turn_is_kept_too(room: Room) -> None:
    room.valkey.away = True
    assert slug(room.say, "换驾照") == "assistant-unavailable"
    assert room.last["text"] == "换驾照"
    assert room.heard == []


def test_a_turn_leaves_the_line_for_the_next(room: Room) -> None:
    room.say("你好")
    room.status = 503
    assert slug(room.say, "在吗") == "assistant-unavailable"
    assert "chat:line:c1" not in room.valkey.values


def test_a_button_goes_to_rasa_as_it_is_and_words_never_like_one(room: Room) -> None:
    room.say(choice='/choose{"field_value": "post"}')
    room.say("/restart")
    assert [one["message"] for one in room.heard] == ['/choose{"field_value": "post"}', "restart"]
    assert slug(room.say, choice="restart") == "invalid-request"


def test_a_silent_rasa_is_admitted(room: Room) -> None:
    room.answers = []
    assert room.say("嗯")["replies"][0]["text"].startswith("这句我没有答上来")


def test_a_prompt_in_focus_is_told_to_rasa_until_it_is_answered(room: Room) -> None:
    room.say("你好")
    room.last["prompt"] = {"id": "p1", "matter": "elderly-allowance", "fresh": True}
    room.say("好的")
    assert room.heard[-1]["metadata"]["prompt"] == {"id": "p1", "matter": "elderly-allowance", "fresh": True}
    room.say("嗯")
    assert room.heard[-1]["metadata"]["prompt"]["fresh"] is False
    room.shelf.prompt_state = "accepted"
    room.say("嗯")
    assert room.heard[-1]["metadata"]["prompt"] is None


def test_replies_are_kept_by_reference(room: Room) -> None:
    room.ask("home")
    assert room.last["replies"] == [
        {"type": "form-field", "application": DRAFT, "field": "home", "text": "？"}
    ]


def test_what_is_not_the_assistants_to_answer_never_reaches_it(room: Room) -> None:
    room.ask("home")
    heard: list[Heard] = []
    told: list[tuple[str, str]] = []

    def agent(said: Heard) -> list[dict[str, Any]]:
        heard.append(said)
        return []

    room.desk = replace(room.desk, instead=agent, tell=lambda *turn: told.append(turn))
    before = len(room.heard)
    first = room.say("我是安小民", id="m1")
    assert first["replies"] == [] and room.say("我是安小民", id="m1") == first
    assert [one.text for one in heard] == ["我是⟦name⟧"]
    assert len(room.heard) == before
    assert told == [("c1", first["turn"])]
    assert (room.last["expecting"] or {})["field"] == "home", "the form waits for what it waited for"


def test_a_yes_after_something_said_beside_is_no_yes_to_the_prompt_before(room: Room) -> None:
    room.say("你好")
    room.last["prompt"] = {"id": "p1", "matter": "elderly-allowance", "fresh": True}
    whole = room.desk
    room.desk = replace(whole, instead=lambda _: [{"type": "text", "text": "正在转人工"}])
    room.say("转人工")
    room.desk = whole
    room.say("好的")
    assert room.heard[-1]["metadata"]["prompt"]["fresh"] is False


def test_an_ordinary_turn_is_told_to_the_other_devices(room: Room) -> None:
    told: list[tuple[str, str]] = []
    room.desk = replace(room.desk, tell=lambda *turn: told.append(turn))
    turn = room.say("你好")["turn"]
    assert told == [("c1", turn)]


def test_what_was_understood_is_kept_with_the_turn_and_never_answered(room: Room) -> None:
    room.reading = {"act": "do_matter", "confidence": 0.9, "decision": "sure", "model": "suiban-1.tar.gz"}
    room.reading["matters"] = [{"id": "passport", "score": 0.97}]
    answer = room.say("办护照")
    assert room.last["reading"] == room.reading
    assert "passport" not in str(answer)
    room.status = 503
    slug(room.say, "在吗")
    assert room.last["reading"] is None, "nobody read it"
