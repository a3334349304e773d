"""What single people have to do with the city: pension, health, schooling, service, travel."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from integrations.departments import records
from integrations.departments.blanks import NO_EDUCATION, NO_PENSION
from integrations.departments.calendar_words import add_months, add_years
from integrations.departments.papers import PaperOffice
from integrations.departments.records import CITY, Person

KINDS_OF_DISABILITY = ("肢体", "视力", "听力", "言语", "智力", "精神", "多重")
ILLNESSES = ("高血压", "糖尿病", "冠心病", "慢性肾功能衰竭")
DEGREES = (("高中", 35), ("大专", 25), ("本科", 32), ("硕士研究生", 8))
MAJORS = ("机械工程", "会计学", "护理学", "计算机科学与技术", "汉语言文学", "小学教育")
HOSPITALS = (f"{CITY}中心医院", f"{CITY}第一人民医院", f"{CITY}第二人民医院")
BRANCHES = ("陆军", "海军", "空军", "武警")
NATIONALITIES = ("新加坡", "德国", "日本", "法国", "加拿大")
ELSEWHERE = ("安徽省合肥市", "江苏省南京市", "河南省郑州市")


def live(desk: PaperOffice, person: Person) -> None:
    """Write what the years have left in one person's record."""
    age = person.age(desk.today)
    for least, most, share, write in CIRCUMSTANCES:
        if least <= age < most and desk.chance.random() < share:
            write(desk, person, age)


def _past(desk: PaperOffice, least: int, most: int) -> date:
    return desk.today - timedelta(days=desk.chance.randint(least, most))


def have_pension(desk: PaperOffice, person: Person, age: int) -> None:
    """Paid into by those at work and drawn by those who are retired; a few began elsewhere."""
    work = person.record["human-resources"]["employment"]
    retires_on = records.retirement_day(person.sex, person.born)
    if work["status"] == "退休":
        draw_pension(desk, person, verified_until=desk.today + timedelta(days=desk.chance.randint(-20, 364)))
        return
    months = work["contribution_months"]
    if months == 0:
        return
    number = desk.numbers.serial("pension", "YL{:010d}")
    entry = records.pension("职工", number=number, months=months, retires_on=retires_on)
    if not person.local and desk.chance.random() < 0.2:
        entry["account_city"] = desk.chance.choice(ELSEWHERE)
    person.put("human-resources", "pension", entry)


def draw_pension(desk: PaperOffice, person: Person, *, verified_until: date) -> None:
    """A pension that is paid as long as somebody shows once a year that they live."""
    kind = person.record["medical-insurance"]["medical_insurance"]["kind"]
    kind = kind if kind in {"职工", "居民"} else "居民"
    paid = {"职工": 2800 + 100 * (desk.numbers.count("pension") % 30), "居民": 1400}[kind]
    entry = NO_PENSION | {
        "kind": kind,
        "number": desk.numbers.serial("pension", "YL{:010d}"),
        "months": 360 if kind == "职工" else 180,
        "retired": True,
        "retires_on": records.retirement_day(person.sex, person.born).isoformat(),
        "monthly": paid,
        "verified_until": verified_until.isoformat(),
        "account_city": CITY,
        "file_place": f"{CITY}{person.home.district}社会化管理服务中心",
    }
    person.put("human-resources", "pension", entry)


def leave_fund(desk: PaperOffice, person: Person, _: int) -> None:
    """Some who are retired have not drawn their provident fund yet."""
    if person.record["human-resources"]["employment"]["status"] != "退休":
        return
    account = desk.numbers.serial("fund", "GJJ{:09d}")
    entry = records.fund(account, balance=1000 * desk.chance.randint(8, 240), months=240, status="封存")
    person.put("housing-fund", "fund", entry | {"retired_sealed": True})


def go_to_school(_: PaperOffice, person: Person, age: int) -> None:
    """Children and the young at school; small ones are not yet."""
    if age >= 7:
        person.put("education", "education", NO_EDUCATION | {"student": True})


