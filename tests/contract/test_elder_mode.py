"""The 长辈版 over HTTP: kept with the account, suggested once, three choices at a time."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from backend.assistant import routes
from backend.assistant.rasa import Rasa
from backend.assistant.speaking import say_prompt
from tests.contract.desk import MATTERS, QUICK, Desk

OLD = "310101195606070011"
OPTIONS = [{"title": f"事项{at}", "value": f'/do_matter{{"matter": "m{at}"}}'} for at in "甲乙丙丁戊"]


class Elder:
    """A citizen of seventy at a phone, and a Rasa that answers what it is told to."""

    def __init__(self, desk: Desk, client: FlaskClient, number: str) -> None:
        self.desk, self.client = desk, client
        self.answers: list[dict[str, Any]] = [{"custom": {"type": "text", "text": "好的。"}}]
        self.heard: list[dict[str, Any]] = []
        house = desk.house
        self.citizen = desk.a_driver()
        known = {"identity_number": house.cipher.encrypt(number), "created_at": house.clock.now()}
        house.db["citizens"].update_one({"_id": self.citizen}, {"$set": known})

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.desk.citizen_token(self.citizen)}"}

    def rasa(self) -> Rasa:
        def answer(request: httpx.Request) -> httpx.Response:
            self.heard.append(json.loads(request.content))
            return httpx.Response(200, json={"replies": self.answers, "reading": None})

        return Rasa(httpx.Client(base_url="http://bot", transport=httpx.MockTransport(answer)))

    def say(self, text: str = "", choice: str = "") -> list[dict[str, Any]]:
        self.desk.clock.advance(seconds=1)
        body = {"choice": choice} if choice else {"text": text}
        answer = self.client.post("/api/v1/chat/messages", json=body, headers=self.headers())
        assert answer.status_code == 200, answer.get_json()
        return list(answer.get_json()["replies"])

    def change(self, mode: str) -> Any:
        return self.client.patch("/api/v1/me", json={"mode": mode}, headers=self.headers())

    def me(self) -> dict[str, Any]:
        return dict(self.client.get("/api/v1/me", headers=self.headers()).get_json())


@pytest.fixture
def elder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elder]:
    citizen = Elder(desk, desk.app.test_client(), OLD)
    monkeypatch.setattr(routes, "rasa_at", lambda *_: citizen.rasa())
    yield citizen


def a_prompt(elder: Elder) -> str:
    """What the city offers to a citizen whose driving licence ends soon."""
    from backend.prompts.offering import check_citizen

    [prompt] = check_citizen(elder.desk.house, elder.citizen, ["licences"])
    return prompt


def a_form(elder: Elder, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The question of a form that the citizen has begun: posted, or fetched."""
    from backend.applications import applying
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    ways = [{"value": "post", "label": "邮寄到家"}, {"value": "window", "label": "窗口自取"}]
    field = {"name": "way", "label": "领证方式", "type": "choice", "ask": "寄还是取？", "choices": ways}
    file = MATTERS[QUICK] | {"id": "trial-way", "form": [field]}
    monkeypatch.setitem(catalogue().matters, "trial-way", Matter.model_validate(file))
    monkeypatch.setitem(catalogue().versions, "trial-way", "1")
    draft, _ = applying.open_draft(elder.desk.house, elder.citizen, "trial-way", channel="app")
    return {"type": "form-field", "application": draft["_id"], "field": "way", "text": ""}


def titles(replies: list[dict[str, Any]]) -> list[str]:
    return [one["title"] for reply in replies for one in reply.get("choices") or []]


def test_it_is_suggested_once_to_whoever_is_old_enough(elder: Elder) -> None:
    assert elder.me()["suggested_mode"] == "elder"
    assert elder.say("你好")[-1]["text"] == "要不要字大话少一点？"
    assert "要不要字大话少一点？" not in str(elder.say("换驾照"))
    assert elder.me()["suggested_mode"] is None


def test_a_spoken_yes_takes_it_up_where_nothing_else_was_asked(elder: Elder) -> None:
    elder.say("你好")
    elder.say("好的")
    assert elder.heard[-1]["message"] == "/elder_mode"


def test_a_spoken_yes_is_the_questions_own_where_something_was_asked(elder: Elder) -> None:
    elder.answers = [{"custom": {"type": "choices", "text": "办吗？", "choices": OPTIONS[:2]}}]
    assert elder.say("你好")[-1]["text"] == "要不要字大话少一点？"
    elder.say("好的")
    assert elder.heard[-1]["message"] == "好的"


