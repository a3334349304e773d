"""What an approval changes in the registries where `writes` cannot say it: one small function each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.departments import records
from integrations.departments.calendar_words import add_years
from integrations.departments.numbers import LOCAL_REGION, credit_code
from integrations.departments.papers import elder_amount
from integrations.departments.records import CITY
from integrations.departments.registries import RegistryEdit

RENT_A_YEAR = 18_000
NEW_BUSINESS_NUMBERS_FROM = 5_000_000


@dataclass(frozen=True)
class Approval:
    """An approved case: whose registries to change, and how."""

    applicant: RegistryEdit
    form: dict[str, Any]
    today: date
    edit_of: Callable[[str], RegistryEdit]
    next_number: Callable[[str], int]


def renew_inspection(approval: Approval) -> None:
    """The car's next inspection: every second year up to the tenth, then every year."""
    edit = approval.applicant
    cars = edit.read("traffic-police", "vehicles") or []
    for car in cars:
        if car["plate"] == approval.form.get("plate"):
            registered, due = date.fromisoformat(car["registered"]), date.fromisoformat(car["inspection_due"])
            years = 2 if due.year - registered.year < 10 else 1
            car["inspection_due"] = add_years(max(due, approval.today), years).isoformat()
    edit.put("traffic-police", "vehicles", cars)


def _live_at(approval: Approval, address: object) -> None:
    edit = approval.applicant
    population = edit.read("public-security", "population")
    home = population["residence"]
    if isinstance(address, str) and address.strip() and address != home["address"]:
        since = approval.form.get("moved_on") or approval.today.isoformat()
        home = home | {"address": address.strip(), "since": since, "local": True}
        edit.put("public-security", "population", population | {"residence": home})


def register_residence(approval: Approval) -> None:
    """The address that was registered is where the person lives from now on."""
    _live_at(approval, approval.form.get("residence_address"))


def move_residence(approval: Approval) -> None:
    """A move that came with an endorsement."""
    if approval.form.get("request") in {"move", "both"}:
        _live_at(approval, approval.form.get("new_address"))


def register_child(approval: Approval) -> None:
    """The child has a name, a number and a household, in the records of all its parents."""
    certificate, name = approval.form.get("birth_certificate"), approval.form.get("child_name")
    registries = approval.applicant.registries
    number: str | None = None
    for parent in registries.parents_of(str(certificate), approval.applicant.session):
        edit = approval.edit_of(parent)
        children = edit.read("health", "children")
        for child in children:
            if child["birth_certificate"] != certificate:
                continue
            born = date.fromisoformat(child["born"])
            number = number or registries.fresh_identity_number(LOCAL_REGION, born, child["sex"])
            child |= {"registered": True, "name": name, "identity_number": number}
            relation = "子" if child["sex"] == "男" else "女"
            line = {"name": name, "relation": relation, "identity_number": number, "born": child["born"]}
            family = edit.read("public-security", "family")
            if family is not None:
                family = family | {"members": [*family["members"], line]}
                edit.put("public-security", "family", family)
        edit.put("health", "children", children)


def grant_elderly_allowance(approval: Approval) -> None:
    """The allowance by age, from the month of the eightieth birthday."""
    edit = approval.applicant
    born = date.fromisoformat(edit.read("public-security", "population")["born"])
    age = max(80, approval.today.year - born.year)
    since = max(add_years(born, 80).replace(day=1), add_years(approval.today, -1))
    benefit = {"type": "elderly-allowance", "since": since.isoformat(), "amount": elder_amount(age)}
    edit.put("civil-affairs", "benefits", [*(edit.read("civil-affairs", "benefits") or []), benefit])


def pay_rent_withdrawal(approval: Approval) -> None:
    """The money leaves the account, never more than there is."""
    edit, form = approval.applicant, approval.form
    fund = edit.read("housing-fund", "fund")
    try:
        rent = float(form.get("monthly_rent") or 0)
    except (TypeError, ValueError):
        rent = 0.0
    wanted = rent * 12 if form.get("withdrawal_kind") == "actual" and rent > 0 else RENT_A_YEAR
    paid = round(min(wanted, float(fund["balance"])), 2)
    rest = {
        "balance": round(float(fund["balance"]) - paid, 2),
        "last_rent_withdrawal": approval.today.isoformat(),
    }
    edit.put("housing-fund", "fund", fund | rest)


def open_business(approval: Approval) -> None:
    """A new business with a number of its own."""
    edit = approval.applicant
    name = str(approval.form.get("business_name"))
    population = edit.read("public-security", "population")
    home = population["residence"]["address"]
    business = records.business(
        name if name.startswith(CITY) else f"{CITY}{name}",
        credit_code(NEW_BUSINESS_NUMBERS_FROM + approval.next_number("businesses")),
        registered=approval.today.isoformat(),
        owner=population["name"],
        address=str(approval.form.get("business_address") or home),
        scope=str(approval.form.get("business_scope") or "以登记的经营范围为准"),
    )
    businesses = edit.read("market-regulation", "businesses") or []
    edit.put("market-regulation", "businesses", [*businesses, business])


EFFECTS: dict[str, Callable[[Approval], None]] = {
    "renew-inspection": renew_inspection,
    "register-residence": register_residence,
    "move-residence": move_residence,
    "register-child": register_child,
    "grant-elderly-allowance": grant_elderly_allowance,
    "pay-rent-withdrawal": pay_rent_withdrawal,
    "open-business": open_business,
}
