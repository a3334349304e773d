"""E-mail addresses, typed or spelled: 「zhang 艾特 163 点 com」."""

import re

from backend.values.wording import NotUnderstood, digits_written, plain

_AT = re.compile(r"\s*(?:@|艾特|爱特|圈a|小老鼠|\(at\)|\[at\]|\bat\b)\s*")
_DOT = re.compile(r"\s*(?:点|\(dot\)|\bdot\b)\s*(?=[a-z\d])")
_UNDERLINE = re.compile(r"\s*(?:下划线|underscore)\s*")
_DASH = re.compile(r"\s*(?:中划线|横杠|减号|\bdash\b)\s*")
_EMAIL = re.compile(r"[a-z\d][a-z\d._%+\-]{0,63}@(?:[a-z\d](?:[a-z\d\-]{0,61}[a-z\d])?\.)+[a-z]{2,24}")


def spelled_out(text: str) -> str:
    """A text with spoken signs written: 艾特 as @, 点 as a dot."""
    said = _DASH.sub("-", _UNDERLINE.sub("_", plain(text)))
    said = _DOT.sub(".", _AT.sub("@", said))
    return digits_written(said) if "@" in said else said


def read_email(text: str) -> str:
    """The address said.

    >>> read_email("我的邮箱是 xiao_an 艾特 example 点 com")
    'xiao_an@example.com'
    """
    said = spelled_out(text)
    name, _, host = said.partition("@")
    joined = re.sub(r"(?<=[a-z\d])\s+(?=[a-z\d])", "", name) + "@" + host.replace(" ", "")
    found = _EMAIL.search(joined) or _EMAIL.search(said)
    if found is None:
        raise NotUnderstood("没有看出邮箱，比如“xiaoan@example.com”")
    return found[0]
