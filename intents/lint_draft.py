"""The shipped sentences, each with its line, and the operators' changes on top: what the lint reads."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.components.edited import Edits, mapping, texts
from bot.components.sentences import DO_MATTER
from intents.sentences import Sentence
from intents.wording import normalise

DRAFT = Path("draft")


def with_edits(sentences: Sequence[Sentence], edits: Edits) -> list[Sentence]:
    """What is removed goes; what is added stands in a file called ``draft``."""
    gone = {(owner, normalise(text)) for owner, text in _removed(edits)}
    kept = [one for one in sentences if (_owner(one), normalise(one.text)) not in gone]
    known = {(_owner(one), normalise(one.text)) for one in kept}
    added = [one for one in _added(edits) if (_owner(one), normalise(one.text)) not in known]
    return [*kept, *(replace(one, line=number) for number, one in enumerate(added, start=1))]


def _owner(sentence: Sentence) -> str:
    return sentence.matter or f"act {sentence.act}"


def _removed(edits: Edits) -> Iterator[tuple[str, str]]:
    for matter, change in mapping(edits.get("matters")).items():
        yield from ((matter, text) for text in texts(mapping(change).get("remove")))
    for act, change in mapping(edits.get("acts")).items():
        yield from ((f"act {act}", text) for text in texts(mapping(change).get("remove")))


def _added(edits: Edits) -> Iterator[Sentence]:
    for matter, change in mapping(edits.get("matters")).items():
        for one in mapping(change).get("add") or []:
            yield Sentence(str(one["text"]), str(one.get("act") or DO_MATTER), matter, DRAFT, 0)
    for act, change in mapping(edits.get("acts")).items():
        for text in texts(mapping(change).get("add")):
            yield Sentence(text, act, None, DRAFT, 0)
