"""Provinces, cities and counties of China by the names people give them."""

import re
from functools import lru_cache

from backend.values.divisions import divisions, short_name
from backend.values.wording import EDGES, NotUnderstood

_LEAD = re.compile(r"^(?:我|他|她|爸|妈|爸妈|要|想|会|现在|准备|就)*(?:去|到|在|住|是|来|搬到|长住)*")
_TAIL = re.compile(r"(?:看病|就医|住|那边|那里|长住|养老|吧|呀|啊)*$")


def read_region(text: str) -> str:
    """The full name of the region said.

    >>> read_region("我要去成都看病"), read_region("浙江省")
    ('成都市', '浙江省')
    """
    said = _TAIL.sub("", _LEAD.sub("", text.strip(EDGES)).strip(EDGES))
    places = _places()
    if said in places:
        return places[said]
    inside = [name for name in places if len(name) >= 2 and name in said]
    if inside:
        return said if re.search(r"(?:省|市|区|县|州|盟|旗)$", said) else places[max(inside, key=len)]
    raise NotUnderstood("没有看出省或城市")


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    full = divisions().all
    names = {name: name for name in full}
    for name in sorted(full):
        short = short_name(name)
        if len(short) >= 2:
            names.setdefault(short, name)
    return names
