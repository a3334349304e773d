"""Postcodes: six figures, spaced or spoken."""

import re

from backend.values.wording import NotUnderstood, joined


def read_postcode(text: str) -> str:
    """The postcode said.

    >>> read_postcode("邮编是二〇〇 〇九三")
    '200093'
    """
    said = joined(text)
    found = re.search(r"(?<!\d)\d{6}(?!\d)", said)
    if found is None:
        count = len(re.findall(r"\d", said))
        raise NotUnderstood(
            f"邮编是 6 位数字，这里有 {count} 位" if count else "没有看到邮编，邮编是 6 位数字"
        )
    return found[0]
