"""What is wrong with the sentences, told with file and line."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import yaml
from stdnum.cn import ric

from bot.components.edited import Edits
from intents.lint_draft import with_edits
from intents.searches import DEVELOPMENT, FROZEN, SearchCase, read_searches
from intents.sentences import (
    DEVELOPMENT_SETS,
    INTENTS,
    MATTERS,
    SECOND_SETS,
    SPEECH_ACTS,
    TEST_SETS,
    Sentence,
    UnreadableError,
    read_matters,
    read_speech_acts,
    read_test_sets,
)

FEWEST = 25
MOST_TIMES = 6
FROZEN_SETS = (TEST_SETS, SECOND_SETS)
FEWEST_SEARCHES = 2
LONGEST = 120
DOMAIN = INTENTS.parent / "bot" / "domain" / "speech_acts.yml"
CATALOGUE = INTENTS.parent / "backend" / "matters" / "catalogue"
# Said by buttons only: nobody has to have examples of it.
BUTTONS_ONLY = frozenset({"answer_prompt", "ask_delegation"})


@dataclass(frozen=True)
class Findings:
    """What is wrong (``errors``) and what deserves a look (``warnings``), each as ``file:line: what``."""

    errors: list[str]
    warnings: list[str]


def lint() -> list[str]:
    """What is wrong with the shipped sentences; empty when all is well."""
    return check().errors


def check(edits: Edits | None = None) -> Findings:
    """All findings about the shipped sentences, or with ``edits`` about the operators' draft."""
    try:
        acts, matters = read_speech_acts(), read_matters()
        frozen = [one for folder in FROZEN_SETS for one in read_test_sets(folder)]
        measured = [*frozen, *read_test_sets(DEVELOPMENT_SETS)]
        searches = {file: read_searches(file) for file in (DEVELOPMENT, FROZEN)}
    except UnreadableError as error:
        return Findings([str(error)], [])
    known_acts, known_matters = _acts_of_the_domain(), matters_of_the_catalogue()
    shipped = acts + matters
    training = with_edits(shipped, edits or {})
    errors = [
        *find_wrong_labels(training + measured, acts=known_acts, matters=known_matters),
        *find_bad_texts(training + measured),
        *find_conflicts(training),
        *find_conflicts(frozen),
        *find_leaks(training, measured),
        *find_wrong_searches(searches, matters=known_matters),
        *find_searched_searches(searches[FROZEN], _findable(matters) | _said(searches[DEVELOPMENT])),
        *find_thin(_of_acts(training), by="act", wanted=known_acts - BUTTONS_ONLY, folder=SPEECH_ACTS),
        *find_thin(_of_matters(training), by="matter", wanted=known_matters, folder=MATTERS),
    ]
    return Findings(errors, [*find_imbalance(training)])


