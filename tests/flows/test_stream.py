"""The stream: what changes reaches the phone by itself, and nothing is lost while it was away."""

import json
import threading
import time
from typing import Any

import httpx

from tests.flows.conversation import Conversation, a_driver, wait_for
from tests.stack import Stack

Event = dict[str, Any]


class Listener:
    """A phone that keeps the stream open in the background."""

    def __init__(self, citizen: Conversation, last_id: str = "") -> None:
        self.events: list[Event] = []
        self._client = httpx.Client(
            base_url=citizen.client.base_url, headers=citizen.client.headers, timeout=30, trust_env=False
        )
        self._headers = {"Last-Event-ID": last_id} if last_id else {}
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.open = threading.Event()
        self._thread.start()
        assert self.open.wait(10), "the stream did not open"

    def kinds(self) -> set[str]:
        return {str(event["event"]) for event in self.events}

    def close(self) -> None:
        self._client.close()

    def _listen(self) -> None:
        event: Event = {}
        try:
            with self._client.stream("GET", "/stream", headers=self._headers) as answer:
                assert answer.headers["Content-Type"].startswith("text/event-stream")
                self.open.set()
                for line in answer.iter_lines():
                    name, _, value = line.partition(": ")
                    if not line and event.get("event"):
                        self.events.append(event)
                        event = {}
                    elif name in ("event", "id", "data"):
                        event[name] = value
        except (httpx.HTTPError, RuntimeError):
            return  # hung up


def file_one(citizen: Conversation, phone: str) -> str:
    citizen.say("我要换驾照")
    citizen.choose("邮寄到家")
    citizen.say(phone)
    citizen.say("确认")
    [filed] = citizen.applications(matter="driving-licence-renewal")
    citizen.pay(filed["id"])
    citizen.wait_for_state(filed["id"], "done")
    return str(filed["id"])


def test_changes_messages_and_prompts_arrive_and_a_gap_is_caught_up(stack: Stack) -> None:
    phone = "19900005501"
    citizen = a_driver(stack, phone)
    listener = Listener(citizen)
    application = file_one(citizen, phone)
    wait_for(lambda: {"message", "application"} <= listener.kinds() or None, "a message and a change")
    changes = [json.loads(event["data"]) for event in listener.events if event["event"] == "application"]
    assert {change["id"] for change in changes} == {application}
    middle = listener.events[len(listener.events) // 2]["id"]
    later = [event["id"] for event in listener.events if event["id"] > middle]
    listener.close()

    back = Listener(citizen, last_id=middle)
    wait_for(lambda: len(back.events) >= len(later) or None, "what was missed")
    assert [event["id"] for event in back.events][: len(later)] == later
    back.close()
    citizen.close()


def test_idle_listeners_do_not_keep_others_waiting(stack: Stack) -> None:
    citizen = Conversation.sign_in(stack, "19900000011")
    # Six streams are as many as one citizen may hold in one process.
    idle = [Listener(citizen) for _ in range(6)]
    began = time.perf_counter()
    for _ in range(20):
        assert citizen.client.get("/me").status_code == 200
    assert (time.perf_counter() - began) / 20 < 0.25
    one_more = citizen.client.get("/stream")
    assert one_more.status_code == 429
    for listener in idle:
        listener.close()
    citizen.close()
