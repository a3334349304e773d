"""What was spoken, as it would have been typed: the voice's own words taken out, its slips put right.

Pure. Only what the assistant reads goes through here; what is stored and what a form takes as a value stay as
they were said. A typed sentence passes as it is, except for what nobody types on purpose.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

import yaml

from backend.matters.catalogue import catalogue
from backend.matters.sounds import HAN, blurred, syllables
from intents.wording import simplified

REGIONAL_FILE = Path(__file__).with_name("regional.yml")

_HESITATION = re.compile(
    r"(?:^|(?<=[\s，,。、]))(?:嗯+|呃+|额+|哎+|诶+|唉+|哦+|啊+|这个|那个|就是说?|然后呢?|我说|怎么说呢)(?=[\s，,。、]|$)[\s，,。、]*"
)
_STUTTER = re.compile(
    r"(那个|这个|就是|就是说|然后|嗯|呃|额)(?:[\s，,、]*(?:那个|这个|就是说?|然后|嗯|呃|额))+[\s，,、]*"
)
_OPENING = re.compile(r"^(?:(?:嗯+|呃+|额+|那个|喂+|就是说?|那什么)[\s，,、]*)+(?=.{3,})")
_EMPTY = re.compile(r"(?:就是说|怎么说呢|你知道吧|对不对啊|是吧那个)[\s，,、]*")
_REPEATED = re.compile(
    r"([\u4e00-\u9fff]{2,6})(?:[\s，,、]+\1)+|([\u4e00-\u9fff]{3,6})\2+|(我要|我想|帮我|给我|请问)(?:[\s，,、]*\3)+"
)
# Said twice on purpose.
_DOUBLE_WORDS = re.compile(
    r"^(.)\1$|^(?:人工|转人工|你好|您好|谢谢|救命|快点|等等|慢慢|常常|爸爸|妈妈|拜拜|好的)$"
)
_WISH = re.compile(r"我?(?:想|要|得|需要|打算)|帮我|给我|替我|办|换|补|查|领|申请|取|交|开")
_TAKEN_BACK = re.compile(
    r"[\s，,。、]*(?:不对不对|不对|不是不是|不是这个|我?[说讲]错了|哎不|啊不|哦不|呃不|更正一下)[\s，,。、]*(?:是|应该是|我是说|我要说)?[\s，,、]*"
)
_SHORTEST, _LONGEST = 3, 8
_SEVERAL = 2
_PARTICLES = "吗呢吧了的啊呀嘛"
# How many times as often as what was said the right word must be written.
_ODD = 10


@dataclass(frozen=True)
class Sounds:
    """How the catalogue's names sound: syllables as many ears hear them → how they are written."""

    written: Mapping[tuple[str, ...], frozenset[str]]
    pairs: Mapping[str, int]

    @classmethod
    def of(cls, named: Iterable[Iterable[str]], texts: Iterable[str] = ()) -> "Sounds":
        """From the names and aliases of each matter: the whole ones, and what several of them begin with.

        Any other part of a name ends in the middle of a word, and would be found in the middle of words.
        ``texts`` show how words are written when they are written well.
        """
        named = [list(names) for names in named]
        pairs = Counter(pair for text in (*chain.from_iterable(named), *texts) for pair in _pairs(text))
        written: dict[tuple[str, ...], set[str]] = {}
        begun: Counter[str] = Counter()
        for names in named:
            runs = [run for name in names for run in HAN.findall(name)]
            begun.update(run[:size] for run in runs for size in (3, 4) if len(run) > size)
            for run in runs:
                if _SHORTEST <= len(run) <= _LONGEST:
                    written.setdefault(_heard(run), set()).add(run)
        for part, times in begun.items():
            if times >= _SEVERAL:
                written.setdefault(_heard(part), set()).add(part)
        return cls({sound: frozenset(parts) for sound, parts in written.items()}, pairs)


@lru_cache(maxsize=1)
def city_sounds() -> Sounds:
    """How the names of this city's catalogue sound."""
    matters = catalogue().all()
    named = ((matter.name, *matter.aliases) for matter in matters)
    return Sounds.of(named, (matter.model_dump_json() for matter in matters))


def hear(text: str, sounds: Sounds) -> str:
    """A sentence without hesitation, stutter and slips of a voice.

    >>> known = Sounds.of([["公积金提取", "公积金贷款"], ["社保卡"]])
    >>> hear("嗯 那个那个 我想提提取公鸡金", known)
    '我想提提取公积金'
    >>> hear("我要换驾照 不对 换身份证", known)
    '换身份证'
    """
    said = _without_hesitation(in_local_words(text))
    said = _REPEATED.sub(_once, said)
    said = put_right(take_back(said), sounds)
    return said if said.strip(" ，,。、") else text


