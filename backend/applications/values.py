"""Reading a form field's value out of what a person said or an app sent."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import cn2an
from stdnum import luhn
from stdnum.cn import ric, uscc

from backend.applications.choosing import read_choice, read_choices, read_yes_no
from backend.applications.saying import EDGES, FULL_WIDTH, NotUnderstood, Saying
from backend.matters.fields import FieldType, FormField

__all__ = ["PERSONAL_TYPES", "NotUnderstood", "display", "read_value"]

PERSONAL_TYPES = frozenset(
    {
        FieldType.NAME, FieldType.PHONE, FieldType.ADDRESS, FieldType.BANK_ACCOUNT, FieldType.PLATE,
        FieldType.IDENTITY_NUMBER, FieldType.LICENCE_NUMBER, FieldType.PASSPORT_NUMBER,
    }
)  # fmt: skip
LONGEST = {FieldType.LONG_TEXT: 2000}
LEAD_INS = (
    r"^(?:我的?|他的?|她的?|孩子|宝宝|小孩|娃|就|那就|改成|改为|换成|写|填|应该是|其实是|是|在|到)*"
    r"(?:手机号?码?|电话号?码?|联系电话|号码|地址|住址|名字|姓名|卡号|账号|日期|时间|金额)?"
    r"(?:改成|改为|换成|是|叫做?|为|住在|寄到|送到|住|在)?[:：,，\s]*"
)


def read_value(field: FormField, said: str, *, today: date) -> Any:
    """The field's value in what was said. Raises NotUnderstood.

    Shapes: dates are ISO strings and months their first seven characters, money and numbers floats or
    ints, yes-no a bool, multi-choice a list in the field's order, the rest strings.
    """
    text = said.strip(EDGES)
    if not text:
        raise NotUnderstood("没有收到内容")
    longest = field.limits.max_length or LONGEST.get(field.type, 300)
    if len(text) > longest:
        raise NotUnderstood(f"最多 {longest} 个字")
    return READERS[field.type](Saying(field, text, today))


def display(field: FormField, value: Any) -> str:
    """A value as people read it, unmasked."""
    if value is None:
        return ""
    return SHOWN[field.type](field, value) if field.type in SHOWN else str(value)


def _labels(field: FormField, value: Any) -> str:
    labels = {choice.value: choice.label for choice in field.choices}
    return "、".join(labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))


def _shown_month(_: FormField, value: Any) -> str:
    year, _dash, month = str(value).partition("-")
    return f"{year}年{int(month[:2])}月" if month[:2].isdigit() else str(value)


SHOWN: dict[FieldType, Callable[[FormField, Any], str]] = {
    FieldType.YES_NO: lambda _, value: "是" if value else "否",
    FieldType.CHOICE: _labels,
    FieldType.MULTI_CHOICE: _labels,
    FieldType.MONTH: _shown_month,
    FieldType.MONEY: lambda _, value: f"{value:,.2f} 元".replace(".00 元", " 元"),
}


def _phone(saying: Saying) -> str:
    digits = re.sub(r"[\s\-－—()（）]", "", saying.text).translate(FULL_WIDTH)
    found = re.search(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)", digits)
    if found:
        return found.group(1)
    landline = re.search(r"(?<!\d)(0\d{2,3}\d{7,8})(?!\d)", digits)
    if landline:
        return landline.group(1)
    count = len(re.findall(r"\d", digits))
    raise NotUnderstood(f"手机号是 11 位数字，这里有 {count} 位" if count else "没有看到电话号码")


def _name(saying: Saying) -> str:
    text = re.sub(r"^.*?(?:名字[是叫]|姓名[是叫]?|名叫|就叫|叫做|叫|名为|name is|called)\s*", "", saying.text)
    text = re.sub(r"(?:吧|呀|啊|哦|呢|了)$", "", text.strip(EDGES))
    named = re.fullmatch(r"[\u3400-\u9fff]{2,5}|[\u3400-\u9fff]{1,12}·[\u3400-\u9fff·]{1,20}", text)
    if named and not re.search(r"什么|怎么|不知|还没|没有|月亮", text):
        return text
    if re.fullmatch(r"[A-Za-z][A-Za-z'.\- ]{1,58}[A-Za-z.]", text) and " " in text:
        return text
    raise NotUnderstood("没有看出姓名")


def _address(saying: Saying) -> str:
    text = re.sub(LEAD_INS, "", saying.text).strip(EDGES)
    text = re.sub(r"(?:就行|就好|吧|这里|那里)$", "", text).strip(EDGES)
    place = re.search(
        r"(?:省|市|区|县|镇|乡|街道|路|街|大道|巷|弄|村|小区|花园|公寓|新村|road|street|lane)", text, re.I
    )
    detail = re.search(r"\d|[一二三四五六七八九十]+(?:号|弄|室|栋|单元|组)|村|小区|花园|公寓", text)
    if place and detail and len(text) >= 5:
        return text
    raise NotUnderstood("地址要写到路名和门牌号" if place else "没有看出地址")


WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
NEAR_DAYS = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3, "昨天": -1, "前天": -2, "today": 0, "tomorrow": 1}


def _date(saying: Saying) -> str:
    text = saying.text.translate(FULL_WIDTH).lower()
    for word in sorted(NEAR_DAYS, key=len, reverse=True):
        if word in text:
            return (saying.today + timedelta(days=NEAR_DAYS[word])).isoformat()
    week = re.search(r"(下+)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])", text)
    if week:
        monday = saying.today - timedelta(days=saying.today.weekday())
        return (monday + timedelta(days=7 * len(week.group(1) or "") + WEEKDAYS[week.group(2)])).isoformat()
    full = re.search(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})", text)
    short = re.search(r"(\d{1,2})\s*[月\-/.]\s*(\d{1,2})", text)
    packed = re.search(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)", text)
    try:
        if full or packed:
            year, month, day = (int(part) for part in (full or packed or full).groups())  # type: ignore[union-attr]
            return date(year, month, day).isoformat()
        if short:
            return date(saying.today.year, int(short.group(1)), int(short.group(2))).isoformat()
    except ValueError as error:
        raise NotUnderstood("这一天不存在") from error
    raise NotUnderstood("没有看出日期")


def _amount(saying: Saying) -> float:
    text = saying.text.translate(FULL_WIDTH).replace(",", "").replace("，", "")
    found = re.search(r"(-?\d+(?:\.\d+)?)\s*(万|千|k|w)?", text, re.I)
    if found:
        scale = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}.get((found.group(2) or "").lower(), 1)
        return float(found.group(1)) * scale
    spoken = re.search(r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?", text)
    if spoken:
        try:
            return float(cn2an.cn2an(spoken.group(0), "smart"))
        except ValueError as error:
            raise NotUnderstood("没有看出数字") from error
    raise NotUnderstood("没有看出数字")


def _month(saying: Saying) -> str:
    text = saying.text.translate(FULL_WIDTH).lower()
    now = saying.today
    full = re.search(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})(?!\d)", text) or re.search(
        r"(?<!\d)(\d{4})(\d{2})(?:\d{2})?(?!\d)", text
    )
    if full:
        return _month_of(int(full.group(1)), int(full.group(2)))
    near = re.search(r"(上上|上|下下|下|这|本)(?:一)?个?月|last month|this month|next month", text)
    if near:
        steps = {"上上": -2, "上": -1, "下": 1, "下下": 2, "last month": -1, "next month": 1}
        moved = now.year * 12 + now.month - 1 + steps.get(near.group(1) or near.group(0), 0)
        return _month_of(moved // 12, moved % 12 + 1)
    years = {"今年": 0, "明年": 1, "去年": -1, "前年": -2, "后年": 2}
    year = next((now.year + step for word, step in years.items() if word in text), now.year)
    spoken = re.search(r"(\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月", text)
    if spoken is None:
        raise NotUnderstood("没有看出是哪年哪月")
    said = spoken.group(1)
    return _month_of(year, int(said) if said.isdigit() else int(cn2an.cn2an(said, "smart")))


def _month_of(year: int, month: int) -> str:
    if not 1 <= month <= 12 or not 1900 <= year <= 2200:
        raise NotUnderstood("这个月份不存在")
    return f"{year}-{month:02d}"


def _number(saying: Saying) -> int | float:
    amount = _amount(saying)
    limits = saying.field.limits
    if limits.min is not None and amount < limits.min:
        raise NotUnderstood(f"不能小于 {limits.min:g}")
    if limits.max is not None and amount > limits.max:
        raise NotUnderstood(f"不能大于 {limits.max:g}")
    return int(amount) if amount == int(amount) else round(amount, 2)


def _bank_account(saying: Saying) -> str:
    digits = re.sub(r"[\s\-]", "", saying.text.translate(FULL_WIDTH))
    found = re.search(r"(?<!\d)(\d{16,19})(?!\d)", digits)
    if not found:
        raise NotUnderstood("银行卡号是 16 到 19 位数字")
    if not luhn.is_valid(found.group(1)):
        raise NotUnderstood("这个卡号的校验位不对，可能输错了一位")
    return found.group(1)


def _identity_number(saying: Saying) -> str:
    text = re.sub(r"\s", "", saying.text.translate(FULL_WIDTH)).upper()
    found = re.search(r"(?<!\d)(\d{17}[\dX])", text)
    if not found:
        raise NotUnderstood("身份证号是 18 位")
    if not ric.is_valid(found.group(1)):
        raise NotUnderstood("这个身份证号的校验位不对，可能输错了一位")
    return found.group(1)


def _licence_number(saying: Saying) -> str:
    found = re.search(r"[A-Za-z0-9\u4e00-\u9fff]*\d[A-Za-z0-9（）()\-]{4,30}", saying.text)
    if not found:
        raise NotUnderstood("没有看出证件号码")
    return found.group(0).upper()


def _credit_code(saying: Saying) -> str:
    text = re.sub(r"[\s\-]", "", saying.text.translate(FULL_WIDTH)).upper()
    found = re.search(r"(?<![0-9A-Z])([0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10})(?![0-9A-Z])", text)
    if not found:
        raise NotUnderstood("统一社会信用代码是 18 位，由数字和大写字母组成，没有 I、O、S、V、Z")
    if not uscc.is_valid(found.group(1)):
        raise NotUnderstood("这个统一社会信用代码的校验位不对，可能输错了一位")
    return found.group(1)


def _passport_number(saying: Saying) -> str:
    text = re.sub(r"[\s\-]", "", saying.text.translate(FULL_WIDTH)).upper()
    found = re.search(r"(?<![A-Z0-9])([A-Z]{1,2}\d{6,8}|\d{8,9})(?![A-Z0-9])", text)
    if not found:
        raise NotUnderstood("护照号一般是 1 到 2 个字母加 7 到 8 位数字，在资料页右上角")
    return found.group(1)


def _plate(saying: Saying) -> str:
    text = re.sub(r"[\s·.\-]", "", saying.text).upper()
    found = re.search(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}", text
    )
    if not found:
        raise NotUnderstood("没有看出车牌号")
    return found.group(0)


def _region(saying: Saying) -> str:
    text = re.sub(
        r"^(?:我|他|她|爸|妈|爸妈|要|想|会|现在|准备)*(?:去|到|在|住|是|来|搬到|长住)*", "", saying.text
    )
    text = re.sub(r"(?:看病|就医|住|那边|那里|长住|养老|吧|呀|啊)*$", "", text.strip(EDGES))
    places = _places()
    if text in places:
        return places[text]
    inside = [name for name in places if len(name) >= 2 and name in text]
    if inside:
        return text if re.search(r"(?:省|市|区|县|州|盟|旗)$", text) else places[max(inside, key=len)]
    raise NotUnderstood("没有看出省或城市")


def _text(saying: Saying) -> str:
    return saying.text


@lru_cache
def _places() -> dict[str, str]:
    """Names of provinces, prefectures and counties (GB/T 2260, as python-stdnum carries them)."""
    rows = files("stdnum.cn").joinpath("loc.dat").read_text("utf-8")
    full = set(re.findall(r'(?:county|prefecture|province)="([^"]+)"', rows)) - {"市辖区", "县"}
    names = {name: name for name in full}
    for name in sorted(full):
        short = re.sub(r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$", "", name)
        if len(short) >= 2:
            names.setdefault(short, name)
    return names


READERS: dict[FieldType, Callable[[Saying], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NAME: _name,
    FieldType.PHONE: _phone,
    FieldType.ADDRESS: _address,
    FieldType.DATE: _date,
    FieldType.MONEY: _number,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: read_choice,
    FieldType.YES_NO: read_yes_no,
    FieldType.BANK_ACCOUNT: _bank_account,
    FieldType.IDENTITY_NUMBER: _identity_number,
    FieldType.LICENCE_NUMBER: _licence_number,
    FieldType.PLATE: _plate,
    FieldType.REGION: _region,
    FieldType.MONTH: _month,
    FieldType.LONG_TEXT: _text,
    FieldType.MULTI_CHOICE: read_choices,
    FieldType.CREDIT_CODE: _credit_code,
    FieldType.PASSPORT_NUMBER: _passport_number,
}
