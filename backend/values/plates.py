"""Number plates: 沪A·12345, 沪AD12345, 浙B1234学, 「上海 A 幺二三四五」. GA 36-2018."""

import re

from backend.values.wording import NotUnderstood, digits_written, plain

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NAMES = {
    "北京": "京",
    "天津": "津",
    "上海": "沪",
    "重庆": "渝",
    "河北": "冀",
    "河南": "豫",
    "云南": "云",
    "辽宁": "辽",
    "黑龙江": "黑",
    "湖南": "湘",
    "安徽": "皖",
    "山东": "鲁",
    "新疆": "新",
    "江苏": "苏",
    "浙江": "浙",
    "江西": "赣",
    "湖北": "鄂",
    "广西": "桂",
    "甘肃": "甘",
    "山西": "晋",
    "内蒙古": "蒙",
    "内蒙": "蒙",
    "陕西": "陕",
    "吉林": "吉",
    "福建": "闽",
    "贵州": "贵",
    "广东": "粤",
    "青海": "青",
    "西藏": "藏",
    "四川": "川",
    "宁夏": "宁",
    "海南": "琼",
}
_LAST = "挂学警港澳领"
_START = re.compile(
    rf"(?P<province>[{PROVINCES}])牌?照?(?:的)?(?P<city>[a-z])(?P<serial>[a-z0-9]{{3,8}})(?P<last>[{_LAST}])?"
)
_EMBASSY = re.compile(r"使(?P<serial>\d{6})|(?P<before>\d{6})使")
# A serial has no I and no O (GA 36-2018 §5.10): they are read as the figures they look like.
_FIGURES = str.maketrans("oi", "01")
_ORDINARY = re.compile(r"(?=[a-z\d]*\d)[a-hj-np-z\d]{5}")
_SHORTER = re.compile(r"[a-hj-np-z\d]{4}")
_ELECTRIC = re.compile(r"[a-hj-np-z][a-hj-np-z\d]\d{4}|\d{5}[a-hj-np-z]")


def read_plate(text: str) -> str:
    """The plate said, in capitals and without its dot.

    >>> read_plate("沪a·1234O"), read_plate("浙B 1234 学")
    ('沪A12340', '浙B1234学')
    """
    said = _squeezed(text)
    embassy = _EMBASSY.search(said)
    if embassy:
        return f"使{embassy['serial'] or embassy['before']}"
    found = _START.search(said)
    if found is None:
        if re.search(r"(?<![a-z\d])[a-z][a-z\d]{5,6}(?![a-z\d])", said):
            raise NotUnderstood("少了最前面的省份简称，比如“京”“浙”")
        raise NotUnderstood("没有看出车牌号，第一个字是省份简称，后面是字母和数字")
    serial, last = found["serial"].translate(_FIGURES), found["last"] or ""
    fits = _SHORTER.fullmatch(serial) if last else _ORDINARY.fullmatch(serial) or _ELECTRIC.fullmatch(serial)
    if fits:
        return f"{found['province']}{found['city']}{serial}{last}".upper()
    if len(serial) == 6:
        raise NotUnderstood("新能源车牌后六位里只有头两位或最后一位是字母，请再看一下")
    raise NotUnderstood(f"字母后面应该是 5 位（新能源是 6 位），这里有 {len(serial + last)} 位")


def _squeezed(text: str) -> str:
    said = digits_written(plain(text))
    said = re.sub(r"[\s·•・.\-—,]|(?:点|杠)(?=[a-z\d])", "", said)
    for name in sorted(_NAMES, key=len, reverse=True):
        said = re.sub(rf"{name}(?:牌照?|的)?(?=[a-z][a-z\d])", _NAMES[name], said)
    return said
