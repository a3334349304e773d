"""For whom a thing is wanted: 「帮我妈领高龄津贴」, 「公司要刻章」, "for my daughter"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.api import Document

FILE = Path(__file__).with_name("relations.yml")
PERSON, CHILD, ORGANISATION = "person", "child", "organisation"
EVERY_MATTER = "*"
NATURAL_PERSON = "natural-person"
DELEGATED = "delegation"
# Somebody who was only pointed at.
SOMEBODY = "对方"


@dataclass(frozen=True)
class Relation:
    """What somebody is to the citizen. ``covers`` are the relations that the word may mean."""

    name: str
    kind: str
    pronoun: str = SOMEBODY
    covers: tuple[str, ...] = ()

    def is_meant_by(self, other: "Relation | None") -> bool:
        """Whether a principal of that relation is one of those meant."""
        if other is None:
            return False
        return other.name == self.name or other.name in self.covers


@dataclass(frozen=True)
class Vocabulary:
    """``relations.yml``, ready to be looked up."""

    relations: dict[str, Relation]
    words: dict[str, Relation]
    patterns: tuple[re.Pattern[str], ...]
    mention: re.Pattern[str]
    alone: re.Pattern[str]
    pronouns: re.Pattern[str]
    own: dict[str, Any]


def relation_in(text: str, before: Iterable[str] = ()) -> Relation | None:
    """The relation for whom something is wanted; ``before`` is what was said earlier, newest first.

    >>> relation_in("帮我妈领高龄津贴").name, relation_in("公司要刻章").name
    ('妈妈', '公司')
    >>> relation_in("我妈说驾照要换") is None
    True
    """
    vocabulary = _vocabulary()
    said = text.lower()
    for pattern in vocabulary.patterns:
        if found := pattern.search(said):
            return vocabulary.words[found["who"]]
    if not vocabulary.pronouns.search(said):
        return None
    for earlier in before:
        if mentioned := vocabulary.mention.search(earlier.lower()):
            return vocabulary.words[mentioned["who"]]
    return Relation(SOMEBODY, PERSON, covers=tuple(vocabulary.relations))


def relation_asked_about(text: str) -> Relation | None:
    """Whom a question is about that says nothing else.

    >>> relation_asked_about("那我妈呢").name, relation_asked_about("那要带什么")
    ('妈妈', None)
    """
    vocabulary = _vocabulary()
    found = vocabulary.alone.fullmatch(text.strip(" ，,。？?！!").lower())
    return vocabulary.words[found["who"]] if found else None


def without_relations(text: str) -> str:
    """What else was said: a name may be among it."""
    words = sorted(_vocabulary().words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, words)), " ", text.lower())


def relation_named(word: str) -> Relation | None:
    """The relation of a word that stands alone: a principal's, or a button's.

    >>> relation_named("母亲").name
    '妈妈'
    """
    vocabulary = _vocabulary()
    return vocabulary.relations.get(word) or vocabulary.words.get(word.lower())


def applies(relation: Relation, guide: Document) -> bool:
    """Whether a matter can be for somebody of this relation, rather than one's own business."""
    reads = guide.get("reads") or []
    for section, names in _vocabulary().own.items():
        if section in reads and (names == "any" or relation.name in names):
            return False
    audience = guide.get("audience") or [NATURAL_PERSON]
    return (ORGANISATION if relation.kind == ORGANISATION else NATURAL_PERSON) in audience


def fitting(relation: Relation, principals: Sequence[Document], matter: str) -> list[Document]:
    """The principals that are meant and whose right reaches the matter."""
    reached = [one for one in principals if _reaches(one, matter)]
    if relation.kind != PERSON:
        own = [one for one in reached if one["kind"] == relation.kind]
        if own or relation.kind == ORGANISATION:
            return own
    delegated = [one for one in reached if one.get("right") == DELEGATED]
    return [one for one in delegated if relation.is_meant_by(relation_named(one.get("relation") or ""))]


def unclear(relation: Relation, principals: Sequence[Document], matter: str) -> list[Document]:
    """Those who gave a delegation without saying what they are to the citizen: one may be meant."""
    if relation.kind == ORGANISATION:
        return []
    delegated = [one for one in principals if one.get("right") == DELEGATED and _reaches(one, matter)]
    return [one for one in delegated if not _is_elder_or_peer(one)]


def _is_elder_or_peer(principal: Document) -> bool:
    # The principal wrote what the agent is to them, so 「孩子」 there says nothing of who they are.
    known = relation_named(principal.get("relation") or "")
    return known is not None and known.kind == PERSON


def _reaches(principal: Document, matter: str) -> bool:
    matters = principal.get("matters") or [EVERY_MATTER]
    return EVERY_MATTER in matters or matter in matters


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    relations, words = {}, {}
    for name, entry in raw["relations"].items():
        covers = tuple(entry.get("covers", ()))
        relations[name] = Relation(name, entry["kind"], entry.get("pronoun", SOMEBODY), covers)
        for word in (*entry["words"], *entry.get("en", ())):
            words[word] = relations[name]
    who = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    group = f"(?P<who>{who})"
    return Vocabulary(
        relations=relations,
        words=words,
        patterns=tuple(re.compile(pattern.replace("{who}", group)) for pattern in raw["patterns"]),
        mention=re.compile(f"(?:我|咱|俺|阿拉|家里|my |our ){group}"),
        alone=re.compile(raw["alone"].replace("{who}", group)),
        pronouns=re.compile(raw["pronouns"]),
        own=raw["own"],
    )
