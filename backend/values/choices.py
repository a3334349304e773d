"""Which of a field's options was meant: by its place, its name, its sound, or what is said of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

import yaml
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from backend.matters.sounds import blurred, letters
from backend.values.ordinals import place_said
from backend.values.wording import EDGES, NotUnderstood, plain

KINDS_FILE = Path(__file__).with_name("choices.yml")
# Likeness of two sentences' vectors, one the wording of an option: below, or this close, nobody can tell.
LIKE_ENOUGH, CLEARLY_LIKER = 0.86, 0.03
_SOUNDS_LIKE, _SPELT_LIKE = 84, 75
_FEWEST_SHARED, _SHARE, _AHEAD = 4, 0.6, 2
_ALL_OF_THEM = re.compile(r"^(?:都要?|全部?|全都|两个都|三个都|所有|统统|通通|都办|全办|all|both|everything)")
_BUT_NOT = re.compile(
    r"(?:除了|不要|不办|不用|不含|except)(?P<before>[^，,。]+?)(?:以外|之外|$|[，,。])"
    r"|(?:^|[，,。])(?P<after>[^，,。]+?)(?:就不要了?|就?不用了?|就?不办了?|不要了?)(?:$|[，,。])"
)
_BETWEEN = re.compile(r"[,，、;；/和跟与及加+&\s]+|还有|以及|外加|\band\b")
_NOT_THIS = re.compile(
    r"(?:不要|不想要?|不是|别(?!的)|不用|不能|不选|不(?=[自寄邮拿取领去租买])|not|don't)(?P<what>.+)$"
)
_INSTEAD = re.compile(r"[,，。;；了]|还是|而是|就")
_OR = re.compile(r"或者|或是|或|\bor\b")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:元|块|yuan)")
_SUPERLATIVES = {
    "cheap": re.compile(r"便宜|省钱|不要钱|不花钱|免费|划算|cheap|free"),
    "dear": re.compile(r"贵的|最贵|expensive"),
}
_FREE = re.compile(r"免费|不收费|不要钱|包邮|free")
_FAST = re.compile(r"快的|最快|快一?点|加急|急的|赶时间|fast|quick|urgent|express")
_FAST_OPTION = re.compile(r"加急|很急|当天|立即|特快|快件|马上|urgent|express|same day")


@dataclass(frozen=True)
class Option:
    """One option: its value, how it is shown, and every other name it goes by."""

    value: str
    label: str
    names: tuple[str, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Label and names, as they are compared."""
        return tuple(plain(name) for name in (self.label, *self.names) if name)


class Kind(TypedDict):
    """A kind of option that many forms offer."""

    marks: list[str]
    said: list[str]


Likeness = Callable[[str, Sequence[str]], Sequence[float]]


def read_choice(text: str, options: Sequence[Option], *, likeness: Likeness | None = None) -> str:
    """The value of the one option meant. Raises NotUnderstood, which names what it could not tell apart.

    ``likeness`` compares a text with others by meaning (1 is the same); it is asked last.
    """
    said = plain(text).strip(EDGES)
    by_value = {option.value.lower(): option.value for option in options}
    if said in by_value:
        return by_value[said]
    whole = [option for option in options if said in option.all_names]
    if len(whole) == 1:
        return whole[0].value
    place = place_said(said, len(options))
    if place is not None:
        if 0 <= place < len(options):
            return options[place].value
        raise NotUnderstood(f"只有 {len(options)} 个选项")
    _refuse_two(said, options)
    without = _all_but(said, options)
    if without is not None:
        return without
    for step in (_named, _loosely_named, _of_a_kind, _described, _sounding, _overlapping):
        found = step(said, options)
        if len(found) == 1:
            return found[0].value
        if len(found) > 1:
            raise _which_of(found)
    return _likest(said, options, likeness)


