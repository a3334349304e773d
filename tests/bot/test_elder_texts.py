"""The 长辈版: what is said to the elderly is short, plain and without brackets, whichever sentence it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from playing_api import PlayingApi
from playing_chat import Chat, words

from bot.actions.wording import ELDER, TEXTS, wording

LONGEST = 24
JARGON = re.compile(
    "补正|受理|办结|授权|时限|法定|转办|查证|坐席|整改|渠道|核验|工单|回访|予以|届满|草稿|承诺|个工作日内"
)
# Names that stand on a button or are a list of words to listen for.
NOT_SAID = re.compile(r"^(level|topic|unit|rating_words)\.|\.words$|_words$|guide\.(aspects|follow_up)")


def sentences(texts: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from sentences(value, f"{above}{key}.")
        elif isinstance(value, str) and not NOT_SAID.search(f"{above}{key}"):
            yield f"{above}{key}", value


def said_to_the_elderly() -> list[tuple[str, str]]:
    return list(sentences(wording("zh", ELDER).everything))


@pytest.mark.parametrize(("key", "text"), said_to_the_elderly())
def test_a_sentence_for_the_elderly_is_short_and_plain(key: str, text: str) -> None:
    filled = re.sub(r"\{\w+\}", "某某", text)
    for sentence in re.split(r"[。！？!?\n]", filled):
        assert len(sentence.strip()) <= LONGEST, f"{key}: shorten it in texts/zh-elder.yml: {sentence}"
    assert not re.search(r"[()（）]", text), f"{key}: brackets"
    assert not JARGON.search(text), f"{key}: {JARGON.findall(text)}"


def test_a_shorter_sentence_belongs_to_a_longer_one_and_asks_for_nothing_else() -> None:
    longer = dict(sentences(yaml.safe_load((TEXTS / "zh.yml").read_text("utf-8"))))
    for key, text in sentences(yaml.safe_load((TEXTS / "zh-elder.yml").read_text("utf-8"))):
        assert key in longer, key
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(re.findall(r"\{(\w+)\}", longer[key])), key


def test_the_way_of_speaking_is_kept_with_the_account_and_heard_at_once(api: PlayingApi, chat: Chat) -> None:
    assert "字大了" in words(chat.say("elder_mode", "我年纪大了看不清"))
    assert api.mode == "elder"
    assert "普通" in words(chat.say("standard_mode", "换回普通的"))
    assert api.mode == "standard"


def test_switching_takes_the_form_up_again(chat: Chat) -> None:
    chat.say("do_matter", "我要换驾照", matter="driving-licence-renewal", matter_decision="sure")
    assert chat.say("elder_mode", "字大一点")[-1]["field"] == "delivery"
