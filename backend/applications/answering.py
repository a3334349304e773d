"""Answering a field's question in one's own words: values, corrections, 「还是原来的」, all in one breath."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as factory
from typing import Any

import redis

from backend.applications import form
from backend.applications.filling import fillable, find_editable, reopened_in, set_values
from backend.applications.recalling import can_point, recall
from backend.applications.sealing import open_values
from backend.applications.several import WHOLE, sort_out
from backend.applications.values import NotUnderstood, read_value
from backend.applications.versions import matter_of
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.fields import FieldType, FormField
from backend.matters.schema import Matter
from backend.matters.search import likeness
from backend.values.corrections import corrected, takes_back
from backend.values.references import reference_in

FORGOTTEN_AFTER = 3600


@dataclass(frozen=True)
class Heard:
    """The application afterwards, the field that got the value, and others that got theirs beside it."""

    document: Document
    name: str
    also: list[str] = factory(default_factory=list)


def answer(house: House, citizen: str, application: str, *, name: str, said: str, lang: str) -> Heard:
    """Set the field asked for from what a person said, and others of the form that it tells of.

    Raises ``answer-not-understood`` with the field, its hint, and how many times in a row (``misses``).
    """
    document = find_editable(house, citizen, application)
    matter = matter_of(house, document)
    asked = matter.field(name)
    if asked is None:
        raise Problem("invalid-request", f"这张表里没有“{name}”这一项。")
    try:
        fillable(document, matter, name)
        draft = _Form(house, document, matter)
        values = draft.read(asked, said)
    except NotUnderstood as error:
        question = form.question(asked, lang)
        raise Problem(
            "answer-not-understood",
            error.reason,
            field=question,
            hint=question["hint"] or question["ask"],
            misses=_count_miss(house, application, name),
        ) from error
    _forget_misses(house, application, name)
    first = name if name in values else next(iter(values))
    changes = {one: value for one, value in values.items() if not draft.stands(one, value)}
    changed = set_values(house, document, matter, changes) if changes else document
    return Heard(changed, first, [one for one in values if one != first])


class _Form:
    """A form being filled in, and what was said to it."""

    def __init__(self, house: House, document: Document, matter: Matter) -> None:
        self.house = house
        self.document = document
        self.matter = matter
        self.given = open_values(house, document)
        self.today = city_date(house.clock.now())

    def read(self, asked: FormField, said: str) -> dict[str, Any]:
        """The values said, by field. Raises NotUnderstood."""
        reference = reference_in(said)
        if reference and can_point(asked, reference, given=self.given):
            known = recall(
                self.house, self.document, self.matter, asked, reference=reference, given=self.given
            )
            return {asked.name: known}
        retracted = self._corrected(asked, said)
        if retracted:
            return retracted
        found = self._sorted(asked, said, {})
        # A value may open further fields (an address, once it is to be posted): look once more.
        return self._sorted(asked, said, found)

    def stands(self, name: str, value: Any) -> bool:
        """Whether a department knows a field to be just this, so that nothing changes but for the worse."""
        known = self.given.get(name) or {}
        reopened = name in reopened_in(self.document)
        return bool(known.get("source")) and known["value"] == value and not reopened

    def _sorted(self, asked: FormField, said: str, found: Mapping[str, Any]) -> dict[str, Any]:
        others = [one for one in self._open(found) if one.name != asked.name]
        values = sort_out(said, asked, others, today=self.today, likeness=likeness)
        still_open = {one.name for one in self._open(values)} | {asked.name}
        return {name: value for name, value in values.items() if name in still_open}

    def _open(self, found: Mapping[str, Any]) -> list[FormField]:
        """The fields without a value that these values leave to be asked for."""
        values = {**self.given, **{name: {"value": value} for name, value in found.items()}}
        filled = form.fill(self.matter, values)
        asked_for = [one for one in filled if one.status is form.Status.MISSING or one.field.name in found]
        return [
            one.field for one in asked_for if one.status is not form.Status.OFF and self._may_fill(one.field)
        ]

    def _may_fill(self, field: FormField) -> bool:
        try:
            fillable(self.document, self.matter, field.name)
        except NotUnderstood:
            return False
        return True

    def _corrected(self, asked: FormField, said: str) -> dict[str, Any] | None:
        """What is said to be otherwise: the field named, else the one given last, else the one asked."""
        told = None if asked.type is FieldType.LONG_TEXT else corrected(said)
        if told and not told[0] and asked.type is FieldType.YES_NO:
            return None  # 「不对，没有」 answers the question
        if told is None:
            return None
        words, new = told
        for target in self._targets(asked, words, back=takes_back(said)):
            try:
                return {target.name: read_value(target, new, today=self.today, likeness=likeness)}
            except NotUnderstood:
                continue
        return None

    def _targets(self, asked: FormField, words: str, *, back: bool) -> list[FormField]:
        answered = [one for one in self._answered() if self._may_fill(one)]
        if words:
            return [
                one for one in [asked, *answered] if words in (one.label, *one.aliases) or one.label in words
            ]
        last = [one for one in answered[:1] if one.type not in WHOLE] if back else []
        return [*last, *([asked] if asked.type not in WHOLE else [])]

    def _answered(self) -> list[FormField]:
        """The fields that have a value, what the person gave last first."""
        names = [name for name, one in self.given.items() if not one.get("default")]
        own = [name for name in names if not self.given[name].get("source")]
        known = [name for name in names if name not in own]
        order = sorted(own, key=lambda name: self.given[name]["at"], reverse=True) + known
        return [found for name in order if (found := self.matter.field(name)) is not None]


def _misses_key(application: str, name: str) -> str:
    return f"answers:missed:{application}:{name}"


def _count_miss(house: House, application: str, name: str) -> int:
    """How many times in a row the field was asked in vain; 1 when nobody can count."""
    key = _misses_key(application, name)
    try:
        pipe = house.valkey.pipeline(transaction=False)
        pipe.incr(key)
        pipe.expire(key, FORGOTTEN_AFTER)
        return int(pipe.execute()[0])
    except redis.RedisError:
        return 1


def _forget_misses(house: House, application: str, name: str) -> None:
    try:
        house.valkey.delete(_misses_key(application, name))
    except redis.RedisError:
        return  # it is forgotten within the hour anyway