def _of_acts(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [one for one in sentences if one.matter is None]


def _of_matters(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [one for one in sentences if one.matter is not None]


def normalised(text: str) -> str:
    """A sentence without what makes no difference: width, case, spaces, punctuation beside words.

    >>> normalised("换驾照，怎么办？ ") == normalised("换驾照 怎么办")
    True
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s\W_]+", "", folded) or folded.strip()


def find_wrong_labels(sentences: Iterable[Sentence], *, acts: set[str], matters: set[str]) -> Iterator[str]:
    """Labels that neither the domain nor the catalogue knows."""
    for one in sentences:
        named = {name for name in (one.matter, one.near) if name}
        said = {one.act}
        if one.matter is None:
            said |= one.also
        else:
            named |= one.also
        for act in sorted(said - acts):
            yield f"{one.where}: {act!r} is no speech act of {DOMAIN.name}"
        for matter in sorted(named - matters):
            yield f"{one.where}: there is no matter {matter!r} in the catalogue"


def find_bad_texts(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Empty, endless, or holding a value of somebody."""
    for one in sentences:
        if not normalised(one.text):
            yield f"{one.where}: the sentence says nothing"
        if len(one.text) > LONGEST:
            yield f"{one.where}: longer than {LONGEST} characters; nobody says that in one breath"
        personal = _personal(one.text)
        if personal:
            yield f"{one.where}: {personal}; write ⟦…⟧ in its place"


def find_conflicts(sentences: Iterable[Sentence]) -> Iterator[str]:
    """The same sentence twice, under one label or, worse, under two."""
    seen: dict[str, Sentence] = {}
    for one in sentences:
        first = seen.setdefault(normalised(one.text), one)
        if first is one:
            continue
        if first.label == one.label:
            yield f"{one.where}: {one.text!r} stands at {first.where} already"
        else:
            yield f"{one.where}: {one.text!r} is {one.label} here and {first.label} at {first.where}"


def find_leaks(training: Iterable[Sentence], frozen: Iterable[Sentence]) -> Iterator[str]:
    """Frozen sentences that the model is trained on, which makes their score worthless."""
    trained = {normalised(one.text): one for one in training}
    for one in frozen:
        found = trained.get(normalised(one.text))
        if found:
            yield f"{one.where}: {one.text!r} is trained on at {found.where}"


def find_wrong_searches(searches: Mapping[Path, list[SearchCase]], *, matters: set[str]) -> Iterator[str]:
    """Searches for matters that are not there, and frozen ones with fewer than two for some matter."""
    for one in (case for cases in searches.values() for case in cases):
        for matter in sorted(one.right - matters):
            yield f"{one.where}: there is no matter {matter!r} in the catalogue"
    counts = Counter(matter for one in searches.get(FROZEN, []) for matter in one.right)
    for matter in sorted(matters):
        if counts[matter] < FEWEST_SEARCHES:
            yield f"{FROZEN}:1: {counts[matter]} searches for {matter}; {FEWEST_SEARCHES} are needed"


def find_searched_searches(frozen: Iterable[SearchCase], findable: Mapping[str, str]) -> Iterator[str]:
    """Frozen searches that stand word for word among what is searched: finding them proves nothing."""
    for one in frozen:
        found = findable.get(normalised(one.q))
        if found:
            yield f"{one.where}: {one.q!r} is searched for in its own words, at {found}"


def find_thin(sentences: Iterable[Sentence], *, by: str, wanted: set[str], folder: Path) -> Iterator[str]:
    """Labels with fewer than FEWEST examples, or with none."""
    counts = Counter(getattr(one, by) for one in sentences)
    for label in sorted(wanted):
        if counts[label] < FEWEST:
            yield f"{folder / label}.yml:1: {counts[label]} examples of {label}; at least {FEWEST} are needed"


def find_imbalance(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Matters that have many times the examples of an ordinary one: they draw others' sentences to them."""
    counts = _counts(_of_matters(sentences))
    if not counts:
        return
    ordinary = median(counts.values())
    for label, count in sorted(counts.items()):
        if count > MOST_TIMES * ordinary:
            yield f"{label}: {count} examples, where a matter has {ordinary:.0f} as a rule"


def _counts(sentences: Iterable[Sentence]) -> Counter[str]:
    return Counter(one.matter or one.act for one in sentences)


def _personal(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    for number in re.findall(r"\d{17}[\dXx]", digits):
        if ric.is_valid(number.upper()):
            return "an identity number"
    if re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", digits):
        return "a telephone number"
    if re.search(r"(?<!\d)\d{16,19}(?!\d)", digits):
        return "an account number"
    return ""


def _acts_of_the_domain() -> set[str]:
    listed = yaml.safe_load(DOMAIN.read_text("utf-8"))["intents"]
    return {name if isinstance(name, str) else next(iter(name)) for name in listed}


def matters_of_the_catalogue() -> set[str]:
    """The ids of every matter there is."""
    return {file.stem for file in CATALOGUE.rglob("*.yml")}


def _findable(sentences: Iterable[Sentence]) -> dict[str, str]:
    """Every name, alias and example, normalised, with where it stands."""
    found = {normalised(one.text): one.where for one in sentences}
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    for file in sorted([*CATALOGUE.rglob("*.yml"), *MATTERS.glob("*.yml")]):
        raw = yaml.load(file.read_text("utf-8"), Loader=loader)
        names = [raw.get(key) for key in ("name", "short", "name_en")]
        names += [*raw.get("aliases", []), *raw.get("aliases_en", [])]
        found |= {normalised(name): file.name for name in names if name}
    return found


def _said(searches: Iterable[SearchCase]) -> dict[str, str]:
    return {normalised(one.q): one.where for one in searches}


def summary() -> str:
    """How many sentences there are, by kind."""
    frozen = [*read_test_sets(), *read_test_sets(SECOND_SETS)]
    kinds = {"speech acts": read_speech_acts(), "matters": read_matters(), "frozen": frozen}
    return ", ".join(f"{len(sentences)} {kind}" for kind, sentences in kinds.items())
