"""When a prompt may be shown and what an answer does to it; knows no database."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, get_args

from backend.core.clock import CITY, city_date
from backend.matters.datewords import fields_read, is_dated, newly_true, resolve
from backend.matters.schema import Matter, PromptRule

COOL_DOWN = timedelta(days=30)
LATER = timedelta(days=3)
WEEK = timedelta(days=7)
MOST_A_WEEK = 2
TOPICS: tuple[str, ...] = get_args(PromptRule.model_fields["topic"].annotation)
TOPIC_NAMES = {
    "licences": "证照到期",
    "allowances": "补贴待遇",
    "family": "生育和家庭",
    "housing": "住房和公积金",
    "health": "医保和健康",
    "work": "就业和社保",
    "business": "开办和经营",
}


class PromptState(StrEnum):
    """Where a prompt stands."""

    WAITING = "waiting"
    SHOWN = "shown"
    LATER = "later"
    ACCEPTED = "accepted"
    FILED = "filed"
    DECLINED = "declined"
    DISPUTED = "wrong-data"
    MUTED = "muted"
    LAPSED = "lapsed"


class Answer(StrEnum):
    """What a citizen may say to a prompt."""

    ACCEPT = "accept"
    DECLINE = "decline"
    LATER = "later"
    WRONG_DATA = "wrong-data"
    MUTE = "mute"


OPEN = (PromptState.WAITING, PromptState.SHOWN, PromptState.LATER)
LEADS_TO: dict[Answer, PromptState] = {
    Answer.ACCEPT: PromptState.ACCEPTED,
    Answer.DECLINE: PromptState.DECLINED,
    Answer.LATER: PromptState.LATER,
    Answer.WRONG_DATA: PromptState.DISPUTED,
    Answer.MUTE: PromptState.MUTED,
}


@dataclass(frozen=True)
class Wishes:
    """What a citizen wants to hear of.

    Without a record prompts are granted: telling people of what they are due is a state organ's
    duty and rests on notice (个人信息保护法 §§34-35); §24 wants refusing to be easy: one word.
    """

    granted: bool
    muted: frozenset[str]

    def allow(self, topic: str) -> bool:
        """Whether prompts of a topic may be made at all."""
        return self.granted and topic not in self.muted


@dataclass(frozen=True)
class QuietHours:
    """The hours of the city's day in which nobody is disturbed: from ``start`` to ``end``."""

    start: int
    end: int

    def over(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in."""
        local = moment.astimezone(CITY)
        wraps = self.start > self.end
        evening = wraps and local.hour >= self.start
        quiet = evening or local.hour < self.end if wraps else self.start <= local.hour < self.end
        if not quiet:
            return moment
        day = local.date() + timedelta(days=1) if evening else local.date()
        return datetime.combine(day, time(self.end), CITY).astimezone(moment.tzinfo)


@dataclass(frozen=True)
class Showing:
    """Whether a prompt is shown now, or the moment when that is tried again."""

    state: PromptState
    show_at: datetime | None


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Read ``21-8``; an empty text means that no hour is quiet. Raises ValueError.

    >>> parse_quiet_hours("21-8")
    QuietHours(start=21, end=8)
    """
    if not text.strip():
        return None
    start, dash, end = text.partition("-")
    hours = [int(part) if part.strip().isdigit() else 24 for part in (start, end)]
    if not dash or max(hours) > 23 or hours[0] == hours[1]:
        raise ValueError(f"QUIET_HOURS is {text!r}: write two different hours of the day, such as 21-8")
    return QuietHours(*hours)


def decide_showing(
    now: datetime,
    *,
    quiet: QuietHours | None,
    shown_lately: Collection[datetime] = (),
    not_before: datetime | None = None,
) -> Showing:
    """Show now, or wait for the end of a cool-down, a free place in the week, and daylight."""
    earliest = max(now, not_before) if not_before else now
    lately = sorted(moment for moment in shown_lately if moment > now - WEEK)
    if len(lately) >= MOST_A_WEEK:
        earliest = max(earliest, lately[-MOST_A_WEEK] + WEEK)
    if quiet:
        earliest = quiet.over(earliest)
    if earliest <= now:
        return Showing(PromptState.SHOWN, None)
    return Showing(PromptState.WAITING, earliest)


def rules_reading(matters: Iterable[Matter], sections: Collection[str] | None) -> list[Matter]:
    """The matters whose prompt reads one of these sections; None stands for all sections."""
    found = []
    for matter in matters:
        if matter.prompt is None:
            continue
        if sections is None or fields_read(matter.prompt.when) & set(sections):
            found.append(matter)
    return found


def is_due(matter: Matter, version: str, record: Mapping[str, Any] | None, today: date) -> bool:
    """Whether a rule has anybody to look at: never swept, changed since, or dated and of an earlier day."""
    if matter.prompt is None:
        return False
    if record is None or record.get("version") != version or record.get("through") is None:
        return True
    return is_dated(matter.prompt.when) and str(record["through"]) < today.isoformat()


def plan_filters(
    rule: PromptRule, *, version: str, record: Mapping[str, Any], today: date
) -> list[dict[str, Any]]:
    """The filters whose citizens a sweep has to look at: the newly true ones, or the whole rule."""
    whole: dict[str, Any] = resolve(rule.when, today=today)
    if record.get("version") != version or record.get("through") is None:
        return [whole]
    narrowed = newly_true(rule.when, since=date.fromisoformat(record["through"]), today=today)
    return [whole] if narrowed is None else narrowed


def occasion_key(value: Any, fingerprint: Callable[[str], str]) -> str:
    """What makes two occasions of a rule the same: a day or number as it is, a text only as its print.

    >>> occasion_key(True, str.upper)
    'true'
    """
    if value is None:
        return "once"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return city_date(value).isoformat()
    if isinstance(value, (date, int, float)):
        return str(value)
    return fingerprint(str(value))
