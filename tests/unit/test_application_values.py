"""Reading values out of what people say."""

from datetime import date
from typing import Any

import pytest

from backend.applications.values import NotUnderstood, display, read_value
from backend.matters.fields import Choice, FieldType, FormField, Limits

TODAY = date(2026, 11, 23)
CHOICES = [
    Choice(value="post", label="邮寄到家", label_en="Post", aliases=["快递", "寄过来"]),
    Choice(value="window", label="窗口自取", label_en="Collect at the window", aliases=["自己拿", "去拿"]),
]


SUPPLIES = [
    Choice(value="water", label="水", label_en="Water", aliases=["自来水"]),
    Choice(value="power", label="电", label_en="Power", aliases=["供电"]),
    Choice(value="gas", label="燃气", label_en="Gas", aliases=["气", "煤气"]),
]
OFFERED = {FieldType.CHOICE: CHOICES, FieldType.MULTI_CHOICE: SUPPLIES}


def a_field(kind: str, **more: Any) -> FormField:
    field_type = FieldType(kind)
    choices = OFFERED.get(field_type, [])
    return FormField(name="value", label="值", type=field_type, ask="?", choices=choices, **more)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("phone", "我电话是 199 0000 0001", "19900000001"),
        ("phone", "+86 199-0000-0001，打这个", "19900000001"),
        ("phone", "１９９００００００１２", "19900000012"),
        ("phone", "座机021-62345678", "02162345678"),
        ("name", "就叫安小满吧", "安小满"),
        ("name", "宝宝名字是乐天", "乐天"),
        ("name", "阿依古丽·买买提", "阿依古丽·买买提"),
        ("name", "Anne Example", "Anne Example"),
        ("address", "我住在清溪区安居路1弄2号301室", "清溪区安居路1弄2号301室"),
        ("address", "寄到清溪区和顺街道安居路9号", "清溪区和顺街道安居路9号"),
        ("date", "下周三", "2026-12-02"),
        ("date", "2026年12月1号", "2026-12-01"),
        ("date", "明天", "2026-11-24"),
        ("date", "20261201", "2026-12-01"),
        ("money", "三千五百块", 3500),
        ("money", "1.2万", 12000),
        ("number", "12", 12),
        ("choice", "第二个", "window"),
        ("choice", "1", "post"),
        ("choice", "快递给我就行", "post"),
        ("choice", "collect at the window", "window"),
        ("yes-no", "没有", False),
        ("yes-no", "嗯有的", True),
        ("bank-account", "6222 0000 0000 0000 004", "6222000000000000004"),
        ("plate", "沪A·D12345", "沪AD12345"),
        ("region", "我要去成都看病", "成都市"),
        ("region", "浙江省", "浙江省"),
        ("multi-choice", "水和电", ["water", "power"]),
        ("multi-choice", "燃气、水", ["water", "gas"]),
        ("multi-choice", "第一个和第三个", ["water", "gas"]),
        ("multi-choice", "1,2", ["water", "power"]),
        ("multi-choice", "都要", ["water", "power", "gas"]),
        ("multi-choice", "都要，除了气", ["water", "power"]),
        ("multi-choice", "煤气不要，就水电", ["water", "power"]),
        ("multi-choice", "water and power", ["water", "power"]),
        ("multi-choice", "gas", ["gas"]),
        ("month", "2026年3月", "2026-03"),
        ("month", "2026-03-15", "2026-03"),
        ("month", "上个月", "2026-10"),
        ("month", "明年一月", "2027-01"),
        ("month", "去年12月", "2025-12"),
        ("month", "十二月", "2026-12"),
        ("month", "下个月吧", "2026-12"),
        ("long-text", "楼下烧烤店油烟大。" * 60, "楼下烧烤店油烟大。" * 59 + "楼下烧烤店油烟大"),
        ("credit-code", "91110000 6000 3734 1l", "91110000600037341L"),
        ("passport-number", "护照号 e12345678", "E12345678"),
        ("passport-number", "EA1234567", "EA1234567"),
    ],
)
def test_a_value_is_found_in_what_was_said(kind: str, said: str, value: Any) -> None:
    assert read_value(a_field(kind), said, today=TODAY) == value


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        ("phone", "我住在月亮上", "没有看到电话号码"),
        ("phone", "1990000", "11 位"),
        ("address", "我住在月亮上", "没有看出地址"),
        ("address", "安居路", "门牌号"),
        ("date", "2026年2月30日", "不存在"),
        ("choice", "第五个", "只有 2 个"),
        ("choice", "随便什么", "选一个"),
        ("bank-account", "6222000000000000005", "校验位"),
        ("identity-number", "310101199003070010", "校验位"),
        ("name", "还没想好", "没有看出姓名"),
        ("text", "   ", "没有收到"),
        ("credit-code", "911100006000373410", "校验位"),
        ("credit-code", "9111", "18 位"),
        ("passport-number", "不知道", "护照号"),
        ("month", "2026年13月", "不存在"),
        ("month", "不记得了", "没有看出"),
        ("multi-choice", "随便什么", "选"),
        ("multi-choice", "第九个", "只有 3 个"),
        ("long-text", "字" * 2001, "最多 2000"),
    ],
)
def test_what_does_not_fit_is_told_why(kind: str, said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_value(a_field(kind), said, today=TODAY)


def test_bounds_are_told() -> None:
    with pytest.raises(NotUnderstood, match="不能大于 3000"):
        read_value(a_field("money", limits=Limits(max=3000)), "五千", today=TODAY)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("multi-choice", ["water", "gas"], "水、燃气"),
        ("multi-choice", "power", "电"),
        ("month", "2026-03", "2026年3月"),
        ("money", 1200.5, "1,200.50 元"),
        ("yes-no", False, "否"),
        ("long-text", "有话要说", "有话要说"),
    ],
)
def test_a_value_reads_as_people_write_it(kind: str, value: Any, shown: str) -> None:
    assert display(a_field(kind), value) == shown
