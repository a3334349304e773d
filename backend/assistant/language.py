"""Which language to answer in: the one that was spoken, or the one spoken before."""

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
# Said in every language, so it changes none.
_EVERYWHERE = frozenset({"ok", "okay", "yes", "no", "bye", "hi", "hello", "app", "vip", "nfc", "qq"})
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|[aoeiuv])"
)
_FEWEST_SYLLABLES = 3


def language_of(text: str, *, before: str = "zh") -> str:
    """``zh`` or ``en``; what shows neither keeps the language spoken before.

    >>> language_of("how do I renew my driving licence"), language_of("12345", before="en")
    ('en', 'en')
    >>> language_of("juzhuzheng zenme ban"), language_of("办ETC")
    ('zh', 'zh')
    """
    if _HAN.search(text):
        return "zh"
    words = [word.lower() for word in _WORD.findall(text)]
    if not any(len(word) > 1 for word in words) or (len(words) <= 2 and _EVERYWHERE.issuperset(words)):
        return before
    if _is_pinyin(words):
        return "zh"
    return "en"


def _is_pinyin(words: list[str]) -> bool:
    syllables = [_syllables(word) for word in words]
    return all(syllables) and sum(syllables) >= _FEWEST_SYLLABLES


def _syllables(word: str) -> int:
    """How many syllables of pinyin a word is, 0 when it is none."""
    reachable = {0: 0}
    for start in range(len(word)):
        if start not in reachable:
            continue
        for end in range(start + 1, min(len(word), start + 6) + 1):
            if _SYLLABLE.fullmatch(word, start, end):
                reachable[end] = max(reachable.get(end, 0), reachable[start] + 1)
    return reachable.get(len(word), 0)
