"""The actions, the rules, the domain and the texts fit together; the server serves them."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playing_api import PlayingApi

from bot.actions.reply import payload, read_payload
from bot.actions.rooms import ACTIONS
from bot.actions.talk import Fallback
from bot.actions.wording import TEXTS

BOT = Path(__file__).resolve().parents[2] / "bot"
NOT_SENTENCES = (
    "guide.aspects",
    "guide.follow_up",
    "form.skip_words",
    "care",
    "rating_words",
    "pay.paid_words",
)


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def rules() -> list[tuple[str, str]]:
    found = []
    for path in sorted((BOT / "data" / "rules").glob("*.yml")):
        for rule in load(path)["rules"]:
            intent, action = rule["steps"]
            found.append((intent["intent"], action["action"]))
    return found


def sentences(texts: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in texts.items():
        dotted = f"{prefix}{key}"
        if dotted in NOT_SENTENCES:
            continue
        found |= sentences(value, f"{dotted}.") if isinstance(value, dict) else {dotted: str(value)}
    return found


def test_every_speech_act_has_one_rule_and_it_names_the_action_that_answers_it() -> None:
    declared = [(act, action.action) for action in ACTIONS for act in action.acts]
    assert sorted(rules()) == sorted(declared)


def test_the_domain_knows_every_act_and_every_action_and_no_other() -> None:
    acts = [name for intent in load(BOT / "domain" / "speech_acts.yml")["intents"] for name in intent]
    assert sorted(acts) == sorted(act for act, _ in rules()) and len(acts) == 31 + 2
    actions = load(BOT / "domain" / "actions.yml")["actions"]
    assert sorted(actions) == sorted(action.action for action in ACTIONS)


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (sentences(load(TEXTS / f"{lang}.yml")) for lang in ("zh", "en"))
    assert chinese.keys() == english.keys()
    for key, sentence in english.items():
        holes = set(re.findall(r"\{(\w+)\}", sentence))
        assert holes <= set(re.findall(r"\{(\w+)\}", chinese[key])), key
        assert not re.search(r"[一-鿿]", sentence), key


def test_no_sentence_is_forgotten_and_none_is_missing() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (BOT / "actions").glob("*.py"))
    keys = sentences(load(TEXTS / "zh.yml"))
    used = set(
        re.findall(
            r"""["']((?:form|correct|filing|progress|prompt|guide|talk|failure|problem|whom|pay|rating|bundle|button|second|handoff)"""
            r"""\.[\w-]+)["']""",
            code,
        )
    )
    used |= {f"button.{name}" for name in re.findall(r'button\(\s*"(\w+)"', code)}
    assert used - set(NOT_SENTENCES) <= keys.keys()
    computed = ("topic.", "unit.", "emergency.", "problem.", "talk.", "level.", "button.prompt_")
    assert [key for key in keys.keys() - used if not key.startswith(computed)] == []


@pytest.mark.parametrize("entities", [{}, {"matter": "residence-permit"}, {"field_value": '邮寄"}{'}])
def test_a_payload_reads_back_as_it_was_written(entities: dict[str, str]) -> None:
    assert read_payload(payload("do_matter", **entities)) == ("do_matter", entities)


def test_no_file_of_ours_is_long() -> None:
    for path in (BOT / "actions").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


@pytest.fixture
def server(api: PlayingApi, free_port: int) -> Iterator[httpx.Client]:
    environment = {"API_URL": api.url, "ACTIONS_PORT": str(free_port), "PYTHONPATH": str(BOT.parent)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.actions"],
        env=environment,
        cwd=BOT.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", trust_env=False) as client:
        for _ in range(200):
            try:
                client.get("/health")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        client.logged = process  # type: ignore[attr-defined]
        yield client
    process.terminate()
    process.wait(10)


def an_action_call(action: str, *, text: str = "您好", matter: str | None = None) -> dict[str, Any]:
    entities = [{"entity": "matter", "value": matter}] if matter else []
    return {
        "next_action": action,
        "sender_id": "c1",
        "version": "3.6.21",
        "tracker": {
            "sender_id": "c1",
            "slots": {},
            "latest_message": {
                "text": text,
                "intent": {"name": "greet"},
                "entities": entities,
                "metadata": {"token": "turn-token", "turn": "t1", "lang": "zh"},
            },
            "events": [],
        },
    }


def test_the_server_answers_an_action_call_and_logs_no_words(server: httpx.Client) -> None:
    assert server.get("/health").json()["status"] == "ok"
    call = an_action_call("action_start_matter", text="我叫张三要换驾照", matter="driving-licence-renewal")
    answered = server.post("/webhook", json=call).json()
    assert [said["custom"]["type"] for said in answered["responses"]][-1] == "form-field"
    assert {event["name"]: event["value"] for event in answered["events"]}["asked"] == "delivery"
    assert server.post("/webhook", json=an_action_call("action_unheard_of")).status_code == 404
    assert server.post("/webhook", content=b"{").status_code == 400
    process = server.logged  # type: ignore[attr-defined]
    process.terminate()
    logged = process.stdout.read()
    assert "张三" not in logged and "turn-token" not in logged
    assert "turn.answered" in logged and all(json.loads(line) for line in logged.splitlines() if line)


def test_the_fallback_is_an_action_of_ours() -> None:
    assert Fallback.action == "action_default_fallback"
