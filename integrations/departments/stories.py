"""The demo people: twelve lives (and one husband), each with something due, or with nothing.

Their papers are written to the day, so that a demonstration finds the same things at any date.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from integrations.departments import records
from integrations.departments.blanks import NO_PROPERTY
from integrations.departments.calendar_words import add_months, add_years
from integrations.departments.circumstances import draw_pension, schooling
from integrations.departments.dwellings import own_home
from integrations.departments.numbers import LOCAL_REGION, PROVINCES
from integrations.departments.people import Town, marry
from integrations.departments.records import CITY, Home, Person

LocalHome = Home("清溪区", "和顺街道", f"{CITY}清溪区和顺街道安居路1弄{{}}号101室")
AWAY = Home("外省市", "安徽省合肥市", "安徽省合肥市示例区样本路8号", local=False)


@dataclass(frozen=True)
class Story:
    """One demo person: who they are, and what is due to them."""

    order: int
    id: str
    name: str
    sex: str
    age: int
    due: tuple[str, ...]
    tell: Callable[[Town, Person], None]
    region: str = LOCAL_REGION
    marital: str = "未婚"
    stay_days: int = 9000

    @property
    def phone(self) -> str:
        """Demo phones count up from 199 0000 0001."""
        return f"199{self.order:08d}"


def _quiet_life(town: Town, person: Person) -> None:
    """Papers of which none needs anything done."""
    today, papers = town.today, town.papers
    person.record = records.blank_record(person)
    issued = add_years(today, -2)
    expires = records.identity_card_expiry(born=person.born, issued=issued)
    papers.give_identity_card(person, issued=issued, expires=expires)
    if person.local:
        papers.give_household_register(person)
    papers.give_social_card(person)
    own_home(papers, [person], mortgaged=False)
    if person.age(today) < 60:
        person.put("human-resources", "employment", records.work("随安试验机械厂", months=72))
        papers.give_insurance(person, "职工", months=72)
        retires_on = records.retirement_day(person.sex, person.born)
        number = town.numbers.serial("pension", "YL{:010d}")
        account = records.pension("职工", number=number, months=72, retires_on=retires_on)
        person.put("human-resources", "pension", account)
        graduated = date(person.born.year + 22, 6, 30)
        person.put("education", "education", schooling(papers, "本科", "机械工程", graduated))
    else:
        person.put("human-resources", "employment", records.no_work("退休"))
        papers.give_insurance(person, "职工", months=360)
        draw_pension(papers, person, verified_until=today + timedelta(days=200))


def _no_property(person: Person) -> None:
    person.put("natural-resources", "property", deepcopy(NO_PROPERTY))
    person.put("natural-resources", "licences", [])
    person.put("public-utilities", "utilities", {"accounts": []})


def tell_driver(town: Town, person: Person) -> None:
    """Licence ends in 25 days, fitness certificate at hand, car due for its exempt inspection."""
    today, papers = town.today, town.papers
    end = today + timedelta(days=25)
    papers.give_driving_licence(person, term=6, issued=add_years(end, -6))
    person.record["traffic-police"]["licences"][-1]["expires"] = end.isoformat()
    papers.give_medical_fitness(person, issued=today - timedelta(days=20))
    due = today + timedelta(days=30)
    papers.give_car(person, registered=add_years(due, -4))
    person.record["traffic-police"]["vehicles"][-1] |= {
        "inspection_due": due.isoformat(),
        "insurance_expires": (today + timedelta(days=200)).isoformat(),
    }


def tell_new_mother(town: Town, person: Person) -> None:
    """A child five days old, not registered yet; the hospital has settled with her insurance."""
    settled = town.today - timedelta(days=2)
    birth = {
        "settled": settled.isoformat(),
        "hospital": f"{CITY}妇幼保健院",
        "employee": True,
        "paid": False,
    }
    entry = records.insurance("职工", months=72, since=add_months(town.today, -72), birth=birth)
    person.put("medical-insurance", "medical_insurance", entry)
    husband = settle_story(town, HUSBAND, family=person.family)
    marry(town, husband, person)
    born, certificate = town.today - timedelta(days=5), town.numbers.serial("birth", "CS{:08d}")
    for parent, other in ((person, husband), (husband, person)):
        newborn = records.child(
            name=None, sex="女", born=born, certificate=certificate, registered=False, other_parent=other.name
        )
        parent.put("health", "children", [newborn])
        parent.add_licence("health", records.birth_certificate(certificate, born=born, today=town.today))


def tell_renter(town: Town, person: Person) -> None:
    """Pays into the provident fund, owns no home, rents; a year has passed since the last withdrawal."""
    _no_property(person)
    town.papers.give_fund(person, months=30)
    last = add_months(town.today, -12) - timedelta(days=10)
    person.record["housing-fund"]["fund"] |= {"balance": 46_800, "last_rent_withdrawal": last.isoformat()}


def tell_laid_off(town: Town, person: Person) -> None:
    """Lost the job last month, through no wish of their own."""
    lost = records.lost_work(
        "新港模拟物流有限公司", months=40, left=add_months(town.today, -1), reason="非本人意愿中断就业"
    )
    person.put("human-resources", "employment", lost)


def tell_settled_newcomer(town: Town, person: Person) -> None:
    """From elsewhere, registered here eight months ago, no permit yet."""
    _no_property(person)
    town.papers.give_residence_registration(person, issued=person.since)


def tell_new_arrival(town: Town, person: Person) -> None:
    """From elsewhere, here for ten days, not registered."""
    _no_property(person)
    person.put("human-resources", "employment", records.no_work())
    person.put("human-resources", "pension", person.record["human-resources"]["pension"] | {"months": 0})
    person.put("medical-insurance", "medical_insurance", records.no_insurance())


def tell_founder(town: Town, person: Person) -> None:
    """Left a job to open a small shop."""
    lost = records.lost_work(
        "云桥示例软件有限公司", months=50, left=add_months(town.today, -3), reason="本人辞职"
    )
    person.put("human-resources", "employment", lost)


def tell_old_card(town: Town, person: Person) -> None:
    """Identity card ends in 60 days."""
    end = town.today + timedelta(days=60)
    card: dict[str, Any] = person.record["public-security"]["licences"][0]
    card |= {"issued": add_years(end, -20).isoformat(), "expires": end.isoformat()}


def tell_permit_holder(town: Town, person: Person) -> None:
    """Residence permit ends in 20 days and wants its yearly endorsement."""
    _no_property(person)
    end = town.today + timedelta(days=20)
    town.papers.give_residence_registration(person, issued=town.today - timedelta(days=100))
    town.papers.give_residence_permit(person, issued=add_years(end, -1))
    person.record["public-security"]["licences"][-1]["expires"] = end.isoformat()


def tell_nothing(town: Town, person: Person) -> None:
    """The quiet life is the whole story."""


ANHUI, HENAN, JIANGXI = "340000", "410000", "360000"
STORIES = (
    Story(
        1, "driver", "随小行", "男", 32, ("driving-licence-renewal", "vehicle-inspection-exempt"), tell_driver
    ),
    Story(2, "turning-eighty", "安小寿", "男", 80, ("elderly-allowance",), tell_nothing, marital="丧偶"),
    Story(
        3,
        "new-mother",
        "乐小禾",
        "女",
        29,
        ("birth-registration", "childbirth-allowance"),
        tell_new_mother,
        marital="已婚",
    ),
    Story(4, "renter", "和小居", "女", 27, ("fund-withdrawal-rent",), tell_renter),
    Story(5, "laid-off", "宁小业", "男", 38, ("unemployment-benefit",), tell_laid_off),
    Story(
        6,
        "settled-newcomer",
        "云小迁",
        "女",
        26,
        ("residence-permit",),
        tell_settled_newcomer,
        ANHUI,
        stay_days=243,
    ),
    Story(
        7,
        "new-arrival",
        "顺小来",
        "男",
        24,
        ("residence-registration",),
        tell_new_arrival,
        HENAN,
        stay_days=10,
    ),
    Story(8, "founder", "祥小店", "男", 34, ("individual-business-setup",), tell_founder),
    Story(9, "old-card", "明小证", "女", 42, ("id-card-renewal",), tell_old_card),
    Story(10, "retired-away", "康小远", "女", 66, ("remote-medical-filing",), tell_nothing, stay_days=400),
    Story(11, "nothing-due", "福小静", "男", 36, (), tell_nothing),
    Story(
        12,
        "permit-holder",
        "泰小签",
        "男",
        31,
        ("residence-permit-endorsement",),
        tell_permit_holder,
        JIANGXI,
        stay_days=800,
    ),
)
HUSBAND = Story(13, "new-father", "禾小安", "男", 31, ("birth-registration",), tell_nothing, marital="已婚")


def _birthday(story: Story, today: date) -> date:
    """A day of birth for the story; who turns eighty does so in this very month."""
    if story.id == "turning-eighty":
        return add_years(today.replace(day=20), -80)
    return add_years(today, -story.age) - timedelta(days=100 + story.order)


def settle_story(town: Town, story: Story, *, family: str | None = None) -> Person:
    """Settle one demo person and tell their story in their papers."""
    born, local = _birthday(story, town.today), story.region == LOCAL_REGION
    home = Home(LocalHome.district, LocalHome.street, LocalHome.address.format(3 if family else story.order))
    person = Person(
        identity_number=town.numbers.identity_number(region=story.region, born=born, sex=story.sex),
        name=story.name,
        sex=story.sex,
        born=born,
        phone=story.phone,
        family=family or f"D{story.order:06d}",
        home=AWAY if story.id == "retired-away" else home,
        since=max(born, town.today - timedelta(days=story.stay_days)),
        local=local,
        province="本市" if local else PROVINCES[story.region],
        marital=story.marital,
        story=story.id,
    )
    town.people.append(person)
    _quiet_life(town, person)
    story.tell(town, person)
    return person


def tell_stories(town: Town) -> list[Person]:
    """Settle all demo people, first of all, so that their numbers never depend on the others."""
    for story in STORIES:
        settle_story(town, story)
    return list(town.people)
