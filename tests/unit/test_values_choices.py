"""Which option was meant: by place, name, sound, or what is said of it."""

from collections.abc import Sequence

import pytest

from backend.values.choices import Option, read_choice, read_choices
from backend.values.ordinals import place_of
from backend.values.wording import NotUnderstood

DELIVERY = [
    Option("post", "邮寄到家", ("Post", "快递", "寄过来")),
    Option("window", "窗口自取", ("Collect at the counter", "自取", "自己拿", "窗口", "自己去拿")),
]
HOME = [
    Option("rent", "租的"),
    Option("own", "自己的房"),
    Option("dorm", "单位或学校宿舍"),
    Option("relative", "亲属家"),
]
PRICED = [Option("express", "特快 23 元"), Option("plain", "平邮 5 元"), Option("pickup", "自取（免费）")]
CASE = [
    Option("wages", "讨要工资", ("Wages", "欠薪", "工钱", "拖欠工资", "老板不给钱")),
    Option("injury", "工伤或人身损害", ("Injury", "工伤", "受伤", "车祸", "交通事故")),
    Option("family", "婚姻、抚养、家暴", ("Family", "离婚", "抚养费")),
    Option("other", "其他", ("Other", "别的")),
]
URGENCY = [
    Option("normal", "不急，七天可以等", ("Seven days are fine", "不急", "能等")),
    Option("urgent", "很急，快开庭或快过期限", ("Urgent", "很急", "开庭", "来不及")),
]
SUPPLIES = [
    Option("water", "水", ("自来水",)),
    Option("power", "电", ("供电",)),
    Option("gas", "燃气", ("气", "煤气")),
]

ONE = [
    *(
        (said, DELIVERY, "window")
        for said in (
            "我自己去拿",
            "我去拿",
            "我过去取",
            "自己去窗口领",
            "窗户自取",
            "自取",
            "第二个",
            "2",
            "选2吧",
            "后面那个",
            "最后一个",
            "后者",
            "B",
            "②",
            "the second one",
            "不要邮寄",
            "别寄了",
            "别寄了我自己去",
            "不寄，自取",
            "collect at the counter",
            "chuangkouziqu",
            "跑一趟也行",
            "in person",
            "窗口自取",
            "window",
            "我要第二种",
        )
    ),
    *(
        (said, DELIVERY, "post")
        for said in (
            "邮寄",
            "寄",
            "寄过来",
            "快递给我就行",
            "顺丰吧",
            "送到家里",
            "送上门",
            "youji",
            "油寄到家",
            "第一个",
            "1",
            "前面那个",
            "前者",
            "上面那个",
            "A",
            "不要自取，邮寄",
            "不自取，寄给我",
            "option 1",
            "Post",
            "ems",
        )
    ),
    ("租的", HOME, "rent"),
    ("租的，合同在我老公名下", HOME, "rent"),
    ("房东的", HOME, "rent"),
    ("跟人合租", HOME, "rent"),
    ("自己买的", HOME, "own"),
    ("我名下的", HOME, "own"),
    ("公司宿舍", HOME, "dorm"),
    ("员工宿舍", HOME, "dorm"),
    ("住我姐家", HOME, "relative"),
    ("借住朋友家", HOME, "relative"),
    ("第三个", HOME, "dorm"),
    ("倒数第二个", HOME, "dorm"),
    ("便宜的那个", PRICED, "pickup"),
    ("不花钱的", PRICED, "pickup"),
    ("最贵的", PRICED, "express"),
    ("快的", PRICED, "express"),
    ("平邮", PRICED, "plain"),
    ("中间那个", PRICED, "plain"),
    ("工伤", CASE, "injury"),
    ("gongshang", CASE, "injury"),
    ("干活的时候受伤了", CASE, "injury"),
    ("老板不给我工钱", CASE, "wages"),
    ("拖欠我三个月工资", CASE, "wages"),
    ("我要离婚", CASE, "family"),
    ("别的", CASE, "other"),
    ("不急", URGENCY, "normal"),
    ("不着急", URGENCY, "normal"),
    ("能等", URGENCY, "normal"),
    ("快开庭了", URGENCY, "urgent"),
    ("来不及了", URGENCY, "urgent"),
    ("加急", URGENCY, "urgent"),
]


