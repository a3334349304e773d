"""Addresses: province, city, district, street and door, and what of it is still missing."""

import re
from dataclasses import dataclass

from backend.values.divisions import divisions, short_name
from backend.values.wording import EDGES, NotUnderstood

_N = r"(?:\d+|[一二三四五六七八九十百零〇两]+|[A-Za-z])"
_STREET = re.compile(
    r"[^\s,，。;；]{1,20}?(?:大道|大街|公路|街道办?|胡同|路|街|巷|弄|里|坊|道)(?:[东西南北中](?:[一二三]?[段路])?|[一二三四五六七八九十]+[段路])?"
    r"|\b(?:[A-Z][a-z']+\s+){1,3}(?:road|rd|street|st|avenue|ave|lane|boulevard|blvd)\b",
    re.IGNORECASE,
)
_ESTATE = re.compile(
    r"新村|小区|花园|花苑|[佳雅嘉]苑|家园|新城|名邸|公寓|大厦|广场|山庄|别墅|宿舍|[村庄寨屯坪苑庭]|学校|大学|医院|工业园|产业园|校区|中心"
)
_DOOR = re.compile(
    rf"{_N}\s*(?:号楼?|號|弄|栋|棟|幢|座|单元|室|楼|层|组|队|户|房)|{_N}\s*[-－—#]\s*{_N}|\d{{1,5}}(?!\d)|\b(?:no|room|flat|unit)\.?\s*\d+",
    re.IGNORECASE,
)
_TOWN = re.compile(r"[^\s,，路街]{1,12}?(?:街道(?!办)|镇|乡|苏木)")
_VAGUE = re.compile(r"附近|旁边|对面|那边|后面|前面|隔壁|斜对面|那一片|near|next to|opposite|behind")
_LEAD = re.compile(
    r"^(?:我们?|他们?|她|孩子|我家|现在|目前|新的|新家|新地址|的|就|那就|请|帮我|快递|邮寄|单位|公司|收件|不对|应该|其实|是"
    r"|填|写|改成|改为|换成|住址|地址|住|寄|送|搬|到|在|去|至|往|为|[:：，,\s])*"
)
_ENGLISH_LEAD = re.compile(
    r"^(?:(?:my|the|our|new|home|current)\s+)*(?:address(?:\s+is)?|i live (?:at|in|on)|it'?s|send it to"
    r"|to)[\s:]+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:就行|就好|就可以|吧|呀|啊|哦|这里|那里|这儿|那儿|谢谢|[,，。.!！\s])+$")


@dataclass(frozen=True)
class Address:
    """An address in its parts; what was not said is empty."""

    text: str
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    street: str = ""
    door: str = ""


def read_address(text: str) -> str:
    """The address said, without the words around it; told back precisely when a part is missing.

    >>> read_address("我住在清溪区安居路1弄2号301室")
    '清溪区安居路1弄2号301室'
    """
    said = stripped(text)
    parts = split_address(said)
    settled = parts.street or _ESTATE.search(said)
    if not settled and not parts.district and not parts.town and not parts.city:
        raise NotUnderstood("没有看出地址，比如“清溪区安居路 1 号 301 室”")
    if not settled:
        raise NotUnderstood("到区县还不够，请说到路名（或小区、村）和门牌号")
    if _VAGUE.search(said) and not parts.door:
        raise NotUnderstood("请说具体的门牌号，不用“附近”“对面”")
    if not parts.door and not re.search(r"(?<!新)[村庄寨屯]", said):
        where = "门牌号：这条路的几号几室？" if parts.street else "楼号和门牌号：几栋几室？"
        raise NotUnderstood(f"还差{where}")
    if len(said) < 4:
        raise NotUnderstood("地址太短了，请从区县说到门牌号")
    return said


def stripped(text: str) -> str:
    """An address without 「我住在」 and 「就行」."""
    said = _ENGLISH_LEAD.sub("", text.strip(EDGES))
    start = _LEAD.match(said)
    said = said[start.end() :] if start and start.end() < len(said) else said
    return _TAIL.sub("", said).strip(EDGES)


def split_address(text: str) -> Address:
    """The parts of an address, by the names of China's divisions and by their last characters.

    >>> one = split_address("浙江省杭州市西湖区文三路9号2单元301")
    >>> one.province, one.city, one.district, one.street, one.door
    ('浙江省', '杭州市', '西湖区', '文三路', '9号2单元301')
    """
    rest = text
    province, rest = _take(rest, divisions().provinces)
    city, rest = _take(rest, divisions().cities) if not province.endswith("市") else ("", rest)
    city, rest = (city, rest) if city else _ending(rest, r"[\u4e00-\u9fff]{2,8}?(?:自治州|地区|盟|市)")
    district, rest = _take(rest, divisions().counties)
    district, rest = (
        (district, rest)
        if district
        else _ending(rest, r"[\u4e00-\u9fff]{1,8}?(?:新区|开发区|自治县|自治旗|(?<!小)(?<!社)区|县|旗|市)")
    )
    town = _TOWN.match(rest)
    town_text, rest = (town[0], rest[town.end() :]) if town else ("", rest)
    street = _STREET.search(rest)
    behind = rest[street.end() :] if street else rest
    door = _DOOR.search(behind) or (_DOOR.search(rest) if street is None or street[0].isascii() else None)
    return Address(
        text,
        province=province,
        city=city or (province if province.endswith("市") else ""),
        district=district,
        town=town_text,
        street=street[0] if street else "",
        door=door.string[door.start() :] if door and door.string == behind else door[0] if door else "",
    )


def _take(text: str, names: frozenset[str]) -> tuple[str, str]:
    """A name at the beginning, the longest first; provinces also without their last character."""
    for length in range(min(len(text), 12), 1, -1):
        if text[:length] in names:
            return text[:length], text[length:]
    for name in names:
        short = short_name(name)
        follows = text[len(short) :]
        # 「江苏南京」 and 「南京鼓楼区」, but not 「南京路12号」: a division must follow.
        if len(short) >= 2 and text.startswith(short) and _DIVISION_NEXT.match(follows):
            return name, follows
    return "", text


_DIVISION_NEXT = re.compile(
    r"(?![省市区县路街巷道弄里])[\u4e00-\u9fff]{1,8}?(?:[区县州盟旗]|(?<![超菜])市|[京津海庆州阳安汉都沙宁圳波])"
)


def _ending(text: str, shape: str) -> tuple[str, str]:
    found = re.match(shape, text)
    return (found[0], text[found.end() :]) if found else ("", text)
