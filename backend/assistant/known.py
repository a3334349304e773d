"""A citizen's own values, to be recognised wherever they are said."""

import re
from collections.abc import Mapping
from typing import Any

from backend.assistant.tokens import Token

_DISTRICTS = re.compile(r"^.*(?:省|市|(?<!小)区|县|镇|乡|街道)")


def personal_values(person: Mapping[str, Any], profile: Mapping[str, Any]) -> Mapping[str, Token]:
    """What each value that a citizen may say of themselves is."""
    population = profile.get("population") or {}
    children = profile.get("children") or []
    names = [person.get("name"), population.get("name")]
    names += [child.get(key) for child in children for key in ("name", "other_parent")]
    homes = [(population.get(key) or {}).get("address") for key in ("hukou", "residence")]
    found = {
        Token.NAME: names,
        Token.PHONE: [person.get("phone"), population.get("phone")],
        Token.PLATE: [vehicle.get("plate") for vehicle in profile.get("vehicles") or []],
        Token.ADDRESS: [part for home in homes if isinstance(home, str) for part in _parts(home)],
    }
    return {value: token for token, values in found.items() for value in values if isinstance(value, str)}


def _parts(address: str) -> list[str]:
    """An address as it is, and as neighbours say it: from the street on."""
    short = _DISTRICTS.sub("", address)
    return [address, short] if len(short) >= 4 and any(map(str.isdigit, short)) else [address]
