"""The time, handed in: nothing below reads it from the air."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that knows what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, to the millisecond that MongoDB keeps."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's time in UTC."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved; for tests and dry runs."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def advance(self, **delta: float) -> None:
        """Move forward by timedelta's keywords: ``clock.advance(days=2)``."""
        self.moment += timedelta(**delta)


def city_date(moment: datetime) -> date:
    """The calendar day in the city at a moment."""
    return moment.astimezone(CITY).date()


def city_midnight(day: date) -> datetime:
    """The first moment of a day in the city, in UTC: how dates are stored."""
    return datetime.combine(day, time(), CITY).astimezone(UTC)
