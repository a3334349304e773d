"""The names of China's provinces, cities and counties (GB/T 2260, as python-stdnum carries it)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from intents.wording import simplified

_PROVINCE = re.compile(r'^\d\d province="([^"]+)"', re.MULTILINE)
_CITY = re.compile(r'^ +(?!00)\d\d00 (?:county|prefecture)="([^"]+)"', re.MULTILINE)
_COUNTY = re.compile(r'^ +\d\d(?!00)\d\d (?:county|prefecture)="([^"]+)"', re.MULTILINE)
_DATED = re.compile(r"(?:\[([^\]]*)\])?([^,\[\]]+)")
_ENDED = re.compile(r".*-\d{4}")
_LAST_WORDS = re.compile(r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$")
_NO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@dataclass(frozen=True)
class Divisions:
    """The names, each as it is written in full."""

    provinces: frozenset[str]
    cities: frozenset[str]
    counties: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every name."""
        return self.provinces | self.cities | self.counties


@lru_cache(maxsize=1)
def divisions() -> Divisions:
    """The names, read once a process."""
    rows = files("stdnum.cn").joinpath("loc.dat").read_text("utf-8")
    return Divisions(*(_standing(shape.findall(rows)) for shape in (_PROVINCE, _CITY, _COUNTY)))


def _standing(entries: list[str]) -> frozenset[str]:
    """The names that hold today: of 「[1985-1988]义乌县,[1989-]义乌市」 the latter."""
    names = set()
    for entry in entries:
        for years, name in _DATED.findall(entry):
            if not _ENDED.fullmatch(years):
                names.add(name.translate(simplified()))
    return frozenset(names) - _NO_NAMES


def short_name(name: str) -> str:
    """A name as people say it.

    >>> short_name("浙江省"), short_name("广西壮族自治区"), short_name("西湖区")
    ('浙江', '广西', '西湖区')
    """
    return _LAST_WORDS.sub("", name)
