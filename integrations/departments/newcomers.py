"""Synthetic people made on request, each with the facts that a test or a demonstration needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from integrations.departments import organisations, records
from integrations.departments.calendar_words import add_years, city_day, resolve_words
from integrations.departments.database import Clock
from integrations.departments.facts import SectionUnknown, merge
from integrations.departments.filings import AgeWish, LicenceWish, PersonWish
from integrations.departments.numbers import LOCAL_REGION, PROVINCES, bank_card, company_code
from integrations.departments.organisations import Firm, found_firm
from integrations.departments.people import GIVEN, SURNAMES
from integrations.departments.records import CITY, DISTRICTS, STREETS, Home, Person, Record
from integrations.departments.registries import PEOPLE, Registries

FIRST_PHONE = 5_000  # of the range 199 0000, behind the demo people and the seeded ones
FIRST_COMPANY = 1_000_000
FIRST_BANK_CARD = 500_000_000
ADULT, LONGEST_SPREAD_DAYS = 16, 300


@dataclass(frozen=True)
class Newcomer:
    """Who was made, and the firm they answer for."""

    person: Person
    firm: Firm | None


class Settlement:
    """Makes people and firms with numbers that nobody has yet."""

    def __init__(self, registries: Registries, *, clock: Clock) -> None:
        self._registries = registries
        self._store = registries.store
        self._clock = clock

    def settle(self, wish: PersonWish) -> Newcomer:
        """Make somebody as wished for and enter them. Raises SectionUnknown, PersonUnknown never."""
        now = self._clock()
        today = city_day(now)
        facts = resolve_words(wish.facts, today=today, form={})
        order = self._store.next_number("newcomers")
        person = self._person(wish, facts, order, today)
        self._write_facts(person.record, facts)
        _marry(person)
        self._write_licences(person.record, wish.licences, order, today)
        firm = None if wish.organisation is None else self._firm(person, wish.organisation, order, today)
        self._registries.enter([person], [firm] if firm else [], as_of=now)
        return Newcomer(person, firm)

    def _person(self, wish: PersonWish, facts: Mapping[str, Any], order: int, today: date) -> Person:
        said = facts.get("public-security", {}).get("population", {})
        sex = said.get("sex", wish.sex)
        born = date.fromisoformat(said["born"]) if said.get("born") else _born(wish.age, order, today)
        provinces = list(PROVINCES)
        region = LOCAL_REGION if wish.local else provinces[order % len(provinces)]
        name = f"{SURNAMES[order % len(SURNAMES)]}小{GIVEN[order // len(SURNAMES) % len(GIVEN)]}"
        person = Person(
            identity_number=self._registries.fresh_identity_number(region, born, sex),
            name=said.get("name", name),
            sex=sex,
            born=born,
            phone=said.get("phone") or self._fresh_phone(),
            family=f"N{order:06d}",
            home=_home(order),
            since=max(born, today - timedelta(days=9000 if wish.local else 800)),
            local=wish.local,
            province="本市" if wish.local else PROVINCES[region],
            marital=said.get("marital") or _marital(facts),
        )
        person.record = records.blank_record(person)
        if person.age(today) >= ADULT:
            _give_identity_papers(person, order, today)
        return person

    def _firm(self, person: Person, said: dict[str, Any], order: int, today: date) -> Firm:
        facts, fields = self._firm_facts(resolve_words(said, today=today, form={}))
        code = company_code(FIRST_COMPANY + order)
        trade, scope = organisations.TRADES[order % len(organisations.TRADES)]
        name = fields.pop("name", None) or f"{CITY}新设{order}号{trade}"
        firm = found_firm(
            code,
            name,
            person,
            scope=scope,
            established=today - timedelta(days=700),
            account=bank_card(FIRST_BANK_CARD + order),
            today=today,
        )
        # Who answers for the firm and its code are made here; everything else is as wished.
        kept = {"credit_code": code, "legal_representative": firm.directory_entry()["legal_representative"]}
        own = firm.record["market-regulation"]["organisation"]
        firm.record["market-regulation"]["organisation"] = merge(own, fields) | kept
        wished = [LicenceWish.model_validate(one) for one in facts.pop("licences", [])]
        self._write_facts(firm.record, facts)
        self._write_licences(firm.record, wished, order, today)
        businesses = person.record["market-regulation"]["businesses"]
        person.put("market-regulation", "businesses", [*businesses, organisations.business_entry(firm)])
        return firm

    def _firm_facts(self, said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Facts by department, and fields of the firm's own entry, whichever way they were written."""
        said = dict(said)
        facts: dict[str, Any] = dict(said.pop("facts", {}))
        fields: dict[str, Any] = {}
        directory = self._registries.directory
        for key, value in said.items():
            keeper = directory.keeper_of(key)
            if key == "licences":
                facts["licences"] = value
            elif directory.get(key) is not None:
                facts[key] = merge(facts.get(key, {}), value)
            elif keeper is not None and isinstance(value, dict | list):
                facts[keeper.id] = merge(facts.get(keeper.id, {}), {key: value})
            else:
                fields[key] = value
        own = facts.get("market-regulation", {}).pop("organisation", {})
        return facts, merge(own, fields)

    def _write_facts(self, record: Record, facts: Mapping[str, Mapping[str, Any]]) -> None:
        for department, sections in facts.items():
            keeper = self._registries.directory.get(department)
            for section, value in sections.items():
                if keeper is None or section not in keeper.sections:
                    raise SectionUnknown(f"{department}.{section}")
                held = record.setdefault(department, {"licences": []})
                held[section] = merge(held.get(section), value)

    def _write_licences(self, record: Record, wished: list[LicenceWish], order: int, today: date) -> None:
        for department in {wish.department for wish in wished}:
            # What is asked for replaces what everybody has of the kind.
            kinds = {wish.type for wish in wished if wish.department == department}
            sections = record.setdefault(department, {})
            sections["licences"] = [one for one in sections.get("licences", []) if one["type"] not in kinds]
        for position, wish in enumerate(wished, 1):
            if self._registries.directory.get(wish.department) is None:
                raise SectionUnknown(wish.department)
            words = resolve_words({"issued": wish.issued, "expires": wish.expires}, today=today, form={})
            issued = words["issued"] or add_years(today, -1).isoformat()
            licence = {
                "type": wish.type,
                "name": wish.name,
                "number": wish.number or f"N{order:06d}{position:02d}",
                "issued": issued,
                "expires": words["expires"],
                "issuer": self._registries.directory[wish.department].name,
                "status": "expired" if words["expires"] and words["expires"] < today.isoformat() else "valid",
                "data": resolve_words(wish.data, today=today, form={}),
            }
            record[wish.department]["licences"].append(licence)

    def _fresh_phone(self) -> str:
        while True:
            phone = f"199{FIRST_PHONE + self._store.next_number('phones'):08d}"
            if self._store[PEOPLE].find_one({"phone": phone}, {"_id": 1}) is None:
                return phone