def in_local_words(text: str) -> str:
    """What people from Hong Kong, Macao and Taiwan call differently, as it is called here.

    >>> in_local_words("我阿嫲攞生果金要咩文件"), in_local_words("健保卡不見了"), in_local_words("我要換駕照")
    ('我阿嫲领高龄津贴要咩文件', '医保卡不见了', '我要換駕照')
    """
    plain = text.translate(simplified())
    words, local = _regional()
    return words.sub(lambda found: local[found[0]], plain) if words.search(plain) else text


def take_back(text: str) -> str:
    """What is meant where somebody corrects themselves in one breath: the second wish, not the first.

    >>> take_back("我要办居住证 说错了 是办社保卡"), take_back("信息不对，她搬走了")
    ('办社保卡', '信息不对，她搬走了')
    """
    parts = _TAKEN_BACK.split(text)
    if len(parts) < 2 or not all(_WISH.search(part) for part in parts[:-1]):
        return text
    # 「我不是要换驾照」 takes nothing back, and 「驾照信息不对要换」 tells what is wrong.
    if (
        not _WISH.match(parts[-1])
        or len(parts[-1]) < _SHORTEST
        or re.search(r"(?:信息|登记|名字|地址|号码|照片)$", parts[-2])
    ):
        return text
    return parts[-1]


def put_right(text: str, sounds: Sounds) -> str:
    """Words that sound like a name of the catalogue, written as the name is.

    >>> put_right("居主证怎么办", Sounds.of([["居住证"]]))
    '居住证怎么办'
    """
    return HAN.sub(lambda found: _respelt(found[0], sounds), text)


def _respelt(run: str, sounds: Sounds) -> str:
    at, out = 0, ""
    heard = tuple(blurred(one) for one in syllables(run))
    while at < len(run):
        size = next(
            (size for size in range(_LONGEST, _SHORTEST - 1, -1) if _slip(run, heard, at, size, sounds)), 0
        )
        if size:
            out += _slip(run, heard, at, size, sounds)
            at += size
        else:
            out += run[at]
            at += 1
    return out


def _slip(run: str, heard: tuple[str, ...], at: int, size: int, sounds: Sounds) -> str:
    """The name that a stretch was meant for; empty when it is right as it is."""
    said = run[at : at + size]
    meant = sounds.written.get(heard[at : at + size], frozenset()) if len(said) == size else frozenset()
    if not meant or said in meant:
        return ""
    # Names that people misspell are listed with their misspellings: the common one is the right one.
    name = max(sorted(meant), key=lambda one: sum(sounds.pairs.get(pair, 0) for pair in _pairs(one)))
    alike = [one == other for one, other in zip(said, name, strict=True)]
    # 「能报医保吗」 ends in a question, not in 医保码.
    if sum(alike) * 3 < size or (said[-1] in _PARTICLES and not alike[-1]):
        return ""
    return name if _is_odd(run, at, name, sounds) else ""


def _is_odd(run: str, at: int, name: str, sounds: Sounds) -> bool:
    """Whether what stands there is hardly ever written so, and the name is: 「居主」 beside 「居住」."""
    around = run[max(0, at - 1) : at + len(name) + 1]
    meant = run[max(0, at - 1) : at] + name + run[at + len(name) : at + len(name) + 1]
    counts = [
        (sounds.pairs.get(said, 0), sounds.pairs.get(better, 0))
        for said, better in zip(_pairs(around), _pairs(meant), strict=True)
        if said != better
    ]
    return all(said * _ODD <= better for said, better in counts) and any(better for _, better in counts)


def _pairs(text: str) -> list[str]:
    return [one + other for run in HAN.findall(text) for one, other in pairwise(run)]


def _heard(part: str) -> tuple[str, ...]:
    return tuple(blurred(one) for one in syllables(part))


@lru_cache(maxsize=1)
def _regional() -> tuple[re.Pattern[str], dict[str, str]]:
    local: dict[str, str] = yaml.safe_load(REGIONAL_FILE.read_text("utf-8"))
    return re.compile("|".join(sorted(local, key=len, reverse=True))), local


def _without_hesitation(text: str) -> str:
    said = _EMPTY.sub("", _STUTTER.sub("", text))
    return _OPENING.sub("", _HESITATION.sub("", said))


def _once(found: re.Match[str]) -> str:
    said = next(filter(None, found.groups()))
    return found[0] if _DOUBLE_WORDS.match(said) else said
