"""The 长辈版: how an answer is made short, easy to hear and easy to choose from.

Pure: filled replies go in, replies for the elderly come out. What is kept of a turn stays whole, so that the
next three choices are found again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.assistant.payload import read_payload, write_payload
from backend.assistant.speech import speech_of

Reply = dict[str, Any]
Option = dict[str, str]

FILE = Path(__file__).with_name("elder.yml")
MOST_CHOICES = 3
LONGEST = 20
MORE = "/more_choices"
PERSON = "ask_person"
_ENDS = re.compile(r"(?<=[。！？!?\n])")
_CLAUSES = re.compile(r"[，,；;：:]")
# A clause that is nothing without the next one.
_LEANS = re.compile("(?:时候|的话|时|前|后|起)$|^(?:如|要是|因为|由于|为了|只要|虽然|不管|除了)")
_PLACES = {"一": 0, "1": 0, "二": 1, "两": 1, "2": 1, "三": 2, "3": 2}
_COUNTED = re.compile("(?:我?要|我?选|就|点)?第?([一二两三123])(?:个|种|项|号|条|样)?(?:吧|啊|呀|的|那个)?")
_BRACKET = re.compile(r"[（(]([^（()）]*)[)）]")


@dataclass(frozen=True)
class Shaped:
    """Replies for the elderly, and which choices they show; ``whole`` are the replies they were made from."""

    replies: list[Reply]
    whole: list[Reply]
    options: list[Option] = field(default_factory=list)
    more: bool = False


def shape(replies: Sequence[Reply], lang: str, *, page: int = 0) -> Shaped:
    """Short sentences, three choices at a time, a person one press away, and words to be read aloud."""
    pager = _Pager(page, lang)
    shaped = [pager.cut(reply) for reply in replies]
    made = [_shortened(reply, lang) for reply in _with_help(shaped, pager, lang)]
    spoken = [reply | {"mode": "elder", "speech": speech_of(reply, lang)} for reply in made]
    return Shaped(spoken, list(replies), pager.options, pager.more)


def suggestion(lang: str) -> Reply:
    """The question whether the 长辈版 is wanted, asked once."""
    yes = {"title": label(lang, "suggest_yes"), "value": write_payload("elder_mode")}
    no = {"title": label(lang, "suggest_no"), "value": write_payload("standard_mode")}
    return {"type": "choices", "text": label(lang, "suggest"), "choices": [yes, no]}


def answer_to_suggestion(text: str) -> str | None:
    """The payload that a yes or a no to the suggestion stands for."""
    said = _bare(text)
    if said in _words("yes_words"):
        return write_payload("elder_mode")
    return write_payload("standard_mode") if said in _words("no_words") else None


def pressed(text: str, options: Sequence[Option], *, more: bool) -> str | None:
    """The payload of the choice that words name: by its place, by its title, or 「都不是」."""
    said = _bare(text)
    if more and said in _words("none_words"):
        return MORE
    place = _place(said)
    if place is not None and place < len(options):
        return options[place]["value"]
    return next((one["value"] for one in options if _bare(one["title"]) == said), None)


def short_sentences(text: str) -> str:
    """Long sentences cut at their commas, nothing in brackets.

    >>> short_sentences("好，先不办了。草稿已经替您保存好了（不会丢），以后想办的时候，直接告诉我就可以。")
    '好，先不办了。草稿已经替您保存好了，不会丢。以后想办的时候，直接告诉我就可以。'
    """
    whole = _BRACKET.sub(r"，\1，", text).replace("，，", "，")
    whole = re.sub(r"，(?=[。！？，]|$)", "", whole)
    return "".join(_cut(sentence) for sentence in _ENDS.split(whole) if sentence)


def label(lang: str, key: str) -> str:
    """A word or sentence of the 长辈版's own."""
    return str(_data()[lang][key])


def length(sentence: str) -> int:
    """How long a sentence is to read: punctuation and quotation marks do not count."""
    return len(re.sub(r"[\s，。！？；：、,.!?;:“”\"「」]", "", sentence))


