"""Every sentence the assistant says, from one catalogue a language (bot/texts)."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

TEXTS = Path(__file__).resolve().parents[1] / "texts"
DEFAULT_LANGUAGE = "zh"
ELDER = "elder"
CITY = ZoneInfo("Asia/Shanghai")
_SEPARATORS = {"zh": "、", "en": ", "}


class Wording:
    """The catalogue of one language: ``words("form.missing", count=2, labels="…")``."""

    def __init__(self, lang: str, texts: dict[str, Any]) -> None:
        self.lang = lang
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key with its placeholders filled."""
        text = self.look_up(key)
        if not isinstance(text, str):
            raise KeyError(f"texts/{self.lang}.yml has no sentence {key!r}")
        return text.format(**values).strip()

    @property
    def everything(self) -> dict[str, Any]:
        """The whole catalogue."""
        return self._texts

    def has(self, key: str) -> bool:
        """Whether there is a sentence of this key."""
        return isinstance(self.look_up(key), str)

    def table(self, key: str) -> dict[str, Any]:
        """A part of the catalogue that is a table (numbers, aspects)."""
        table = self.look_up(key)
        return table if isinstance(table, dict) else {}

    def word_list(self, key: str) -> list[str]:
        """A part of the catalogue that is a list of words to recognise."""
        words = self.look_up(key)
        return words if isinstance(words, list) else []

    def join(self, parts: list[str]) -> str:
        """A, B and C, as the language lists them."""
        return _SEPARATORS[self.lang].join(parts)

    def day(self, instant: str) -> str:
        """The city's day of an instant in ISO form: 11月3日, 3 November."""
        day = datetime.fromisoformat(instant).astimezone(CITY)
        return f"{day.month}月{day.day}日" if self.lang == "zh" else f"{day.day} {day:%B}"

    def look_up(self, key: str) -> Any:
        """Whatever stands at a dotted key, or None."""
        found: Any = self._texts
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found


@lru_cache
def wording(lang: str, mode: str = "") -> Wording:
    """The catalogue of a language; Chinese for a language we do not speak.

    For the elderly some sentences are said shorter: ``texts/zh-elder.yml`` lies over ``texts/zh.yml``.
    """
    known = lang if (TEXTS / f"{lang}.yml").is_file() and lang in _SEPARATORS else DEFAULT_LANGUAGE
    texts = _load(TEXTS / f"{known}.yml")
    shorter = TEXTS / f"{known}-{ELDER}.yml"
    return Wording(known, _laid_over(texts, _load(shorter)) if mode == ELDER and shorter.is_file() else texts)


def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def _laid_over(texts: dict[str, Any], shorter: dict[str, Any]) -> dict[str, Any]:
    laid = dict(texts)
    for key, value in shorter.items():
        below = texts.get(key)
        laid[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return laid
