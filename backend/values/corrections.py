"""Taking something back: 「不对，是138…」, 「电话改成…」, 「写错了，应该是…」."""

import re

from backend.values.wording import EDGES

_OPENING = re.compile(
    r"^(?:哎呀?|诶|啊|等等|等一下|抱歉|对不起|不好意思|刚才|刚刚|我|上一?个|前面|那个|的)*[,，\s]*"
    r"(?:(?:不对|不是(?=[,，。\s])|错了|(?:说|写|填|打|输|念|报|弄|搞)错了?|有误|口误|搞混了|sorry|oops|no,|wrong|correction)"
    r"(?:了|啦|的)?[,，。.!！\s:：]*)+(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CHANGE = re.compile(
    r"(?P<field>[^,，。;；]{0,20}?)(?:改成|改为|改到|换成|换为|更正为|更正成|变成|应该是|应为|其实是"
    r"|实际是|change(?:d)? (?:it )?to|should be|make it)"
    r"\s*[:：]?\s*(?P<value>.+)$",
    re.IGNORECASE | re.DOTALL,
)
# 「改一下地址」 names a field and no value yet.
_NO_VALUE = re.compile(
    r"^(?:请|帮我|我想|我要|我得|要|能不能|可以)*(?:再|重新)?(?:改|换|修改|更改|更正|填|写|来|change|fix|correct)(?:一下|下|个|一遍|掉)?[^成为到]{0,20}$",
    re.IGNORECASE,
)
_IS = re.compile(r"^(?:应该)?(?:是|叫|为|it's|it is)\s*(?P<value>.+)$", re.IGNORECASE | re.DOTALL)
_LABELLED = re.compile(r"^(?P<field>[^,，。;；\d]{1,12}?)(?:是|叫|为|:|：)\s*(?P<value>.+)$", re.DOTALL)


def takes_back(text: str) -> bool:
    """Whether a text begins by taking back what was said before.

    >>> takes_back("不对，是19900000001"), takes_back("不是本地人")
    (True, False)
    """
    return _OPENING.match(text.strip()) is not None


def corrected(text: str) -> tuple[str, str] | None:
    """The words for the field (may be empty) and the new value; None where no new value is said.

    >>> corrected("电话改成19900000001"), corrected("不对，是19900000001"), corrected("填错了")
    (('电话', '19900000001'), ('', '19900000001'), None)
    """
    said = text.strip().strip(EDGES)
    opening = _OPENING.match(said)
    rest = opening["rest"].strip(EDGES) if opening else said
    change = _CHANGE.search(rest)
    if change:
        return _field_words(change["field"]), change["value"].strip(EDGES)
    if opening is None or not rest or _NO_VALUE.match(rest):
        return None
    named = _IS.match(rest)
    if named:
        return "", named["value"].strip(EDGES)
    labelled = _LABELLED.match(rest)
    if labelled:
        return _field_words(labelled["field"]), labelled["value"].strip(EDGES)
    return ("", rest) if rest else None


def _field_words(said: str) -> str:
    """「把我的电话」 → 「电话」."""
    return re.sub(
        r"^(?:请|帮我|麻烦|那|就|把|将|我|的|你|您|给)+|(?:给我|要|再|得|也|都|需要)$", "", said.strip(EDGES)
    )
