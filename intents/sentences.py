"""The sentence files, each sentence with the file and line where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

INTENTS = Path(__file__).parent
SPEECH_ACTS = INTENTS / "speech_acts"
MATTERS = INTENTS / "matters"
# Frozen: what is measured on. The second is left unread until something is finished.
TEST_SETS = INTENTS / "test_sets"
SECOND_SETS = INTENTS / "second_sets"
# Written for measuring too, and tuned on since.
DEVELOPMENT_SETS = INTENTS / "development_sets"
SEARCHES = "searches.yml"


@dataclass(frozen=True)
class Sentence:
    """One sentence with its labels. ``matter`` is None for sentences that bear none.

    ``also`` are other labels that are as right: matters where it bears one, else acts. ``near`` is the matter
    that a hasty reader takes it for.
    """

    text: str
    act: str
    matter: str | None
    file: Path
    line: int
    also: frozenset[str] = frozenset()
    near: str | None = None

    @property
    def where(self) -> str:
        """``file:line``, as editors open it."""
        inside = self.file.is_relative_to(INTENTS.parent)
        return f"{self.file.relative_to(INTENTS.parent) if inside else self.file}:{self.line}"

    @property
    def label(self) -> str:
        """Act and matter in one word."""
        return f"{self.act}/{self.matter}" if self.matter else self.act


class UnreadableError(Exception):
    """A file that is not of the agreed form; the message names file and line."""


def read_speech_acts(folder: Path = SPEECH_ACTS) -> list[Sentence]:
    """The examples of every speech act. Raises UnreadableError."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        root = _compose(file)
        act = _scalar(file, root, "act")
        found += [_sentence(file, node, act=act, matter=None) for node in _items(file, root, "examples")]
    return found


def read_matters(folders: list[Path] | None = None) -> list[Sentence]:
    """The examples of every matter. Raises UnreadableError."""
    found = []
    for file in [file for folder in folders or [MATTERS] for file in sorted(folder.glob("*.yml"))]:
        root = _compose(file)
        matter = _scalar(file, root, "matter")
        items = _items(file, root, "examples")
        found += [_sentence(file, node, act="do_matter", matter=matter) for node in items]
    return found


def read_test_sets(folder: Path = TEST_SETS) -> list[Sentence]:
    """The frozen sets. Raises UnreadableError."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        if file.name == SEARCHES:
            continue  # of another form: see searches.py
        root = _compose(file)
        if not isinstance(root, yaml.SequenceNode):
            raise UnreadableError(f"{file}:1: a test set is a list of sentences")
        found += [_sentence(file, node, act="", matter=None) for node in root.value]
    return found


def _compose(file: Path) -> yaml.Node:
    try:
        root = yaml.compose(file.read_text("utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableError(f"{file}:{line}: not YAML: {error.problem}") from error
    if root is None:
        raise UnreadableError(f"{file}:1: the file is empty")
    return root


def _sentence(file: Path, node: yaml.Node, *, act: str, matter: str | None) -> Sentence:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Sentence(node.value, act, matter, file, line)
    values = dict(_pairs(node))
    if "text" not in values or not isinstance(node, yaml.MappingNode):
        raise UnreadableError(f"{file}:{line}: a sentence is a text, or a mapping with `text:`")
    act, own = values.get("act", act), values.get("matter", matter)
    return Sentence(
        values["text"], act, own, file, line, frozenset(_several(node, "alt")), values.get("near")
    )


def _pairs(node: yaml.Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(value, yaml.ScalarNode):
                yield key.value, value.value


def _several(node: yaml.MappingNode, name: str) -> Iterator[str]:
    for key, value in node.value:
        if key.value == name and isinstance(value, yaml.SequenceNode):
            yield from (one.value for one in value.value)


def _scalar(file: Path, root: yaml.Node, name: str) -> str:
    value = dict(_pairs(root)).get(name)
    if value is None:
        raise UnreadableError(f"{file}:1: the file needs `{name}:`")
    return value


def _items(file: Path, root: yaml.Node, name: str) -> list[yaml.Node]:
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == name and isinstance(value, yaml.SequenceNode):
                return list(value.value)
    raise UnreadableError(f"{file}:1: the file needs a list `{name}:`")