def graduate(desk: PaperOffice, person: Person, age: int) -> None:
    """A certificate of the last school; some have a Mandarin level, a few teach."""
    chance = desk.chance
    (degree,) = chance.choices([name for name, _ in DEGREES], [weight for _, weight in DEGREES])
    finished_at = {"高中": 18, "大专": 21, "本科": 22, "硕士研究生": 25}[degree]
    if age < finished_at:
        return
    graduated = date(person.born.year + finished_at, 6, 30)
    if graduated > desk.today:
        return
    entry = schooling(desk, degree, chance.choice(MAJORS), graduated)
    if degree in {"本科", "硕士研究生"} and chance.random() < 0.1:
        entry["mandarin"] = {"level": "二级甲等", "number": desk.numbers.serial("mandarin", "PTH{:08d}")}
        entry["teacher"] = {"subject": "小学语文"} if chance.random() < 0.4 else None
    person.put("education", "education", entry)


def schooling(desk: PaperOffice, degree: str, major: str, graduated: date) -> dict[str, Any]:
    """The education entry of somebody who has finished a school of the city."""
    school = f"{CITY}示例中学" if degree == "高中" else f"{CITY}示例大学"
    return NO_EDUCATION | {
        "degree": degree,
        "school": school,
        "major": None if degree == "高中" else major,
        "graduated": graduated.isoformat(),
        "number": desk.numbers.serial("education", "XL{:010d}"),
    }


def fall_ill(desk: PaperOffice, person: Person, age: int) -> None:
    """A chronic illness, looked after at one hospital."""
    hospital, medical = desk.chance.choice(HOSPITALS), person.record["health"]["medical"]
    chronic = {"disease": desk.chance.choice(ILLNESSES), "hospital": hospital}
    medical["chronic"] = chronic | {"diagnosed": _past(desk, 60, 365 * min(age - 44, 8)).isoformat()}
    medical |= {"hospital": hospital, "doctor_visit": _past(desk, 2, 90).isoformat()}


def lie_in_hospital(desk: PaperOffice, person: Person, _: int) -> None:
    """A stay in hospital within the year; one in three was in another city and is not settled."""
    away, chance = desk.chance.random() < 0.33, desk.chance
    discharged = _past(desk, 5, 300)
    medical = person.record["health"]["medical"]
    hospital = "合肥市示例医院" if away else chance.choice(HOSPITALS)
    medical["last_stay"] = {
        "hospital": hospital,
        "city": "安徽省合肥市" if away else CITY,
        "admitted": (discharged - timedelta(days=chance.randint(3, 20))).isoformat(),
        "discharged": discharged.isoformat(),
        "cost": 100 * chance.randint(40, 600),
        "number": desk.numbers.serial("invoice", "FP{:010d}"),
        "settled": not away,
    }
    medical |= {"hospital": hospital, "doctor_visit": discharged.isoformat()}


def use_insurance(desk: PaperOffice, person: Person, age: int) -> None:
    """The insured have a balance and mostly the code on their phone; some of the old need care."""
    entry = person.record["medical-insurance"]["medical_insurance"]
    if entry["kind"] == "none":
        return
    entry["e_card"] = desk.chance.random() < 0.85
    if entry["kind"] == "职工":
        entry["personal_balance"] = 10 * desk.chance.randint(5, 900)
    if age >= 75 and desk.chance.random() < 0.06:
        entry["long_term_care"] = {"assessed": _past(desk, 30, 700).isoformat(), "level": "重度失能Ⅰ级"}


def become_disabled(desk: PaperOffice, person: Person, _: int) -> None:
    """A disability with its certificate; a few were only just assessed."""
    chance = desk.chance
    kind, level = chance.choice(KINDS_OF_DISABILITY[:6]), chance.choices((1, 2, 3, 4), (10, 20, 30, 40))[0]
    if chance.random() < 0.05:
        on = _past(desk, 2, 40).isoformat()
        assessment = {"hospital": HOSPITALS[0], "level": level, "kind": kind, "on": on}
        empty = dict.fromkeys(("number", "kind", "level", "issued", "expires"))
        person.put("disabled-federation", "disability", empty | {"assessment": assessment, "subsidy": False})
        return
    issued = _past(desk, 100, 3500)
    number = f"{person.identity_number}{KINDS_OF_DISABILITY.index(kind) + 1}{level}"
    expires = add_years(issued, 10)
    entry = {"number": number, "kind": kind, "level": level, "issued": issued.isoformat()}
    rest = {
        "expires": expires.isoformat(),
        "assessment": None,
        "subsidy": level <= 2 and chance.random() < 0.9,
    }
    person.put("disabled-federation", "disability", entry | rest)
    certificate = records.licence(
        "disability-certificate",
        "残疾人证",
        number,
        issued=issued,
        expires=expires,
        issuer=f"{CITY}残疾人联合会",
        today=desk.today,
    )
    certificate["data"] = {"kind": kind, "level": level}
    person.add_licence("disabled-federation", certificate)


