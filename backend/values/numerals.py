"""Amounts in figures, in Chinese numerals and in both at once: 三千五, 1万2, 2.5万, 俩, 半."""

import re
from dataclasses import dataclass
from decimal import Decimal

from backend.values.wording import NotUnderstood, plain

_HAN_DIGITS = dict(
    zip(
        "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖",
        (0, 0, 1, 2, 2, *range(3, 10), *range(1, 10)),
        strict=True,
    )
)
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "w": 10**4, "亿": 10**8}
_D = "".join(_HAN_DIGITS)
_U = "".join((*_SMALL, *_BIG))
_PART = re.compile(rf"\d+(?:\.\d+)?|[{_D}]|[{_U}]|点")
_ROUND_BELOW = 10
_TOO_LARGE = 10**13
# Figures with an “m” or “kg” behind the k are no thousands.
_NUMERAL = rf"(?:\d[\d,]*(?:\.\d+)?|[{_D}十拾百])(?:\d+(?:\.\d+)?|[{_D}]|[{_U}](?![a-z])|点(?=[{_D}\d]))*"
_AMOUNT = re.compile(rf"(?P<minus>-|负)?(?P<numeral>{_NUMERAL})")
_EMPTY_ONES = re.compile(r"一(?=共|起|般|直|些|下|定|样|块儿|切|会儿)|第一次|统一|唯一|一点儿?")
_WORDS = {"俩": "2个", "仨": "3个", "一对": "2个", "一双": "2个", "半打": "6个", "一打": "12个", "两倍": "2"}
_ABOUT = re.compile(
    r"大概|大约|差不多|左右|上下|(?<![租合预节条公签])约|将近|接近|不到|不足|超过|以上|以内|出头|估计|可能|好像|around|about|approximately|roughly|almost|nearly|-ish"
)
_NEIGHBOURS = re.compile(
    r"(?:一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)(?=[十百千万亿个口人位块元平间岁年层天吨米斤套名成倍]|$)"
)
_SPREAD = re.compile(
    rf"几|数(?=[十百千万])|好多|许多|若干|[十百千万亿]来|[{_U}]余|多(?=[块元个口人平岁年吨米斤万千层]|$)|\d多|来(?:个|块|口|岁|平)"
    r"|a few|several|dozens|hundreds|thousands of"
)
_RANGE = re.compile(rf"(?<=[\d{_D}{_U}])(?:元|块|万)?\s*(?:到|至|~|～|-|—|to)\s*(?=[\d{_D}])")


@dataclass(frozen=True)
class Amount:
    """A number that was said, where it stood, and the word right behind it."""

    value: Decimal
    start: int
    end: int
    unit: str


def value_of(numeral: str) -> Decimal:
    """What one numeral amounts to. Takes what ``amounts`` finds.

    >>> [str(value_of(one)) for one in ("三千五", "1万2", "两百零五", "二〇二六", "2.5万", "一百二")]
    ['3500', '12000', '205', '2026', '25000.0', '120']
    """
    total = section = Decimal(0)
    number: Decimal | None = None
    scale, after_zero = 1, False
    for part in _PART.findall(numeral.replace(",", "")):
        if part in _HAN_DIGITS:
            after_zero = after_zero or (part in "零〇" and number is None)
            number = (number or 0) * 10 + Decimal(_HAN_DIGITS[part])
        elif part[0].isdigit():
            number = Decimal(part)
        elif part in _SMALL:
            section += (1 if number is None else number) * _SMALL[part]
            number, scale, after_zero = None, _SMALL[part], False
        elif part in _BIG:
            total = (
                (total + section + (number or 0)) * _BIG[part]
                if part == "亿"
                else (total + (section + (number or 0)) * _BIG[part])
            )
            section, number, scale, after_zero = Decimal(0), None, _BIG[part], False
    tail = number or Decimal(0)
    if scale >= 100 and 0 < tail < _ROUND_BELOW and tail == int(tail) and not after_zero:
        tail *= scale // 10  # 三千五 is 3500, 三千零五 is not
    return total + section + tail


def with_point(numeral: str) -> Decimal:
    """The same for numerals with a spoken decimal point.

    >>> str(with_point("三点五万")), str(with_point("零点八"))
    ('35000.0', '0.8')
    """
    whole, point, rest = numeral.partition("点")
    if not point:
        return value_of(numeral)
    decimals = re.match(rf"[{_D}\d]+", rest)
    assert decimals is not None  # a point is only taken with a digit behind it
    figures = "".join(str(_HAN_DIGITS.get(one, one)) for one in decimals[0])
    scale = Decimal(1)
    for unit in rest[decimals.end() :]:
        scale *= _SMALL.get(unit) or _BIG.get(unit) or 1
    return (value_of(whole) + Decimal(f"0.{figures}")) * scale


def amounts(text: str) -> list[Amount]:
    """Every number said in a text, as ``readable`` gives it. Raises NotUnderstood for one beyond any form."""
    found = []
    for one in _AMOUNT.finditer(text):
        value = with_point(one["numeral"])
        before = text[: one.start()]
        glued = re.search(r"[a-z0-9]$", before) and one["numeral"][0].isascii()
        minus = one["minus"] and not glued
        if value >= _TOO_LARGE:
            raise NotUnderstood("这个数太大了，请再看一下")
        behind = text[one.end() : one.end() + 4].strip()
        if behind.startswith("个半") or re.match(r"[年岁天小米块]半", behind):
            value += Decimal("0.5")
        found.append(Amount(-value if minus else value, one.start(), one.end(), behind))
    return found


def readable(text: str) -> str:
    """A text with words for numbers as numerals, ready for ``amounts``."""
    said = _EMPTY_ONES.sub("", plain(text))
    for word, numeral in _WORDS.items():
        said = said.replace(word, numeral)
    said = re.sub(r"(?<![一\d])半(?=个|年|天|吨|米)", "0.5", said)
    return re.sub(r"(?<=\d)\s+(?=\d{3}(?:\D|$))", "", said)


def is_about(text: str) -> bool:
    """Whether a number was said as about right only: 三千左右, around 3000."""
    return _ABOUT.search(plain(text)) is not None


def is_spread(text: str) -> bool:
    """Whether what was said is no one number: 十来个, 三四千, 几百, 3000到5000."""
    said = plain(text)
    return bool(_SPREAD.search(said) or _NEIGHBOURS.search(said) or _RANGE.search(said))
