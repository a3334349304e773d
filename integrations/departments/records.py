"""What the registries write down about a person: one small function a kind of entry.

A record is department → section → value, with days as ISO text. Sections of departments that
know nothing of a person are there and empty, so that a query always has an answer.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.departments.calendar_words import add_years

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
    return {
        "public-security": {"population": population(person), "licences": []},
        "traffic-police": {"vehicles": [], "licences": []},
        "health": {"children": [], "licences": []},
        "medical-insurance": {"medical_insurance": no_insurance(), "licences": []},
        "human-resources": {"employment": no_work(), "bank_account": None, "licences": []},
        "housing-fund": {"fund": None, "licences": []},
        "civil-affairs": {"benefits": [], "licences": []},
        "market-regulation": {"businesses": [], "licences": []},
        "natural-resources": {"property": {"owned": 0, "district": None}, "licences": []},
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
    return {
        "kind": "none",
        "city": None,
        "months": 0,
        "since": None,
        "birth_settlement": None,
        "remote_filings": [],
    }


def insurance(kind: str, *, months: int, since: date, birth: dict[str, Any] | None = None) -> dict[str, Any]:
    """A medical insurance entry: 职工 or 居民."""
    return no_insurance() | {
        "kind": kind,
        "city": CITY,
        "months": months,
        "since": since.isoformat(),
        "birth_settlement": birth,
    }


def no_work(status: str = "未就业") -> dict[str, Any]:
    """The employment entry of somebody without an employer."""
    return {
        "status": status,
        "employer": None,
        "left": None,
        "reason": None,
        "contribution_months": 0,
        "benefit_claimed": False,
    }


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
    }


def bank_account(number: str) -> dict[str, Any]:
    """The account behind a social security card."""
    return {"bank": "随安模拟银行", "number": number, "kind": "社保卡金融账户"}


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
    *, name: str | None, sex: str, born: date, certificate: str, registered: bool, other_parent: str | None
) -> dict[str, Any]:
    """A child in its parent's record at the health commission."""
    return {
        "name": name,
        "sex": sex,
        "born": born.isoformat(),
        "birth_certificate": certificate,
        "hospital": f"{CITY}妇幼保健院",
        "weight_g": 3250,
        "registered": registered,
        "other_parent": other_parent,
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
