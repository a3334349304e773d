"""Yes and no told as a sentence: 「嗯有的」, 「已经备案过了」, 「还没登记」, 「我是本地的」."""

import re

from backend.values.wording import EDGES, plain

_UNSURE = re.compile(
    r"不清楚|不知道|不确定|不晓得|不记得|没想好|没听懂|不懂|不明白|忘了|忘记|说不好|不好说|看情况|不一定|大概|可能|好像|应该|或者|要么|随便|一半"
    r"|有没有|是不是|能不能|要不要|可不可以|会不会|吗|么$|什么|怎么|为什么|哪|多少|谁|not sure"
    r"|don't know|maybe|depends"
)
_LEAD = r"^(?:嗯|哦|那|就|我们?|我家|他们?|她|孩子|家里|都|现在|目前|其实|这个|那个|,|\s)*"
_NO = re.compile(
    _LEAD + r"(?:一直)?(?:都)?(?:还|暂时|从来)?"
    r"(?:没有?|没|不是|不会|不能|不想|不要|不用|不需要|不同意|不愿意|不方便|不打算|不在|不|无|否|未|木有|冇|莫得"
    r"|no\b|not\b|nope|never|haven't|hasn't|isn't|don't|doesn't)"
)
_YES = re.compile(
    _LEAD + r"(?:早就|早|已经?|都|刚|刚刚|当然|确实|肯定|真的)*"
    r"(?:有|是|对|好|可以|要|需要|同意|愿意|能|会|行|方便|打算|做过|办过|办了|备案|登记|交过|交了|结了|买了|上了|在"
    r"|yes|yeah|yep|i do|i have|i am|it is|of course)"
)
_DONE = re.compile(r"^(?:.{0,6})(?:已经?|早就|早).{0,8}(?:了|过)$|^.{0,6}[^没不]过了?$")


def read_statement(text: str) -> bool | None:
    """Whether a sentence says yes; None for one that says neither.

    >>> read_statement("嗯有的"), read_statement("还没登记"), read_statement("不清楚")
    (True, False, None)
    """
    said = plain(text).strip(EDGES)
    if "?" in text or "？" in text or _UNSURE.search(said):
        return None
    clause = re.split(r"[,，。;；!]", said, maxsplit=1)[0]
    if _NO.match(clause):
        return False
    return True if _YES.match(clause) or _DONE.match(clause) else None
