"""In the middle of a form a citizen asks for a person, is answered by one, and the form goes on."""

import json

import httpx
import pytest

from tests.flows.conversation import Conversation, a_driver, wait_for
from tests.flows.office import Office
from tests.flows.test_stream import Listener
from tests.stack import Stack


@pytest.fixture(scope="module")
def agent(stack: Stack) -> httpx.Client:
    return Office(stack).desk("data-office", "agent")


def in_line(citizen: Conversation) -> str:
    """The hand-off that the citizen waits in."""
    standing = citizen.client.get("/chat/handoff").json()
    assert standing["state"] == "waiting", standing
    return str(standing["id"])


def turns_heard(listener: Listener) -> list[str]:
    """Who spoke, as the other device heard it."""
    return [json.loads(one["data"])["by"] for one in listener.events if one["event"] == "chat.turn"]


def take(agent: httpx.Client, handoff: str) -> dict[str, object]:
    answer = agent.post(f"/agent/conversations/{handoff}/take")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_agent_answers_in_the_conversation_and_the_form_goes_on(stack: Stack, agent: httpx.Client) -> None:
    phone = "19900006601"
    citizen = a_driver(stack, phone)
    other_device = Listener(citizen)
    citizen.say("我要换驾照")
    citizen.choose("邮寄到家")
    asked = citizen.asked
    citizen.say("等下，体检在哪儿做啊，给我转人工")
    assert citizen.notice("info") and citizen.asked == asked
    handoff = in_line(citizen)

    # While they wait the assistant goes on answering.
    assert citizen.say("换驾照多少钱").replies
    seen = take(agent, handoff)
    assert seen["matter"] == {"id": "driving-licence-renewal", "name": "驾驶证期满换证"}
    suggested = agent.get(f"/agent/conversations/{handoff}/suggestions", params={"q": "体检在哪儿做"}).json()
    assert len(suggested["items"]) >= 3

    stack.kill("web")
    stack.restart("web")
    said = {"text": suggested["items"][0]["text"], "id": "1"}
    for _ in range(2):
        assert agent.post(f"/agent/conversations/{handoff}/messages", json=said).status_code == 201
    answer = citizen.client.post("/chat/messages", json={"text": "好的知道了"})
    assert answer.json()["replies"] == []
    other_device.close()
    after_the_crash = Listener(citizen, last_id=other_device.events[-1]["id"])
    wait_for(
        lambda: {"agent", "citizen"} <= set(turns_heard(after_the_crash)) or None, "both on the other device"
    )
    assert turns_heard(after_the_crash).count("agent") == 1
    after_the_crash.close()

    assert agent.post(f"/agent/conversations/{handoff}/return").status_code == 200
    citizen.replies = citizen.history()[0]["replies"]
    assert "要继续刚才的「驾驶证期满换证」吗" in citizen.words
    citizen.choose("接着办")
    assert citizen.asked == asked
    citizen.say(phone)
    citizen.say("确认")
    [filed] = citizen.applications(matter="driving-licence-renewal")
    assert filed["state"] != "draft"
    citizen.close()


@pytest.mark.parametrize(
    "said",
    ["转人工", "人工人工人工", "轉人工", "我要跟真的人说话", "不想跟机器说", "I want to talk to a human"],
)
def test_a_person_is_one_word_away(stack: Stack, said: str) -> None:
    citizen = Conversation.sign_in(stack, "19900000012")
    citizen.say(said)
    in_line(citizen)
    citizen.say("不等了" if "human" not in said else "stop waiting")
    assert citizen.client.get("/chat/handoff").json()["state"] is None
    citizen.close()


def test_who_is_in_distress_is_put_first_without_asking(stack: Stack, agent: httpx.Client) -> None:
    citizen = Conversation.sign_in(stack, "19900000013")
    citizen.say("我不想活了")
    assert citizen.notice("emergency")["phone"] == "12356"
    handoff = in_line(citizen)
    line = agent.get("/agent/queue").json()["items"]
    mine = next(at for at, one in enumerate(line) if one["id"] == handoff)
    assert line[mine]["reason"]["id"] == "distress"
    assert all(one["urgent"] for one in line[: mine + 1]), "only others in need stand before"
    take(agent, handoff)
    assert agent.post(f"/agent/conversations/{handoff}/end").status_code == 200
    citizen.replies = citizen.history()[0]["replies"]
    citizen.choose("满意")
    assert "记下了" in citizen.words
    citizen.close()


def test_the_stream_tells_of_ordinary_turns_and_of_the_place_in_line(stack: Stack) -> None:
    citizen = Conversation.sign_in(stack, "19900000014")
    other_device = Listener(citizen)
    turn = citizen.client.post("/chat/messages", json={"text": "你好"}).json()
    wait_for(lambda: turns_heard(other_device) or None, "the turn")
    heard = json.loads(other_device.events[0]["data"])
    assert heard == {"id": turn["turn"], "by": "citizen"}
    seen = citizen.client.get(f"/chat/messages/{heard['id']}").json()
    assert seen["said"] == "你好" and seen["replies"] == turn["replies"]
    citizen.say("转人工")
    wait_for(lambda: "handoff" in other_device.kinds() or None, "the place in line")
    citizen.say("不等了")
    other_device.close()
    citizen.close()
