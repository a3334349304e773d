"""Searches with the matters they mean: a set to calibrate with, and a frozen one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from intents.sentences import INTENTS, SEARCHES, TEST_SETS, UnreadableError

DEVELOPMENT = INTENTS / SEARCHES
FROZEN = TEST_SETS / SEARCHES


@dataclass(frozen=True)
class SearchCase:
    """What somebody types, and the matters of which each is right to find first."""

    q: str
    right: frozenset[str]
    file: Path
    line: int

    @property
    def where(self) -> str:
        """``file:line``, as editors open it."""
        inside = self.file.is_relative_to(INTENTS.parent)
        return f"{self.file.relative_to(INTENTS.parent) if inside else self.file}:{self.line}"


def read_searches(file: Path) -> list[SearchCase]:
    """The searches of a file. Raises UnreadableError."""
    root = yaml.compose(file.read_text("utf-8"))
    if not isinstance(root, yaml.SequenceNode):
        raise UnreadableError(f"{file}:1: a set of searches is a list of `{{q, matter}}` or `{{q, any}}`")
    return [_case(file, node) for node in root.value]


def _case(file: Path, node: yaml.Node) -> SearchCase:
    line = node.start_mark.line + 1
    values: dict[str, Any] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        some = value.value
        values[key.value] = [one.value for one in some] if isinstance(some, list) else some
    right = values.get("any") or [values.get("matter")]
    if not values.get("q") or None in right:
        raise UnreadableError(
            f"{file}:{line}: a search says `q` and the `matter` it means, or `any` of several"
        )
    return SearchCase(str(values["q"]), frozenset(right), file, line)
