"""Sums of money: 三千五, 五块八, ￥1,200.00, 3k, 一千二百元整."""

import re
from decimal import ROUND_HALF_UP, Decimal

from backend.values.numerals import Amount, amounts, is_about, is_spread, readable
from backend.values.wording import NotUnderstood

_FOREIGN = re.compile(r"美[元金刀]|港[币元]|日元|欧元|英镑|澳元|韩元|dollar|usd|eur|pound|[$€£](?=\s*\d)")
_NOTHING = re.compile(
    r"^(?:我|家里|我们?家)?(?:现在|目前)?(?:没有?|无|木有|零|0)(?:什么|任何|一分)?(?:收入|钱|工资|余额|进账|存款|来源)?(?:了|的)?$"
    r"|一分(?:钱)?(?:都|也)?没有?|分文没有|none|nothing|zero|no income"
)
_COINS = re.compile(
    r"^(?:块|元|圆)钱?[零〇又]?(?P<jiao>[\d一二两三四五六七八九])?(?:毛|角)?(?P<fen>[\d一二两三四五六七八九])?分?"
)
_ALONE_COINS = re.compile(r"^(?P<unit>毛|角|分)钱?(?P<fen>[\d一二两三四五六七八九])?分?")
_CURRENCY = ("块", "元", "圆", "rmb", "yuan", "人民币", "毛", "角", "分", "刀")
# Numbers that count something else: 两个月, 每人, 3号.
_OTHER = re.compile(
    r"^(?:个?(?:月|季度|人|孩子|房|小时|工作日|班)|年|岁|号|日|天|次|平|楼|层|口|位|期|家|套|号楼|成|%|months?|years?|people)"
)
_FIGURE = {**dict(zip("一二三四五六七八九", range(1, 10), strict=True)), "两": 2}


def read_money(text: str, *, rough: bool = False) -> Decimal:
    """The sum said, in yuan to the fen. ``rough`` takes 三千左右 for what it says.

    >>> str(read_money("五块八")), str(read_money("一万二")), str(read_money("￥1,200.00"))
    ('5.80', '12000.00', '1200.00')
    """
    said = readable(text)
    if _FOREIGN.search(said):
        raise NotUnderstood("请换算成人民币，说多少元")
    if _NOTHING.search(said):
        return Decimal("0.00")
    if is_spread(said):
        raise NotUnderstood("要一个数，不能是一个范围，比如“三千二”")
    sums = _sums(said)
    if not sums:
        raise NotUnderstood("没有看出数字，说多少元就行，比如“三千五”")
    if len(set(sums)) > 1:
        raise NotUnderstood("听到了几个金额，请只说要填的那一个")
    if is_about(said) and not rough:
        raise NotUnderstood("这里要准确的数，请看一下单据再说，比如“三千二百五”")
    return sums[0].quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _sums(said: str) -> list[Decimal]:
    found = amounts(said)
    coins = [one for one in found if said[one.end :].strip().startswith(_CURRENCY)]
    marked = [one for one in found if re.search(r"[¥￥]\s*$", said[: one.start])]
    likely = marked or coins or [one for one in found if not _OTHER.match(one.unit)]
    sums, past = [], -1
    for one in likely:
        if one.start < past:
            continue  # 五块八: the eight belongs to the five
        value, past = _with_coins(one, said)
        sums.append(value)
    return sums


def _with_coins(one: Amount, said: str) -> tuple[Decimal, int]:
    """五块八 is 5.80 and 五毛 0.50; also tells where the sum ends."""
    rest = said[one.end :].lstrip()
    alone = _ALONE_COINS.match(rest)
    if alone:
        value = one.value / (100 if alone["unit"] == "分" else 10)
        return value + _figure(alone["fen"]) / 100, one.end + alone.end()
    behind = _COINS.match(rest)
    if behind is None:
        return one.value, one.end
    small = _figure(behind["jiao"]) / 10 + _figure(behind["fen"]) / 100
    return one.value + small, one.end + behind.end()


def _figure(said: str | None) -> Decimal:
    return Decimal(_FIGURE.get(said, said) if said else 0)
