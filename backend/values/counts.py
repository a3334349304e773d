"""How many, how much, how large: 俩, 三口人, 80平, 一百二十平方, 百分之五, 地下一层."""

import re
from decimal import Decimal

from backend.values.numerals import Amount, amounts, is_about, is_spread, readable
from backend.values.wording import NotUnderstood

_PERCENT = re.compile(r"百分之(?=[\d零一二三四五六七八九十])")
_FAMILY = re.compile(
    r"^(?:一共|总共|就|有|家里|共)?(?P<old>[\d一二两三四五六七八九]+)(?:个?大人?"
    r"|老)[,和加 ]*(?P<young>[\d一二两三四五六七八九]+)个?(?:小孩?|孩子|娃|小)$"
)
_BELOW = re.compile(r"(?:地下|负|-)\s*(?=[\d一二三四五六七八九十]+\s*(?:层|楼|$))|\bb(?=\d\b)")
_UNITS = {
    "area": "平方米|平方|平米|平|m2|㎡|square|sqm|sq",
    "people": "口人|口|个人|人|位|名|people|person|of us",
    "floor": "楼|层|floor",
    "years": "年|years?",
    "months": "个月|月|months?",
    "tonnes": "吨|方|立方|t(?:on|onne)?s?",
    "metres": "米|公尺|m(?:et|$)",
    "grams": "克|g",
    "percent": "%|个点|percent",
    "pieces": "套|个|扇|处|间",
}
_POINTED = re.compile(r"(?<=[\d一二三四五六七八九十])米(?P<rest>[\d一二三四五六七八九])(?!\d)")
_KILOS = re.compile(r"^(?:公斤|千克|kg)")
# 六斤八两 is one weight, not two numbers.
_LIANG = re.compile(r"斤(?P<liang>[\d一二三四五六七八九])两?")


def read_count(text: str, *, label: str = "", rough: bool = False) -> Decimal:
    """The number said; ``label`` tells the wanted unit where it has one: 面积（平方米）.

    >>> str(read_count("我们三口人")), str(read_count("一百二十平方")), str(read_count("俩"))
    ('3', '120', '2')
    """
    said = _BELOW.sub("-", _PERCENT.sub("", readable(text)))
    said = _LIANG.sub(r"点\g<liang>斤", _POINTED.sub(r"点\g<rest>米", said))
    if re.search(r"一半|大半|小半|half(?! a)|无数", said):
        raise NotUnderstood("请说一个具体的数，比如“3”")
    if is_spread(said):
        raise NotUnderstood("要一个准数，不能是一个大概的范围，比如“12”")
    family = _FAMILY.match(said)
    if family:
        return sum((one.value for one in amounts(f"{family['old']},{family['young']}")), Decimal(0))
    found = _wanted(amounts(said), label)
    if not found:
        if re.fullmatch(r"(?:一[个点套]?也?都?)?(?:没有?|无|木有|none|no)(?:房子?|的|了)?", said):
            return Decimal(0)
        raise NotUnderstood("没有看出数字，说个数就行，比如“3”")
    if len({one.value for one in found}) > 1:
        raise NotUnderstood("听到了几个数，请只说要填的那一个")
    if is_about(said) and not rough:
        raise NotUnderstood("这里要准数，请再看一下，比如“12”")
    return _in_unit(found[0], label)


def _wanted(found: list[Amount], label: str) -> list[Amount]:
    """Of several numbers, those in the unit the label names; all when none is."""
    units = [words for words in _UNITS.values() if re.search(words, label)]
    for words in units:
        fitting = [one for one in found if re.match(words, one.unit)]
        if fitting:
            return fitting
    return found


def _in_unit(one: Amount, label: str) -> Decimal:
    if "克" not in label:
        return one.value
    if _KILOS.match(one.unit):
        return one.value * 1000
    return one.value * 500 if one.unit.startswith("斤") else one.value
