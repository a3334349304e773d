"""Matter files with the lines on which things stand, for telling what is wrong where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from backend.core.settings import ROOT
from backend.matters.catalogue import Catalogue, load_catalogue
from backend.matters.reading import Spoken, read_spoken
from backend.matters.schema import Matter

SHIPPED = ROOT / "backend" / "matters" / "catalogue"
INTENTS = ROOT / "intents" / "matters"
CASES = ROOT / "tests" / "matters"
REGISTRIES = ROOT / "integrations" / "departments" / "departments.yml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class File:
    """One matter file."""

    path: Path
    raw: dict[str, Any]
    text: str

    @property
    def id(self) -> str:
        """The matter's id."""
        return str(self.raw["id"])

    @cached_property
    def _root(self) -> yaml.Node | None:
        root: yaml.Node | None = yaml.compose(self.text, Loader=LOADER)
        return root

    def where(self, *place: str | int) -> str:
        """``file:line`` of a path into the file, or of its nearest parent."""
        node, line = self._root, 1
        for part in place:
            if isinstance(node, yaml.MappingNode):
                found = next((pair for pair in node.value if pair[0].value == str(part)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            else:
                break
        shown = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{shown}:{line}"


@dataclass(frozen=True)
class Shelf:
    """The files to check, and everything they may refer to."""

    files: list[File]
    catalogue: Catalogue
    registries: dict[str, dict[str, Any]]
    spoken: dict[str, Spoken]
    cases: frozenset[str] = field(default=frozenset())

    def matters(self) -> Iterator[tuple[File, Matter]]:
        """The files to check that are plain matters, put together."""
        for file in self.files:
            matter = self.catalogue.matters[file.id]
            if not matter.is_bundle:
                yield file, matter

    @cached_property
    def sections(self) -> set[str]:
        """The profile sections that some department's registry keeps."""
        return {section for one in self.registries.values() for section in one.get("sections", [])}

    @cached_property
    def issued(self) -> set[str]:
        """The types of e-licence that somebody issues."""
        kept = {licence for one in self.registries.values() for licence in one.get("licences", [])}
        results = {one.result.licence for one in self.catalogue.all() if one.result.licence}
        return kept | results


def open_shelf(folders: list[Path]) -> Shelf:
    """Read the files below the folders beside the shipped ones. Raises CatalogueError."""
    wanted = [folder.resolve() for folder in folders] or [SHIPPED]
    outside = [folder for folder in wanted if not folder.is_relative_to(SHIPPED)]
    catalogue = load_catalogue([SHIPPED, *outside])
    paths = [path for folder in wanted for path in sorted(folder.rglob("*.yml"))]
    files = [File(path, _read(text), text) for path in paths for text in [path.read_text("utf-8")]]
    registries = yaml.safe_load(REGISTRIES.read_text("utf-8"))
    beside = tuple(folder.parent / "intents" for folder in outside)
    spoken = read_spoken((INTENTS, *(folder for folder in beside if folder.is_dir())))
    return Shelf(files, catalogue, registries, spoken, frozenset(file.stem for file in CASES.glob("*.yml")))


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(text, Loader=LOADER)
    return found
