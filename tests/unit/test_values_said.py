"""Addresses, names, corrections and pointing, as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.values.addresses import read_address, split_address
from backend.values.corrections import corrected
from backend.values.names import read_name
from backend.values.references import Reference, reference_in
from backend.values.regions import read_region
from backend.values.wording import NotUnderstood

ADDRESSES = [
    ("我住在清溪区安居路1弄2号301室", "清溪区安居路1弄2号301室"),
    ("寄到清溪区和顺街道安居路9号", "清溪区和顺街道安居路9号"),
    ("在新港区乐业路 66 号", "新港区乐业路 66 号"),  # 新 is part of the name
    ("清溪区安居路12号就行", "清溪区安居路12号"),
    ("地址改成和顺路9号", "和顺路9号"),
    ("安居路12弄，3号", "安居路12弄，3号"),
    ("安居路一百弄三号", "安居路一百弄三号"),
    ("幸福村三组", "幸福村三组"),
    ("和顺新村12号302室", "和顺新村12号302室"),
    ("河南省郑州市金水区经三路15号院2号楼", "河南省郑州市金水区经三路15号院2号楼"),
    ("安居路 12 号对面的工地", "安居路 12 号对面的工地"),  # with a door 对面 is a place
    ("Room 601, 3 Lane 100, Guohe Road", "Room 601, 3 Lane 100, Guohe Road"),
    ("I live at 100 Guohe Road", "100 Guohe Road"),
]
NO_ADDRESSES = [
    ("我住在月亮上", "没有看出地址"),
    ("还没想好", "没有看出地址"),
    ("清溪区", "到区县还不够"),
    ("随安市清溪区", "到区县还不够"),
    ("安居路", "门牌号：这条路"),
    ("清溪区安居路", "门牌号：这条路"),
    ("和顺新村", "几栋几室"),
    ("杨浦区国和路附近", "附近"),
]
PARTS = [
    ("浙江省杭州市西湖区文三路9号2单元301", ("浙江省", "杭州市", "西湖区", "", "文三路", "9号2单元301")),
    ("随安市清溪区福泽路88号2单元301", ("", "随安市", "清溪区", "", "福泽路", "88号2单元301")),
    ("清溪区和顺街道安居路9号", ("", "", "清溪区", "和顺街道", "安居路", "9号")),
    ("上海市浦东新区张杨路500号", ("上海市", "上海市", "浦东新区", "", "张杨路", "500号")),
    ("北京朝阳区建国路8号", ("北京市", "北京市", "朝阳区", "", "建国路", "8号")),
    ("江苏南京鼓楼区中山北路30号", ("江苏省", "南京市", "鼓楼区", "", "中山北路", "30号")),
    ("成都市武侯区人民南路四段12号", ("", "成都市", "武侯区", "", "人民南路四段", "12号")),
    ("南京路12号", ("", "", "", "", "南京路", "12号")),  # a road in many a city
]
NAMES = [
    ("安小满", "安小满"),
    ("就叫安小满吧", "安小满"),
    ("宝宝名字是乐天", "乐天"),
    ("我老公叫欧阳小办", "欧阳小办"),
    ("房东叫钱多多", "钱多多"),
    ("他叫和小松", "和小松"),
    ("我是安小满", "安小满"),
    ("改成安小满", "安小满"),
    ("应该是安小满", "安小满"),
    ("不是，是安小满", "安小满"),
    ("安 小 满", "安小满"),
    ("安小满先生", "安小满"),
    ("阿依古丽·买买提", "阿依古丽·买买提"),
    ("阿依古丽•买买提", "阿依古丽·买买提"),
    ("阿依古丽・买买提", "阿依古丽·买买提"),
    ("古丽.买买提", "古丽·买买提"),
    ("乌尔古丽·阿不都热依木·买买提", "乌尔古丽·阿不都热依木·买买提"),
    ("㛃小满", "㛃小满"),  # 扩展 A
    ("𬭎小明", "𬭎小明"),  # 扩展 E: four bytes
    ("Anne Example", "Anne Example"),
    ("My name is Anne Example", "Anne Example"),
    ("Jean-Luc d'Example", "Jean-Luc d'Example"),
    ("José Example", "José Example"),
]
NO_NAMES = [
    "我",
    "本人",
    "我自己",
    "myself",
    "安",
    "John",
    "还没想好",
    "随便",
    "不知道",
    "什么名字",
    "I don't know",
    "没有",
    "好的",
    "跳过",
    "转人工",
]


@pytest.mark.parametrize(("said", "address"), ADDRESSES)
def test_an_address_is_taken_out_of_the_words_around_it(said: str, address: str) -> None:
    assert read_address(said) == address


@pytest.mark.parametrize(("said", "reason"), NO_ADDRESSES)
def test_what_an_address_lacks_is_asked_precisely(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_address(said)


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_an_address_falls_into_its_parts(text: str, parts: tuple[str, ...]) -> None:
    one = split_address(text)
    assert (one.province, one.city, one.district, one.town, one.street, one.door) == parts


@given(
    st.sampled_from(["清溪区", "新港区", "杨浦区"]),
    st.sampled_from(["安居路", "和顺大道", "福泽街", "乐业巷"]),
    st.integers(1, 999),
    st.integers(101, 3204),
)
def test_every_address_is_read_back(district: str, street: str, door: int, room: int) -> None:
    address = f"{district}{street}{door}号{room}室"
    assert read_address(f"我住在{address}") == address
    assert split_address(address).door == f"{door}号{room}室"


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("我要去成都看病", "成都市"),
        ("浙江省", "浙江省"),
        ("合肥", "合肥市"),
        ("内蒙古", "内蒙古自治区"),
        ("香港", "香港特别行政区"),
        ("义乌", "义乌市"),
        ("浙江省杭州市", "浙江省杭州市"),
        ("搬到广西长住", "广西壮族自治区"),
    ],
)
def test_a_region_is_called_by_its_full_name(said: str, region: str) -> None:
    assert read_region(said) == region


@pytest.mark.parametrize(("said", "name"), NAMES)
def test_a_name_is_read(said: str, name: str) -> None:
    assert read_name(said) == name


@pytest.mark.parametrize("said", NO_NAMES)
def test_what_is_no_full_name_is_asked_again(said: str) -> None:
    with pytest.raises(NotUnderstood):
        read_name(said)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("不对，是19900000001", ("", "19900000001")),
        ("不对不对，地址是安居路9号", ("地址", "安居路9号")),
        ("错了错了，80平", ("", "80平")),
        ("写错了，应该是清溪区安居路9号", ("", "清溪区安居路9号")),
        ("刚才说错了，12月3号", ("", "12月3号")),
        ("不是，是安小满", ("", "安小满")),
        ("电话改成19900000001", ("电话", "19900000001")),
        ("把联系电话换成19900000001", ("联系电话", "19900000001")),
        ("我的地址改为和顺路9号", ("地址", "和顺路9号")),
        ("应该是12月3号", ("", "12月3号")),
        ("sorry, it's 19900000001", ("", "19900000001")),
        ("change it to 19900000001", ("", "19900000001")),
        ("填错了", None),
        ("不是的", None),
        ("有误", None),
        ("清溪区安居路9号", None),
        ("填错了，改一下地址", None),  # asked for again
        ("写错了，帮我改一下店名", None),
        ("不是本地人", None),
    ],
)
def test_a_correction_tells_the_field_and_the_new_value(said: str, told: tuple[str, str] | None) -> None:
    assert corrected(said) == told


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("还是原来的", Reference.UNCHANGED),
        ("不变", Reference.UNCHANGED),
        ("同上", Reference.UNCHANGED),
        ("照旧", Reference.UNCHANGED),
        ("老地方", Reference.UNCHANGED),
        ("跟以前一样", Reference.UNCHANGED),
        ("no change", Reference.UNCHANGED),
        ("户口上的那个", Reference.HUKOU),
        ("寄到户口上的地址", Reference.HUKOU),
        ("户籍地址", Reference.HUKOU),
        ("身份证上的地址", Reference.HUKOU),
        ("我现在住的地方", Reference.RESIDENCE),
        ("居住证上的那个", Reference.RESIDENCE),
        ("跟上次一样", Reference.LAST_TIME),
        ("上次那个", Reference.LAST_TIME),
        ("same as last time", Reference.LAST_TIME),
        ("就这个号", Reference.OWN),
        ("我自己的号", Reference.OWN),
        ("本人", Reference.OWN),
        ("my own number", Reference.OWN),
        ("原来的路12号", None),
        ("清溪区安居路9号", None),
        ("19900000001", None),
        ("户口怎么迁", None),
        ("", None),
    ],
)
def test_pointing_at_what_is_known(said: str, reference: Reference | None) -> None:
    assert reference_in(said) == reference
