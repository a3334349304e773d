"""How a citizen is spoken to: the standard way, or the 长辈版 with short sentences and few choices."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backend.accounts import store
from backend.core.clock import city_date
from backend.core.crypto import FieldCipher
from backend.core.house import House

# 国办发〔2020〕45号 asks for the elderly's version from 60; from 65 a person is reached without a menu.
SUGGESTED_FROM = 60
DIRECT_FROM = 65


class Mode(StrEnum):
    """The two ways; ``elder`` is kept with the account and valid on every device."""

    STANDARD = "standard"
    ELDER = "elder"


@dataclass(frozen=True)
class Listener:
    """How somebody listens: the way they chose, and what their age asks for."""

    mode: Mode = Mode.STANDARD
    senior: bool = False
    unasked: bool = False

    @property
    def elder(self) -> bool:
        """Whether replies are made for the elderly."""
        return self.mode is Mode.ELDER


def read_listener(house: House, citizen: str) -> Listener:
    """How a citizen is spoken to. Who was never asked and is old enough is ``unasked``."""
    kept = store.read_mode(house, citizen)
    sealed = kept.get("identity_number")
    age = _age(_born(house.cipher, sealed), house.clock.now()) if sealed else 0
    return Listener(
        mode=Mode(kept.get("mode") or Mode.STANDARD),
        senior=age >= DIRECT_FROM,
        unasked=age >= SUGGESTED_FROM and not kept.get("mode") and not kept.get("mode_suggested_at"),
    )


def choose_mode(house: House, citizen: str, mode: Mode) -> None:
    """Keep the citizen's choice; it counts from the next reply on, on every device."""
    store.set_mode(house, citizen, mode.value)


def claim_suggestion(house: House, citizen: str) -> bool:
    """Whether it is now that the 长辈版 is suggested: true once in a life."""
    return store.claim_suggestion(house, citizen, now=house.clock.now())


def age_of(identity_number: str | None, now: datetime) -> int:
    """Full years by the identity number that was checked; 0 while nothing is known.

    >>> from datetime import UTC
    >>> age_of("11010519491231002X", datetime(2026, 11, 23, tzinfo=UTC)), age_of(None, datetime.now(UTC))
    (76, 0)
    """
    return _age(_birthday(identity_number), now) if identity_number else 0


@lru_cache(maxsize=4096)
def _born(cipher: FieldCipher, sealed: bytes) -> date | None:
    """The day in a sealed identity number: opened for the first of many turns, and only the day is kept."""
    return _birthday(str(cipher.open(sealed)))


def _birthday(identity_number: str) -> date | None:
    try:
        born: date = ric.get_birth_date(identity_number)
    except ValidationError:
        return None
    return born


def _age(born: date | None, now: datetime) -> int:
    if born is None:
        return 0
    today = city_date(now)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
