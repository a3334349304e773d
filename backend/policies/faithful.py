"""Whether a rephrased answer still says the same: figures, names, yes and no, and nothing besides."""

import re
from collections import Counter

from intents.wording import normalise

# 2,280 and 2280 are one figure; a figure goes with its unit.
_FIGURE = re.compile(
    r"\d[\d,]*(?:\.\d+)?\s*(?:%|‰|个百分点|个工作日|工作日|个月|周岁|万元|元|万|亿|天|日|年|月|岁|倍|次|小时|平方米|吨|级|种|枚|成|档|份|号|条|点|米|厘米|度|倍)?"
)
_SPOKEN_FIGURE = re.compile(
    r"[零一二三四五六七八九十百千万两半]+\s*(?:分之|成|倍|年|个月|天|次|档|个|户|样|批|条|级)?[一二三四五六七八九十]*"
)
_NAMED = re.compile(r"《[^》]{1,80}》|[\u4e00-\u9fff]{2,10}〔\d{4}〕\d+号|第[零一二三四五六七八九十百]+条")
_DENIAL = re.compile(r"不|没|无|未|非|别|免|勿|禁|除")
_FOREIGN = re.compile(r"https?:|www\.|[<>{}\[\]`|]|@")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]+")
# What nobody is asked for who did not read of it in the original.
_LURE = re.compile(
    r"转账|汇款|验证码|密码|链接|点击|下载|微信|扫码|加群|身份证号|卡号|保证|一定能|肯定|立即|马上转|先付"
)
SHORTEST, LONGEST = 0.4, 1.5
MOST_NEW = 12


def is_faithful(original: str, rephrased: str) -> bool:
    """Whether only the wording differs.

    >>> is_faithful("每月 1800 元，一年提一次。", "每个月 1800 元，一年可以提一次。")
    True
    >>> is_faithful("每月 1800 元，一年提一次。", "每个月 18000 元，一年可以提一次。")
    False
    """
    one, other = normalise(original), normalise(rephrased)
    if not SHORTEST <= len(other) / max(len(one), 1) <= LONGEST or _FOREIGN.search(other):
        return False
    same = all(_counted(kind, one) == _counted(kind, other) for kind in (_FIGURE, _NAMED, _SPOKEN_FIGURE))
    brought = _counted(_LURE, other) - _counted(_LURE, one) or _counted(_LATIN, other) - _counted(_LATIN, one)
    return same and not brought and _denials(one) == _denials(other) and _new(one, other) <= MOST_NEW


def _counted(kind: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(re.sub(r"[\s,]", "", found) for found in kind.findall(text))


def _denials(text: str) -> Counter[str]:
    return Counter(_DENIAL.findall(text))


def _new(one: str, other: str) -> int:
    """How many characters the original does not have: room for a kind word, not for a further sentence."""
    return sum((Counter(_HAN.findall(other)) - Counter(_HAN.findall(one))).values())