@pytest.mark.parametrize(("said", "options", "value"), ONE)
def test_the_option_meant_is_found(said: str, options: list[Option], value: str) -> None:
    assert read_choice(said, options) == value


@pytest.mark.parametrize(
    ("said", "options", "reason"),
    [
        ("随便", DELIVERY, "选一个"),
        ("都行", DELIVERY, "选一个"),
        ("便宜的那个", DELIVERY, "选一个"),  # nothing tells what they cost
        ("第五个", DELIVERY, "只有 2 个"),
        ("倒数第九个", HOME, "只有 4 个"),
        ("不要其他", CASE, "讨要工资"),  # of three left, which
        ("邮寄或者自取", DELIVERY, "邮寄到家.*还是.*窗口自取"),
    ],
)
def test_what_cannot_be_told_apart_is_asked_with_the_options(
    said: str, options: list[Option], reason: str
) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_choice(said, options)


def test_meaning_is_asked_last_and_must_be_clear() -> None:
    def likeness(text: str, others: Sequence[str]) -> list[float]:
        known = {"送我手上": {"邮寄到家": 0.92}, "怎么都可以": {"邮寄到家": 0.9, "窗口自取": 0.89}}
        return [known.get(text, {}).get(one, 0.5) for one in others]

    assert read_choice("送我手上", DELIVERY, likeness=likeness) == "post"
    for unclear in ("怎么都可以", "今天天气好"):
        with pytest.raises(NotUnderstood):
            read_choice(unclear, DELIVERY, likeness=likeness)


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("水和电", ["water", "power"]),
        ("燃气、水", ["water", "gas"]),
        ("第一个和第三个", ["water", "gas"]),
        ("1,2", ["water", "power"]),
        ("都要", ["water", "power", "gas"]),
        ("全部", ["water", "power", "gas"]),
        ("都要，除了气", ["water", "power"]),
        ("煤气不要，就水电", ["water", "power"]),
        ("自来水还有煤气", ["water", "gas"]),
        ("气", ["gas"]),
    ],
)
def test_several_options_are_found(said: str, values: list[str]) -> None:
    assert read_choices(said, SUPPLIES) == values


@pytest.mark.parametrize(
    ("said", "count", "index"),
    [
        ("第二个", 3, 1),
        ("第2个", 3, 1),
        ("2", 3, 1),
        ("二", 3, 1),
        ("２", 3, 1),
        ("选2吧", 3, 1),
        ("就选第二个吧", 3, 1),
        ("我要第三种", 3, 2),
        ("二号", 3, 1),
        ("第二项", 3, 1),
        ("头一个", 3, 0),
        ("最后一个", 3, 2),
        ("最后那个", 3, 2),
        ("倒数第二个", 3, 1),
        ("倒数第一", 3, 2),
        ("中间那个", 3, 1),
        ("最上面那个", 3, 0),
        ("前面那个", 2, 0),
        ("后面的", 2, 1),
        ("下面那个", 2, 1),
        ("前者", 2, 0),
        ("后者", 2, 1),
        ("b", 3, 1),
        ("C", 3, 2),
        ("the first one", 3, 0),
        ("option 2", 3, 1),
        ("number 3", 3, 2),
        ("the last one", 3, 2),
        ("the latter", 2, 1),
        ("I'll take the second one", 3, 1),
        ("2nd", 3, 1),
        # Of three, 「后面那个」 may be two; 两个 counts; the rest is no place at all.
        ("后面那个", 3, None),
        ("两个", 3, None),
        ("两个都要", 3, None),
        ("第五个", 3, None),
        ("0", 3, None),
        ("邮寄", 3, None),
        ("2026年", 3, None),
        ("", 3, None),
        ("第二个", 0, None),
        ("一直没办", 3, None),
    ],
)
def test_a_place_in_a_row(said: str, count: int, index: int | None) -> None:
    assert place_of(said, count) == index