def _born(age: int | AgeWish, order: int, today: date) -> date:
    """A day of birth for the age; people of one age are born on different days."""
    years = age.from_ + order % (max(age.to, age.from_) - age.from_ + 1) if isinstance(age, AgeWish) else age
    return add_years(today, -years) - timedelta(days=order % LONGEST_SPREAD_DAYS)


def _home(order: int) -> Home:
    district, street = DISTRICTS[order % len(DISTRICTS)], STREETS[order // 7 % len(STREETS)]
    address = f"{CITY}{district}{street}迎新路{order % 900 + 1}弄{order // 900 + 1}号0101室"
    return Home(district, street, address)


def _marital(facts: Mapping[str, Any]) -> str:
    """What the facts say of a marriage, wherever they say it."""
    marriage = facts.get("civil-affairs", {}).get("marriage") or {}
    if facts.get("public-security", {}).get("family", {}).get("spouse"):
        return "已婚"
    return {"已婚": "已婚", "离婚": "离异"}.get(marriage.get("status", ""), "未婚")


def _marry(person: Person) -> None:
    """Let the household know the spouse that the marriage register names."""
    marriage = person.record["civil-affairs"]["marriage"]
    family = person.record["public-security"]["family"]
    if marriage and marriage.get("status") == "已婚" and marriage.get("spouse") and not family["spouse"]:
        number = (marriage.get("spouse_identity") or {}).get("identity_number")
        family["spouse"] = {"name": marriage["spouse"], "identity_number": number}


def _give_identity_papers(person: Person, order: int, today: date) -> None:
    issued = today - timedelta(days=600)
    expires = records.identity_card_expiry(born=person.born, issued=issued)
    card = records.identity_card(person, issued=issued, expires=expires, today=today)
    person.add_licence("public-security", card)
    if person.local:
        page = records.household_register(person, f"HKN{order:07d}", today=today)
        person.add_licence("public-security", page)


def shown(newcomer: Newcomer) -> dict[str, Any]:
    """What the one who asked is told."""
    person, firm = newcomer.person, newcomer.firm
    return {
        "name": person.name,
        "identity_number": person.identity_number,
        "phone": person.phone,
        "organisation": None if firm is None else {"name": firm.name, "credit_code": firm.credit_code},
    }
