"""What an approval changes in the registries: one small function a kind of matter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.departments.calendar_words import add_years
from integrations.departments.numbers import credit_code
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
    """The child has a name and a household, in the records of all its parents."""
    certificate = approval.form.get("birth_certificate")
    registries = approval.applicant.registries
    for parent in registries.parents_of(str(certificate), approval.applicant.session):
        edit = approval.edit_of(parent)
        children = edit.read("health", "children")
        for child in children:
            if child["birth_certificate"] == certificate:
                child |= {"registered": True, "name": approval.form.get("child_name")}
        edit.put("health", "children", children)


def pay_childbirth_allowance(approval: Approval) -> None:
    """The settlement is marked as paid, so that it is paid once."""
    edit = approval.applicant
    entry = edit.read("medical-insurance", "medical_insurance")
    settlement = (entry["birth_settlement"] or {}) | {"paid": True}
    edit.put("medical-insurance", "medical_insurance", entry | {"birth_settlement": settlement})


def add_remote_filing(approval: Approval) -> None:
    """One more place where the insurance may be used."""
    edit, form = approval.applicant, approval.form
    entry = edit.read("medical-insurance", "medical_insurance")
    filing = {
        "destination": form.get("destination"),
        "kind": form.get("filing_kind"),
        "starts_on": form.get("starts_on") or approval.today.isoformat(),
        "filed_on": approval.today.isoformat(),
    }
    filings = [*(entry.get("remote_filings") or []), filing]
    edit.put("medical-insurance", "medical_insurance", entry | {"remote_filings": filings})


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


def grant_unemployment_benefit(approval: Approval) -> None:
    """The benefit is being paid; it cannot be claimed twice for one loss of work."""
    edit = approval.applicant
    entry = edit.read("human-resources", "employment")
    edit.put("human-resources", "employment", entry | {"benefit_claimed": True})


def open_business(approval: Approval) -> None:
    """A new business with a number of its own."""
    edit = approval.applicant
    name = str(approval.form.get("business_name"))
    business = {
        "name": name if name.startswith(CITY) else f"{CITY}{name}",
        "number": credit_code(NEW_BUSINESS_NUMBERS_FROM + approval.next_number("businesses")),
        "registered": approval.today.isoformat(),
    }
    businesses = edit.read("market-regulation", "businesses") or []
    edit.put("market-regulation", "businesses", [*businesses, business])


EFFECTS: dict[str, Callable[[Approval], None]] = {
    "renew-inspection": renew_inspection,
    "register-residence": register_residence,
    "move-residence": move_residence,
    "register-child": register_child,
    "pay-childbirth-allowance": pay_childbirth_allowance,
    "add-remote-filing": add_remote_filing,
    "grant-elderly-allowance": grant_elderly_allowance,
    "pay-rent-withdrawal": pay_rent_withdrawal,
    "grant-unemployment-benefit": grant_unemployment_benefit,
    "open-business": open_business,
}
