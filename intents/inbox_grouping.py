"""Groups what waits in the inbox by meaning and suggests intents; groups that people made stay as they are.

Run by a task in a process of its own (``python -m intents.inbox_grouping``), which gives back the sentence
encoder's memory when it is done.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from backend.core.errors import Problem
from backend.core.house import House, house
from backend.core.logs import logger
from backend.core.mongo import Document
from intents import inbox_store
from intents.clusters import ALIKE, count_words, group, halves, most_central, telling_words
from intents.edits import hash_of, read_draft
from intents.embeddings import Embedder, Matrix
from intents.suggesting import MOST, Reference
from intents.vectors import keep, open_embedder

MOST_GROUPED = 2000
# More than this means that the assistant, which embeds its sentences when trained, never was.
MOST_MISSING = 500
FEWEST_TO_SPLIT = 2


def group_waiting(house: House, embedder: Embedder) -> int:
    """Embed, suggest for, and group what waits; returns how many entries were looked at.

    An entry that has a group keeps it; a new one joins the group that it is most like, or opens one.
    """
    entries = inbox_store.waiting_entries(house, most=MOST_GROUPED)
    draft = read_draft(house)
    state = hash_of(draft.edits)
    new = [one for one in entries if one["group"] is None or one["suggestions"]["draft"] != state]
    if not new:
        describe(house, _stale(house))
        return 0
    texts = [*draft.sentences.texts(), *(one["text"] for one in entries)]
    if embedder.missing(texts) > MOST_MISSING:
        logger().warning("inbox.not-grouped", missing=embedder.missing(texts))
        return 0
    reference = Reference.of(draft.sentences, embedder)
    rows = embedder.vectors([one["text"] for one in entries])
    groups = _assigned(house, entries, reference.space.place(rows))
    found = [
        {"group": name, "vector": row.astype(np.float16).tobytes(), "suggestions": near | {"draft": state}}
        for name, row, near in zip(groups, rows, reference.suggest(rows), strict=True)
    ]
    inbox_store.note_meanings(house, entries, found)
    describe(house, set(groups) | _stale(house))
    keep(embedder, texts)
    return len(new)


def describe(house: House, names: Collection[str]) -> list[Document]:
    """Write down anew what these groups look like; returns those of which something still waits."""
    others = count_words(inbox_store.waiting_texts(house, most=MOST_GROUPED) if names else [])
    described: list[Document] = []
    for name in sorted(names):
        entries = inbox_store.entries_of(house, name, most=MOST_GROUPED)
        values = _described(name, entries, others) | {"updated_at": house.clock.now()} if entries else None
        inbox_store.keep_group(house, name, values)
        described += [values] if values else []
    return described


def _described(name: str, entries: list[Document], others: Mapping[str, int]) -> Document:
    times = [one["count"] for one in entries]
    reasons: Counter[str] = Counter()
    for one in entries:
        reasons.update(one["reasons"])
    return {
        "_id": name,
        "label": entries[most_central(_rows(entries), times)]["text"],
        "words": telling_words([one["text"] for one in entries], others),
        "entries": len(entries),
        "count": sum(times),
        "reasons": dict(reasons),
        "suggestions": {kind: _summed(entries, kind) for kind in ("matters", "acts")},
    }


def split(house: House, name: str, chosen: list[str]) -> list[Document]:
    """Take the chosen entries out of a group into one of their own; none chosen: in two by meaning.

    Raises ``not-found`` for an unknown group, ``invalid-request`` when there is nothing to take apart.
    """
    inbox_store.get_group(house, name)
    entries = inbox_store.entries_of(house, name, most=MOST_GROUPED)
    inside = {one["_id"] for one in entries}
    moved = set(chosen) & inside if chosen else _farther_half(entries)
    if not moved or moved == inside:
        raise Problem("invalid-request", "这组拆不开：要选出其中的一部分，不能一条不选或全选。")
    fresh = house.new_id()
    inbox_store.move_entries(house, moved, group=name, to=fresh)
    return describe(house, [name, fresh])


def _stale(house: House) -> set[str]:
    """Groups whose sentences were said again, or wait no more, since they were described."""
    now, then = inbox_store.counts_by_group(house), inbox_store.described_counts(house)
    return {name for name in now.keys() | then.keys() if now.get(name) != then.get(name)}


def _farther_half(entries: list[Document]) -> set[str]:
    if len(entries) < FEWEST_TO_SPLIT:
        return set()
    sides = halves(_rows(entries))
    return {one["_id"] for one, side in zip(entries, sides, strict=True) if side == 1}


def _assigned(house: House, entries: list[Document], placed: Matrix) -> list[str]:
    members: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(entries):
        if one["group"] is not None:
            members[one["group"]].append(at)
    groups: list[str | None] = [one["group"] for one in entries]
    names = sorted(members)
    # The mean of a row's likenesses to a group is its likeness to the group's mean.
    means = np.stack([placed[members[name]].mean(axis=0) for name in names]) if names else None
    left = [at for at, name in enumerate(groups) if name is None]
    for at in left:
        if means is not None:
            likeness = means @ placed[at]
            if likeness.max() >= ALIKE:
                groups[at] = names[int(np.argmax(likeness))]
    left = [at for at in left if groups[at] is None]
    labels = [int(label) for label in group(placed[left])] if left else []
    fresh = {label: house.new_id() for label in sorted(set(labels))}
    for at, label in zip(left, labels, strict=True):
        groups[at] = fresh[label]
    return [str(name) for name in groups]


def _rows(entries: list[Document]) -> Matrix:
    return np.stack([np.frombuffer(one["vector"], np.float16).astype(np.float32) for one in entries])


def _summed(entries: list[Document], kind: str) -> list[dict[str, Any]]:
    """The suggestions of all entries together, each as often as it was said."""
    weights: Counter[str] = Counter()
    best: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for one in entry["suggestions"][kind]:
            weights[one["id"]] += one["likeness"] * entry["count"]
            if one["id"] not in best or one["likeness"] > best[one["id"]]["likeness"]:
                best[one["id"]] = one
    return [best[name] for name, _ in weights.most_common(MOST)]


def main() -> int:
    """Group what waits, once."""
    group_waiting(house(), open_embedder())
    return 0


if __name__ == "__main__":
    sys.exit(main())
