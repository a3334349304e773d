"""Organisations: entities like people, known by their credit code, with somebody who answers for them."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.departments import records
from integrations.departments.blanks import NO_TAX
from integrations.departments.records import CITY, Person, Record

TRADES = (
    ("试验机械厂", "机械零部件制造"),
    ("示例软件有限公司", "软件开发和信息技术服务"),
    ("样本食品有限公司", "食品生产和销售"),
    ("模拟物流有限公司", "道路货物运输和仓储"),
    ("演示建筑有限公司", "房屋建筑和装修装饰"),
    ("试点商贸有限公司", "日用百货批发零售"),
    ("样板餐饮有限公司", "餐饮服务"),
    ("示范教育有限公司", "教育咨询服务"),
    ("例行物业有限公司", "物业管理"),
    ("虚拟医药有限公司", "药品和医疗器械销售"),
)

BRANDS = "春和夏清秋实冬青松涛竹影梅香兰舟石桥星河月湖晴川朗润溪语麓安港城田园林海云帆木棉"
FIRST_EMPLOYERS = (
    "随安试验机械厂",
    "云桥示例软件有限公司",
    "望湖样本食品有限公司",
    "新港模拟物流有限公司",
)
MADE_UP = [f"{CITY}{brand}{trade}" for trade, _ in TRADES for brand in re.findall("..", BRANDS)]
EMPLOYERS = (FIRST_EMPLOYERS + tuple(MADE_UP))[:200]


@dataclass
class Firm:
    """One organisation, as all registries together know it."""

    credit_code: str
    name: str
    legal_representative: Person
    record: Record = field(default_factory=dict)

    def directory_entry(self) -> dict[str, Any]:
        """What the directory of organisations says."""
        person = self.legal_representative
        return {
            "_id": self.credit_code,
            "name": self.name,
            "legal_representative": {"name": person.name, "identity_number": person.identity_number},
        }


def found_firm(
    credit_code: str,
    name: str,
    person: Person,
    *,
    scope: str,
    established: date,
    account: str,
    today: date,
    kind: str = "有限责任公司",
) -> Firm:
    """A firm in good order, with its record, its licence and its place in its representative's record."""
    firm = Firm(credit_code, name, person)
    address = f"{CITY}{person.home.district}{person.home.street}创业路{int(credit_code[-4:-1]) % 300 + 1}号"
    representative = {"name": person.name, "identity_number": person.identity_number}
    organisation = {
        "name": name,
        "credit_code": credit_code,
        "kind": kind,
        "legal_representative": representative,
        "capital": 1_000_000,
        "address": address,
        "scope": scope,
        "established": established.isoformat(),
        "phone": person.phone,
        "status": "存续",
        "seal_filed": True,
        "tax_clear": True,
        "food_permit": False,
        "hygiene_permit": False,
        "credit": "良好",
    }
    firm.record = {
        "market-regulation": {
            "organisation": organisation,
            "licences": [business_licence(credit_code, name, established, today)],
        },
        "human-resources": {
            "staff": {"insured": 12, "layoff_rate": 0.0, "unemployment_paid": True, "new_hires": []},
            "bank_account": {"bank": "随安模拟银行", "number": account, "kind": "对公账户"},
            "licences": [],
        },
        "taxation": {"tax": NO_TAX | {"number": credit_code, "elderly": []}, "licences": []},
    }
    return firm


def business_licence(number: str, name: str, registered: date, today: date) -> dict[str, Any]:
    """The e-licence of a business."""
    return records.licence(
        "business-licence",
        "营业执照",
        number,
        issued=registered,
        expires=None,
        issuer=f"{CITY}市场监督管理局",
        today=today,
        business_name=name,
    )


def business_entry(firm: Firm) -> dict[str, Any]:
    """How the firm stands among the businesses of its legal representative."""
    said = firm.record["market-regulation"]["organisation"]
    return records.business(
        firm.name,
        firm.credit_code,
        registered=said["established"],
        owner=firm.legal_representative.name,
        address=said["address"],
        scope=said["scope"],
        kind=said["kind"],
    )
