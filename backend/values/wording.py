"""The form in which values are read: one width, one script, digits however they were spoken."""

import re
import unicodedata

from intents.wording import simplified

EDGES = " \t\r\n,，.。!！?？:：;；、~～\"'“”‘’"
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
SPOKEN = dict(
    zip("零〇○洞一幺壹二两贰三叁四肆五伍六陆七柒拐八捌九玖勾", "00001112223344556677788999", strict=True)
)
_ENGLISH = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
_ENGLISH_RUN = re.compile(rf"\b(?:(?P<times>double|triple)\s+)?(?P<word>{'|'.join(_ENGLISH)})\b")
# What people put between the groups of a number, breath included.
GAP = r"[\s\-–—_.,，、。·()（）]|嗯|呃|然后|空格|杠|横杠"


# 洞, 拐 and 勾 are figures on the radio only: among others, never in 山洞 or 拐弯.
_RADIO = "洞拐勾"
_AMONG_FIGURES = re.compile(rf"(?:[0-9{''.join(SPOKEN)}](?:{GAP}){{0,2}}){{5,}}")


class NotUnderstood(Exception):
    """What was said holds no value of the wanted kind; ``reason`` says why, in the reader's words.

    A reason never repeats a personal value: it goes where the value itself may not.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain(text: str) -> str:
    """One width, lower case, simplified characters, nothing invisible.

    >>> plain("２０２６年３月，後天 ㎡")
    '2026年3月,后天 m2'
    """
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower().translate(simplified()).strip()


def digits_written(text: str) -> str:
    """A plain text with every spoken digit as a figure: 幺, 两, 洞, “double zero”.

    >>> digits_written("幺三八洞洞"), digits_written("one three eight double zero"), digits_written("山洞")
    ('13800', '1 3 8 00', '山洞')
    """
    text = _ENGLISH_RUN.sub(_english_digits, text)
    spans = [found.span() for found in _AMONG_FIGURES.finditer(text)]
    return "".join(
        character
        if character in _RADIO and not any(start <= at < end for start, end in spans)
        else SPOKEN.get(character, character)
        for at, character in enumerate(text)
    )


def joined(text: str, *, gaps: int = 3) -> str:
    """A text with its figures written and the gaps between them closed.

    >>> joined("幺三八 - 零零零零, 1234")
    '13800001234'
    """
    return re.sub(rf"(?<=[\dx])(?:{GAP}){{1,{gaps}}}(?=[\dx])", "", digits_written(plain(text)))


def _english_digits(found: re.Match[str]) -> str:
    times = {"double": 2, "triple": 3}.get(found["times"] or "", 1)
    return _ENGLISH[found["word"]] * times
