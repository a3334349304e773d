"""Finding addresses: down to the street they may stay, with a door number they may not."""

import re

from backend.assistant.asides import is_aside
from backend.assistant.tokens import Token

_HAN = r"\u3400-\u9fff"
_NUMERAL = r"(?:\d+|[一二三四五六七八九十百千零〇幺两]+|[A-Za-z](?![A-Za-z]))"
_COUNTED = "号楼|支弄|弄|号院|号|號|栋|棟|幢|座|单元|室|楼|层|户|组|队|期|区|甲|乙|#|[-－—]"
_DOOR = rf"(?:\s?{_NUMERAL}\s?(?:{_COUNTED})|{_NUMERAL}|东|西|南|北|甲|乙|{Token.NUMBER})"
# A street may be followed by a bare number, anything vaguer must say what it counts.
_STREET = (
    r"(?:路|大道|大街|街|巷|弄|胡同|支路)(?:[东西南北中][一二三]?[段路]?|[一二三四五六七八九十]+段)?\s?"
    rf"(?=\d|{Token.NUMBER}|[一二三四五六七八九十百零〇幺两]+(?:号|弄|巷))"
)
_ESTATE = (
    r"(?:新村|小区|花园|花苑|佳苑|家园|新城|名邸|公寓|大厦|广场|山庄|别墅|[村镇乡苑庭坊里])\s?"
    rf"(?=(?:{_NUMERAL})(?:号楼|号(?!线|[上下早晚])|弄|栋|幢|座|单元|室|组|队|期|[-－—]\d))"
)
_DETAILED = re.compile(
    rf"(?P<left>[{_HAN}]{{1,30}}?)(?P<way>{_STREET}|{_ESTATE})(?P<door>{_DOOR}+(?!线|路公交))"
)
_ANCHOR = re.compile(
    rf"上海市?|[{_HAN}]{{2,3}}省|[{_HAN}]{{2,3}}自治区|[{_HAN}]{{2,3}}市"
    r"|(?:黄浦|徐汇|长宁|静安|普陀|虹口|杨浦|闵行|宝山|嘉定|浦东|金山|松江|青浦|奉贤|崇明)新?区?"
    rf"|[{_HAN}]{{2,3}}[区县]"
)
_LEADS = (
    "住在|住址是|住址|住到|居住在|搬到|搬去|搬至|搬进|寄到|寄去|寄往|寄|送到|送去|送|改成|改为|改到|换成|换到|地址是|地址为|地址在|地址"
    "|位于|在|到|是|为|往|去|填|写|住|请问|查|从|把|和我"
)
_LAST_LEAD = re.compile(rf"^.*(?:{_LEADS})")
_FIRST_LEAD = re.compile(
    rf"^(?P<lead>(?:(?:我们?|他|她|我家|家|现在|目前|新|的|就|那就|请|帮我|快递|邮寄|证|它|单位|公司|收件)|(?:{_LEADS})|[:：，,\s])*)"
)
_TAIL = re.compile(r"(?P<tail>(?:就行|就好|就可以|那里|这里|吧|啊|呀|哦|了|，?谢谢)*[。.!！\s]*)$")
_PLACE_WORD = re.compile(
    r"[省市区县镇乡路街巷弄村苑]|大道|小区|花园|公寓|大厦|广场|街道|新城|家园|胡同|里弄"
    r"|\b(?:road|rd|street|st|avenue|ave|lane|district|building|room|block|village)\b",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"[了没不坏灯堵]|半路|路上|上路|几路|上市|导航|公交|手续|流程|证|办件|备案|就医|看病|住院|弄(?:吧|完|好|上|一下|个|的|$)|(?<![\d一二三四五六七八九十])弄"
)
_ENGLISH = re.compile(
    r"(?:(?:(?i:room|rm|flat|unit|apt|apartment|suite|building|bldg|block|no|lane|number|floor)\.?\s*#?)?"
    r"\d+[A-Za-z]?(?:-\d+)*[\s,]+)*"
    r"(?:[A-Z][a-z']+\s+){1,3}(?i:road|rd|street|st|avenue|ave|lane|boulevard|blvd)\b\.?"
    r"(?:\s+(?i:east|west|north|south)\b)?(?:,?\s*(?i:lane|no|building|room|block|unit|flat|apt)\.?\s*#?\d+[A-Za-z]?)*"
    r"(?:,\s*[A-Z][a-z]+(?:\s+(?:District|New Area|City))?)*"
)
_ENGLISH_LEAD = re.compile(
    r"^(?P<lead>(?i:(?:my|the|our|new|home|current)\s+)*"
    r"(?i:address(?:\s+is)?|i live (?:at|in|on)|it'?s|it is|at|to)?[\s:]*)(?P<place>.+)$"
)


def scrub_addresses(text: str) -> str:
    """Take out every address that names a door.

    >>> scrub_addresses("我住在杨浦区国和路100弄3号601，想办居住证")
    '我住在⟦address⟧，想办居住证'
    """
    text = _DETAILED.sub(lambda found: _without_lead(found["left"]) + Token.ADDRESS, text)
    return _ENGLISH.sub(lambda found: str(Token.ADDRESS) if _has_digit(found[0]) else found[0], text)


def scrub_expected_address(text: str) -> str:
    """Take the address out of an answer to the question for one, door or no door; asides pass.

    >>> scrub_expected_address("寄到延吉新村吧")
    '寄到⟦address⟧吧'
    """
    said = scrub_addresses(text)
    rest = said.replace(Token.ADDRESS, "")
    if is_aside(said) or (Token.ADDRESS in said and len(rest) > 12):
        return said
    if said.isascii():
        found = _ENGLISH_LEAD.match(said.strip())
        worth_it = found and _PLACE_WORD.search(found["place"])
        return found["lead"] + Token.ADDRESS if found and worth_it else said
    lead = _FIRST_LEAD.match(said)
    start = lead.end("lead") if lead else 0
    tail = _TAIL.search(said, start)
    end = tail.start("tail") if tail else len(said)
    place = said[start:end]
    named = _PLACE_WORD.search(place) and len(place) >= 3 and not _NO_PLACE.search(place)
    if Token.ADDRESS in place or named:
        return said[:start] + Token.ADDRESS + said[end:]
    return said


def _without_lead(left: str) -> str:
    """What stands before the address proper: 「我住在杨浦区国和」 → 「我住在」."""
    lead = _LAST_LEAD.match(left)
    start = lead.end() if lead and lead.end() < len(left) else 0
    anchor = _ANCHOR.search(left, start)
    if anchor:
        return left[: anchor.start()]
    # No lead and no district: the name of a street is short.
    return left[: max(start, len(left) - 4)]


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
