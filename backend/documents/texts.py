"""The texts of official documents: ``texts.yml``, read once and checked when it is."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Literal, Self

import yaml
from pydantic import Field, model_validator

from backend.matters.fields import Strict

FILE = Path(__file__).with_name("texts.yml")
PLACEHOLDERS = frozenset(
    {
        "by", "matter", "day", "phone", "submitted_on", "accepted_on", "acceptance_on", "statutory_on",
        "promised_on", "tolerance_on", "correction_on", "expected_on", "reason", "remedy", "opinion",
        "result", "review", "basis", "extension", "extension_reason", "special", "special_reason",
    }
)  # fmt: skip


class Kind(StrEnum):
    """The kinds of official documents."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"
    REJECTION = "rejection"
    APPROVAL = "approval"
    REFUSAL = "refusal"
    REVOCATION = "revocation"
    EXTENSION = "extension"
    SPECIAL = "special"
    RESULT = "result"


ListName = Literal["materials", "items", "later"]


class Paragraph(Strict):
    """A paragraph, perhaps with a numbered list under it; without its list it is left out.

    ``unless`` leaves it out where that list says it already.
    """

    text: str
    list: ListName | None = None
    unless: ListName | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: object) -> object:
        return {"text": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _knows_its_words(self) -> Self:
        unknown = self.names - PLACEHOLDERS
        if unknown:
            raise ValueError(f"{sorted(unknown)} is unknown; known are {sorted(PLACEHOLDERS)}")
        return self

    @property
    def names(self) -> set[str]:
        """The placeholders in it."""
        return {name for _, name, _, _ in Formatter().parse(self.text) if name is not None}


class DocumentText(Strict):
    """What one kind of document is called and says."""

    name: str
    names: Mapping[str, str] = {}
    mark: str
    body: list[Paragraph] = Field(min_length=1)

    def title(self, matter_kind: str) -> str:
        """The title, which may depend on the kind of matter."""
        return self.names.get(matter_kind, self.name)


class DepartmentWords(Strict):
    """A department in numbers and on seals."""

    mark: str
    name: str = ""
    review: str = ""


class Texts(Strict):
    """Everything in ``texts.yml``."""

    city: str
    government: str
    seal: str
    footer: str
    check: str
    blank: str
    departments: dict[str, DepartmentWords]
    kinds: dict[Kind, DocumentText]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = set(Kind) - self.kinds.keys()
        if missing:
            raise ValueError(f"kinds: {sorted(missing)} missing")
        marks = [one.mark for one in self.departments.values()]
        twice = {mark for mark in marks if marks.count(mark) > 1}
        if twice:
            raise ValueError(f"departments: the marks {sorted(twice)} stand there twice: numbers would clash")
        return self


@lru_cache
def load_texts(file: Path = FILE) -> Texts:
    """The texts. Raises pydantic's ValidationError naming what is wrong."""
    return Texts.model_validate(yaml.safe_load(file.read_text("utf-8")))
