"""The people of the city: families, drawn from a fixed seed, so that everybody is always the same.

Nobody here exists. Names come from a pool that no family has, numbers from ranges nobody uses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from integrations.departments import records
from integrations.departments.calendar_words import add_years
from integrations.departments.circumstances import live
from integrations.departments.dwellings import dwell
from integrations.departments.households import Kin, household_of, join_household
from integrations.departments.numbers import LOCAL_REGION, PROVINCES, NumberOffice
from integrations.departments.papers import PaperOffice
from integrations.departments.records import CITY, DISTRICTS, STREETS, Home, Person

POPULATION_SEED = 20260101
SURNAMES = "随安乐禾云和顺康宁福祥泰明景澄"
GIVEN = "办民居行安禾业迁店证远静签父乐晴朗舟桥湖岸麓港溪木石星月光年春夏秋冬田野林川海松竹梅兰"
ROADS = ("安居路", "乐业路", "和顺路", "福泽路", "明德路", "清溪大道")


@dataclass
class Town:
    """What building families needs: the day, the chance, the numbers and the people so far."""

    today: date
    chance: Random
    numbers: NumberOffice
    papers: PaperOffice
    seed: int = POPULATION_SEED
    families: int = 0
    kin: Kin = field(default_factory=Kin)
    people: list[Person] = field(default_factory=list)

    def born_at(self, age: int) -> date:
        """A day of birth for somebody of that age today."""
        return add_years(self.today, -age) - timedelta(days=self.chance.randint(0, 364))

    def settle(
        self,
        *,
        family: str,
        home: Home,
        surname: str,
        sex: str,
        born: date,
        region: str,
        marital: str,
    ) -> Person:
        """Make one person of a family; their papers come when the family is complete."""
        local = region == LOCAL_REGION
        adult = born <= add_years(self.today, -14)
        stay = self.chance.randint(20, 2500) if not local else 9000
        person = Person(
            identity_number=self.numbers.identity_number(region=region, born=born, sex=sex),
            name=f"{surname}小{self.chance.choice(GIVEN)}",
            sex=sex,
            born=born,
            phone=self.numbers.phone() if adult else None,
            family=family,
            home=home,
            since=max(born, self.today - timedelta(days=stay)),
            local=local,
            province="本市" if local else PROVINCES[region],
            marital=marital,
        )
        self.people.append(person)
        return person

    def new_family(self) -> tuple[str, Home, str]:
        """A family's number, its home, and the region its members come from."""
        self.families += 1
        district, street = self.chance.choice(DISTRICTS), self.chance.choice(STREETS)
        lane, house, room = (self.chance.randint(1, top) for top in (300, 60, 18))
        address = f"{CITY}{district}{street}{self.chance.choice(ROADS)}{lane}弄{house}号{room:02d}01室"
        region = LOCAL_REGION if self.chance.random() < 0.7 else self.chance.choice(list(PROVINCES))
        return f"F{self.families:06d}", Home(district, street, address), region


def marry(town: Town, husband: Person, wife: Person) -> None:
    """Write a marriage into both records."""
    younger = max(husband.born, wife.born)
    day = min(add_years(younger, 22) + timedelta(days=town.chance.randint(0, 1000)), town.today)
    number = town.numbers.serial("marriage", "JH{:08d}")
    for person, other in ((husband, wife), (wife, husband)):
        person.add_licence(
            "civil-affairs",
            records.licence(
                "marriage-certificate",
                "结婚证",
                number,
                issued=day,
                expires=None,
                issuer=f"{CITY}民政局",
                today=town.today,
                spouse=other.name,
            ),
        )
        spouse = {"name": other.name, "identity_number": other.identity_number}
        person.record["public-security"]["family"]["spouse"] = spouse
        entry = {
            "status": "已婚",
            "spouse": other.name,
            "spouse_identity": {"identity_number": other.identity_number},
            "registered": day.isoformat(),
            "number": number,
            "place": f"{CITY}{husband.home.district}民政局",
        }
        person.put("civil-affairs", "marriage", entry)


