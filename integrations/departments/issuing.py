"""Licences that a department issues: their numbers, their last day, and what they replace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.departments.calendar_words import add_months, add_years
from integrations.departments.database import Document
from integrations.departments.records import identity_card_expiry
from integrations.departments.registries import RegistryEdit


@dataclass(frozen=True)
class Order:
    """A licence to be made: what it is called, for whom, and what the form said."""

    kind: str
    name: str
    issuer: str
    keeper: str
    today: date
    valid_years: int | None
    form: dict[str, Any]
    fresh_number: str


@dataclass
class Draft:
    """What varies from one kind of licence to the other."""

    number: str
    expires: date | None
    data: dict[str, Any] = field(default_factory=dict)


def issue_licence(edit: RegistryEdit, order: Order) -> Document:
    """Make the licence, put it first in the keeper's registry, and retire the one it replaces."""
    held = edit.licences(order.keeper)
    old = next((one for one in held if one["type"] == order.kind and one["status"] != "replaced"), None)
    draft = PRINTERS.get(order.kind, print_plain)(edit, order, old)
    made = {
        "type": order.kind,
        "name": order.name,
        "number": draft.number,
        "issued": order.today.isoformat(),
        "expires": None if draft.expires is None else draft.expires.isoformat(),
        "issuer": order.issuer,
        "data": draft.data,
    }
    kept = [one | {"status": "replaced"} if one["type"] == order.kind else one for one in held]
    edit.put(order.keeper, "licences", [made | {"status": "valid"}, *kept])
    return made


def print_plain(_: RegistryEdit, order: Order, __: Document | None) -> Draft:
    """Any licence without a rule of its own: a new number, the years its matter names."""
    expires = add_years(order.today, order.valid_years) if order.valid_years else None
    return Draft(order.fresh_number, expires)


def print_driving_licence(_: RegistryEdit, order: Order, old: Document | None) -> Draft:
    """Six years, then ten, then long-term; the new term begins where the old one ends."""
    if old is None:
        return Draft(order.fresh_number, add_years(order.today, 6), {"vehicle_class": "C1", "term": 6})
    term = 10 if old["data"].get("term", 6) == 6 else 0
    begin = max(order.today, _day(old["expires"]) or order.today)
    expires = add_years(begin, term) if term else None
    return Draft(old["number"], expires, old["data"] | {"term": term})


def print_identity_card(edit: RegistryEdit, order: Order, _: Document | None) -> Draft:
    """How long a card is good for follows from the holder's age, not from the matter."""
    born = date.fromisoformat(edit.read("public-security", "population")["born"])
    return Draft(edit.identity_number, identity_card_expiry(born=born, issued=order.today))


def print_residence_registration(edit: RegistryEdit, order: Order, old: Document | None) -> Draft:
    """A year, or as long as the lease; the day of the first registration is kept."""
    year_on = add_years(order.today, 1)
    lease_ends = _day(order.form.get("lease_ends"))
    expires = min(year_on, lease_ends) if lease_ends and lease_ends > order.today else year_on
    since = order.today.isoformat() if old is None else old["data"].get("since", old["issued"])
    address = edit.read("public-security", "population")["residence"]["address"]
    return Draft(order.fresh_number, expires, {"address": address, "since": since})


def print_residence_permit(edit: RegistryEdit, order: Order, old: Document | None) -> Draft:
    """A year; an endorsement adds one to what was left, a mere move adds none."""
    address = edit.read("public-security", "population")["residence"]["address"]
    if old is None:
        return Draft(order.fresh_number, add_years(order.today, 1), {"address": address})
    ends = _day(old["expires"])
    if order.form.get("request") != "move":
        ends = add_years(max(order.today, ends or order.today), 1)
    return Draft(old["number"], ends, {"address": address})


def print_household_register(edit: RegistryEdit, order: Order, old: Document | None) -> Draft:
    """The same household, with the child on a page of its own."""
    number = order.fresh_number if old is None else old["number"]
    data: dict[str, Any] = {} if old is None else dict(old["data"])
    relation = "女" if order.form.get("child_sex") == "女" else "子"
    page = {"name": order.form.get("child_name"), "relation": relation}
    return Draft(number, None, data | {"members": [*data.get("members", []), page]})


def print_business_licence(edit: RegistryEdit, order: Order, _: Document | None) -> Draft:
    """The licence of the business that was just entered."""
    businesses = edit.read("market-regulation", "businesses") or []
    if not businesses:
        return Draft(order.fresh_number, None)
    return Draft(businesses[-1]["number"], None, {"business_name": businesses[-1]["name"]})


def print_medical_fitness(_: RegistryEdit, order: Order, __: Document | None) -> Draft:
    """Fit to drive for six months."""
    return Draft(order.fresh_number, add_months(order.today, 6))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


Printer = Callable[[RegistryEdit, Order, Document | None], Draft]
PRINTERS: dict[str, Printer] = {
    "driving-licence": print_driving_licence,
    "identity-card": print_identity_card,
    "residence-registration": print_residence_registration,
    "residence-permit": print_residence_permit,
    "household-register": print_household_register,
    "business-licence": print_business_licence,
    "medical-fitness": print_medical_fitness,
}
