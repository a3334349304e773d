"""What a household has in common: who belongs to it, who its parents are, what happened in it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from integrations.departments import records
from integrations.departments.calendar_words import add_months, add_years
from integrations.departments.numbers import LOCAL_REGION
from integrations.departments.papers import PaperOffice
from integrations.departments.records import CITY, Person

HOSPITAL = f"{CITY}妇幼保健院"
GIVEN_OF_THE_DEAD = "山川河岳平原"


@dataclass
class Household:
    """People who live together: one adult or a couple, and their children."""

    adults: list[Person]
    children: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        """Whose name stands first."""
        return self.adults[0]

    @property
    def members(self) -> list[Person]:
        """Everybody, the head first."""
        return [*self.adults, *self.children]


def household_of(members: list[Person]) -> Household:
    """Tell adults from the children that live with them."""
    couple = sorted((one for one in members if one.marital == "已婚"), key=lambda one: one.sex != "男")
    adults = couple or members[:1]
    return Household(adults, [one for one in members if one not in adults])


@dataclass
class Kin:
    """Old couples by the surname of the husband: parents for those who come after."""

    couples: dict[str, list[tuple[Person, Person]]] = field(default_factory=lambda: defaultdict(list))

    def remember(self, household: Household, today: date) -> None:
        """Keep a couple that is old enough to have grown-up children."""
        if len(household.adults) == 2 and household.adults[0].age(today) >= 55:
            husband, wife = household.adults
            self.couples[husband.name[0]].append((husband, wife))

    def parents_for(self, person: Person) -> tuple[Person, Person] | None:
        """A couple of the same surname and region that could be somebody's parents; taken once."""
        for position, (father, mother) in enumerate(self.couples[person.name[0]]):
            years = person.born.year - mother.born.year
            if 21 <= years <= 40 and father.local == person.local:
                return self.couples[person.name[0]].pop(position)
        return None


def join_household(desk: PaperOffice, household: Household, kin: Kin) -> None:
    """Write the household's common facts into the records of all its members."""
    kin.remember(household, desk.today)
    _write_members(household)
    for adult in household.adults:
        _write_parents(desk, adult, kin)
    for child in household.children:
        parents = [_parent(one) for one in household.adults]
        child.record["public-security"]["family"]["parents"] = parents
    _write_children(desk, household)
    if household.head.marital == "离异":
        _write_divorce(desk, household.head)
    if len(household.adults) == 2 and household.adults[1].age(desk.today) in range(24, 40):
        _expect_child(desk, household)
    _write_hardship(desk, household)


def _write_members(household: Household) -> None:
    head = household.head
    lines = [records.member(head, "户主")]
    lines += [records.member(one, "妻") for one in household.adults[1:]]
    lines += [records.member(one, "子" if one.sex == "男" else "女") for one in household.children]
    for person in household.members:
        family = person.record["public-security"]["family"]
        family |= {"head": head.name, "members": [dict(line) for line in lines]}


def _parent(person: Person, *, living: bool = True) -> dict[str, Any]:
    relation = "父亲" if person.sex == "男" else "母亲"
    return records.member(person, relation) | {"living": living}


def _write_parents(desk: PaperOffice, adult: Person, kin: Kin) -> None:
    age = adult.age(desk.today)
    if not 20 <= age <= 62:
        return
    family = adult.record["public-security"]["family"]
    found = kin.parents_for(adult)
    if found is not None:
        family["parents"] = [_parent(one) for one in found]
    elif adult.local and age >= 30 and desk.chance.random() < 0.02:
        _bury_parent(desk, adult)