def bear(town: Town, child: Person, mother: Person, father: Person) -> None:
    """Write a birth into the records of both parents."""
    certificate = town.numbers.serial("birth", "CS{:08d}")
    for parent, other in ((mother, father), (father, mother)):
        children = parent.record["health"]["children"]
        children.append(
            records.child(
                name=child.name,
                sex=child.sex,
                born=child.born,
                certificate=certificate,
                registered=True,
                other_parent=other.name,
                identity_number=child.identity_number,
            )
        )
        parent.add_licence(
            "health", records.birth_certificate(certificate, born=child.born, today=town.today)
        )


def settle_single(town: Town) -> None:
    """Somebody who lives alone."""
    family, home, region = town.new_family()
    age = town.chance.choice([town.chance.randint(20, 45), town.chance.randint(46, 92)])
    marital = "未婚" if age < 40 else town.chance.choice(["离异", "丧偶", "未婚"])
    person = town.settle(
        family=family,
        home=home,
        surname=town.chance.choice(SURNAMES),
        sex=town.chance.choice("男女"),
        born=town.born_at(age),
        region=region,
        marital=marital,
    )
    town.papers.give_all(person)


def settle_pair(town: Town, *, wife_age: int, children: int) -> None:
    """A married couple, with or without children."""
    family, home, region = town.new_family()
    surname = town.chance.choice(SURNAMES)
    maiden = town.chance.choice(SURNAMES.replace(surname, ""))
    wife_born = town.born_at(wife_age)
    husband_born = town.born_at(max(23, wife_age + town.chance.randint(-1, 4)))
    husband = town.settle(
        family=family, home=home, surname=surname, sex="男", born=husband_born, region=region, marital="已婚"
    )
    wife = town.settle(
        family=family, home=home, surname=maiden, sex="女", born=wife_born, region=region, marital="已婚"
    )
    for parent in (husband, wife):
        town.papers.give_all(parent)
    marry(town, husband, wife)
    first_age = wife_age - town.chance.randint(22, min(38, wife_age - 1)) if children else 0
    for order in range(children):
        age = first_age - 3 * order
        if not 1 <= age <= 22:
            break
        child = town.settle(
            family=family,
            home=home,
            surname=surname,
            sex=town.chance.choice("男女"),
            born=town.born_at(age),
            region=region,
            marital="未婚",
        )
        town.papers.give_all(child)
        bear(town, child, wife, husband)


def settle_elders(town: Town) -> None:
    """An old couple."""
    settle_pair(town, wife_age=town.chance.randint(60, 92), children=0)


def settle_couple(town: Town) -> None:
    """A couple without children at home."""
    settle_pair(town, wife_age=town.chance.randint(24, 59), children=0)


def settle_parents(town: Town) -> None:
    """Parents with one or two children at home."""
    settle_pair(town, wife_age=town.chance.randint(25, 50), children=town.chance.choice([1, 1, 1, 2]))


# most members a family of this kind can have, weight, builder
FAMILIES: tuple[tuple[int, int, Callable[[Town], None]], ...] = (
    (1, 22, settle_single),
    (2, 16, settle_couple),
    (2, 14, settle_elders),
    (4, 48, settle_parents),
)


def open_town(today: date, *, seed: int = POPULATION_SEED) -> Town:
    """A town without people, on a given day."""
    chance, numbers = Random(seed), NumberOffice()
    return Town(today, chance, numbers, PaperOffice(today, chance, numbers), seed)


def furnish(town: Town, members: list[Person]) -> None:
    """Write all else that a family's life leaves behind, with a chance of the family's own."""
    desk = PaperOffice(town.today, Random(f"{town.seed}/{members[0].family}"), town.numbers)
    household = household_of(members)
    for person in members:
        live(desk, person)
    join_household(desk, household, town.kin)
    dwell(desk, household)


def populate(town: Town, count: int) -> list[Person]:
    """Settle exactly `count` people more, in whole families."""
    start = len(town.people)
    while (room := count - (len(town.people) - start)) > 0:
        fitting = [(weight, build) for size, weight, build in FAMILIES if size <= room]
        (build,) = town.chance.choices([build for _, build in fitting], [weight for weight, _ in fitting])
        before = len(town.people)
        build(town)
        furnish(town, town.people[before:])
    return town.people[start:]
