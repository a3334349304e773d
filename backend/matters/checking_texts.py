"""Citizens' texts: sentences short enough to hear once, in words that people use."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.matters.documents import Place, Shelf

WORDS_FILE = Path(__file__).with_name("plain_words.yml")
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_UNIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[A-Za-z0-9]+(?:[.'-][A-Za-z0-9]+)*")


@lru_cache
def plain_words() -> dict[str, Any]:
    """``plain_words.yml``."""
    found: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text("utf-8"))
    return found


def hard_to_read(shelf: Shelf) -> Iterator[str]:
    """Sentences that are too long, and texts with too much of the offices' own words."""
    for file in shelf.files:
        for kind, place, text in _texts(file.raw):
            for problem in reading_problems(kind, text):
                yield f"{file.where(*place)}: {problem}"


def reading_problems(kind: str, text: str) -> Iterator[str]:
    """What makes a text of a kind hard to read.

    >>> list(reading_problems("ask", "申请人应当提供相关材料。"))[0][:14]
    '`ask` 里的“申请人应当”'
    """
    longest = plain_words()["longest"][kind]
    for sentence in _SENTENCE.findall(text):
        length = len(_UNIT.findall(sentence))
        if length > longest:
            yield f"`{kind}` 里的一句有 {length} 字，最多 {longest} 字，请拆成两句：{sentence.strip()[:16]}…"
    found = [word for word in plain_words()["officialese"] if word in text]
    found = [word for word in found if not any(word in other for other in found if other != word)]
    share = sum(len(word) * text.count(word) for word in found) / max(len(text), 1)
    if share > plain_words()["dense"][kind]:
        instead = "；".join(f"“{word}”可说{plain_words()['officialese'][word]}" for word in found)
        yield f"`{kind}` 里的{'、'.join(f'“{word}”' for word in found)}是公文话：{instead}"


def _texts(raw: dict[str, Any]) -> Iterator[tuple[str, Place, str]]:
    """Every Chinese text of a file that citizens read: its kind, place and words."""
    for at, field in enumerate(raw.get("form") or []):
        for kind in ("ask", "hint"):
            yield kind, ("form", at, kind), field.get(kind) or ""
    guide = raw.get("guide") or {}
    for kind in ("summary", "bring"):
        yield kind, ("guide", kind), guide.get(kind) or ""
    for at, step in enumerate(guide.get("steps") or []):
        yield "steps", ("guide", "steps", at), step
    for at, one in enumerate(guide.get("faq") or []):
        for kind in ("question", "answer"):
            yield kind, ("guide", "faq", at), one.get(kind) or ""
    for at, one in enumerate(raw.get("accept_when") or []):
        for kind in ("text", "otherwise"):
            yield kind, ("accept_when", at, kind), one.get(kind) or ""
    for at, one in enumerate(raw.get("materials") or []):
        yield "note", ("materials", at), one.get("note") or ""
    prompt = raw.get("prompt") or {}
    yield "prompt", ("prompt", "text"), prompt.get("text") or ""
    yield "prompt", ("prompt", "because"), prompt.get("because") or ""