def read_choices(text: str, options: Sequence[Option], *, likeness: Likeness | None = None) -> list[str]:
    """Every option named, in the options' order: 「水和电」, 「第一个和第三个」, 「都要，除了气」."""
    said = plain(text)
    without: set[str] = set()
    left_out = _BUT_NOT.search(said)
    if left_out:
        without = set(_each(left_out["before"] or left_out["after"], options, likeness))
        said = (said[: left_out.start()] + said[left_out.end() :]).strip(EDGES + "都要全部就") or "都要"
    everything = [option.value for option in options]
    whole = [plain(option.label) for option in options]
    named = everything if _ALL_OF_THEM.match(said) and said not in whole else _each(said, options, likeness)
    chosen = [value for value in everything if value in named and value not in without]
    if not chosen:
        raise NotUnderstood("请从给出的选项里选，可以选几个")
    return chosen


def is_named(text: str, options: Sequence[Option]) -> bool:
    """Whether a text names one of the options by words of its own, not by its place alone."""
    said = plain(text).strip(EDGES)
    return len(_named(said, options)) == 1 or len(_of_a_kind(said, options)) == 1


def _each(text: str, options: Sequence[Option], likeness: Likeness | None) -> list[str]:
    """The options named in a text; a longer name hides the shorter ones inside it."""
    by_value = {option.value.lower(): option.value for option in options}
    if text in by_value:
        return [by_value[text]]
    names = {name: option.value for option in options for name in (*option.all_names, option.value.lower())}
    found, rest = [], text
    for name in sorted(names, key=len, reverse=True):
        if re.search(_as_word(name), rest):
            found.append(names[name])
            rest = re.sub(_as_word(name), " ", rest)
    if found:
        return found
    return [
        read_choice(part, options, likeness=likeness) for part in _BETWEEN.split(text) if part.strip(EDGES)
    ]


def _refuse_two(said: str, options: Sequence[Option]) -> None:
    """「邮寄或者自取」 leaves the question open."""
    parts = _OR.split(said)
    named = [_named(part, options) or _of_a_kind(part, options) for part in parts if part.strip(EDGES)]
    found = list(dict.fromkeys(option for few in named for option in few[:1]))
    if len(parts) > 1 and len(found) > 1:
        raise _which_of(found)


def _all_but(said: str, options: Sequence[Option]) -> str | None:
    """「不要邮寄」 of two leaves the other one."""
    found = _NOT_THIS.search(said)
    # Names with a no in them (「不急」) are names.
    if found is None or any(name in said for option in options for name in option.all_names if "不" in name):
        return None
    refused = _named(_INSTEAD.split(found["what"])[0], options) or _of_a_kind(
        _INSTEAD.split(found["what"])[0], options
    )
    if not refused:
        return None
    rest = _INSTEAD.split(found["what"], maxsplit=1)[1:]
    instead = _named(rest[0], options) or _of_a_kind(rest[0], options) if rest else []
    if len(instead) == 1:
        return instead[0].value
    left = [option for option in options if option not in refused]
    if len(left) == 1:
        return left[0].value
    raise _which_of(left)


def _named(said: str, options: Sequence[Option]) -> list[Option]:
    """Whose name is in the text, or holds the text; the longest name wins."""
    inside = [
        (len(name) if name in said else len(said), option)
        for option in options
        for name in option.all_names
        if re.search(_as_word(name), said) or (len(said) >= 2 and re.search(_as_word(said), name))
    ]
    return _best(inside)


def _loosely_named(said: str, options: Sequence[Option]) -> list[Option]:
    """「我自己去拿」 holds 自己拿, with little between its characters."""
    inside = [
        (len(name), option)
        for option in options
        for name in option.all_names
        if not name.isascii()
        and 3 <= len(name) <= 8
        and re.search((".{0,4}" if len(name) > 3 else ".{0,2}").join(map(re.escape, name)), said)
    ]
    return _best(inside)


def _of_a_kind(said: str, options: Sequence[Option]) -> list[Option]:
    """By the words for a kind of option: 「顺丰吧」 for whatever is posted."""
    found: list[Option] = []
    for kind in _kinds():
        if any(re.search(_as_word(word), said) for word in kind["said"]):
            found += [
                option
                for option in options
                if option not in found
                and any(mark in name for mark in kind["marks"] for name in option.all_names)
            ]
    return found