class _Pager:
    """Cuts the last list of choices to the page shown; earlier replies have none or are part of it."""

    def __init__(self, page: int, lang: str) -> None:
        self.page, self.lang = page, lang
        self.options: list[Option] = []
        self.tail: list[Option] = []
        self.more = False
        # The assistant's own way to a person tells why one is wanted.
        self.person = write_payload(PERSON)

    def cut(self, reply: Reply) -> Reply:
        """The reply with the choices of this page."""
        if reply["type"] == "choices":
            asking = [one["value"] for one in reply["choices"] if _asks_person(one)]
            self.person = (asking or [self.person])[0]
            shown = self._page_of([one for one in reply["choices"] if not _asks_person(one)])
            return reply | {"choices": shown}
        if reply["type"] == "form-field" and not reply["field"]["choices"]:
            # A number said now answers the question, not a list before it.
            self.options, self.tail, self.more = [], [], False
            return reply
        if reply["type"] == "form-field":
            fields = [_as_option(choice) for choice in reply["field"]["choices"]]
            values = {one["value"] for one in self._page_of(fields)}
            kept = [one for one in reply["field"]["choices"] if _as_option(one)["value"] in values]
            return reply | {"field": reply["field"] | {"choices": kept}}
        return reply

    def _page_of(self, options: list[Option]) -> list[Option]:
        none = [one for one in options if one["title"] == label(self.lang, "none")]
        real = [one for one in options if one not in none]
        start = self.page * MOST_CHOICES
        if start >= len(real):
            start = 0
        shown, left = real[start : start + MOST_CHOICES], real[start + MOST_CHOICES :]
        self.options = shown
        self.more = bool(left)
        if left:
            self.tail = [{"title": label(self.lang, "none"), "value": MORE}]
        elif none or start:
            last = none[0]["value"] if none else write_payload(PERSON)
            self.tail = [{"title": label(self.lang, "none"), "value": last}]
        else:
            self.tail = []
        return shown


def _with_help(replies: list[Reply], pager: "_Pager", lang: str) -> list[Reply]:
    """The way on and the way to a person stand with the last choices, or by themselves at the end."""
    buttons = [*pager.tail, {"title": label(lang, "help"), "value": pager.person}]
    if replies and replies[-1]["type"] == "choices":
        last = replies[-1]
        return [*replies[:-1], last | {"choices": [*last["choices"], *buttons]}]
    return [*replies, {"type": "choices", "text": label(lang, "help_ask"), "choices": buttons}]


def _shortened(reply: Reply, lang: str) -> Reply:
    # A card's own words and an alarm are not ours to cut.
    if lang == "en" or not reply.get("text") or reply["type"] == "card" or reply.get("level") == "emergency":
        return reply
    return reply | {"text": short_sentences(str(reply["text"]))}


def _cut(sentence: str) -> str:
    if length(sentence) <= LONGEST:
        return sentence
    end = sentence[-1] if sentence[-1] in "。！？!?\n" else ""
    kept: list[str] = []
    for unit in _units(sentence.removesuffix(end)):
        if kept and length(kept[-1]) + length(unit) <= LONGEST:
            kept[-1] += f"，{unit}"
        else:
            kept.append(unit)
    return "。".join(kept) + end


def _units(sentence: str) -> list[str]:
    """The clauses, each with the one that it leans on."""
    units: list[str] = []
    leaning = False
    for clause in filter(str.strip, _CLAUSES.split(sentence)):
        if leaning and length(units[-1] + clause) <= LONGEST:
            units[-1] += f"，{clause}"
        else:
            units.append(clause)
        leaning = _LEANS.search(clause) is not None
    return units


def _as_option(choice: dict[str, Any]) -> Option:
    value = write_payload("choose", field_value=str(choice["value"]))
    return {"title": str(choice["label"]), "value": value}


def _asks_person(option: Option) -> bool:
    read = read_payload(option["value"])
    return read is not None and read[0] == PERSON


def _place(said: str) -> int | None:
    counted = _COUNTED.fullmatch(said)
    if counted:
        return _PLACES[counted[1]]
    return next((at for at, words in enumerate(_data()["places"]) if said in map(_bare, words)), None)


def _bare(text: str) -> str:
    return re.sub(r"[\s，。！？,.!?“”\"]+", "", text).lower()


def _words(key: str) -> frozenset[str]:
    return frozenset(map(_bare, _strings(_data()[key])))


def _strings(words: Iterable[Any]) -> list[str]:
    return [str(word) for word in words]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded
