"""Where households live and what goes with it: property, lease, purchase, meters, tax."""

from datetime import timedelta
from typing import Any

from integrations.departments import records
from integrations.departments.calendar_words import add_years
from integrations.departments.households import Household
from integrations.departments.papers import PaperOffice
from integrations.departments.records import CITY, Person

METERS = ("水", "电", "气")
LANDLORDS = ("云小租", "泰小屋", "明小房", "景小舍")


def dwell(desk: PaperOffice, household: Household) -> None:
    """Decide whether a household owns its home or rents it, and write what follows."""
    head, chance = household.head, desk.chance
    age = head.age(desk.today)
    owning = (0.78 if age >= 30 else 0.35) if head.local else 0.3
    if chance.random() < owning:
        own_home(desk, household.adults, mortgaged=age < 55 and chance.random() < 0.4)
        if chance.random() < 0.06:
            own_home(desk, household.adults, mortgaged=False, address=_another_address(desk, head))
    elif chance.random() < 0.7:
        rent_home(desk, head, filed=chance.random() < 0.6)
    if age < 60 and chance.random() < 0.012:
        buy_home(desk, household)
    for adult in household.adults:
        pay_taxes(desk, adult, household)


def own_home(desk: PaperOffice, owners: list[Person], *, mortgaged: bool, address: str | None = None) -> None:
    """A home in the names of its owners, with the meters in the first one's."""
    head, today = owners[0], desk.today
    number = desk.numbers.serial("property", "沪（2020）随不动产权第{:07d}号")
    acquired = max(add_years(head.born, 18), today - timedelta(days=desk.chance.randint(300, 7000)))
    unit = {
        "number": number,
        "address": address or head.home.address,
        "area": desk.chance.randint(45, 140),
        "kind": "住宅",
        "mortgaged": mortgaged,
        "acquired": acquired.isoformat(),
    }
    for owner in owners:
        others = [one.name for one in owners if one is not owner]
        held = owner.record["natural-resources"]["property"]
        units = [*held["units"], unit | {"co_owner": others[0] if others else None}]
        owned = {"owned": len(units), "district": head.home.district, "units": units}
        owner.put("natural-resources", "property", owned)
        certificate = records.licence(
            "property-certificate",
            "不动产权证书",
            number,
            issued=acquired,
            expires=None,
            issuer=f"{CITY}规划和自然资源局",
            today=today,
            address=unit["address"],
        )
        owner.add_licence("natural-resources", certificate)
    accounts = head.record["public-utilities"]["utilities"]["accounts"]
    for kind in METERS:
        meter = desk.numbers.serial("meter", "{:010d}")
        entry = {"kind": kind, "number": meter, "address": unit["address"], "holder": head.name}
        accounts.append(entry)


def rent_home(desk: PaperOffice, tenant: Person, *, filed: bool) -> None:
    """A lease of the home, filed or not."""
    starts = desk.today - timedelta(days=desk.chance.randint(10, 340))
    number = desk.numbers.serial("lease", "ZL{:08d}")
    lease = {
        "number": number,
        "address": tenant.home.address,
        "landlord": desk.chance.choice(LANDLORDS),
        "landlord_phone": {"phone": f"1990000{9000 + desk.numbers.count('lease') % 900}"},
        "starts": starts.isoformat(),
        "ends": add_years(starts, desk.chance.choice((1, 1, 2))).isoformat(),
        "monthly_rent": 100 * desk.chance.randint(18, 75),
        "filed": filed,
        "district": tenant.home.district,
    }
    held = tenant.record["housing"]["housing"]
    tenant.put("housing", "housing", held | {"lease": lease})
    if filed:
        paper = records.licence(
            "lease-filing",
            "房屋租赁备案证明",
            number,
            issued=starts,
            expires=None,
            issuer=f"{CITY}住房和城乡建设委员会",
            today=desk.today,
        )
        tenant.add_licence("housing", paper)


def buy_home(desk: PaperOffice, household: Household) -> None:
    """A purchase under way: signed, the tax perhaps paid, not yet in the buyers' names."""
    head, chance = household.head, desk.chance
    price, existing = 10_000 * chance.randint(120, 480), chance.random() < 0.7
    purchase = {
        "number": desk.numbers.serial("purchase", "WQ{:08d}"),
        "address": _another_address(desk, head),
        "price": price,
        "down_payment": price * 3 // 10,
        "signed": (desk.today - timedelta(days=chance.randint(3, 120))).isoformat(),
        "seller": chance.choice(LANDLORDS) if existing else "随安示例房地产开发有限公司",
        "area": chance.randint(50, 130),
        "tax_paid": chance.random() < 0.3,
        "transferred": False,
        "kind": "存量房" if existing else "新建房",
    }
    held = head.record["housing"]["housing"]
    head.put("housing", "housing", held | {"purchase": purchase})


def pay_taxes(desk: PaperOffice, adult: Person, household: Household) -> None:
    """What the tax service knows: the loan on the home, old parents, children at school."""
    entry: dict[str, Any] = adult.record["taxation"]["tax"]
    units = adult.record["natural-resources"]["property"]["units"]
    mortgaged = next((unit for unit in units if unit["mortgaged"]), None)
    if mortgaged is not None:
        loan = {"number": desk.numbers.serial("loan", "DK{:010d}"), "bank": "随安模拟银行"}
        entry["housing_loan"] = loan | {"first": len(units) == 1, "since": mortgaged["acquired"]}
    sixty = add_years(desk.today, -60).isoformat()
    entry["elderly"] = [
        {"name": one["name"], "identity_number": one["identity_number"]}
        for one in adult.record["public-security"]["family"]["parents"]
        if one["living"] and one["born"] <= sixty
    ]
    entry["children_at_school"] = sum(
        child.record["education"]["education"]["student"] for child in household.children
    )
    at_work = adult.record["human-resources"]["employment"]["status"] == "在职"
    entry["deductions_filed"] = at_work and desk.chance.random() < 0.6
    entry["clear"] = desk.chance.random() >= 0.01


def _another_address(desk: PaperOffice, person: Person) -> str:
    lane, house = desk.chance.randint(1, 300), desk.chance.randint(1, 60)
    return f"{CITY}{person.home.district}{person.home.street}新居路{lane}弄{house}号0301室"
