"""Insight counts stored conversations once a day, and tells operators alone, of five people or more."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.insight import store
from tests.contract.desk import RELIEF, Desk

TODAY = date(2026, 11, 23)
NINE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
SPAN = "from=2026-11-22&to=2026-11-24"


@pytest.fixture(autouse=True)
def nothing_said(desk: Desk) -> None:
    for name in ("turns", "handoffs", "insight_daily", "insight_fields", "insight_unanswered"):
        desk.house.db[name].delete_many({})


def said(desk: Desk, citizen: str, *texts: tuple[str, str], **more: Any) -> None:
    """A conversation of a citizen; each text with the act it was read as."""
    for at, (text, act) in enumerate(texts):
        reading = {"act": act, "decision": "sure", "matters": [{"id": RELIEF, "score": 0.9}]}
        desk.house.db["turns"].insert_one(
            {
                "_id": desk.house.new_id(),
                "citizen": citizen,
                "conversation": f"talk-{citizen}",
                "text": text,
                "choice": None,
                "lang": "zh",
                "mode": "standard",
                "answered": True,
                "expecting": None,
                "reading": reading,
                "created_at": NINE + timedelta(minutes=at),
            }
            | more
        )


def an_operator(desk: Desk) -> str:
    if "operator" not in desk.tokens:
        desk.hire("operator", "data-office", ["operate"])
    return "operator"


def told(desk: Desk, path: str = "", by: str = "matter") -> dict[str, Any]:
    query = f"{SPAN}&by={by}" if not path else SPAN
    answer = desk.ask(an_operator(desk), "GET", f"/operator/insight{path}?{query}")
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def test_conversations_are_counted_and_counting_again_changes_nothing(desk: Desk) -> None:
    for at in range(6):
        said(desk, f"c{at}", ("我要申请救助", "do_matter"), ("好", "confirm"))
    said(desk, "c6", ("我要申请救助", "do_matter"), ("转人工", "ask_person"))
    desk.house.db["handoffs"].insert_one({"_id": "h1", "conversation": "talk-c6", "created_at": NINE})
    assert [store.roll_up(desk.house, TODAY) for _ in range(2)] == [7, 7]
    [row] = told(desk)["items"]
    assert (row["matter"], row["conversations"], row["handoff_rate"]) == (RELIEF, 7, round(1 / 7, 4))
    assert row["first_answer_success"] == round(6 / 7, 4)
    assert told(desk)["total"]["containment"] == round(6 / 7, 4)


def test_few_people_are_told_of_neither_alone_nor_by_subtracting(desk: Desk) -> None:
    for at in range(9):
        said(desk, f"c{at}", ("你好", "greet"), lang="zh")
    said(desk, "e1", ("hello", "greet"), lang="en")
    store.roll_up(desk.house, TODAY)
    found = told(desk, by="lang")
    assert (found["items"], found["hidden"], found["total"]["conversations"]) == ([], 2, 10)
    desk.house.db["insight_daily"].delete_many({"lang": "zh"})
    assert told(desk, by="lang")["total"] is None


def test_one_person_on_many_days_is_one_person(desk: Desk) -> None:
    for day in range(3):
        said(desk, "c1", ("你好", "greet"), created_at=NINE + timedelta(days=day - 1))
        store.roll_up(desk.house, TODAY + timedelta(days=day - 1))
    assert told(desk)["total"] is None


def test_the_question_at_which_forms_are_left_is_told(desk: Desk) -> None:
    from backend.applications.applying import open_draft

    for _ in range(5):
        citizen = desk.a_resident()
        draft, _new = open_draft(desk.house, citizen, RELIEF, channel="chat")
        asked = {"application": draft["_id"], "field": "contact_phone"}
        said(desk, citizen, ("我要申请救助", "do_matter"), expecting=asked)
    store.roll_up(desk.house, TODAY)
    [row] = told(desk, "/fields")["items"]
    assert (row["matter"], row["field"], row["left"]) == (RELIEF, "contact_phone", 5)


def test_what_five_people_asked_in_vain_is_told(desk: Desk) -> None:
    for at in range(5):
        said(desk, f"c{at}", ("科三在哪约考", "out_of_scope"))
    said(desk, "c9", ("我表姐的秘密", "out_of_scope"))
    store.roll_up(desk.house, TODAY)
    assert told(desk, "/unanswered")["items"] == [{"label": "科三在哪约考", "people": 5, "times": 5}]


def test_a_chart_is_drawn(desk: Desk) -> None:
    for at in range(5):
        said(desk, f"c{at}", ("你好", "greet"))
    store.roll_up(desk.house, TODAY)
    answer = desk.ask(an_operator(desk), "GET", f"/operator/insight/chart.svg?{SPAN}&figure=containment")
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.get_data(as_text=True).count("<circle") == 1


@pytest.mark.parametrize("path", ["", "/fields", "/unanswered", "/chart.svg"])
def test_only_who_trains_the_assistant_reads_it(desk: Desk, path: str) -> None:
    assert desk.ask("handler", "GET", f"/operator/insight{path}?{SPAN}").status_code == 403


def test_a_span_that_ends_before_it_begins_is_refused(desk: Desk) -> None:
    answer = desk.ask(an_operator(desk), "GET", "/operator/insight?from=2026-11-24&to=2026-11-22")
    assert answer.get_json()["type"].rsplit("/", 1)[-1] == "invalid-request"
