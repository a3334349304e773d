"""How words sound, so that 「提公鸡金」, `tigongjijin` and `tgjj` find what is meant."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
LATIN_RUN = re.compile(r"[a-z]+(?:[\s']+[a-z]+)*")
_RETROFLEX = re.compile(r"([zcs])h")


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """One toneless syllable a Han character; takes a text of Han characters only.

    >>> syllables("银行")
    ('yin', 'hang')
    """
    return tuple(lazy_pinyin(text))


def letters(text: str) -> str:
    """A text as it is typed in pinyin: Han characters sounded, Latin letters kept, the rest dropped.

    >>> letters("办 ID 卡")
    'banidka'
    """
    return "".join(
        "".join(syllables(part)) if HAN.fullmatch(part) else part
        for part in re.findall(r"[a-z]+|[\u3400-\u4dbf\u4e00-\u9fff]+", text.lower())
    )


def blurred(spelt: str) -> str:
    """Pinyin letters without what many ears and keyboards do not tell apart: zh/z, ng/n, ü/u.

    >>> blurred("juzhuzheng") == blurred("juzuzen")
    True
    """
    return _RETROFLEX.sub(r"\1", spelt).replace("ng", "n").replace("v", "u")


def initials(text: str) -> str:
    """The first letter of every syllable.

    >>> initials("居住证申领")
    'jzzsl'
    """
    return "".join(one[0] for run in HAN.findall(text) for one in syllables(run))
