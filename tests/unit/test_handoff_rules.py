"""The rules of handing over: who is heard asking, who comes first, how long it takes, and office hours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml

from backend.applications.form import Filled, Status
from backend.handoff import wording
from backend.handoff.asking import asks_for_person, has_enough, wants_message
from backend.handoff.canned import all_canned
from backend.handoff.danger import number_for
from backend.handoff.hours import OfficeHours, opening_words, parse_hours
from backend.handoff.place import Rank, expected_minutes, place_in_line
from backend.handoff.states import OPEN, TABLE, Move, NotAllowed, State, after
from backend.handoff.summary import masked_value
from backend.matters.fields import FormField

ASKING = [
    "转人工",
    "人工",
    "人工人工",
    "人工人工人工",
    "找个真人",
    "我要跟人说话",
    "不要机器人",
    "轉人工",
    "找個真人",
    "轉接人工客服",
    "我要人工客服",
    "请帮我转人工，谢谢",
    "能不能转人工",
    "有没有人工啊",
    "快点转人工！！",
    "你给我转人工",
    "算了转人工吧",
    "人 工",
    "我想找人工",
    "换个真人来",
    "叫个人来",
    "给我转人工行不行",
    "zhuan rengong",
    "我妈在老家手机不会弄，你给我转人工",
]
ENGLISH = [
    "human",
    "Agent!",
    "I want to talk to a human",
    "can I speak to a real person please?",
    "real person",
]
NOT_ASKING = [
    "人工费怎么算",
    "人工智能是什么",
    "我要换驾照",
    "不要转人工",
    "先别转人工",
    "人工湖在哪",
    "客服态度太差",
    "个人",
    "工人",
    "找人代办行吗",
    "真人实名认证",
    "人在外地能办吗",
    "没有转人工",
    "机器人补贴怎么领",
    "我个人",
    "我",
]


@pytest.mark.parametrize("said", [*ASKING, *ENGLISH])
def test_asking_for_a_person_is_heard_the_first_time(said: str) -> None:
    assert asks_for_person(said)


@pytest.mark.parametrize("said", [*NOT_ASKING, "travel agent licence", "the human resources office", ""])
def test_what_only_sounds_like_it_is_left_to_the_assistant(said: str) -> None:
    assert not asks_for_person(said)


def test_in_an_open_answer_it_must_be_all_that_is_said() -> None:
    assert not asks_for_person("打了三次都不给转人工客服", in_free_text=True)
    assert asks_for_person("转人工", in_free_text=True)


@pytest.mark.parametrize(
    "said", ["不等了", "算了，不等了", "我不想等了", "不用人工了", "Stop waiting!", "回到助手吧"]
)
def test_giving_up_waiting_is_heard(said: str) -> None:
    assert has_enough(said) and not asks_for_person(said)


@pytest.mark.parametrize("said", ["还要等多久", "我等着", "不等式怎么解", "等下我妈来"])
def test_who_asks_how_long_does_not_give_up(said: str) -> None:
    assert not has_enough(said)


def test_a_message_may_be_wanted_in_other_words() -> None:
    assert wants_message("那我留言吧") and not wants_message("留学生落户")


@pytest.mark.parametrize(
    ("said", "number"), [("家里着火了", "119"), ("我不想活了", "12356"), ("换驾照", None)]
)
def test_the_words_of_danger_are_the_assistants_own(said: str, number: str | None) -> None:
    assert number_for(said) == number


def test_priority_is_a_head_start_that_nobody_outwaits() -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    places = [place_in_line(rank, now + timedelta(days=30 * rank)) for rank in sorted(Rank, reverse=True)]
    assert all(earlier < later for earlier, later in pairwise(places))
    assert place_in_line(Rank.ELDER, now) < place_in_line(Rank.ELDER, now + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("position", "took", "on_duty", "busy", "minutes"),
    [
        (1, [], 0, 0, None),  # nobody is there
        (1, [], 2, 1, 1),  # somebody is free
        (1, [300.0, 300.0], 1, 1, None),  # too little is known
        (1, [300.0] * 3, 1, 1, 5),
        (4, [300.0] * 3, 2, 2, 10),
        (3, [300.0] * 3, 2, 1, 5),  # one agent is free for the first
        (1, [60.0, 60.0, 6000.0], 1, 1, 1),  # one long talk says little
    ],
)
def test_the_wait_is_reckoned_from_the_last_ones_or_not_at_all(
    position: int, took: list[float], on_duty: int, busy: int, minutes: int | None
) -> None:
    assert expected_minutes(position, handled_seconds=took, on_duty=on_duty, busy=busy) == minutes


HOURS = parse_hours("9:00-17:30")


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), True),  # Monday, 9:00
        (datetime(2026, 11, 23, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), False),  # 17:30
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 10, 1, 2, 0, tzinfo=UTC), False),  # a holiday on a Thursday
        (datetime(2026, 10, 10, 2, 0, tzinfo=UTC), True),  # a Saturday worked for it
    ],
)
def test_agents_are_there_on_working_days_by_the_calendar(moment: datetime, there: bool) -> None:
    assert HOURS is not None and HOURS.is_open(moment) is there


def test_the_next_opening_is_after_the_holidays() -> None:
    assert HOURS is not None
    evening = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
    opening = HOURS.next_opening(evening)
    assert opening_words(opening, evening, "zh") == "10月8日（周四）09:00"
    assert opening_words(opening, evening, "en") == "Thursday, 8 October, 09:00"


def test_without_hours_somebody_is_always_there_and_nonsense_is_refused() -> None:
    assert parse_hours("") is None
    assert isinstance(HOURS, OfficeHours)
    for nonsense in ("9", "17-9", "9:00-25:00", "always"):
        with pytest.raises(ValueError):
            parse_hours(nonsense)


def test_every_open_state_leads_out() -> None:
    for state in OPEN:
        assert {after(state, move) for move in Move if (state, move) in TABLE} - {state}
    with pytest.raises(NotAllowed):
        after(State.ENDED, Move.TAKE)


def test_both_languages_say_the_same_things() -> None:
    texts = yaml.safe_load(wording.FILE.read_text("utf-8"))
    assert _keys(texts["zh"]) == _keys(texts["en"])


def _keys(table: dict[str, object]) -> set[str]:
    keys = set(table)
    for key, value in table.items():
        if isinstance(value, dict):
            keys |= {f"{key}.{one}" for one in _keys(value)}
    return keys


def test_canned_answers_have_ids_of_their_own() -> None:
    ids = [one.id for one in all_canned()]
    assert len(ids) == len(set(ids))
    texts = [text for one in all_canned() for text in (one.id, one.title, one.text, *one.keywords)]
    assert all(isinstance(text, str) for text in texts), "a bare number in the file is no text"


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ({"type": "name"}, "随小办", "随*办"),
        ({"type": "phone"}, "19900000001", "199****0001"),
        ({"type": "address"}, "安居区安心路8号3幢201室", "安居区安心路**"),
        ({"type": "long-text"}, "我得了病，想早点拿到钱", "已填"),
        ({"type": "choice", "choices": [{"value": "post", "label": "邮寄到家"}]}, "post", "邮寄到家"),
        ({"type": "phone"}, None, None),
    ],
)
def test_an_agent_sees_what_is_filled_in_and_not_what_it_says(
    field: dict[str, Any], value: str | None, seen: str | None
) -> None:
    asked = FormField.model_validate({"name": "one", "label": "一项", "ask": "？"} | field)
    status = Status.GIVEN if value else Status.MISSING
    assert masked_value(Filled(asked, value, None, status)) == seen
