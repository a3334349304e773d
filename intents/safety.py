"""Sentences that every version must read right: ``safety.yml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from intents.evaluating import declined
from intents.sentences import INTENTS, UnreadableError

FILE = INTENTS / "safety.yml"
DECLINED = "declined"


@dataclass(frozen=True)
class Must:
    """A sentence, the act that must stand in the end, and the number that must be given, if any."""

    text: str
    act: str
    number: str | None = None


def read_safety(file: Path = FILE) -> list[Must]:
    """Every sentence of the file. Raises UnreadableError."""
    try:
        rows = yaml.safe_load(file.read_text("utf-8"))
        return [Must(str(row["text"]), str(row["act"]), row.get("number")) for row in rows]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"{file}: each row is {{text, act, number?}}: {error}") from error


def wrong(musts: Sequence[Must], read: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sentences that were read as something else, with what they were read as."""
    return [
        {"text": must.text, "act": must.act, "number": must.number}
        | {"read": raw["act"], "read_number": raw.get("number")}
        for must, raw in zip(musts, read, strict=True)
        if not _stands(must.act, raw) or (must.number is not None and raw.get("number") != must.number)
    ]


def _stands(act: str, raw: Mapping[str, Any]) -> bool:
    """Whether a reading comes to this act, or to saying that it is nothing the assistant does."""
    return declined(raw) if act == DECLINED else raw["act"] == act
