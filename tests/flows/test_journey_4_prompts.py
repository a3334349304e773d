"""提示-服务: people are told what they are due, why and from what; each answer does what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.core.clock import city_date
from tests.flows.conversation import Conversation, wait_for
from tests.stack import Stack

TODAY = city_date(datetime.now(UTC))


@pytest.fixture
def citizen(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Conversation]:
    signed_in = Conversation.sign_in(stack, request.param)
    yield signed_in
    signed_in.close()


def last_shown(citizen: Conversation) -> dict[str, str]:
    """The card of the newest prompt that the assistant showed of itself."""

    def shown() -> dict[str, str] | None:
        turns = [turn for turn in citizen.history() if not turn["said"]]
        replies = (reply for turn in turns for reply in turn["replies"])
        return next((reply for reply in replies if reply.get("card") == "prompt"), None)

    # A prompt is entered a moment before it is told.
    return wait_for(shown, "a prompt in the conversation")


@pytest.mark.parametrize(
    ("citizen", "matter", "fact"),
    [
        ("19900000001", "driving-licence-renewal", "驾驶证有效期至"),
        ("19900000002", "elderly-allowance", "出生日期"),
        ("19900000003", "birth-registration", "孩子出生日期"),
    ],
    indirect=["citizen"],
)
def test_whoever_is_due_is_told_without_asking_why_and_from_what(
    citizen: Conversation, matter: str, fact: str
) -> None:
    prompt = citizen.wait_for_prompt(matter)
    assert prompt["because"]
    evidence = {one["label"]: one for one in prompt["evidence"]}
    assert fact in evidence
    assert evidence[fact]["value"]
    assert evidence[fact]["department"]
    assert evidence[fact]["as_of"]


@pytest.mark.parametrize("citizen", ["19900000002"], indirect=True)
def test_why_is_explained_and_yes_files_the_prefilled_application(citizen: Conversation) -> None:
    citizen.wait_for_prompt("elderly-allowance")
    citizen.say("为什么收到")
    assert "80" in citizen.words
    assert citizen.cards("prompt")
    assert not citizen.applications(), "asking why files nothing"
    citizen.say("好")
    [filed] = citizen.applications()
    assert filed["matter"]["id"] == "elderly-allowance"
    assert filed["number"]
    done = citizen.wait_for_state(filed["id"], "done")
    assert done["results"]
    again = citizen.client.post(f"/prompts/{citizen.prompts()[0]['id']}/answer", json={"answer": "accept"})
    assert again.status_code == 200
    assert len(citizen.applications()) == 1, "yes twice files once"


@pytest.mark.parametrize("citizen", ["19900000003"], indirect=True)
def test_yes_with_something_missing_asks_only_for_that(citizen: Conversation) -> None:
    prompt = citizen.wait_for_prompt("birth-registration")
    answer = citizen.client.post(f"/prompts/{prompt['id']}/answer", json={"answer": "accept"}).json()
    assert answer["application"]["filed"] is False
    citizen.say("继续")
    assert citizen.asked == "child_name"
    citizen.say("就叫安小满吧")
    assert citizen.asked not in (None, "child_name")
    citizen.say("1")
    assert citizen.cards("summary")
    citizen.say("确认")
    [filed] = citizen.applications(matter="birth-registration")
    citizen.wait_for_state(filed["id"], "done")


@pytest.mark.parametrize("citizen", ["19900000006"], indirect=True)
def test_no_means_no_for_this_time(citizen: Conversation) -> None:
    prompt = citizen.wait_for_prompt("residence-permit")
    citizen.say("不用")
    assert citizen.client.get(f"/prompts/{prompt['id']}").json()["state"] == "declined"
    assert not citizen.applications()
    other = citizen.client.post(f"/prompts/{prompt['id']}/answer", json={"answer": "accept"})
    assert other.status_code == 409, "a closed prompt is not answered otherwise"


@pytest.mark.parametrize("citizen", ["19900000005"], indirect=True)
def test_later_says_when(citizen: Conversation) -> None:
    prompt = citizen.wait_for_prompt("unemployment-benefit")
    citizen.say("晚点再说")
    assert citizen.client.get(f"/prompts/{prompt['id']}").json()["state"] == "later"
    day = TODAY + timedelta(days=3)
    assert f"{day.month}月{day.day}日" in citizen.words


@pytest.mark.parametrize("citizen", ["19900000009"], indirect=True)
def test_wrong_data_opens_a_correction(citizen: Conversation) -> None:
    prompt = citizen.wait_for_prompt("id-card-renewal")
    citizen.say("信息不对，我上个月刚换过")
    after = citizen.client.get(f"/prompts/{prompt['id']}").json()
    assert after["state"] == "wrong-data"
    assert after["correction"]
    corrections = citizen.client.get("/me/corrections").json()["items"]
    assert [one["id"] for one in corrections] == [after["correction"]]


@pytest.mark.parametrize("citizen", ["19900000012"], indirect=True)
def test_stop_turns_the_topic_off(stack: Stack, citizen: Conversation) -> None:
    citizen.wait_for_prompt("residence-permit-endorsement")
    citizen.say("别再提醒")
    if citizen.buttons.get("证件证照"):
        citizen.choose("证件证照")
    assert citizen.client.get("/me/topics/licences").json()["muted"] is True
    before = len(citizen.prompts())
    with stack.departments() as departments:
        person = departments.post("/admin/people/search", json={"phone": "19900000012", "demo": True}).json()
        identity = person["people"][0]["identity_number"]
        expires = (TODAY + timedelta(days=40)).isoformat()
        fact = {"identity_number": identity, "type": "identity-card", "expires": expires}
        assert departments.post("/admin/facts/licence", json=fact).is_success
    wait_for(
        lambda: (
            [
                one
                for one in citizen.client.get("/licences").json()["items"]
                if one["type"] == "identity-card" and one["expires"] == expires
            ]
            or None
        ),
        "the changed card in the profile",
    )
    shown = [one for one in citizen.prompts() if one["state"] == "shown"]
    assert len(citizen.prompts()) == before
    assert not [one for one in shown if one["matter"]["id"] == "id-card-renewal"]


@pytest.mark.parametrize("citizen", ["19900000011"], indirect=True)
def test_who_is_due_nothing_is_told_nothing(citizen: Conversation) -> None:
    assert citizen.prompts() == []


@pytest.mark.parametrize("citizen", ["19900000011"], indirect=True)
def test_a_birth_is_followed_by_an_offer(stack: Stack, citizen: Conversation) -> None:
    assert not [one for one in citizen.prompts() if one["matter"]["id"] == "birth-registration"]
    with stack.departments() as departments:
        person = departments.post("/admin/people/search", json={"phone": "19900000011", "demo": True}).json()
        birth = {
            "mother_identity_number": person["people"][0]["identity_number"],
            "sex": "女",
            "born": TODAY.isoformat(),
        }
        answer = departments.post("/admin/facts/birth", json=birth)
        assert answer.is_success, answer.text
    prompt = citizen.wait_for_prompt("birth-registration")
    assert last_shown(citizen)["id"] == prompt["id"], "the assistant tells it in the conversation"
