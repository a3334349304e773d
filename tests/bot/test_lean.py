"""What replaces parts of Rasa does what Rasa did, and refuses a Rasa it does not know."""

import asyncio
import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import rasa
import yaml
from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import lean


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests get Rasa as it is."""
    replaced = (
        (RemoteAction, "_validate_action_result"),
        (EndpointConfig, "request"),
        (MessageProcessor, "_predict_next_with_tracker"),
    )
    for owner, name in replaced:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    lean.make_lean()


class Actions(BaseHTTPRequestHandler):
    """Plays the action server; remembers how many connections there were."""

    protocol_version = "HTTP/1.1"
    connections: ClassVar[set[Any]] = set()
    status, answer = 200, b'{"events": [], "responses": []}'

    def do_POST(self) -> None:
        Actions.connections.add(self.client_address)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Any:
    server = HTTPServer(("127.0.0.1", 0), Actions)
    Thread(target=server.serve_forever, daemon=True).start()
    Actions.connections, Actions.status, Actions.answer = set(), 200, b'{"events": [], "responses": []}'
    yield EndpointConfig(f"http://127.0.0.1:{server.server_port}/webhook")
    server.shutdown()
    server.server_close()


def _call(endpoint: EndpointConfig, times: int = 1) -> Any:
    async def run() -> Any:
        try:
            for _ in range(times):
                answer = await endpoint.request(
                    json={"next_action": "action_greet"}, method="post", timeout=5
                )
        finally:
            await lean._session().close()
        return answer

    return asyncio.run(run())


def test_calls_of_the_action_server_share_a_connection(endpoint: EndpointConfig) -> None:
    assert _call(endpoint, times=5) == {"events": [], "responses": []}
    assert len(Actions.connections) == 1


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_of_the_action_server_is_told_without_its_body(
    endpoint: EndpointConfig, status: int
) -> None:
    Actions.status, Actions.answer = status, "我的身份证号".encode()
    with pytest.raises(ClientResponseError) as raised:
        _call(endpoint)
    assert raised.value.status == status
    assert "身份证" not in str(raised.value) + repr(raised.value)


def test_a_rejected_execution_keeps_its_reason(endpoint: EndpointConfig) -> None:
    Actions.status, Actions.answer = 400, b'{"action_name": "a", "error": "not now"}'
    with pytest.raises(ClientResponseError) as raised:
        _call(endpoint)
    assert json.loads(raised.value.text)["error"] == "not now"


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "draft", "value": "d1"}], "responses": [{"text": "好"}]},
    ],
)
def test_an_agreed_answer_passes(answer: dict[str, Any]) -> None:
    assert RemoteAction("action_greet", None)._validate_action_result(answer)


@pytest.mark.parametrize("answer", [{"events": "none"}, {"responses": {}}, {"events": [{"event": 5}]}, []])
def test_any_other_answer_is_refused_and_not_quoted(answer: Any) -> None:
    with pytest.raises(RasaException, match="agreed form") as raised:
        RemoteAction("action_greet", None)._validate_action_result(answer)
    assert "none" not in str(raised.value)


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    with pytest.raises(lean.UnknownRasaError, match=r"3\.7\.0"):
        lean.make_lean()


def test_rasa_starts_without_the_packages_it_never_uses() -> None:
    script = (
        "from bot.absent import *; leave_out(NEVER_USED | ONLY_FOR_TRAINING)\n"
        "import rasa.core.run, tensorflow; seal()\n"
        "try: tensorflow.constant(1)\n"
        "except AbsentPackageError: print('told')\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.stdout.strip() == "told", run.stderr


def test_every_rule_is_one_act_and_one_action_so_that_nothing_else_decides() -> None:
    folder = Path(lean.__file__).parent
    rules = [
        rule
        for file in sorted((folder / "data" / "rules").glob("*.yml"))
        for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]
    ]
    assert len(rules) >= 30
    for rule in rules:
        assert set(rule) == {"rule", "steps"}, rule
        assert [sorted(step) for step in rule["steps"]] == [["intent"], ["action"]], rule
    slots = yaml.safe_load((folder / "domain" / "memory.yml").read_text("utf-8"))["slots"]
    assert not any(slot.get("influence_conversation", True) for slot in slots.values())
