"""What a reply sounds like when it is read aloud: numbers as words, nothing that a voice cannot say."""

import re
from collections.abc import Mapping
from typing import Any

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
# From here on a number is read digit by digit: a telephone, a case, a card.
_LONG = 5
# Hot lines are said by everybody in their own way.
_HOTLINES = {"110": "幺幺零", "119": "幺幺九", "120": "幺二零", "122": "幺二二", "12345": "一二三四五"}
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?")
_YEAR = re.compile(r"(\d{4})(?=年)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")
_TIMES = re.compile(r"(?<=\d)\s*[×xX*]\s*(?=\d)")
_HIDDEN = re.compile(r"[\w]*\*{2,}(\w*)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SILENT = re.compile(r"[「」『』“”‘’\"'《》〈〉【】\[\])）{}⟦⟧*#_|~→·•]+")
_PAUSE = re.compile(r"[\n\r;；:：…—(（]+")
_DOUBLED = re.compile(r"(?<=[。！？.!?])\s*[，,]+|[，,]+(?=\s*[，。！？,.!?])")


def spoken_text(text: str, lang: str = "zh") -> str:
    """A text as a voice should read it.

    >>> spoken_text("收费 10 元，2026-11-24 前办结（打 12345 问）。")
    '收费十元，二零二六年十一月二十四日前办结，打一二三四五问。'
    >>> spoken_text("手机 199****0001，7×24 小时，满 95%")
    '手机尾号零零零幺，七乘二十四小时，满百分之九十五'
    """
    if lang == "en":
        return _tidied(_NUMBER.sub(_spelt, _HIDDEN.sub(r"ending \1", text)), pause=", ", gap=" ")
    said = _DATE.sub(_dated, text)
    said = _YEAR.sub(lambda found: digit_by_digit(found[1]), said)
    said = _CLOCK.sub(_timed, said)
    said = _TIMES.sub("乘", said)
    said = _HIDDEN.sub(lambda found: f"尾号{found[1]}" if found[1].strip() else "", said)
    said = _PERCENT.sub(lambda found: f"百分之{number_in_words(found[1])}", said)
    said = _NUMBER.sub(lambda found: number_in_words(found[0]), said)
    return _tidied(said, pause="，", gap="")


def number_in_words(digits: str) -> str:
    """A number as it is said: an amount as an amount, a telephone digit by digit.

    >>> number_in_words("110"), number_in_words("215"), number_in_words("0.5"), number_in_words("19900000001")
    ('幺幺零', '二百一十五', '零点五', '幺九九零零零零零零零幺')
    """
    if digits in _HOTLINES:
        return _HOTLINES[digits]
    whole, _, part = digits.partition(".")
    if part:
        return f"{_amount(whole)}点{digit_by_digit(part)}"
    if len(whole) >= _LONG or (whole.startswith("0") and len(whole) > 1):
        return digit_by_digit(whole).replace("一", "幺")
    return _amount(whole)


def digit_by_digit(digits: str) -> str:
    """Each digit by its name.

    >>> digit_by_digit("2026")
    '二零二六'
    """
    return "".join(_DIGITS[int(digit)] for digit in digits)


def speech_of(reply: Mapping[str, Any], lang: str) -> str:
    """What is read aloud of a typed reply: its words, then the choices by their places."""
    parts = [str(reply.get("title") or ""), str(reply.get("text") or "")]
    if reply["type"] == "card":
        parts += [_row(row, lang) for row in reply["rows"]]
    options = [str(one["title"]) for one in reply.get("choices") or []]
    if reply["type"] == "form-field":
        options = [str(one["label"]) for one in reply["field"]["choices"]]
    parts += [_placed(place, option, lang) for place, option in enumerate(options, 1)]
    return spoken_text("\n".join(part for part in parts if part), lang)


def _row(row: Mapping[str, Any], lang: str) -> str:
    return f"{row['label']}{': ' if lang == 'en' else '，'}{row['value']}"


def _placed(place: int, option: str, lang: str) -> str:
    return f"{place}: {option}" if lang == "en" else f"第{place}个，{option}"


def _amount(digits: str) -> str:
    """An amount below ten thousand."""
    number = int(digits or 0)
    if number < len(_DIGITS):
        return _DIGITS[number]
    said, zero = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            zero = bool(said)
            continue
        said += ("零" if zero else "") + _DIGITS[int(digit)] + _UNITS[place]
        zero = False
    return said.removeprefix("一") if said.startswith("一十") else said


def _dated(found: re.Match[str]) -> str:
    year, month, day, hour, minute = found.groups()
    said = f"{digit_by_digit(year)}年{_amount(str(int(month)))}月{_amount(str(int(day)))}日"
    return said + (_clock(hour, minute) if hour else "")


def _timed(found: re.Match[str]) -> str:
    return _clock(found[1], found[2])


def _clock(hour: str, minute: str) -> str:
    return f"{_amount(str(int(hour)))}点" + (f"{_amount(str(int(minute)))}分" if int(minute) else "")


def _spelt(found: re.Match[str]) -> str:
    digits = found[0]
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    if digits in _HOTLINES or len(digits) > _LONG - 1:
        return " ".join(names[int(digit)] if digit.isdigit() else "point" for digit in digits)
    return names[int(digits)] if digits.isdigit() and int(digits) < len(names) else digits


def _tidied(said: str, *, pause: str, gap: str) -> str:
    said = _PAUSE.sub(pause, _SILENT.sub(" " if gap else "", said))
    said = re.sub(r"(?<=[\u4e00-\u9fff，。])\s+|\s+(?=[\u4e00-\u9fff，。])", gap, said)
    said = re.sub(r"\s+([,.!?])", r"\1", _DOUBLED.sub("", said))
    return re.sub(r"\s{2,}", " ", said).strip("，, ")
