"""What an approval writes into the applicant's record, as a rules file says under `writes`.

Values are words (`form:<field>`, `form:<field>|<word>`, `today`, `today+1y`, `application`) or stand
for themselves, at any depth.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from integrations.departments.calendar_words import day_of_word
from integrations.departments.registries import RegistryEdit

FORM_WORD = "form:"


class Write(BaseModel):
    """One change: keys set, things put on lists, or keys set in the items of a list that fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    department: str
    item: str | None = None
    where: dict[str, Any] = Field(default_factory=dict)
    set: dict[str, Any] = Field(default_factory=dict)
    push: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Write":
        if not (self.set or self.push):
            raise ValueError("a write has `set` or `push`")
        if self.item is not None and self.push:
            raise ValueError("`push` goes onto a list by its own path, not into an `item`")
        if self.where and self.item is None:
            raise ValueError("`where` chooses among the items of a list: name it as `item`")
        return self

    @property
    def sections(self) -> "frozenset[str]":
        """The sections it changes."""
        paths = [self.item] if self.item is not None else [*self.set, *self.push]
        return frozenset(path.partition(".")[0] for path in paths)


@dataclass(frozen=True)
class Words:
    """What the words of a rules file stand for in one case."""

    form: Mapping[str, Any]
    today: date
    application: str

    def value(self, said: Any) -> Any:
        """What is meant, at any depth; answers are taken as they were given.

        >>> Words({"kind": "水"}, date(2026, 10, 12), "SB1").value({"on": "today+1y", "kind": "form:kind"})
        {'on': '2027-10-12', 'kind': '水'}
        """
        if isinstance(said, Mapping):
            return {key: self.value(inner) for key, inner in said.items()}
        if isinstance(said, list):
            return [self.value(inner) for inner in said]
        return self._word(said) if isinstance(said, str) else said

    def _word(self, said: str) -> Any:
        if said.startswith(FORM_WORD):
            name, _, otherwise = said.removeprefix(FORM_WORD).partition("|")
            answer = self.form.get(name)
            if answer not in (None, "", []):
                return deepcopy(answer)
            return self.value(otherwise) if otherwise else None
        if said == "application":
            return self.application
        day = day_of_word(said, self.today)
        return said if day is None else day.isoformat()


def apply_writes(edit: RegistryEdit, writes: tuple[Write, ...], words: Words) -> None:
    """Make the changes in one person's record; what is touched is told by its notices."""
    for write in writes:
        if write.item is not None:
            _set_in_items(edit, write, words)
            continue
        for path, said in write.set.items():
            _change(edit, write.department, path, words.value(said))
        for path, said in write.push.items():
            _change(edit, write.department, path, words.value(said), onto_list=True)


def _set_in_items(edit: RegistryEdit, write: Write, words: Words) -> None:
    section, *rest = str(write.item).split(".")
    value = deepcopy(edit.read(write.department, section))
    found = _get(value, rest)
    wanted, changes = words.value(write.where), words.value(write.set)
    fitting = [
        one
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and all(_get(one, key.split(".")) == right for key, right in wanted.items())
    ]
    for one in fitting:
        for path, new in changes.items():
            put_at(one, path.split("."), new)
    if fitting:
        edit.put(write.department, section, value)


def _change(edit: RegistryEdit, department: str, path: str, value: Any, *, onto_list: bool = False) -> None:
    section, *rest = path.split(".")
    old = deepcopy(edit.read(department, section))
    if onto_list:
        before = _get(old, rest)
        value = [*(before if isinstance(before, list) else []), value]
    if rest:
        old = old if isinstance(old, dict) else {}
        put_at(old, rest, value)
        value = old
    edit.put(department, section, value)


def _get(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def put_at(target: dict[str, Any], keys: list[str], value: Any) -> None:
    """Set a value some keys deep, making the objects on the way where there are none."""
    for key in keys[:-1]:
        if not isinstance(target.get(key), dict):
            target[key] = {}
        target = target[key]
    target[keys[-1]] = value
