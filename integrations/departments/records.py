"""What the registries write down about a person: one small function a kind of entry.

A record is department → section → value, with days as ISO text. Sections of departments that
know nothing of a person are there and empty, so that a query always has an answer.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.departments.blanks import BLANKS, NO_INSURANCE, NO_PENSION, NO_WORK, blank_sections
from integrations.departments.calendar_words import add_months, add_years

Record = dict[str, dict[str, Any]]

CITY = "随安市"
DISTRICTS = ("清溪区", "云桥区", "望湖区", "东岸区", "南麓区", "新港区")
STREETS = ("和顺街道", "安居街道", "乐民街道", "福泽街道", "明德街道")


@dataclass(frozen=True)
class Home:
    """Where somebody lives."""

    district: str
    street: str
    address: str
    local: bool = True


@dataclass
class Person:
    """One person, as all registries together know them."""

    identity_number: str
    name: str
    sex: str
    born: date
    phone: str | None
    family: str
    home: Home
    since: date
    local: bool
    province: str
    marital: str
    story: str | None = None
    record: Record = field(default_factory=dict)

    def age(self, today: date) -> int:
        """Full years on that day."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))

    def put(self, department: str, section: str, value: Any) -> None:
        """Write a section of one department's registry."""
        self.record.setdefault(department, {})[section] = value

    def add_licence(self, department: str, entry: dict[str, Any]) -> None:
        """Add a licence to one department's registry."""
        self.record.setdefault(department, {}).setdefault("licences", []).append(entry)


def iso(day: date | None) -> str | None:
    """A day as registries write it."""
    return None if day is None else day.isoformat()


def licence(
    kind: str,
    name: str,
    number: str,
    *,
    issued: date,
    expires: date | None,
    issuer: str,
    today: date,
    **data: Any,
) -> dict[str, Any]:
    """One licence entry; its status follows from its last day."""
    return {
        "type": kind,
        "name": name,
        "number": number,
        "issued": issued.isoformat(),
        "expires": iso(expires),
        "issuer": issuer,
        "status": "expired" if expires and expires < today else "valid",
        "data": data,
    }


def blank_record(person: Person) -> Record:
    """The record of somebody of whom only the population register knows."""
    record = {department: blank_sections(department) for department in BLANKS}
    record["human-resources"]["pension"]["retires_on"] = retirement_day(person.sex, person.born).isoformat()
    record["taxation"]["tax"]["number"] = person.identity_number
    return {
        "public-security": {"population": population(person), "family": lone_family(person), "licences": []}
    } | record


