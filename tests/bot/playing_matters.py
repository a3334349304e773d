"""The catalogue that the playing API serves, and the personal values behind it."""

from typing import Any

Document = dict[str, Any]

# Values that the API knows and that must never reach a reply or the tracker.
PERSONAL = ("随小办", "310000199001011234", "19900000001", "泽普路12弄3号", "6222000011112222", "沪A99901")

DELIVERY = [
    {"value": "post", "label": "邮寄到家", "label_en": "Post"},
    {"value": "window", "label": "窗口自取", "label_en": "Counter"},
]

UTILITIES = [
    {"value": "water", "label": "自来水", "label_en": "Water"},
    {"value": "power", "label": "电", "label_en": "Power"},
    {"value": "gas", "label": "燃气", "label_en": "Gas"},
]


def a_field(name: str, label: str, **more: Any) -> Document:
    """A field of a matter's form."""
    shape = {
        "type": "text",
        "editable": True,
        "required": True,
        "ask": f"请告诉我{label}",
        "hint": "",
        "aliases": [],
    }
    return {"name": name, "label": label, "label_en": name.replace("_", " ").capitalize(), **shape, **more}


MATTERS: dict[str, Document] = {
    "driving-licence-renewal": {
        "name": "驾驶证期满换证",
        "name_en": "Driving licence renewal",
        "fields": [
            a_field("licence_number", "驾驶证号", known=PERSONAL[1], editable=False),
            a_field("holder", "持证人", known=PERSONAL[0], editable=False),
            a_field("delivery", "领证方式", type="choice", choices=DELIVERY),
            a_field(
                "delivery_address",
                "寄送地址",
                type="address",
                hint="例如：浦东新区世纪大道1号",
                refuses="随便",
            ),
            a_field("phone", "联系电话", type="phone", known=PERSONAL[2]),
            a_field("remark", "备注", required=False, refuses="随便"),
        ],
        "materials": [],
    },
    "residence-registration": {
        "name": "居住登记",
        "name_en": "Residence registration",
        "fields": [
            a_field("rented", "是否租房", type="yes-no"),
            a_field("home_address", "居住地址", type="address"),
            a_field("work_address", "单位地址", type="address"),
        ],
        "materials": [{"id": "lease", "name": "租赁合同"}],
    },
    "residence-permit": {"name": "居住证申领", "name_en": "Residence permit", "fields": [], "materials": []},
    "residence-permit-endorsement": {
        "name": "居住证签注",
        "name_en": "Residence permit endorsement",
        "fields": [],
        "materials": [],
        "refuses": ["没有查到您的居住证，请先到社区事务受理中心申领。"],
    },
    "elderly-allowance": {
        "name": "高龄津贴",
        "name_en": "Elderly allowance",
        "fields": [a_field("account", "银行卡", known=PERSONAL[4])],
        "materials": [],
        "assurance": 3,
    },
    "seal-filing": {
        "name": "公章刻制备案",
        "name_en": "Seal filing",
        "audience": ["natural-person", "organisation"],
        "fields": [a_field("seal_count", "刻几枚")],
        "materials": [],
    },
    "tax-clearance": {
        "name": "清税申报",
        "name_en": "Tax clearance",
        "audience": ["organisation"],
        "fields": [a_field("reason", "注销原因")],
        "materials": [],
    },
    "social-card": {
        "name": "社保卡补办",
        "name_en": "Social security card",
        "fields": [a_field("post_to", "寄到哪里", type="address")],
        "materials": [],
    },
    "birth-registration": {
        "name": "新生儿上户口",
        "name_en": "Birth registration",
        "reads": ["children", "population"],
        "bundles": ["newborn"],
        "fields": [a_field("follow", "随谁落户")],
        "materials": [],
    },
    "child-card": {
        "name": "儿童社保卡",
        "name_en": "Child card",
        "reads": ["children"],
        "bundles": ["newborn"],
        "refuses": ["请先上户口。"],
        "fields": [],
        "materials": [],
    },
    "newborn": {
        "name": "新生儿出生一件事",
        "name_en": "A new baby, all in one go",
        "reads": ["children"],
        "parts": [
            ("birth-registration", "新生儿上户口"),
            ("insurance", "新生儿医保参保"),
            ("card", "社会保障卡申领"),
        ],
        "left_out": [("allowance", "生育津贴申领")],
        "fields": [a_field("follow", "随谁落户")],
        "materials": [],
    },
    "passport": {
        "name": "普通护照签发",
        "name_en": "Passport",
        "fee": 120,
        "fields": [],
        "materials": [],
    },
    "utilities-transfer": {
        "name": "水电气过户",
        "name_en": "Utilities",
        "fields": [
            a_field("kinds", "办哪几样", type="multi-choice", choices=UTILITIES),
            a_field("wishes", "其他要求", type="long-text", required=False),
        ],
        "materials": [],
    },
}
