"""kill -9 of any process while an application is being filed: one application, told once."""

import contextlib
import threading
import time

import httpx
import pytest

from tests.flows.conversation import Conversation, a_driver, wait_for
from tests.stack import Stack

PROCESSES = ["web", "worker", "beat", "departments", "broker", "db", "bot", "actions"]
MATTER = "driving-licence-renewal"


def at_the_summary(stack: Stack, phone: str) -> Conversation:
    citizen = a_driver(stack, phone)
    citizen.say("我要换驾照")
    citizen.choose("邮寄到家")
    citizen.say(phone)
    assert citizen.cards("summary")
    return citizen


def confirm_until_filed(citizen: Conversation) -> str:
    """What a citizen does whose phone shows an error: try again."""

    def filed() -> str | None:
        try:
            mine = citizen.applications(matter=MATTER)
            if mine and mine[0]["number"]:
                return str(mine[0]["id"])
            citizen.say("继续")
            citizen.say("确认")
        except (httpx.HTTPError, AssertionError):
            time.sleep(0.5)
        return None

    return wait_for(filed, "a filed application", seconds=60)


@pytest.mark.parametrize(("number", "name"), list(enumerate(PROCESSES)), ids=PROCESSES)
def test_one_application_is_filed_and_told_once(stack: Stack, number: int, name: str) -> None:
    citizen = at_the_summary(stack, f"1990000770{number}")

    def confirm() -> None:
        # The phone may lose its connection; the citizen tries again below.
        with contextlib.suppress(httpx.HTTPError):
            citizen.client.post("/chat/messages", json={"text": "确认", "id": f"confirm-{name}"})

    saying = threading.Thread(target=confirm)
    saying.start()
    time.sleep(0.06)
    stack.kill(name)
    saying.join()
    time.sleep(0.5)
    stack.restart(name)

    with stack.kept_alive():
        application = confirm_until_filed(citizen)
        citizen.pay(application)
        citizen.wait_for_state(application, "done", seconds=90)
        citizen.wait_for_message("已办结", seconds=30)
        time.sleep(2)  # long enough for a second telling to arrive, if there were one

    assert len(citizen.applications(matter=MATTER)) == 1
    told = [one["title"] for one in citizen.messages() if one["kind"] == "application"]
    assert len(told) == len(set(told)), told
    assert cases_of(stack, citizen) == 1
    citizen.close()


def cases_of(stack: Stack, citizen: Conversation) -> int:
    """How many cases the department keeps for the citizen's one application."""
    import pymongo

    [mine] = citizen.applications(matter=MATTER)
    database = stack.environment["DATABASE"] + "_departments"
    with pymongo.MongoClient[dict[str, object]](stack.environment["MONGO_URL"]) as client:
        return client[database]["cases"].count_documents({"application": mine["number"]})
