"""The 长辈版 of an answer: short sentences, three choices at a time, a person one press away, read aloud."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.accounts.modes import age_of
from backend.assistant.elder import LONGEST, MORE, length, pressed, shape, short_sentences
from backend.assistant.speech import number_in_words, spoken_text

NAMES = ["居住登记", "居住证申领", "居住证签注", "居住证补领", "居住变更", "租赁备案", "落户"]


def offer(count: int, *more: dict[str, str]) -> list[dict[str, Any]]:
    buttons = [{"title": name, "value": f'/do_matter{{"matter": "m{at}"}}'} for at, name in enumerate(NAMES)]
    return [{"type": "choices", "text": "您说的是哪一件？", "choices": [*buttons[:count], *more]}]


def titles(replies: list[dict[str, Any]]) -> list[str]:
    return [one["title"] for reply in replies for one in reply.get("choices") or []]


def test_seven_choices_come_three_at_a_time_and_then_a_person() -> None:
    first, second, third = (shape(offer(7), "zh", page=page) for page in range(3))
    assert titles(first.replies) == [*NAMES[:3], "都不是", "找人帮忙"]
    assert titles(second.replies) == [*NAMES[3:6], "都不是", "找人帮忙"]
    assert titles(third.replies) == [NAMES[6], "都不是", "找人帮忙"]
    assert [first.more, second.more, third.more] == [True, True, False]
    values = [shaped.replies[-1]["choices"][-2]["value"] for shaped in (first, second, third)]
    assert values == [MORE, MORE, "/ask_person"]


def test_the_assistants_own_none_of_these_comes_last() -> None:
    asked = offer(4, {"title": "都不是", "value": "/deny"})
    assert shape(asked, "zh").replies[-1]["choices"][-2]["value"] == MORE
    assert shape(asked, "zh", page=1).replies[-1]["choices"][-2]["value"] == "/deny"


def test_three_choices_need_no_next_page() -> None:
    assert titles(shape(offer(3), "zh").replies) == [*NAMES[:3], "找人帮忙"]


def test_a_persons_button_stands_once_and_says_why() -> None:
    why = '/ask_person{"reason": "danger"}'
    replies = shape(offer(2, {"title": "转人工", "value": why}), "zh").replies
    assert titles(replies) == [*NAMES[:2], "找人帮忙"]
    assert replies[-1]["choices"][-1]["value"] == why


def test_a_field_shows_three_of_its_options_and_the_way_on_beside_it() -> None:
    options = [{"value": f"v{at}", "label": name} for at, name in enumerate(NAMES)]
    field = {"name": "kind", "label": "种类", "type": "choice", "choices": options}
    asked = [{"type": "form-field", "application": "a1", "field": field, "text": "哪一种？"}]
    shown = shape(asked, "zh", page=1)
    assert [one["label"] for one in shown.replies[0]["field"]["choices"]] == NAMES[3:6]
    assert titles(shown.replies) == ["都不是", "找人帮忙"]
    assert shown.options[1] == {"title": NAMES[4], "value": '/choose{"field_value": "v4"}'}
    assert shown.replies[0]["speech"] == ("哪一种？第一个，居住证补领，第二个，居住变更，第三个，租赁备案")


def test_a_number_asked_for_is_no_place_in_an_earlier_list() -> None:
    field = {"name": "people", "label": "人数", "type": "number", "choices": []}
    asked = [*offer(3), {"type": "form-field", "application": "a1", "field": field, "text": "几个人？"}]
    assert shape(asked, "zh").options == []


def test_every_reply_can_be_enlarged_and_read_aloud() -> None:
    card = {"type": "card", "card": "application", "id": "a1", "title": "换证", "rows": [
        {"label": "预计办结", "value": "2026-11-24"}, {"label": "手机", "value": "199****0001"},
    ]}  # fmt: skip
    replies = shape([{"type": "text", "text": "交好了。"}, card], "zh").replies
    assert [reply["mode"] for reply in replies] == ["elder"] * 3
    assert replies[1]["speech"] == "换证，预计办结，二零二六年十一月二十四日，手机，尾号零零零幺"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("第二个", "/b"), ("第二个吧。", "/b"),
        ("选第二种", "/b"), ("头一个", "/a"), ("2", "/b"), ("the first one", "/a"), ("居住登记", "/a"),
        ("都不是", MORE), ("没有我要的", MORE), ("第三个", None), ("我想换驾照", None),
    ],
)  # fmt: skip
def test_choices_are_named_in_words(said: str, value: str | None) -> None:
    options = [{"title": "居住登记", "value": "/a"}, {"title": "居住证申领", "value": "/b"}]
    assert pressed(said, options, more=True) == value


def test_without_more_choices_none_of_these_is_the_assistants_business() -> None:
    assert pressed("都不是", [{"title": "甲", "value": "/a"}], more=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "本人承诺以上所填内容真实有效，如有虚假愿意承担相应的法律责任，并接受有关部门的处理。",
        "请告诉我您现在住的地方（小区、门牌号都要），没有门牌号的说村和组就行，越细越好找。",
    ],
)
def test_what_departments_wrote_long_is_cut_at_its_commas(text: str) -> None:
    short = short_sentences(text)
    assert "（" not in short
    assert max(length(sentence) for sentence in short.split("。")) <= LONGEST


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "零"),
        ("10", "十"),
        ("15", "十五"),
        ("105", "一百零五"),
        ("3600", "三千六百"),
        ("2003", "两千零三"),
    ],
)
def test_amounts_are_said_as_amounts(digits: str, said: str) -> None:
    assert number_in_words(digits).replace("二千", "两千") == said


def test_a_voice_meets_no_symbols() -> None:
    said = spoken_text("「换驾照」：收 10.5 元（2026年11月3日 09:30 前）→ 打 96110 或 12345", "zh")
    assert said == "换驾照，收十点五元，二零二六年十一月三日九点三十分前打九六幺幺零或一二三四五"
    assert spoken_text("Call 12345, 2 choices (or 110)", "en") == (
        "Call one two three four five, two choices, or one one zero"
    )


@pytest.mark.parametrize(("day", "age"), [("2026-12-30", 76), ("2026-12-31", 77)])
def test_age_counts_full_years(day: str, age: int) -> None:
    assert age_of("11010519491231002X", datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)) == age


def test_an_unreadable_number_tells_no_age() -> None:
    assert age_of("11010519491331002X", datetime(2026, 11, 23, tzinfo=UTC)) == 0
