"""Pointing at what is known already: 「还是原来的」, 「户口上的那个」, 「跟上次一样」, 「我这个号」."""

import re
from enum import StrEnum

from backend.values.wording import EDGES, plain


class Reference(StrEnum):
    """Which known value is meant."""

    UNCHANGED = "unchanged"  # what stands in the field or in the register
    HUKOU = "hukou"
    RESIDENCE = "residence"
    OWN = "own"  # the speaker's own number or name
    LAST_TIME = "last-time"


_AROUND = (
    r"(?:就|还|那|嗯|填|写|用|寄到?|送到?|放|按|跟|和|同|我|我家|我们家|家里|的|在|是|到|给|去|是不变|都)*"
)
_TAIL = (
    r"(?:的|那|这|个|里|儿|上|面|边|地方|地址|住址|号码?|电话|手机|一样|相同|就行|就好|可以|吧|呀|啊|了"
    r"|不变|没变|,|。)*"
)
_SHAPES = {
    Reference.LAST_TIME: (
        rf"{_AROUND}(?:上次|上回|上一次|之前填|以前填|前面填|last time){_TAIL}(?:填)?{_TAIL}"
        rf"|same as (?:before|last time)"
    ),
    Reference.HUKOU: (
        rf"{_AROUND}(?:户口(?:本|簿)?|户籍|身份证)(?:上|里|所在地|地址|地)?{_TAIL}|hukou(?: address)?"
        rf"|(?:the )?(?:one|address) on my id(?: card)?"
    ),
    Reference.RESIDENCE: (
        rf"{_AROUND}(?:现在住|目前住|居住证|居住登记|登记的?住|现住|现居住|住(?=的?(?:地方|那)))(?:上"
        rf"|里|址|地|的)?{_TAIL}|where i live(?: now)?|my current address|home"
    ),
    Reference.OWN: (
        rf"{_AROUND}(?:这个(?:号|手机|电话)|本机|本人|我自己|注册的?|登录的?|这个微信|现在这个){_TAIL}"
        rf"|(?:this|my own|my) (?:number|phone|name)|myself"
    ),
    Reference.UNCHANGED: (
        rf"{_AROUND}(?:原来|原先|老|旧|没变|不变|没改|不改|不用改|没换|不换|照旧|同上|一样|之前|以前"
        rf"|刚才){_TAIL}|(?:the )?same(?: as (?:before|now))?|unchanged|no change"
    ),
}  # fmt: skip
_LONGEST = 30
_PATTERNS = {kind: re.compile(shape) for kind, shape in _SHAPES.items()}


def reference_in(text: str) -> Reference | None:
    """The known value a text points at, where it says nothing else.

    >>> reference_in("还是原来的"), reference_in("寄到户口上的那个地址"), reference_in("原来的路12号")
    (<Reference.UNCHANGED: 'unchanged'>, <Reference.HUKOU: 'hukou'>, None)
    """
    said = plain(text).strip(EDGES)
    for kind, pattern in _PATTERNS.items():
        if 0 < len(said) <= _LONGEST and pattern.fullmatch(said):
            return kind
    return None
