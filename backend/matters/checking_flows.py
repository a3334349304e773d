"""流程图: every matter says who does what and for how long, and the steps keep the promise together.

The clock runs from acceptance to the decision: what comes before, after or outside of it (受理期限, 公示,
鉴定, 送达) says so in its limit, 「5 个工作日（不计入办结时限）」.
"""

import re
from collections.abc import Iterator

from backend.matters.bundles import CALENDAR_DAYS
from backend.matters.documents import Shelf
from backend.matters.schema import Matter
from backend.matters.terms import FlowStep, Period, Unit

OUTSIDE = "不计入"
AT_ONCE = ("当场", "即时", "当天", "当日", "分钟")
_AMOUNT = re.compile(r"(\d+|半)\s*个?\s*(工作日|日历日|小时|月|天|日)")
_UNITS = {
    "工作日": Unit.WORKING_DAY,
    "日历日": Unit.CALENDAR_DAY,
    "天": Unit.CALENDAR_DAY,
    "日": Unit.CALENDAR_DAY,
    "小时": Unit.HOUR,
    "月": Unit.MONTH,
}
# Half working days and hours are summed as fractions.
_ROUNDING = 1e-6


def broken_flows(shelf: Shelf) -> Iterator[str]:
    """Matters without a flow, steps that do not say how long, and flows longer than the promise."""
    for file, matter in shelf.matters():
        if not matter.flow:
            yield f"{file.where('id')}: nobody knows how it goes; write a `flow`, a row a step: who, how long"
            continue
        for at, step in enumerate(matter.flow):
            for problem in _step_problems(matter, step):
                yield f"{file.where('flow', at)}: {problem}"
        needed, promised = (
            sum(calendar_days(step.limit) or 0.0 for step in matter.flow),
            promised_days(matter),
        )
        if needed > promised + _ROUNDING:
            yield (
                f"{file.where('flow')}: the steps take {needed:.1f} days of the calendar, promised are"
                f" {promised:.1f}; shorten them, or say （{OUTSIDE}办结时限） where the clock does not run"
            )


def calendar_days(limit: str) -> float | None:
    """How many days of the calendar a step takes from the promise; None when its limit does not say.

    >>> calendar_days("当场"), calendar_days("5 个工作日"), calendar_days("7 天")
    (0.0, 7.0, 7.0)
    >>> calendar_days("旅游签注当天，其他 5 个工作日"), calendar_days("20 日（不计入办结时限）")
    (7.0, 0.0)
    >>> calendar_days("尽快") is None
    True
    """
    if OUTSIDE in limit:
        return 0.0
    amounts = [
        (0.5 if amount == "半" else float(amount)) * CALENDAR_DAYS[_UNITS[unit]]
        for amount, unit in _AMOUNT.findall(limit)
    ]
    if amounts:
        return max(amounts)
    return 0.0 if any(word in limit for word in AT_ONCE) else None


def _step_problems(matter: Matter, step: FlowStep) -> Iterator[str]:
    if calendar_days(step.limit) is None:
        yield (
            f"{step.name}: {step.limit or 'nothing'!r} does not say how long; write 「5 个工作日」, 「当场」,"
            f" or add （{OUTSIDE}办结时限）"
        )
    stops = next((one.kind for one in matter.special if one.kind in step.name), None)
    if stops and OUTSIDE not in step.limit:
        yield f"{step.name}: the clock stops for {stops}; add （{OUTSIDE}办结时限） to its limit"


def promised_days(matter: Matter) -> float:
    """The longest promise that any answers lead to: a step's limit is that of the slowest way."""
    changed = [change.promised for one in matter.situations for change in one.changes]
    periods: list[Period] = [matter.clocks.promised, *(one for one in changed if one)]
    return max(one.amount * CALENDAR_DAYS[one.unit] for one in periods)
