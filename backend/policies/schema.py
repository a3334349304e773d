"""The policy file: one document with its number, its time of validity and its articles in plain words."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from backend.matters.fields import Slug, Strict

Title = Annotated[str, StringConstraints(min_length=2, max_length=80)]
# What is shown as an answer has to be read on a phone.
ArticleText = Annotated[str, StringConstraints(min_length=10, max_length=260)]
Ask = Annotated[str, StringConstraints(min_length=2, max_length=60)]
FactKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9:.-]*$", max_length=80)]
Fact = str | float


class Level(StrEnum):
    """Whose word it is; the law goes before the state's rules, and those before the city's."""

    LAW = "law"
    STATE = "state"
    CITY = "city"

    @property
    def rank(self) -> int:
        """Higher goes first."""
        return {Level.LAW: 3, Level.STATE: 2, Level.CITY: 1}[self]


class Article(Strict):
    """One rule: how people ask for it, and the figures it states, for finding contradictions."""

    number: str = Field(min_length=1, max_length=20)
    heading: Title
    text: ArticleText
    questions: list[Ask] = Field([], max_length=12)
    facts: dict[FactKey, Fact] = {}


class Policy(Strict):
    """One document, as its file says."""

    id: Slug
    title: Title
    number: str = Field(min_length=2, max_length=60)
    department: Slug
    issuer: str = Field("", max_length=60)
    level: Level = Level.CITY
    issued: date
    valid_from: date
    valid_to: date | None = None
    replaces: list[Slug] = []
    replaced_by: Slug | None = None
    matters: list[Slug] = []
    basis: Literal["sourced", "general", "simulated"]
    source_note: str = Field(min_length=4, max_length=200)
    articles: list[Article] = Field(min_length=1, max_length=20)

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: "Policy") -> bool:
        """Whether there is a day on which both hold."""
        ends = [one.valid_to for one in (self, other) if one.valid_to is not None]
        return not ends or max(self.valid_from, other.valid_from) <= min(ends)

    @model_validator(mode="after")
    def _times_hold(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to: it ends before it begins")
        if self.issued > self.valid_from and self.level is Level.CITY:
            raise ValueError("issued: the city makes no rule for days gone by")
        if self.basis == "simulated" and "随" not in self.number + self.title:
            raise ValueError("basis: what is simulated is visibly of 随安市, in its title or number")
        numbers = [one.number for one in self.articles]
        if len(set(numbers)) < len(numbers):
            raise ValueError("articles: a number stands there twice")
        return self
