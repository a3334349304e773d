from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.applications.states import State
from backend.matters.catalogue import load_catalogue
from backend.messages.texts import PARTS, TextsError, load_texts
from backend.messages.wording import change_key, describe, text_for

CATALOGUE = load_catalogue([Path(__file__).parents[2] / "backend" / "matters" / "catalogue"])
TOLD = load_texts()["application"]


def an_application(**changes: Any) -> dict[str, Any]:
    return {
        "_id": "a1",
        "number": "SB261123004182737",
        "matter": "driving-licence-renewal",
        "department": "traffic-police",
        "state": "refused",
        "promised": {"due": datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "provisional": False},
        "timeline": [
            {"state": "submitted", "text": "已提交"},
            {"state": "refused", "text": "不予许可：体检不合格。"},
        ],
    } | changes


def test_only_states_of_the_table_are_told() -> None:
    assert set(TOLD) <= {state.value for state in State}


@pytest.mark.parametrize("quiet", ["draft", "received", "reviewing", "checking", "deciding"])
def test_steps_inside_the_department_are_not_worth_a_message(quiet: str) -> None:
    assert quiet not in TOLD


@pytest.mark.parametrize("state", sorted(TOLD))
def test_every_text_fills_and_leaves_no_brace(state: str) -> None:
    words = TOLD[state].fill(describe(an_application(state=state), state, CATALOGUE))
    assert set(words) == set(PARTS)
    for text in words.values():
        assert "{" not in text
        assert text.strip()


def test_a_refusal_gives_the_departments_reason_and_a_way_on() -> None:
    words = TOLD["refused"].fill(describe(an_application(), "refused", CATALOGUE))
    assert "不予许可：体检不合格。" in words["text"]
    assert "行政复议" in words["text"]
    assert "12123" in words["text"]


def test_a_promise_is_told_as_a_day_of_the_city() -> None:
    words = TOLD["submitted"].fill(describe(an_application(), "submitted", CATALOGUE))
    assert "2026-11-24" in words["text"]


def test_a_state_is_told_once_but_each_round_of_correction_anew() -> None:
    change = {"application": "a1", "state": "accepted", "version": 4}
    assert change_key(change) == change_key(change | {"version": 9})
    again = change | {"state": "correction"}
    assert change_key(again) != change_key(again | {"version": 9})


def test_a_placeholder_that_nobody_fills_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "texts.yml"
    file.write_text("application:\n  done: {title: a, title_en: b, text: '{name}', text_en: d}\n", "utf-8")
    with pytest.raises(TextsError, match="name"):
        load_texts(file)


def test_a_missing_language_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "texts.yml"
    file.write_text("application:\n  done: {title: a, text: c}\n", "utf-8")
    with pytest.raises(TextsError, match="title_en"):
        load_texts(file)


@pytest.mark.parametrize("what", sorted(load_texts()["notice"]))
def test_every_notice_fills_with_the_clocks_it_tells_of(what: str) -> None:
    due = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    clocks = {
        "tolerance": {"due": due, "materials": ["medical-fitness"]},
        "extension": {"amount": 10, "unit": "工作日"},
    }
    words = load_texts()["notice"][what].fill(describe(an_application(clocks=clocks), "refused", CATALOGUE))
    assert all(text.strip() and "{" not in text for text in words.values())


def test_an_acceptance_is_told_as_it_came_about() -> None:
    accepted = an_application(
        state="accepted", timeline=[{"state": "accepted", "text": "受理", "by": "clock"}]
    )
    assert text_for(accepted, "accepted") == "accepted-by-law"
    later = accepted | {"clocks": {"tolerance": {"due": None, "materials": ["x"]}}}
    assert text_for(later, "accepted") == "accepted-later"
    assert text_for(accepted, "done") == "done"


BETWEEN = {
    "principal": "安*寿", "agent": "随*行", "matters": "“高龄津贴”", "until": "2026-12-22",
    "left": "", "left_en": "", "organisation": "随安试办公司", "person": "随*行", "role": "经办人",
    "role_en": "handler", "outcome": "立行立改",
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (event, what)
        for event in ("delegation", "membership", "rating", "correction")
        for what in load_texts()[event]
    ],
)
def test_what_is_no_application_fills_too(event: str, what: str) -> None:
    values = describe(an_application(), "refused", CATALOGUE) | BETWEEN
    words = load_texts()[event][what].fill(values)
    assert all(text.strip() and "{" not in text for text in words.values())


def test_what_waits_for_its_fee_is_told_with_the_fee() -> None:
    waits = an_application(state="submitted", payment={"state": "due", "amount": "80.00"})
    assert text_for(waits, "submitted") == "payment-due"
    words = load_texts()["notice"]["payment-due"].fill(describe(waits, "submitted", CATALOGUE))
    assert "80.00 元" in words["text"]
    assert text_for(waits | {"payment": {"state": "paid", "amount": "80.00"}}, "submitted") == "submitted"


def test_an_invitation_to_rate_promises_nothing_for_it() -> None:
    text = load_texts()["rating"]["invitation"]
    assert not [bait for bait in ("奖", "红包", "积分", "好评", "五星") if bait in text.text]
    assert "reward" not in text.text_en
