"""Loads the catalogue; a mistake in a file is told with its file, line and what would be right."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from backend.core.errors import not_found
from backend.core.settings import load_settings
from backend.matters.bundles import Bundle, put_together
from backend.matters.schema import Department, Matter

# The same safe loader in C: five times as fast over a hundred and forty files.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPARTMENTS_FILE = Path(__file__).with_name("departments.yml")


class CatalogueError(Exception):
    """One or more matter files are wrong; ``problems`` are lines of ``file:line: what``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Catalogue:
    """Every matter by id, every department by id, and each matter file's version."""

    matters: dict[str, Matter]
    departments: dict[str, Department]
    versions: dict[str, str]

    def get(self, matter: str) -> Matter:
        """A matter. Raises the problem ``not-found``."""
        if matter not in self.matters:
            raise not_found("事项")
        return self.matters[matter]

    def all(self) -> list[Matter]:
        """Every matter, by id."""
        return [self.matters[key] for key in sorted(self.matters)]

    def department(self, department: str) -> Department:
        """A department. KeyError is impossible for a loaded matter's."""
        return self.departments[department]


def load_catalogue(folders: list[Path], departments_file: Path = DEPARTMENTS_FILE) -> Catalogue:
    """Read every ``*.yml`` below the folders. Raises CatalogueError with all mistakes at once."""
    departments = {
        key: Department.model_validate(value)
        for key, value in yaml.load(departments_file.read_text("utf-8"), Loader=LOADER).items()
    }
    problems: list[str] = []
    matters: dict[str, Matter] = {}
    versions: dict[str, str] = {}
    bundles: list[tuple[Path, str, Bundle]] = []
    for file in [file for folder in folders for file in sorted(folder.rglob("*.yml"))]:
        text = file.read_text("utf-8")
        entry = _read(file, text, problems)
        if entry is None:
            continue
        if entry.id in versions:
            problems.append(f"{file}:1: the id {entry.id} is taken by another file")
        problems += _unknown_departments(file, text, entry, departments)
        versions[entry.id] = sha256(text.encode()).hexdigest()[:12]
        if isinstance(entry, Bundle):
            bundles.append((file, text, entry))
        else:
            matters[entry.id] = entry
    whole = {}
    for file, text, bundle in bundles:
        try:
            whole[bundle.id] = put_together(bundle, matters)
        except ValueError as error:
            problems += _told(file, text, error)
            continue
        parts = "".join(versions[part.matter] for part in bundle.parts)
        versions[bundle.id] = sha256((versions[bundle.id] + parts).encode()).hexdigest()[:12]
    if problems:
        raise CatalogueError(problems)
    return Catalogue(matters | whole, departments, versions)


@lru_cache
def catalogue() -> Catalogue:
    """This process's catalogue."""
    return load_catalogue(load_settings().catalogue_paths)


def _unknown_departments(
    file: Path, text: str, entry: Matter | Bundle, departments: dict[str, Department]
) -> list[str]:
    named = [("department", entry.department)]
    named += [("joint", one) for one in entry.joint] if isinstance(entry, Matter) else []
    known = ", ".join(sorted(departments))
    return [
        f"{file}:{_line_of(text, (key,))}: {key} {one!r} is none of {known}"
        for key, one in named
        if one not in departments
    ]


def _read(file: Path, text: str, problems: list[str]) -> Matter | Bundle | None:
    try:
        raw = yaml.load(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(f"{file}:{line}: not YAML: {error.problem}")
        return None
    if not isinstance(raw, dict):
        problems.append(f"{file}:1: a matter file is a mapping that begins with `id:`")
        return None
    if raw.get("id") != file.stem:
        line = _line_of(text, ("id",))
        problems.append(f"{file}:{line}: id {raw.get('id')!r} must be the file's name, {file.stem!r}")
    shape: type[Matter | Bundle] = Bundle if "parts" in raw else Matter
    try:
        return shape.model_validate({"life_event": file.parent.name} | raw)
    except ValidationError as error:
        problems += _told(file, text, error)
        return None


def _told(file: Path, text: str, error: ValueError) -> list[str]:
    """A mistake as ``file:line: where: what``, one line for each thing that is wrong."""
    if not isinstance(error, ValidationError):
        where = str(error).partition(":")[0]
        return [f"{file}:{_line_of(text, tuple(where.split('.')))}: {error}"]
    problems = []
    for one in error.errors():
        loc = tuple(one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        path = ".".join(str(part) for part in loc) or "the matter"
        problems.append(f"{file}:{_line_of(text, loc)}: {path}: {message}")
    return problems


def _line_of(text: str, where: tuple[Any, ...]) -> int:
    """The line where a path into the document stands, or of its nearest parent."""
    node = yaml.compose(text)
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
