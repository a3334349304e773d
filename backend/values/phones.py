"""Telephone numbers: spaced, dashed, spoken, with +86; landlines with area code; numbers from abroad."""

import re
from collections.abc import Callable

from backend.values.wording import GAP, NotUnderstood, digits_written, plain

_GAPS = rf"(?:{GAP}){{0,4}}"
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAPS})?(?P<number>1{_GAPS}[3-9](?:{_GAPS}\d){{9}})(?!\d)")
# 010 and 02x have three figures, all other area codes four: GB/T 2260 regions, as the carriers number them.
_LANDLINE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)86{_GAPS})?(?P<area>\(?0?(?:10|2\d|[3-9]\d{{2}})\)?){_GAPS}"
    rf"(?P<number>[2-8](?:{_GAPS}\d){{6,7}})(?!\d)(?:\s*(?:转|分机|ext\.?|-)\s*(?P<extension>\d{{1,6}}))?"
)
_SERVICE = re.compile(rf"(?<!\d)(?P<number>[48]{_GAPS}0{_GAPS}0(?:{_GAPS}\d){{7}})(?!\d)")
_ABROAD = re.compile(rf"(?:\+|(?<!\d)00)(?!86)(?P<number>[1-9](?:{_GAPS}\d){{6,14}})(?!\d)")
_LOCAL = re.compile(rf"(?<!\d)[2-8](?:{_GAPS}\d){{6,7}}(?!\d)")
# On a telephone's keys there are no letters: O is a zero, l a one.
_ZEROS = re.compile(r"(?<=\d)[\s-]?o+(?=[\d\s-]|$)")
_ONES = re.compile(r"(?<=\d)[li](?=\d)|(?<![a-z\d])[li](?=[3-9]\d)")


def read_phone(text: str) -> str:
    """The number said: eleven figures of a mobile, a landline with its area code, or ``+…`` from abroad.

    >>> read_phone("幺九九 零零零零 零零零幺"), read_phone("(021) 6234-5678 转 801")
    ('19900000001', '02162345678-801')
    """
    said = _ONES.sub("1", _ZEROS.sub(lambda one: "0" * one[0].count("o"), digits_written(plain(text))))
    found = numbers_in(said)
    if len(set(found)) > 1:
        raise NotUnderstood("听到了两个号码，请只说要用的那一个")
    if found:
        return found[0]
    if _LOCAL.search(said):
        raise NotUnderstood("座机要带区号，请把区号也说上")
    count = len(re.findall(r"\d", said))
    raise NotUnderstood(f"手机号是 11 位数字，这里有 {count} 位" if count else "没有看到电话号码")


def numbers_in(said: str) -> list[str]:
    """Every telephone number in a text whose figures are written."""
    found: list[str] = []
    for shape, number_of in _SHAPES:
        found += [number for one in shape.finditer(said) if (number := number_of(one))]
        said = shape.sub(" ; ", said)
    return found


def _landline(found: re.Match[str]) -> str | None:
    area = _figures(found["area"])
    if not area.startswith("0"):
        if not found[0].startswith(("+86", "0086")):
            return None
        area = f"0{area}"
    extension = f"-{found['extension']}" if found["extension"] else ""
    return f"{area}{_figures(found['number'])}{extension}"


def _figures(said: str) -> str:
    return re.sub(r"\D", "", said)


# In this order: each takes its numbers out of the text before the next looks.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (_ABROAD, lambda one: f"+{_figures(one['number'])}"),
    (_MOBILE, lambda one: _figures(one["number"])),
    (_SERVICE, lambda one: _figures(one["number"])),
    (_LANDLINE, _landline),
)
