"""Pointing at one of several things in a row: 「第二个」, 「选2吧」, 「后面那个」, "the last one"."""

import re

from backend.values.wording import EDGES, plain

_NUMERALS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True)) | {"两": 2, "头": 1, "首": 1}
_ENGLISH = {
    word: place
    for place, words in enumerate(
        (
            "first one 1st",
            "second two 2nd",
            "third three 3rd",
            "fourth four 4th",
            "fifth five 5th",
            "sixth six 6th",
        ),
        start=1,
    )
    for word in words.split()
}
_LETTERS = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
_BEFORE = r"(?:嗯|那|就|我|要|想|还是|选择|选|挑|用|按|走|给我|来|是|填|改成|换成)*"
_AFTER = (
    r"(?:那|这)?(?:一)?(?:个|项|种|条|号|位|样|款|办法|方式|选项)?(?:选项|的)?(?:吧|啊|呀|呢|了|好了"
    r"|就行|就好|可以|谢谢|,)*"
)
_COUNTED = re.compile(rf"{_BEFORE}第?\s*(?P<place>\d{{1,2}}|[一二两三四五六七八九十头首])\s*{_AFTER}")
_LETTER = re.compile(rf"{_BEFORE}(?P<place>[a-f])\s*{_AFTER}")
_LONGEST = 40
_FROM_END = re.compile(rf"{_BEFORE}倒数第?(?P<place>[一二两三四五六七八九1-9]){_AFTER}")
_LAST = re.compile(rf"{_BEFORE}(?:最后|末尾?|最末|最下面|最后面){_AFTER}")
_FIRST = re.compile(rf"{_BEFORE}(?:最前面|最上面|打头)的?{_AFTER}")
_MIDDLE = re.compile(rf"{_BEFORE}(?:中间|当中)的?{_AFTER}")
_FORMER = re.compile(rf"{_BEFORE}(?:前者|(?:前|上)(?:面|边|头)?的?(?:那|这)?一?个?{_AFTER})")
_LATTER = re.compile(rf"{_BEFORE}(?:后者|(?:后|下)(?:面|边|头)?的?(?:那|这)?一?个?{_AFTER})")
_ENGLISH_PLACE = re.compile(
    r"(?:(?:i(?:'ll| will)? (?:take|choose|want|pick)|let's (?:take|go with)|go with)\s+)?"
    r"(?:the |option |number |no\.? ?)*(?P<place>[a-z]+|\d{1,2}(?:st|nd|rd|th)?)(?: one| option)?(?: please)?"
)


def place_of(text: str, count: int) -> int | None:
    """The index, from 0, that a text points at among ``count`` things; None when it points at none.

    >>> place_of("选2吧", 3), place_of("倒数第二个", 3), place_of("后面那个", 2), place_of("第五个", 3)
    (1, 1, 1, None)
    """
    place = place_said(text, count)
    return place if place is not None and 0 <= place < count else None


def place_said(text: str, count: int) -> int | None:
    """The same, but a place beyond the end is told as it was said."""
    said = plain(text).strip(EDGES)
    if not said or not count or len(said) > _LONGEST:
        return None
    for rule in (_from_the_end, _counted, _one_of_two, _in_english):
        place = rule(said, count)
        if place is not None:
            return place
    return None


def _from_the_end(said: str, count: int) -> int | None:
    if _LAST.fullmatch(said) or said in ("the last one", "the last", "last one", "last"):
        return count - 1
    found = _FROM_END.fullmatch(said)
    return count - _number(found["place"]) if found else None


def _counted(said: str, count: int) -> int | None:
    if (found := _COUNTED.fullmatch(said)) and said not in ("两个", "两样", "两种"):
        return _number(found["place"]) - 1
    if _FIRST.fullmatch(said):
        return 0
    if _MIDDLE.fullmatch(said):
        return count // 2 if count % 2 else None
    found = _LETTER.fullmatch(said)
    return _LETTERS[found["place"]] - 1 if found else None


def _one_of_two(said: str, count: int) -> int | None:
    if count != 2:
        return None
    if _FORMER.fullmatch(said) or said in ("former", "the former"):
        return 0
    return 1 if _LATTER.fullmatch(said) or said in ("latter", "the latter") else None


def _in_english(said: str, _: int) -> int | None:
    found = _ENGLISH_PLACE.fullmatch(said)
    if found is None:
        return None
    place = _ENGLISH.get(found["place"]) or (int(found["place"]) if found["place"].isdigit() else None)
    return place - 1 if place else None


def _number(said: str) -> int:
    return _NUMERALS.get(said) or int(said)