def test_danger_is_not_the_moment_to_suggest_anything(elder: Elder) -> None:
    elder.answers = [
        {"custom": {"type": "notice", "level": "emergency", "text": "请现在就打 119。", "phone": "119"}}
    ]
    assert len(elder.say("着火了")) == 1
    elder.answers = [{"text": "好的。"}]
    assert elder.say("没事了")[-1]["text"] == "要不要字大话少一点？"


def test_every_device_speaks_as_was_chosen_and_rasa_is_told(elder: Elder) -> None:
    assert elder.change("elder").get_json()["mode"] == "elder"
    replies = elder.say("你好")
    assert {reply["mode"] for reply in replies} == {"elder"} and replies[0]["speech"] == "好的。"
    assert elder.heard[-1]["metadata"]["mode"] == "elder"
    assert elder.heard[-1]["metadata"]["senior"] is True
    elder.change("standard")
    assert elder.say("你好") == [{"type": "text", "text": "好的。"}]


def test_none_of_these_leads_to_the_next_three_without_the_assistant(elder: Elder) -> None:
    elder.change("elder")
    elder.answers = [{"custom": {"type": "choices", "text": "哪一件？", "choices": OPTIONS}}]
    assert titles(elder.say("居住")) == ["事项甲", "事项乙", "事项丙", "都不是", "找人帮忙"]
    assert titles(elder.say("都不是")) == ["事项丁", "事项戊", "都不是", "找人帮忙"]
    assert len(elder.heard) == 1
    elder.say("第二个")
    assert elder.heard[-1]["message"] == OPTIONS[4]["value"]


def test_nothing_runs_out_for_the_elderly(elder: Elder) -> None:
    elder.change("elder")
    elder.answers = [{"custom": {"type": "choices", "text": "哪一件？", "choices": OPTIONS}}]
    elder.say("居住")
    before = elder.heard[-1]["sender"]
    elder.desk.clock.advance(days=9)
    assert titles(elder.say(choice="/more_choices"))[0] == "事项丁"
    elder.desk.clock.advance(days=9)
    elder.say("事项丁")
    assert (elder.heard[-1]["sender"], elder.heard[-1]["message"]) == (before, OPTIONS[3]["value"])


def test_a_prompt_that_arrives_in_the_middle_of_a_form_does_not_take_its_answer(
    elder: Elder, monkeypatch: pytest.MonkeyPatch
) -> None:
    form_field = a_form(elder, monkeypatch)
    elder.change("elder")
    elder.answers = [{"custom": form_field}]
    assert "邮寄" in str(elder.say("换个证"))
    asked = '/choose{"field_value": "window"}'
    elder.say("第二个")
    assert elder.heard[-1]["message"] == asked

    assert say_prompt(elder.desk.house, elder.citizen, a_prompt(elder)), "it comes by itself"
    elder.say("第二个")
    assert elder.heard[-1]["message"] == asked
    elder.answers = [{"text": "好的。"}]
    elder.say("窗口自取")
    assert elder.heard[-1]["message"] == asked


def test_a_prompt_that_arrives_while_nothing_is_asked_is_answered_by_its_place(elder: Elder) -> None:
    elder.change("elder")
    elder.say("你好")
    prompt = a_prompt(elder)
    assert say_prompt(elder.desk.house, elder.citizen, prompt)
    elder.say("第一个")
    assert elder.heard[-1]["message"].startswith("/answer_prompt") and prompt in elder.heard[-1]["message"]


def test_an_answer_read_back_is_shown_as_it_was(elder: Elder) -> None:
    elder.change("elder")
    elder.answers = [{"custom": {"type": "choices", "text": "哪一件？", "choices": OPTIONS}}]
    shown = elder.say("居住")
    elder.change("standard")
    history = elder.client.get("/api/v1/chat/messages", headers=elder.headers()).get_json()
    assert history["items"][0]["replies"] == shown


def test_another_word_than_the_two_is_refused(elder: Elder) -> None:
    answer = elder.change("giant")
    assert (answer.status_code, answer.get_json()["type"].rsplit("/", 1)[-1]) == (422, "invalid-request")


def test_whoever_is_younger_is_not_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = Elder(desk, desk.app.test_client(), "310101199003070011")
    monkeypatch.setattr(routes, "rasa_at", lambda *_: citizen.rasa())
    assert citizen.me()["suggested_mode"] is None
    assert len(citizen.say("你好")) == 1
    assert citizen.heard[-1]["metadata"]["senior"] is False
