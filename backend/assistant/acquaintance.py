"""Whom this process has lately talked to: their own values, read once in five minutes."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from backend.accounts import store as accounts
from backend.assistant.known import personal_values
from backend.assistant.tokens import Token
from backend.core.house import House
from backend.profiles import facts

KEPT_SECONDS = 300.0
MOST_CITIZENS = 5_000
_remembered: "OrderedDict[str, tuple[float, Mapping[str, Token]]]" = OrderedDict()


def known_values(
    house: House, citizen: str, *, clock: Callable[[], float] = time.monotonic
) -> Mapping[str, Token]:
    """The citizen's name, family, telephone, addresses and plates."""
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
