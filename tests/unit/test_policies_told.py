"""An answer's source on its way from the assistant to the screen."""

from typing import Any

from rich.console import Console

from backend.assistant.replies import read_replies
from backend.terminal.rendering import Screen

SOURCE: dict[str, Any] = {
    "id": "loan-cap-2026",
    "title": "随安市住房公积金贷款额度规定",
    "number": "随公积金规〔2026〕1号",
    "department": "市住房公积金管理中心",
    "standing": "valid",
    "as_of": "2026-11-22",
}
SAID = {"type": "text", "text": "一个人缴的最多 80 万元。", "source": SOURCE}


def test_the_gateway_keeps_a_texts_source() -> None:
    told = read_replies([{"custom": SAID}])
    assert told[0]["source"] == SOURCE


def test_a_source_without_a_title_is_none_and_the_reply_is_not_shown() -> None:
    assert read_replies([{"custom": SAID | {"source": {"id": "x"}}}]) == []


def test_plain_words_have_no_source() -> None:
    assert read_replies([{"custom": {"type": "text", "text": "好的"}}]) == [{"type": "text", "text": "好的"}]


def test_the_terminal_shows_the_source_under_the_answer() -> None:
    console = Console(width=120, record=True, file=None, force_terminal=False)
    with console.capture() as shown:
        Screen(console).show_replies([SAID])
    text = shown.get()
    assert "80 万元" in text and "依据：随安市住房公积金贷款额度规定（随公积金规〔2026〕1号）" in text
    assert "市住房公积金管理中心" in text and "截至 2026-11-22" in text
