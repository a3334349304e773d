"""Which departments there are, and what each of them keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DIRECTORY_FILE = Path(__file__).with_name("departments.yml")


@dataclass(frozen=True)
class Department:
    """One department: its names, its numbering, its speed, its part of a person's record."""

    id: str
    name: str
    name_en: str
    reference: str
    pace: float
    sections: tuple[str, ...]
    licences: tuple[str, ...]

    @property
    def registry(self) -> str:
        """The collection that holds this department's own registry."""
        return f"registry_{self.id.replace('-', '_')}"

    def number_case(self, number: int, day: date) -> str:
        """Write a case number the way this department writes it."""
        return self.reference.format(number=number, day=f"{day:%Y%m%d}", year=day.year)


class Directory:
    """The departments of the city, by id."""

    def __init__(self, departments: Mapping[str, Department]) -> None:
        self._departments = dict(departments)

    def __iter__(self) -> Iterator[Department]:
        return iter(self._departments.values())

    def __getitem__(self, department: str) -> Department:
        return self._departments[department]

    def get(self, department: str) -> Department | None:
        """The department with this id, or nothing."""
        return self._departments.get(department)

    def keeper_of(self, section: str) -> Department | None:
        """Who keeps a section of a person's record. Licences are kept by many: see `issuer_of`."""
        if section == "licences":
            return None
        return next((d for d in self if section in d.sections), None)

    def issuer_of(self, licence: str, *, otherwise: Department | None = None) -> Department | None:
        """Who issues this kind of licence; a kind nobody is named for belongs to `otherwise`, who decides."""
        return next((d for d in self if licence in d.licences), otherwise)


def read_directory(entries: Mapping[str, Mapping[str, Any]]) -> Directory:
    """Make the directory of what departments.yml says."""
    return Directory(
        {
            name: Department(
                id=name,
                name=entry["name"],
                name_en=entry["name_en"],
                reference=entry["reference"],
                pace=float(entry["pace"]),
                sections=tuple(entry["sections"]),
                licences=tuple(entry["licences"]),
            )
            for name, entry in entries.items()
        }
    )


@cache
def the_directory() -> Directory:
    """The directory in departments.yml, read once."""
    return read_directory(yaml.safe_load(DIRECTORY_FILE.read_text(encoding="utf-8")))
