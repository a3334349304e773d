"""Takes personal values out of what was said, before it is stored or leaves for Rasa.

Pure: the text, the citizen's own known values and the kind of answer expected go in, the text with
placeholders comes out. What it cannot know to be personal it leaves, so that a digression in the
middle of a form is still understood.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from stdnum import luhn
from stdnum.cn import ric

from backend.assistant.names import scrub_expected_name, scrub_introductions
from backend.assistant.organisations import scrub_organisation
from backend.assistant.places import scrub_addresses, scrub_expected_address
from backend.assistant.tokens import Token
from backend.values.wording import SPOKEN, digits_written

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]"
)
_FULL_WIDTH = {ord("\uff10") + offset: ord("0") + offset for offset in range(10)}
_FULL_WIDTH |= {ord("\uff21") + offset: ord("A") + offset for offset in range(26)}
_FULL_WIDTH |= {ord("\uff41") + offset: ord("a") + offset for offset in range(26)}
# Placeholders are ours alone: typed brackets of their kind become ordinary ones.
_FULL_WIDTH |= {ord("⟦"): ord("["), ord("⟧"): ord("]"), ord("－"): ord("-"), ord("＋"): ord("+")}
_FULL_WIDTH |= {ord("＠"): ord("@"), ord("．"): ord(".")} | {ord(dot): ord("·") for dot in "•・‧∙●"}

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_PLATE = re.compile(
    rf"[{_PROVINCES}]\s?[A-Za-z]\s?[·•.\-]?\s?(?=[A-Za-z0-9]*\d)(?:[A-Za-z0-9]{{6}}|[A-Za-z0-9]{{5}}|[A-Za-z0-9]{{4}}[挂学警港澳])"
    r"(?![A-Za-z0-9])"
)
_RUN = re.compile(
    r"(?P<opening>[+(（]?)(?P<letters>(?<![A-Za-z])[A-Za-z]{1,2})?"
    r"(?P<run>\d(?:\d|[ \-—_.,，、()（）]{1,3}(?=\d))*)(?P<check>\s?(?:[Xx](?![A-Za-z0-9])|叉|艾克斯))?"
)
# A passport's letter and its figures in groups: E 1234 5678.
_PASSPORT = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,2}\s?\d{1,4}(?:[\s\-]\d{2,4}){1,3}(?!\d)")
# A number read out: figures and their words, with the breath between the groups.
_SPOKEN = "".join(SPOKEN)
_BREATH = r"(?:[ \t\-—_.,，、。·]|嗯|呃|然后|空格|杠){0,3}"
_SPOKEN_RUN = re.compile(
    rf"(?<![十百千万第])(?=[\d,， ]{{0,24}}[{_SPOKEN}])[\d{_SPOKEN}](?:{_BREATH}[\d{_SPOKEN}]){{6,}}"
    rf"(?P<check>{_BREATH}(?:叉|艾克斯|[xX×](?![A-Za-z0-9])))?(?![十百千万年月点])"
)
_PAUSE = re.compile(r"(?<=\d)\s*(?:嗯|呃|然后|空格|杠)+\s*(?=\d)")
_FIGURE = r"(?:(?:double|triple)\s+)?(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_ENGLISH_RUN = re.compile(rf"\b{_FIGURE}(?:[\s,\-]+{_FIGURE}){{4,}}\b(?P<check>[\s,]+x\b)?", re.IGNORECASE)
_PROVINCE_NAMES = (
    "北京|天津|上海|重庆|河北|河南|云南|辽宁|黑龙江|湖南|安徽|山东|新疆|江苏|浙江|江西|湖北|广西|甘肃|山西|内蒙古?|陕西|吉林|福建|贵州|广东"
    "|青海|西藏|四川|宁夏|海南"
)
_SPOKEN_PLATE = re.compile(
    rf"(?:[{_PROVINCES}]|{_PROVINCE_NAMES})(?:牌照?|的)?\s?[A-Za-z]\s?[·.\-点]?\s?"
    rf"(?=(?:[A-Za-z]?[\s\-]?){{0,2}}[\d{_SPOKEN}][\s\-]?[A-Za-z\d{_SPOKEN}][\s\-]?[\d{_SPOKEN}])"
    rf"[A-Za-z\d{_SPOKEN}](?:[\s\-]?[A-Za-z\d{_SPOKEN}]){{3,5}}(?:\s?[挂学警港澳领])?(?![A-Za-z0-9])"
)
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]*(?:\s*(?:下划线|underscore|点|dot)\s*[A-Za-z0-9]+)*"
    r"\s*(?:@|艾特|爱特|圈a|小老鼠|[(\[]at[)\]]|(?<=\s)at(?=\s[A-Za-z0-9\-]+(?:\s*dot\s|\.)))\s*"
    r"[A-Za-z0-9\-]+(?:\s*(?:\.|点|[(\[]?dot[)\]]?)\s*[A-Za-z0-9\-]+)*",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?:0?0?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{7,18}(?![A-Za-z0-9])")
# Part of a number that was asked for; the city's and the carriers' short numbers are nobody's.
_PART = re.compile(
    rf"(?<![A-Za-z0-9])(?!(?:12\d{{3}}|9\d{{4}}|10\d{{3}})(?!\d))[\d{_SPOKEN}](?:{_BREATH}[\d{_SPOKEN}]){{3,}}(?![年月日号点十百千万元块])"
)
_LONG_NUMBER = 6
_SCATTERED_NUMBER = 11
_MOST_GROUPS = 8


def scrub(text: str, *, known: Mapping[str, Token] | None = None, expecting: str | None = None) -> str:
    """The text with placeholders for what is personal in it.

    ``known`` are the citizen's own values and what each is; ``expecting`` is the type of the form
    field that was asked for, if one was.

    >>> scrub("我的号码是 199-0000-0001")
    '我的号码是 ⟦phone⟧'
    """
    said = clean(text)
    for value, token in _longest_first(known or {}):
        said = said.replace(value, token)
    said = _EMAIL.sub(Token.EMAIL, _PAUSE.sub(" ", said))
    said = _SPOKEN_PLATE.sub(Token.PLATE, _PLATE.sub(Token.PLATE, said))
    # Read out first: what stands in figures alone is left for the next.
    said = _ENGLISH_RUN.sub(_replace_spoken, _SPOKEN_RUN.sub(_replace_spoken, said))
    said = _RUN.sub(_replace_run, _PASSPORT.sub(_replace_passport, said))
    said = scrub_introductions(scrub_addresses(said))
    expected = _EXPECTED.get(expecting or "")
    return expected(said) if expected else said


def clean(text: str) -> str:
    """Full-width digits and letters as ordinary ones, nothing invisible, no placeholder typed by hand.

    >>> clean("⟦name⟧ １３８")
    '[name] 138'
    """
    return _INVISIBLE.sub("", text).translate(_FULL_WIDTH).strip()


def classify(digits: str) -> Token | None:
    """What a number is, by its length and check digits; None for one too short to be anybody's.

    >>> classify("19900000001"), classify("12345")
    (<Token.PHONE: '⟦phone⟧'>, None)
    """
    if len(digits) == 18 and ric.is_valid(digits.upper()):
        return Token.IDENTITY
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return Token.PHONE
    if 16 <= len(digits) <= 19 and digits.isdigit() and (luhn.is_valid(digits) or digits.startswith("62")):
        return Token.BANK
    return Token.NUMBER if len(digits) >= _LONG_NUMBER else None


def _replace_run(found: re.Match[str]) -> str:
    pieces = re.split(r"([ \-—_.,，、()（）]+)", found["run"])
    groups, gaps = pieces[::2], pieces[1::2]
    groups[-1] += "X" if found["check"] else ""
    shown = _join(*_tokenise(groups, gaps))
    only_numbers = set(re.findall(r"⟦\w+⟧", shown)) <= {Token.NUMBER}
    if len(groups) > 1 and only_numbers and sum(map(len, groups)) >= _SCATTERED_NUMBER:
        return str(Token.NUMBER)
    if len(groups) == 1 and shown == Token.NUMBER:
        # A passport's or a permit's letter goes with its number.
        return str(Token.NUMBER)
    if "⟦" in shown:
        lone_bracket = found["opening"] in ("(", "（") and not re.search("[)）]", shown)
        opening = "" if found["opening"] == "+" or lone_bracket else found["opening"]
        return opening + (found["letters"] or "") + shown
    return found[0]


def _replace_passport(found: re.Match[str]) -> str:
    figures = re.sub(r"\D", "", found[0])
    return str(Token.NUMBER) if 7 <= len(figures) <= 9 else found[0]


def _tokenise(groups: list[str], gaps: list[str]) -> tuple[list[str], list[str]]:
    """Replace each group, or each row of groups that makes one number, by its placeholder."""
    out: list[str] = []
    kept_gaps: list[str] = []
    at = 0
    while at < len(groups):
        end, token = _best(groups, at)
        out.append(token or groups[at])
        at = end
        if at < len(groups):
            kept_gaps.append(gaps[at - 1])
    return out, kept_gaps


def _best(groups: list[str], at: int) -> tuple[int, Token | None]:
    alone = classify(groups[at])
    if alone not in (None, Token.NUMBER):
        return at + 1, alone
    for end in range(min(len(groups), at + _MOST_GROUPS), at + 1, -1):
        token = classify("".join(groups[at:end]))
        if token not in (None, Token.NUMBER):
            return end, token
    return at + 1, alone


def _join(groups: list[str], gaps: list[str]) -> str:
    return "".join(group + gap for group, gap in zip(groups, [*gaps, ""], strict=True))


def _replace_spoken(found: re.Match[str]) -> str:
    """「幺九九 零零零零 零零零幺」 is a telephone number too, in English as well."""
    figures = re.sub(r"\D", "", digits_written(found[0].lower())) + ("X" if found["check"] else "")
    return str(classify(figures) or Token.NUMBER)


def _take_parts(said: str) -> str:
    """What is left of a number asked for: its first half, or one with too few figures."""
    return _CODE.sub(Token.NUMBER, _PART.sub(Token.NUMBER, said))


def _longest_first(known: Mapping[str, Token]) -> Iterable[tuple[str, Token]]:
    return sorted(
        ((value, token) for value, token in known.items() if len(value) >= 2), key=lambda one: -len(one[0])
    )


_NUMBERS = (
    "phone", "identity-number", "bank-account", "credit-code", "passport-number", "licence-number", "plate",
    "postcode",
)  # fmt: skip
_EXPECTED: dict[str, Callable[[str], str]] = {
    "name": scrub_expected_name,
    "address": scrub_expected_address,
    "text": scrub_organisation,
    "long-text": scrub_organisation,
    **dict.fromkeys(_NUMBERS, _take_parts),
}
