"""Paths into a profile: ``population.born``, ``licences[type=driving-licence].expires``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"(?P<name>[a-z_][a-z0-9_]*)(?:\[(?P<selectors>[^\[\]]*)\])?(?:\.|$)")
_SELECTOR = re.compile(r"\s*(?P<key>[a-z_][a-z0-9_.]*)\s*=\s*(?P<value>[^=]*?)\s*")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Selector:
    """What a list item must hold to be taken: ``type=driving-licence``."""

    key: str
    value: str | bool | int | float | None

    def fits(self, item: object) -> bool:
        """Whether a list item has this value; an absent key counts as null."""
        found = _descend(item, self.key.split("."))
        return (type(found) is type(self.value) and found == self.value) or _same_number(found, self.value)


@dataclass(frozen=True)
class Step:
    """One part of a path: a key, and which item to take when it holds a list."""

    name: str
    selectors: tuple[Selector, ...] = ()


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of a path. Raises ValueError that says where it stops making sense.

    >>> [step.name for step in parse_path("licences[type=driving-licence].expires")]
    ['licences', 'expires']
    """
    steps: list[Step] = []
    position = 0
    while position < len(path) or not steps:
        found = _STEP.match(path, position)
        if found is None:
            raise ValueError(
                f"path {path!r} cannot be read from character {position + 1} ({path[position:]!r}):"
                " write keys joined by dots, a list item as `licences[type=driving-licence].expires`"
            )
        steps.append(Step(found["name"], _parse_selectors(path, found["selectors"])))
        position = found.end()
    if path.endswith("."):
        raise ValueError(f"path {path!r} ends with a dot: name the field after it, or drop the dot")
    return tuple(steps)


def read_path(profile: Mapping[str, Any], path: str) -> Any | None:
    """The value at a path, None where the profile holds nothing there.

    A list takes the first item that fits all selectors, without selectors the first item;
    a path that ends at a list without selectors gives the list.

    >>> read_path({"children": [{"registered": True}, {"registered": False, "sex": "女"}]},
    ...           "children[registered=false].sex")
    '女'
    """
    value: Any = profile
    steps = parse_path(path)
    for index, step in enumerate(steps):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step.name)
        if isinstance(value, list) and (step.selectors or index + 1 < len(steps)):
            fitting = (item for item in value if all(one.fits(item) for one in step.selectors))
            value = next(fitting, None)
        elif step.selectors and not all(one.fits(value) for one in step.selectors):
            return None
    return value


def section_of(path: str) -> str:
    """The top-level section a path reads.

    >>> section_of("licences[type=identity-card].expires")
    'licences'
    """
    return parse_path(path)[0].name


def source_of(profile: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """Which department said what stands at a path, and when: ``{department, as_of}``.

    Several departments share the section of licences: an item that names its own comes first.
    """
    sources = profile.get("sources")
    if not isinstance(sources, Mapping):
        return None
    source = sources.get(section_of(path))
    if not isinstance(source, Mapping):
        return None
    item = read_path(profile, re.split(r"(?<=\])\.", path, maxsplit=1)[0]) if "]" in path else None
    department = item.get("department") if isinstance(item, Mapping) else None
    return {"department": department or source.get("department"), "as_of": source.get("as_of")}


def _parse_selectors(path: str, text: str | None) -> tuple[Selector, ...]:
    if text is None:
        return ()
    selectors = []
    for part in text.split(","):
        found = _SELECTOR.fullmatch(part)
        if found is None or not found["value"]:
            raise ValueError(
                f"path {path!r}: {part!r} is no selector, write `key=value`, several as `[a=1,b=false]`"
            )
        selectors.append(Selector(found["key"], _parse_value(found["value"])))
    return tuple(selectors)


def _parse_value(text: str) -> str | bool | int | float | None:
    if text in _WORDS:
        word: bool | None = _WORDS[text]
        return word
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return text


def _descend(item: object, keys: list[str]) -> object:
    for key in keys:
        if not isinstance(item, Mapping):
            return None
        item = item.get(key)
    return item


def _same_number(found: object, wanted: object) -> bool:
    numbers = (int, float)
    if isinstance(found, bool) or isinstance(wanted, bool):
        return False
    return isinstance(found, numbers) and isinstance(wanted, numbers) and found == wanted