def _described(said: str, options: Sequence[Option]) -> list[Option]:
    """「便宜的那个」, 「快的」: by the amounts and words in the labels."""
    if _FAST.search(said):
        fast = [option for option in options if _FAST_OPTION.search(" ".join(option.all_names))]
        if fast:
            return fast
    priced = {option: price for option in options if (price := _price(option)) is not None}
    if len(priced) < 2:
        return []
    if _SUPERLATIVES["cheap"].search(said):
        return [option for option, price in priced.items() if price == min(priced.values())]
    if _SUPERLATIVES["dear"].search(said):
        return [option for option, price in priced.items() if price == max(priced.values())]
    return []


def _price(option: Option) -> float | None:
    found = _AMOUNT.search(plain(option.label))
    if found:
        return float(found[1])
    return 0.0 if any(_FREE.search(name) for name in option.all_names) else None


def _sounding(said: str, options: Sequence[Option]) -> list[Option]:
    """By pinyin and by typing mistakes: `youji`, 「油寄到家」."""
    names = {name: option for option in options for name in option.all_names}
    heard = blurred(letters(said))
    sounds = {name: blurred(letters(name)) for name in names}
    same = [
        (len(name), names[name])
        for name, sound in sounds.items()
        if len(sound) >= 4 and (sound in heard or (len(heard) >= 4 and heard in sound))
    ]
    if same:
        return _best(same)
    near = process.extractOne(said, list(names), scorer=fuzz.ratio, score_cutoff=_SPELT_LIKE)
    if near:
        return [names[near[0]]]
    spelt = process.extractOne(heard, list(sounds.values()), scorer=fuzz.ratio, score_cutoff=_SOUNDS_LIKE)
    return [names[list(sounds)[spelt[2]]]] if spelt and len(heard) >= 5 else []


def _overlapping(said: str, options: Sequence[Option]) -> list[Option]:
    """「退休去那边长住」 shares most of its characters, in order, with 退休后去外地长住."""
    shared = {
        option: max(LCSseq.similarity(said, name) for name in option.all_names if name) for option in options
    }
    first, second = [*sorted(shared.values(), reverse=True), 0][:2]
    enough = first >= _FEWEST_SHARED and first >= _SHARE * len(said) and first - second >= _AHEAD
    return [option for option in options if shared[option] == first] if enough else []


def _likest(said: str, options: Sequence[Option], likeness: Likeness | None) -> str:
    if likeness is not None and len(said) >= 3:
        rows = [(option, name) for option in options for name in option.all_names]
        scores = likeness(said, [name for _, name in rows])
        best: dict[Option, float] = {}
        for (option, _), score in zip(rows, scores, strict=True):
            best[option] = max(score, best.get(option, 0.0))
        ordered = sorted(best.items(), key=lambda one: -one[1])
        ahead = next((first[1] - second[1] for first, second in pairwise(ordered)), 1.0)
        if ordered[0][1] >= LIKE_ENOUGH and ahead >= CLEARLY_LIKER:
            return ordered[0][0].value
    raise NotUnderstood("请从给出的选项里选一个")


def _best(found: Sequence[tuple[int, Option]]) -> list[Option]:
    most = max((length for length, _ in found), default=0)
    return list(dict.fromkeys(option for length, option in found if length == most))


def _which_of(found: Sequence[Option]) -> NotUnderstood:
    labels = [f"“{option.label}”" for option in found[:4]]
    return NotUnderstood(
        f"是{'、'.join(labels[:-1])}还是{labels[-1]}？" if len(labels) > 1 else "请从给出的选项里选一个"
    )


def _as_word(name: str) -> str:
    """Latin names only whole, so that “gas” is not found in “gasp”."""
    return rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)


@lru_cache(maxsize=1)
def _kinds() -> list[Kind]:
    kinds: list[Kind] = yaml.safe_load(KINDS_FILE.read_text("utf-8"))
    return kinds
