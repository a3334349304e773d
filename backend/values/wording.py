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
_RAREST = re.compile(
    r"(?<![0-9零〇一二三四五六七八九幺两洞拐勾])[洞拐勾]|[洞拐勾](?![0-9零〇一二三四五六七八九幺洞拐勾])"
)
# What people put between the groups of a number, breath included.
GAP = r"[\s\-–—_.,，、。·()（）]|嗯|呃|然后|空格|杠|横杠"


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

    >>> digits_written("幺三八洞洞"), digits_written("one three eight double zero")
    ('13800', '1 3 8 00')
    """
    text = _ENGLISH_RUN.sub(_english_digits, text)
    kept = {found.start() for found in _RAREST.finditer(text)}
    return "".join(
        character if at in kept else SPOKEN.get(character, character) for at, character in enumerate(text)
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
