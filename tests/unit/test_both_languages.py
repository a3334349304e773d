"""Whatever citizens read is there in both languages."""

from pathlib import Path
from typing import Any

import yaml

BACKEND = Path(__file__).resolve().parents[2] / "backend"


def load(path: str) -> Any:
    return yaml.safe_load((BACKEND / path).read_text("utf-8"))


def keys(texts: dict[str, Any], above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in texts.items():
        found |= keys(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}"}
    return found


def test_the_elderly_are_spoken_to_in_both() -> None:
    texts = load("assistant/elder.yml")
    assert keys(texts["zh"]) == keys(texts["en"])


def test_every_message_has_a_title_and_a_text_in_both() -> None:
    found: list[str] = []

    def walk(texts: dict[str, Any], above: str) -> None:
        for key, value in texts.items():
            if isinstance(value, dict):
                walk(value, f"{above}{key}.")
        for name in ("title", "text"):
            if name in texts and f"{name}_en" not in texts:
                found.append(above + name)

    walk(load("messages/texts.yml"), "")
    assert found == []


def test_legal_terms_keep_their_chinese_in_english() -> None:
    states = load("assistant/wording.yml")["en"]["states"]
    for state, term in (("accepted", "受理"), ("correction", "补正"), ("refused", "不予许可")):
        assert states[state].endswith(f"({term})")
