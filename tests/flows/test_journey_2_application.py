"""An application by chat, from the first sentence to the new licence and the message that tells so."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.conversation import Conversation, a_driver
from tests.stack import Stack

PHONE = "19900002201"


@pytest.fixture(scope="module")
def driver(stack: Stack) -> Iterator[Conversation]:
    citizen = a_driver(stack, PHONE)
    yield citizen
    citizen.close()


def driving_licences(citizen: Conversation) -> list[dict[str, Any]]:
    wallet = citizen.client.get("/licences").json()["items"]
    return [one for one in wallet if one["type"] == "driving-licence"]


def test_a_licence_is_renewed_in_one_conversation(driver: Conversation) -> None:
    driver.say("我驾照下个月到期了怎么弄")
    before = driving_licences(driver)
    assert "驾驶证期满换证" in driver.words
    [found] = driver.cards("found")
    rows = {row["label"]: row for row in found["rows"]}
    assert "*" in rows["驾驶证号"]["value"], "the number is masked"
    assert "交通警察" in rows["驾驶证号"]["note"], "it says who knows it"
    assert rows["现有效期至"]["value"]
    assert driver.asked == "delivery"

    driver.choose("邮寄到家")
    assert driver.asked == "contact_phone"
    driver.say("我手机是 199 0000 2201")
    [summary] = driver.cards("summary")
    shown = {row["label"]: row["value"] for row in summary["rows"]}
    assert shown["联系电话"] == PHONE, "what the citizen gave is shown in full"
    assert "*" in shown["寄送地址"], "what the registry knows is masked"
    assert not driver.applications(state="submitted"), "nothing is filed before the confirmation"

    driver.say("确认")
    [card] = driver.cards("application")
    told = {row["label"]: row["value"] for row in card["rows"]}
    [filed] = driver.applications(matter="driving-licence-renewal")
    assert told["办件编号"] == filed["number"]
    assert told["预计办结"] == filed["promised_date"]

    driver.pay(filed["id"])
    driver.wait_for_state(filed["id"], "done")
    driver.wait_for_message("已办结")
    fresh = next(one for one in driving_licences(driver) if one["status"] == "valid")
    assert fresh["id"] not in {one["id"] for one in before}
    assert fresh["expires"] is None or fresh["expires"] > before[0]["expires"], "longer, or for good"

    driver.say("我那个办到哪一步了")
    [timeline] = driver.cards("timeline")
    assert timeline["id"] == filed["id"]
    assert [row["label"] for row in timeline["rows"]][-1] == "已办结"
    assert {"已提交", "已受理", "准予"} <= {row["label"] for row in timeline["rows"]}


def test_each_step_is_told_once(driver: Conversation) -> None:
    told = [(one["state"], one["title"]) for one in driver.messages() if one["kind"] == "application"]
    assert "done" in [state for state, _ in told]
    assert len(told) == len(set(told)), told


def test_confirming_again_files_nothing_again(driver: Conversation) -> None:
    driver.say("确认")
    assert len(driver.applications(matter="driving-licence-renewal")) == 1


def test_the_same_message_sent_twice_is_answered_once(driver: Conversation) -> None:
    body = {"text": "我想办居住登记", "id": "the-same-message-twice"}
    first = driver.client.post("/chat/messages", json=body).json()
    second = driver.client.post("/chat/messages", json=body).json()
    assert second["turn"] == first["turn"]
    assert [reply["type"] for reply in second["replies"]] == [reply["type"] for reply in first["replies"]]
    assert len([turn for turn in driver.history() if turn["turn"] == first["turn"]]) == 1


def test_a_department_that_refuses_is_told_with_its_reason(stack: Stack) -> None:
    with stack.departments() as departments:
        departments.put("/admin/departments/traffic-police/behaviour", json={"mode": "refuses", "times": 1})
    citizen = a_driver(stack, "19900002202")
    citizen.say("我要换驾照")
    citizen.choose("窗口自取")
    citizen.say("19900002202")
    citizen.say("确认")
    [filed] = citizen.applications(matter="driving-licence-renewal")
    citizen.pay(filed["id"])
    refused = citizen.wait_for_state(filed["id"], "refused", "done")
    assert refused["state"] == "refused"
    assert citizen.wait_for_message("不予")["text"]
    citizen.close()


def test_a_correction_is_asked_for_answered_and_goes_on(stack: Stack) -> None:
    with stack.departments() as departments:
        wanted = {"mode": "asks-correction", "times": 1}
        departments.put("/admin/departments/traffic-police/behaviour", json=wanted)
    citizen = a_driver(stack, "19900002203")
    citizen.say("我要换驾照")
    citizen.choose("邮寄到家")
    citizen.say("19900002203")
    citizen.say("确认")
    [filed] = citizen.applications(matter="driving-licence-renewal")
    citizen.pay(filed["id"])
    waiting = citizen.wait_for_state(filed["id"], "correction", "done")
    assert waiting["state"] == "correction"
    assert waiting["correction"]["items"]
    assert waiting["correction"]["due"]
    citizen.wait_for_message("补正")
    for _ in range(4):
        step = citizen.client.get(f"/applications/{filed['id']}/next").json()
        if step["kind"] != "ask":
            break
        kind = step["field"]["type"]
        choices = step["field"]["choices"]
        values = {"phone": "19900002203", "address": "清溪区和顺街道安居路9号301室"}
        value = choices[0]["value"] if choices else values.get(kind, "310000199001010017")
        patch = {"fields": {step["field"]["name"]: value}}
        answer = citizen.client.patch(f"/applications/{filed['id']}", json=patch)
        assert answer.status_code == 200, answer.text
    key = {"Idempotency-Key": f"again-{filed['id']}"}
    answer = citizen.client.post(f"/applications/{filed['id']}/submit", headers=key)
    assert answer.status_code == 200, answer.text
    citizen.wait_for_state(filed["id"], "done")
    with stack.departments() as departments:
        departments.post("/admin/reset")
    citizen.close()
