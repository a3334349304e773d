"""The policy library over HTTP: anybody may ask and read, and a model is a help at most."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.policies import routes
from integrations.gateways.llm import LlmGateway
from tests.contract.desk import Desk
from tests.policies.playing_llm import PlayingLlm

BY_NUMBER = "随公积金规〔2026〕1号最多能贷多少"


def ask(desk: Desk, question: str, **more: Any) -> Any:
    return desk.app.test_client().post("/api/v1/policies/answer", json={"question": question} | more)


@pytest.fixture
def model(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayingLlm]:
    playing = PlayingLlm()
    equipped = replace(desk.house, llm=LlmGateway(playing.url, "small", "key"))
    monkeypatch.setattr(routes, "house", lambda: equipped)
    yield playing
    playing.stop()


def test_anybody_gets_an_answer_with_its_source(desk: Desk) -> None:
    answer = ask(desk, BY_NUMBER).get_json()
    assert answer["answered"] and "80 万元" in answer["text"]
    source = answer["source"]
    assert (source["number"], source["department"]) == ("随公积金规〔2026〕1号", "市住房公积金管理中心")
    assert source["standing"] == "valid" and source["as_of"] and not answer["rephrased"]


def test_an_expired_document_is_told_with_its_successor(desk: Desk) -> None:
    answer = ask(desk, "随公积金规〔2023〕1号最多能贷多少").get_json()
    assert answer["source"]["standing"] == "expired" and answer["replaced_by"]["id"] == "loan-cap-2026"
    assert "60 万元" in answer["text"] and "80 万元" in answer["text"] and "已失效" in answer["text"]


def test_what_is_not_known_says_where_to_ask(desk: Desk) -> None:
    answer = ask(desk, "火星殖民飞船票价").get_json()
    assert not answer["answered"] and answer["source"] is None
    assert "没有查到依据" in answer["text"] and "12345" in answer["text"]


@pytest.mark.parametrize(
    "body", [{}, {"question": "嗯"}, {"question": "问" * 201}, {"question": "好吗", "x": 1}]
)
def test_a_question_that_cannot_be_one_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    answer = desk.app.test_client().post("/api/v1/policies/answer", json=body)
    assert answer.status_code == 422 and answer.get_json()["type"].endswith("/invalid-request")


def test_the_library_is_read_page_by_page_with_where_each_document_stands(desk: Desk) -> None:
    client, seen, cursor = desk.app.test_client(), list[str](), ""
    while True:
        page = client.get(f"/api/v1/policies?limit=50{cursor}").get_json()
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) >= 60
    expired = client.get("/api/v1/policies?standing=expired&department=housing-fund").get_json()["items"]
    assert {one["id"] for one in expired} >= {"rent-withdrawal-2022"}
    assert all(one["standing"] == "expired" for one in expired)
    loans = client.get("/api/v1/policies?matter=fund-loan&standing=valid").get_json()["items"]
    assert [one["id"] for one in loans] == ["loan-cap-2026"]


def test_a_document_is_read_whole_and_one_that_is_not_there_is_not_found(desk: Desk) -> None:
    client = desk.app.test_client()
    found = client.get("/api/v1/policies/loan-cap-2023").get_json()
    assert found["standing"] == "expired" and found["replaced_by"]["id"] == "loan-cap-2026"
    assert [one["number"] for one in found["articles"]] == ["第二条"]
    assert client.get("/api/v1/policies/loan-cap-1999").status_code == 404
    assert client.get("/api/v1/policies?cursor=x").status_code == 422


def test_a_model_rewords_what_was_found_and_a_lie_is_not_told(desk: Desk, model: PlayingLlm) -> None:
    plain = "满 65 岁凭敬老卡坐公交、地铁、轮渡不要钱，早高峰（7 到 9 点）也一样。60 到 64 岁公交半价。"
    asked = "随政规〔2022〕6号坐车要钱吗"
    model.says = plain.replace("也一样", "也是一样的")
    kinder = ask(desk, asked).get_json()
    assert kinder["rephrased"] and "也是一样的" in kinder["text"]
    model.says = plain.replace("65", "60")
    honest = ask(desk, asked).get_json()
    assert not honest["rephrased"] and honest["text"] == plain
    model.status = 500
    assert ask(desk, asked).get_json()["text"] == plain


def test_a_model_is_not_asked_about_what_was_not_found(desk: Desk, model: PlayingLlm) -> None:
    ask(desk, "火星殖民飞船票价")
    assert model.heard == []


def test_a_guess_is_for_who_is_signed_in_and_only_of_the_catalogue(desk: Desk, model: PlayingLlm) -> None:
    model.says = '["passport", "everything"]'
    body = {"sentence": "那个本本快不行了，我电话13912345678"}
    nobody = desk.app.test_client().post("/api/v1/policies/readings", json=body)
    assert nobody.status_code == 401
    token = desk.citizen_token(desk.a_resident())
    assert desk.ask(token, "POST", "/policies/readings", body).get_json() == {"matters": ["passport"]}
    assert b"13912345678" not in b"".join(model.heard)


def test_without_a_model_there_is_no_guess(desk: Desk) -> None:
    token = desk.citizen_token(desk.a_resident())
    said = {"sentence": "那个本本快不行了"}
    assert desk.ask(token, "POST", "/policies/readings", said).get_json() == {"matters": []}