def _bury_parent(desk: PaperOffice, adult: Person) -> None:
    """A parent died some weeks or months ago; some of what follows is still to be done."""
    chance, today = desk.chance, desk.today
    sex = chance.choice("男女")
    born = add_years(adult.born, -chance.randint(23, 34)) - timedelta(days=chance.randint(1, 300))
    died = today - timedelta(days=chance.randint(4, 300))
    late = (today - died).days > 60
    number = desk.numbers.identity_number(region=LOCAL_REGION, born=born, sex=sex)
    surname = adult.name[0] if sex == "男" else "禾"
    name, relation = f"{surname}小{chance.choice(GIVEN_OF_THE_DEAD)}", "父亲" if sex == "男" else "母亲"
    death = {
        "name": name,
        "identity_number": number,
        "relation": relation,
        "died": died.isoformat(),
        "number": desk.numbers.serial("death", "SW{:08d}"),
        "cremation": {
            "number": desk.numbers.serial("cremation", "HH{:08d}"),
            "on": (died + timedelta(days=3)).isoformat(),
        },
        "hukou_cancelled": late or chance.random() < 0.4,
        "pension_kind": chance.choice(("职工", "职工", "居民")),
        "fund": False,
        "medical_balance": chance.choice((0, 860, 2300, 5400)),
        "driving_licence": chance.random() < 0.2,
        "burial_paid": late and chance.random() < 0.9,
    }
    adult.put("civil-affairs", "deaths", [death])
    lost = {
        "name": name,
        "relation": relation,
        "identity_number": number,
        "born": born.isoformat(),
        "living": False,
    }
    adult.record["public-security"]["family"]["parents"] = [lost]


def _write_children(desk: PaperOffice, household: Household) -> None:
    by_number = {child.identity_number: child for child in household.children}
    late = {
        number: (desk.chance.random() < 0.04, desk.chance.random() < 0.04, desk.chance.random() < 0.3)
        for number in by_number
    }
    for adult in household.adults:
        for line in adult.record["health"]["children"]:
            uninsured, cardless, unpaid = late[line["identity_number"]]
            age = by_number[line["identity_number"]].age(desk.today)
            line |= {
                "insured": not uninsured,
                "card": not cardless,
                "school": "primary" if 7 <= age < 12 else "junior" if 12 <= age < 15 else None,
                "enrolled": 7 <= age < 15,
                "allowance": age >= 3 or not unpaid,
            }


def _write_divorce(desk: PaperOffice, person: Person) -> None:
    years = min(20, max(1, person.age(desk.today) - 30))
    day = desk.today - timedelta(days=desk.chance.randint(60, 365 * years))
    number = desk.numbers.serial("divorce", "LH{:08d}")
    entry = {"status": "离婚", "spouse": None, "spouse_identity": {"identity_number": None}}
    where = {"registered": day.isoformat(), "number": number, "place": f"{CITY}{person.home.district}民政局"}
    person.put("civil-affairs", "marriage", entry | where)
    certificate = records.licence(
        "divorce-certificate",
        "离婚证",
        number,
        issued=day,
        expires=None,
        issuer=f"{CITY}民政局",
        today=desk.today,
    )
    person.add_licence("civil-affairs", certificate)


def _expect_child(desk: PaperOffice, household: Household) -> None:
    """Some wives expect a child; most have registered it."""
    if desk.chance.random() >= 0.03:
        return
    week = desk.chance.randint(10, 38)
    pregnancy = {
        "due": (desk.today + timedelta(weeks=40 - week)).isoformat(),
        "hospital": HOSPITAL,
        "week": week,
        "registered": desk.chance.random() < 0.6,
    }
    household.adults[1].record["health"]["medical"]["pregnancy"] = pregnancy


def _write_hardship(desk: PaperOffice, household: Household) -> None:
    """Few households live on the allowance; some others had a year of heavy bills."""
    size, chance = len(household.members), desk.chance
    entry: dict[str, Any] = {"household_size": size}
    draw = chance.random()
    if draw < 0.015 and household.head.local:
        since = add_months(desk.today, -chance.randint(1, 40))
        number = desk.numbers.serial("hardship", "DB{:08d}")
        entry |= {"low_income": True, "number": number, "monthly_income": 900 * size}
        entry |= {"since": since.isoformat()}
        certificate = records.licence(
            "hardship-certificate",
            "最低生活保障证",
            number,
            issued=since,
            expires=None,
            issuer=f"{CITY}民政局",
            today=desk.today,
        )
        household.head.add_licence("civil-affairs", certificate)
    else:
        entry |= {"monthly_income": 1000 * chance.randint(3 * size, 9 * size)}
        entry |= {"medical_spent": chance.randint(40, 160) * 1000 if draw > 0.985 else 0}
    for person in household.members:
        person.record["civil-affairs"]["hardship"] |= entry
