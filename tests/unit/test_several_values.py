"""Several values in one sentence go to the open fields they fit, in any order."""

from datetime import date
from typing import Any

import pytest

from backend.applications.several import pieces_of, sort_out
from backend.applications.values import NotUnderstood
from backend.matters.fields import Choice, FieldType, FormField

TODAY = date(2026, 11, 23)


def a_field(name: str, kind: str, label: str, **more: Any) -> FormField:
    return FormField(name=name, label=label, type=FieldType(kind), ask="?", **more)


NAME = a_field("heir", "name", "收件人")
PHONE = a_field("phone", "phone", "联系电话", aliases=["电话", "手机号"])
OTHER_PHONE = a_field("other_phone", "phone", "备用电话")
ADDRESS = a_field("address", "address", "寄送地址", aliases=["地址"])
STORY = a_field("story", "long-text", "事情经过")
DATE = a_field("moved_on", "date", "搬家日期")
DELIVERY = a_field(
    "delivery",
    "choice",
    "领证方式",
    choices=[
        Choice(value="post", label="邮寄到家", aliases=["快递"]),
        Choice(value="window", label="窗口自取", aliases=["自取"]),
    ],
)
HOME = a_field(
    "home",
    "choice",
    "住的是",
    choices=[Choice(value="rent", label="租的"), Choice(value="own", label="自己的房")],
)
ALL = [NAME, PHONE, ADDRESS, DELIVERY, HOME]


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        (NAME, "张三丰 19900000001 邮寄", {"heir": "张三丰", "phone": "19900000001", "delivery": "post"}),
        (PHONE, "张三丰 19900000001 邮寄", {"heir": "张三丰", "phone": "19900000001", "delivery": "post"}),
        (PHONE, "199 0000 0001 张三丰", {"phone": "19900000001", "heir": "张三丰"}),
        (PHONE, "一九九，零零零零，零零零幺", {"phone": "19900000001"}),
        (PHONE, "我电话是 199 0000 0001", {"phone": "19900000001"}),
        (HOME, "租的，合同在我老公名下", {"home": "rent"}),
        (DELIVERY, "邮寄，地址是清溪区安居路9号", {"delivery": "post", "address": "清溪区安居路9号"}),
        (DELIVERY, "邮寄，电话199 0000 0001", {"delivery": "post", "phone": "19900000001"}),
        (
            ADDRESS,
            "清溪区安居路12弄，3号，电话19900000001",
            {"address": "清溪区安居路12弄，3号", "phone": "19900000001"},
        ),
        (ADDRESS, "安居路 1 号 301", {"address": "安居路 1 号 301"}),
        # What belongs to no open field is left; what was asked comes from the rest.
        (DELIVERY, "19900000001，快递吧", {"delivery": "post", "phone": "19900000001"}),
        # The asked one may be missing: the others are kept all the same.
        (ADDRESS, "张三丰，19900000001", {"heir": "张三丰", "phone": "19900000001"}),
    ],
)
def test_each_part_goes_where_it_fits(asked: FormField, said: str, found: dict[str, Any]) -> None:
    others = [one for one in ALL if one is not asked]
    assert sort_out(said, asked, others, today=TODAY) == found


def test_of_two_fields_of_a_kind_only_the_named_one_takes_a_value() -> None:
    others = [PHONE, OTHER_PHONE]
    unnamed = sort_out("邮寄，19900000001", DELIVERY, others, today=TODAY)
    assert unnamed == {"delivery": "post"}
    named = sort_out("邮寄，备用电话19900000001", DELIVERY, others, today=TODAY)
    assert named == {"delivery": "post", "other_phone": "19900000001"}


def test_a_story_is_one_value_whatever_it_tells() -> None:
    said = "老板叫张三丰，19900000001，一直不给钱"
    assert sort_out(said, STORY, ALL, today=TODAY) == {"story": said}


def test_a_sentence_without_any_value_is_told_so() -> None:
    with pytest.raises(NotUnderstood):
        sort_out("不知道，随便吧", PHONE, [NAME], today=TODAY)


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("张三丰 138 0000 1111 邮寄", ["张三丰", "138 0000 1111", "邮寄"]),
        ("19900000001 310110 19900101 1234 张三丰", ["19900000001", "310110 19900101 1234", "张三丰"]),
        ("租的，合同在我老公名下", ["租的", "合同在我老公名下"]),
        ("Anne Example, 19900000001", ["Anne Example", "19900000001"]),
        ("幺九九 零零零零 零零零幺", ["幺九九 零零零零 零零零幺"]),
    ],
)
def test_a_sentence_falls_into_parts_that_keep_their_figures(said: str, pieces: list[str]) -> None:
    assert pieces_of(said) == pieces
