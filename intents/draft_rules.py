"""The sentences as operators have them in hand, and what may be added to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson

from backend.assistant.scrub import clean, scrub
from bot.components.sentences import DO_MATTER, Sentences, apply_edits
from bot.components.wording import is_payload
from intents.lint import LONGEST, normalised
from intents.shipped import frozen_places, shipped_sentences, shipped_signature
from intents.wording import normalise

_PLACEHOLDER = re.compile(r"⟦[a-z_-]+⟧")
LONGEST_NAME = 30
FORMULA = "=+-@"


class Kind(StrEnum):
    """What is changed: an example sentence, a name of a matter, a word that several matters share."""

    EXAMPLE = "example"
    NAME = "name"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Edit:
    """A sentence or word and its place: a matter, or a speech act where ``matter`` is None."""

    kind: Kind
    text: str
    matter: str | None = None
    act: str = DO_MATTER


@dataclass(frozen=True)
class Draft:
    """The sentences with the edits on top; ``labels`` are the places of the examples, by what they say."""

    sentences: Sentences
    edits: dict[str, Any]
    labels: Mapping[str, tuple[str | None, str]]
    fresh: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)

    def label_of(self, text: str) -> tuple[str | None, str] | None:
        """The matter and act under which a sentence stands, however it is punctuated."""
        key = normalised(text)
        return self.fresh[key] if key in self.fresh else self.labels.get(key)

    def holds(self, edit: Edit) -> bool:
        """Whether this stands at this place."""
        return normalise(edit.text) in self._standing(edit)

    def act_of(self, edit: Edit) -> str:
        """The act under which it stands there; the wanted one when it does not."""
        return self._standing(edit).get(normalise(edit.text), edit.act)

    def after(self, edit: Edit, *, present: bool) -> "Draft":
        """The draft for checking the next change of the same row of changes."""
        if edit.kind is not Kind.EXAMPLE or not present:
            return self
        fresh = {**self.fresh, normalised(edit.text): (edit.matter, edit.act)}
        return Draft(self.sentences, self.edits, self.labels, fresh)

    def _standing(self, edit: Edit) -> dict[str, str]:
        if edit.matter is None:
            there = self.sentences.acts.get(edit.act)
            return {normalise(text): edit.act for text in there.examples} if there else {}
        matter = self.sentences.matters.get(edit.matter)
        if matter is None:
            return {}
        if edit.kind is Kind.EXAMPLE:
            return {normalise(one.text): one.act for one in matter.examples}
        words = matter.names if edit.kind is Kind.NAME else matter.ambiguous
        return {normalise(word): edit.act for word in words}


def draft_of(edits: dict[str, Any]) -> Draft:
    """The shipped sentences with these edits on top."""
    said = orjson.dumps(edits, option=orjson.OPT_SORT_KEYS)
    return _draft(said, shipped_signature())


@lru_cache(maxsize=2)
def _draft(said: bytes, _: object) -> Draft:
    edits = orjson.loads(said)
    sentences = apply_edits(shipped_sentences(), edits)
    labels: dict[str, tuple[str | None, str]] = {}
    for act in sentences.acts.values():
        labels |= {normalised(text): (None, act.act) for text in act.examples}
    for matter in sentences.matters.values():
        labels |= {normalised(one.text): (matter.matter, one.act) for one in matter.examples}
    return Draft(sentences, edits, labels)


def objection(draft: Draft, edit: Edit) -> str:
    """Why this may not be added, in the operator's words; empty when it may."""
    return _wrong_place(draft, edit) or wrong_text(edit.text, kind=edit.kind) or _taken(draft, edit)


def wrong_text(text: str, *, kind: Kind = Kind.EXAMPLE) -> str:
    """What is wrong with a text by itself; empty when nothing is."""
    if not normalised(text) or is_payload(text) or text != " ".join(text.split()):
        return "句子是空的，或含有换行、多余空格、按钮指令。"
    if text[0] in FORMULA:
        return "不能以 = + - @ 开头：导出的表格会把它当成公式。"
    longest = LONGEST if kind is Kind.EXAMPLE else LONGEST_NAME
    if len(text) > longest:
        return f"太长了，最多 {longest} 个字。"
    said = _PLACEHOLDER.sub(" ", text)
    if scrub(said) != clean(said):
        return "看起来含有个人信息，请换成 ⟦name⟧、⟦phone⟧ 这样的占位符。"
    return ""


def _wrong_place(draft: Draft, edit: Edit) -> str:
    if edit.act not in draft.sentences.acts:
        return f"没有“{edit.act}”这个意图。"
    if edit.matter is None:
        return "" if edit.kind is Kind.EXAMPLE else "事项名称和易混词要写明是哪个事项。"
    return "" if edit.matter in draft.sentences.matters else f"没有“{edit.matter}”这个事项。"


def _taken(draft: Draft, edit: Edit) -> str:
    if edit.kind is not Kind.EXAMPLE:
        return "已经有这个词了。" if draft.holds(edit) else ""
    folder = frozen_places().get(normalised(edit.text))
    if folder:
        return f"这一句在冻结的测试集（{folder}）里，拿来训练会让测试失真。"
    stands = draft.label_of(edit.text)
    if stands is None:
        return ""
    matter, act = stands
    if stands == (edit.matter, edit.act):
        return "已经有这一句了。"
    return f"这一句已经在“{f'{act}/{matter}' if matter else act}”下面，先从那里删除，再加到这里。"
