"""What the answers make of a matter's promise, fee, result and visits (情形导办)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.core.mongo import Document
from backend.matters.fields import condition_holds
from backend.matters.schema import Matter
from backend.matters.terms import Period, Reduction


@dataclass(frozen=True)
class Terms:
    """What holds for one application: ``fee`` in yuan, ``notes`` why it differs from the matter's own."""

    promised: Period
    fee: float
    result: str
    visits: int
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Terms":
        """The terms again, as ``stored`` gave them."""
        promised = Period.model_validate(kept["promised"])
        return cls(promised, kept["fee"], kept["result"], kept["visits"], tuple(kept.get("notes", ())))

    def stored(self) -> Document:
        """As it is kept with the application from the moment it is submitted."""
        promised = {"amount": self.promised.amount, "unit": self.promised.unit.value}
        return {
            "promised": promised,
            "fee": self.fee,
            "result": self.result,
            "visits": self.visits,
            "notes": list(self.notes),
        }


def terms_for(
    matter: Matter, values: Mapping[str, Any], fact_holds: Callable[[dict[str, Any]], bool] | None = None
) -> Terms:
    """The terms under these answers; of two changes of one thing the later in the file wins.

    ``fact_holds`` tells whether a filter on the profile is true; without it, reductions by facts
    are left out.
    """
    promised, fee = matter.clocks.promised, matter.fee.amount
    result, visits = matter.result.name, matter.visits
    notes = []
    for change in matter.changes(values):
        promised = change.promised or promised
        fee = fee if change.fee is None else change.fee
        result = change.result or result
        visits = visits if change.visits is None else change.visits
        notes += [change.note] if change.note else []
    for reduction in matter.fee.reductions if fee else ():
        if _applies(reduction, values, fact_holds):
            fee = min(fee, reduction.amount)
            notes.append(reduction.text)
            break
    return Terms(promised, fee, result, visits, tuple(notes))


def plain_values(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The answers alone, by field."""
    return {name: one["value"] for name, one in values.items()}


def _applies(
    reduction: Reduction, values: Mapping[str, Any], fact_holds: Callable[[dict[str, Any]], bool] | None
) -> bool:
    if reduction.when is not None:
        return condition_holds(reduction.when, values)
    return bool(fact_holds and reduction.filter is not None and fact_holds(reduction.filter))