def serve(desk: PaperOffice, person: Person, age: int) -> None:
    """Some men served; most of them have the card for it."""
    if person.sex != "男" or not person.local:
        return
    enlisted = date(person.born.year + 18, 9, 1)
    discharged = add_years(enlisted, desk.chance.choice((2, 2, 5, 8)))
    if discharged > desk.today or age < 21:
        return
    number = desk.numbers.serial("service", "TY{:08d}")
    long_ago = discharged < add_months(desk.today, -12)
    entry = {
        "branch": desk.chance.choice(BRANCHES),
        "enlisted": enlisted.isoformat(),
        "discharged": discharged.isoformat(),
        "number": number,
        "card": long_ago and desk.chance.random() < 0.85,
        "hukou_restored": long_ago or desk.chance.random() < 0.5,
    }
    person.put("veterans", "service", entry)
    certificate = records.licence(
        "discharge-certificate",
        "退役证",
        number,
        issued=discharged,
        expires=None,
        issuer=f"{CITY}退役军人事务局",
        today=desk.today,
    )
    person.add_licence("veterans", certificate)


def travel(desk: PaperOffice, person: Person, age: int) -> None:
    """A passport, often with a permit for Hong Kong and Macao."""
    years = 5 if age < 16 else 10
    issued = _past(desk, 30, min(365 * years - 20, (desk.today - person.born).days))
    number, expires = desk.numbers.serial("passport", "E{:08d}"), add_years(issued, years)
    found = person.record["exit-entry"]["travel"]
    found["passport"] = {"number": number, "expires": expires.isoformat()}
    _add_travel_licence(desk, person, ("passport", "普通护照", number), issued, expires)
    if desk.chance.random() < 0.6:
        permit = desk.numbers.serial("hk-permit", "C{:08d}")
        ends = (issued + timedelta(days=desk.chance.randint(90, 3000))).isoformat()
        found["permit"] = {"number": permit, "expires": expires.isoformat(), "endorsement_expires": ends}
        _add_travel_licence(desk, person, ("hk-macao-permit", "往来港澳通行证", permit), issued, expires)


def come_from_abroad(desk: PaperOffice, person: Person, _: int) -> None:
    """Few people here hold a foreign passport, with a permit to work and to stay."""
    if person.local:
        return
    entered = _past(desk, 20, 900)
    expires = add_years(max(entered, _past(desk, 1, 300)), 1)
    person.record["exit-entry"]["travel"] |= {
        "foreign": {
            "nationality": desk.chance.choice(NATIONALITIES),
            "number": desk.numbers.serial("foreign-passport", "P{:08d}X"),
            "work_permit": {
                "number": desk.numbers.serial("work-permit", "31{:010d}"),
                "expires": expires.isoformat(),
            },
            "entered": entered.isoformat(),
            "residence_expires": expires.isoformat(),
        }
    }
    number = desk.numbers.serial("foreign-residence", "JL{:08d}")
    what = ("residence-permit-foreign", "外国人居留许可", number)
    _add_travel_licence(desk, person, what, add_years(expires, -1), expires)


def _add_travel_licence(
    desk: PaperOffice, person: Person, what: tuple[str, str, str], issued: date, expires: date
) -> None:
    kind, name, number = what
    issuer = f"{CITY}公安局出入境管理局"
    made = records.licence(
        kind, name, number, issued=issued, expires=expires, issuer=issuer, today=desk.today
    )
    person.add_licence("exit-entry", made)


Write = Callable[[PaperOffice, Person, int], None]
# from age, to age, share of those, what
CIRCUMSTANCES: tuple[tuple[int, int, float, Write], ...] = (
    (18, 130, 1.0, have_pension),
    (55, 66, 0.15, leave_fund),
    (0, 19, 1.0, go_to_school),
    (18, 85, 0.92, graduate),
    (45, 130, 0.08, fall_ill),
    (18, 130, 0.03, lie_in_hospital),
    (0, 130, 1.0, use_insurance),
    (6, 130, 0.06, become_disabled),
    (20, 75, 0.06, serve),
    (1, 130, 0.3, travel),
    (25, 60, 0.01, come_from_abroad),
)