def retirement_day(sex: str, born: date) -> date:
    """The day somebody may retire on, with the delay that began in 2025.

    渐进式延迟法定退休年龄的决定 §1: men from 60, women in office from 55, one month more for every four
    months of birth, three years at most.

    >>> retirement_day("男", date(1965, 1, 20)).isoformat()
    '2025-02-20'
    """
    age, first = (60, 1965) if sex == "男" else (55, 1970)
    months = 12 * (born.year - first) + born.month - 1
    delay = min(36, months // 4 + 1) if months >= 0 else 0
    return add_months(born, 12 * age + delay)


def lone_family(person: Person) -> dict[str, Any]:
    """The household of somebody who lives alone."""
    return {
        "number": person.family,
        "head": person.name,
        "members": [member(person, "户主")],
        "spouse": None,
        "parents": [],
    }


def member(person: Person, relation: str) -> dict[str, Any]:
    """One line of a household."""
    return {
        "name": person.name,
        "relation": relation,
        "identity_number": person.identity_number,
        "born": person.born.isoformat(),
    }


def population(person: Person) -> dict[str, Any]:
    """The population register's entry."""
    return {
        "name": person.name,
        "sex": person.sex,
        "born": person.born.isoformat(),
        "phone": person.phone,
        "marital": person.marital,
        "hukou": {
            "local": person.local,
            "province": "本市" if person.local else person.province,
            "district": person.home.district if person.local and person.home.local else "户籍地",
            "address": (
                person.home.address if person.local and person.home.local else f"{person.province}户籍地址"
            ),
            "kind": "家庭户",
        },
        "residence": {
            "local": person.home.local,
            "district": person.home.district,
            "street": person.home.street,
            "address": person.home.address,
            "since": person.since.isoformat(),
        },
    }


def identity_card(person: Person, *, issued: date, expires: date | None, today: date) -> dict[str, Any]:
    """The e-licence of an identity card."""
    return licence(
        "identity-card",
        "居民身份证",
        person.identity_number,
        issued=issued,
        expires=expires,
        issuer=f"{CITY}公安局",
        today=today,
    )


def household_register(person: Person, number: str, *, today: date) -> dict[str, Any]:
    """The e-licence of a page of the household register."""
    return licence(
        "household-register",
        "居民户口簿",
        number,
        issued=max(person.born, date(2010, 1, 1)),
        expires=None,
        issuer=f"{CITY}公安局",
        today=today,
        household=person.family,
        members=[],
    )


def identity_card_expiry(*, born: date, issued: date) -> date | None:
    """How long a new identity card is good for.

    居民身份证法 §5: 5 years under 16, 10 from 16 to 25, 20 from 26 to 45, long-term from 46.

    >>> identity_card_expiry(born=date(1990, 5, 1), issued=date(2026, 6, 1)).isoformat()
    '2046-06-01'
    """
    age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
    for under, years in ((16, 5), (26, 10), (46, 20)):
        if age < under:
            return add_years(issued, years)
    return None


def driving_licence_expiry(*, term: int, issued: date) -> date | None:
    """When a driving licence of the given term ends: 6 years first, then 10, then never (0)."""
    return add_years(issued, term) if term else None


def no_insurance() -> dict[str, Any]:
    """The medical insurance entry of somebody who is not insured here."""
    return deepcopy(NO_INSURANCE)


def insurance(kind: str, *, months: int, since: date, birth: dict[str, Any] | None = None) -> dict[str, Any]:
    """A medical insurance entry: 职工 or 居民."""
    return no_insurance() | {
        "kind": kind,
        "city": CITY,
        "months": months,
        "since": since.isoformat(),
        "birth_settlement": birth,
        "e_card": True,
    }


def no_work(status: str = "未就业") -> dict[str, Any]:
    """The employment entry of somebody without an employer."""
    return NO_WORK | {"status": status}


def work(employer: str, *, months: int) -> dict[str, Any]:
    """The employment entry of somebody in work."""
    return no_work("在职") | {"employer": employer, "contribution_months": months}


def lost_work(employer: str, *, months: int, left: date, reason: str) -> dict[str, Any]:
    """The employment entry of somebody whose work ended."""
    return no_work("失业") | {
        "employer": employer,
        "contribution_months": months,
        "left": left.isoformat(),
        "reason": reason,
    }


def fund(account: str, *, balance: int, months: int, status: str = "正常") -> dict[str, Any]:
    """A housing provident fund account."""
    return {
        "account": account,
        "balance": balance,
        "months": months,
        "status": status,
        "last_rent_withdrawal": None,
        "monthly": 0,
        "city": CITY,
        "retired_sealed": False,
    }


def bank_account(number: str) -> dict[str, Any]:
    """The account behind a social security card."""
    return {"bank": "随安模拟银行", "number": number, "kind": "社保卡金融账户"}


def business(
    name: str,
    number: str,
    *,
    registered: str,
    owner: str,
    address: str,
    scope: str,
    kind: str = "个体工商户",
) -> dict[str, Any]:
    """A business as the market regulation keeps it with the one who answers for it."""
    return {
        "name": name,
        "number": number,
        "registered": registered,
        "kind": kind,
        "legal_representative": owner,
        "address": address,
        "scope": scope,
    }


def vehicle(plate: str, *, registered: date, inspection_due: date, insured_to: date) -> dict[str, Any]:
    """A private car without tax arrears or accidents."""
    return {
        "plate": plate,
        "kind": "小型轿车",
        "use": "非营运",
        "registered": registered.isoformat(),
        "inspection_due": inspection_due.isoformat(),
        "insurance_expires": insured_to.isoformat(),
        "tax_paid": True,
        "accident": False,
    }


def child(
    *,
    name: str | None,
    sex: str,
    born: date,
    certificate: str,
    registered: bool,
    other_parent: str | None,
    identity_number: str | None = None,
) -> dict[str, Any]:
    """A child in its parent's record at the health commission; a registered one has all its papers."""
    return {
        "name": name,
        "sex": sex,
        "born": born.isoformat(),
        "birth_certificate": certificate,
        "hospital": f"{CITY}妇幼保健院",
        "weight_g": 3250,
        "registered": registered,
        "other_parent": other_parent,
        "identity_number": identity_number,
        "insured": registered,
        "card": registered,
        "vaccinated": registered,
        "vaccination_file": registered,
        "school": None,
        "enrolled": False,
        "allowance": registered,
    }


def pension(kind: str, *, number: str, months: int, retires_on: date) -> dict[str, Any]:
    """A pension account that is being paid into."""
    return NO_PENSION | {
        "kind": kind,
        "number": number,
        "months": months,
        "retires_on": retires_on.isoformat(),
        "account_city": CITY,
        "file_place": f"{CITY}人才服务中心",
    }


def birth_certificate(number: str, *, born: date, today: date) -> dict[str, Any]:
    """The e-licence of a birth."""
    return licence(
        "birth-certificate",
        "出生医学证明",
        number,
        issued=born,
        expires=None,
        issuer=f"{CITY}妇幼保健院",
        today=today,
        child_born=born.isoformat(),
    )
