"""A citizen's own values, to be recognised wherever they are said."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from backend.accounts import store as accounts
from backend.assistant.tokens import Token
from backend.core.house import House
from backend.profiles import facts

KEPT_SECONDS = 300.0
MOST_CITIZENS = 5_000
_FROM_STREET_ON = re.compile(r"[^省市区县镇乡]*(?:路|街|大道|巷|弄|村|小区|花园|公寓).*$")
_remembered: "OrderedDict[str, tuple[float, Mapping[str, Token]]]" = OrderedDict()


def known_values(
    house: House, citizen: str, *, clock: Callable[[], float] = time.monotonic
) -> Mapping[str, Token]:
    """The citizen's name, family, telephone, addresses and plates; read once in five minutes."""
    now = clock()
    kept = _remembered.get(citizen)
    if kept and kept[0] > now:
        return kept[1]
    values = personal_values(accounts.get_citizen(house, citizen), facts.get_profile(house, citizen))
    _remembered[citizen] = (now + KEPT_SECONDS, values)
    _remembered.move_to_end(citizen)
    while len(_remembered) > MOST_CITIZENS:
        _remembered.popitem(last=False)
    return values


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
    short = _FROM_STREET_ON.search(address)
    return [address] + ([short[0]] if short and any(map(str.isdigit, short[0])) else [])
