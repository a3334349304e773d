"""The firms that people work for, made real: each with its record and somebody who answers for it."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

from integrations.departments.organisations import (
    FIRST_EMPLOYERS,
    TRADES,
    Firm,
    business_entry,
    found_firm,
)
from integrations.departments.people import Town
from integrations.departments.records import Person

NEW_HIRES_SHARE = 0.15


def found_employers(town: Town) -> list[Firm]:
    """A firm for every employer in use; those who answer for them are townspeople, never demo people."""
    chance = Random(f"{town.seed}/employers")
    workers = Counter(_employment(person)["employer"] for person in town.people if _works(person))
    names = sorted(set(FIRST_EMPLOYERS) | set(workers))
    grown = [one for one in town.people if one.story is None and 28 <= one.age(town.today) < 66 and one.phone]
    if not grown:
        return []
    seeking = [one for one in town.people if one.story is None and _looks_for_work(one, town.today)]
    pick = chance.sample if len(grown) >= len(names) else chance.choices
    heads = pick(grown, k=len(names))
    firms = [_found(town, chance, name, head) for name, head in zip(names, heads, strict=True)]
    for firm in firms:
        firm.record["human-resources"]["staff"] |= {
            "insured": workers[firm.name],
            "new_hires": _hires(town, chance, seeking),
        }
    return firms


def _found(town: Town, chance: Random, name: str, head: Person) -> Firm:
    scope = next((scope for trade, scope in TRADES if name.endswith(trade)), "综合经营")
    firm = found_firm(
        town.numbers.company_code(),
        name,
        head,
        scope=scope,
        established=town.today - timedelta(days=chance.randint(200, 6000)),
        account=town.numbers.bank_card(),
        today=town.today,
    )
    feeds = "食品" in scope or "餐饮" in scope
    firm.record["market-regulation"]["organisation"] |= {
        "capital": 100_000 * chance.randint(3, 300),
        "seal_filed": chance.random() < 0.96,
        "tax_clear": chance.random() < 0.96,
        "food_permit": feeds and chance.random() < 0.85,
        "hygiene_permit": feeds and chance.random() < 0.6,
        "credit": "良好" if chance.random() < 0.97 else "失信",
    }
    firm.record["human-resources"]["staff"] |= {
        "layoff_rate": round(chance.random() * 0.06, 3),
        "unemployment_paid": chance.random() < 0.95,
    }
    firm.record["taxation"]["tax"]["invoices_this_year"] = chance.randint(0, 400)
    businesses = head.record["market-regulation"]["businesses"]
    head.put("market-regulation", "businesses", [*businesses, business_entry(firm)])
    return firm


def _hires(town: Town, chance: Random, seeking: list[Person]) -> list[dict[str, Any]]:
    """Somebody who started lately and is not registered yet; nobody starts at two firms."""
    if not seeking or chance.random() >= NEW_HIRES_SHARE:
        return []
    person = seeking.pop()
    since = town.today - timedelta(days=chance.randint(1, 25))
    return [{"name": person.name, "identity_number": person.identity_number, "since": since.isoformat()}]


def _employment(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.record["human-resources"]["employment"]
    return found


def _works(person: Person) -> bool:
    return bool(_employment(person)["status"] == "在职")


def _looks_for_work(person: Person, today: date) -> bool:
    return _employment(person)["status"] == "未就业" and 22 <= person.age(today) < 50
