"""What one policy file cannot show by itself: lost references, contradictions, gaps between successors."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations

from backend.matters.catalogue import Catalogue
from backend.matters.schema import Matter
from backend.policies.library import Library
from backend.policies.schema import Fact, Policy

Check = Callable[[Library, Catalogue], Iterator[str]]


def check(library: Library, catalogue: Catalogue) -> list[str]:
    """Every finding, in the order of the checks."""
    return [finding for one in CHECKS for finding in one(library, catalogue)]


def lost_references(library: Library, catalogue: Catalogue) -> Iterator[str]:
    """Departments, matters and policies that are not there."""
    for policy in library.all():
        if policy.department not in catalogue.departments:
            yield f"{policy.id}: department {policy.department!r} is none of the city's"
        for matter in policy.matters:
            if matter not in catalogue.matters:
                yield f"{policy.id}: there is no matter {matter!r}"
        for other in [*policy.replaces, *filter(None, [policy.replaced_by])]:
            if other not in library.policies:
                yield f"{policy.id}: there is no policy {other!r}"


def broken_succession(library: Library, _: Catalogue) -> Iterator[str]:
    """Successors that do not know each other, that overlap, or that leave days without a rule."""
    for policy in library.all():
        for old in policy.replaces:
            before = library.policies.get(old)
            if before and before.replaced_by != policy.id:
                yield f"{policy.id}: replaces {old}, whose replaced_by is {before.replaced_by!r}"
        after = library.policies.get(policy.replaced_by or "")
        if after is None:
            continue
        if policy.id not in after.replaces:
            yield f"{policy.id}: replaced_by {after.id}, which does not say that it replaces it"
        if policy.valid_to is None:
            yield f"{policy.id}: replaced_by {after.id}, but it has no valid_to"
        elif after.valid_from != policy.valid_to + timedelta(days=1):
            gap = "overlaps" if after.valid_from <= policy.valid_to else "leaves days without a rule before"
            yield f"{policy.id}: ends {policy.valid_to}, {gap} {after.id} from {after.valid_from}"


def contradictions(library: Library, _: Catalogue) -> Iterator[str]:
    """Two policies that hold on the same day and state different figures for one fact."""
    stated: dict[str, list[tuple[Policy, Fact]]] = {}
    for policy in library.all():
        for article in policy.articles:
            for key, value in article.facts.items():
                stated.setdefault(key, []).append((policy, value))
    for key, places in sorted(stated.items()):
        for (one, value), (other, another) in combinations(places, 2):
            if value != another and one.overlaps(other):
                yield f"{key}: {one.id} says {value!r}, {other.id} says {another!r}, on the same days"


def against_matters(library: Library, catalogue: Catalogue) -> Iterator[str]:
    """Facts named after a matter (``fee:id-card-renewal``) that its file states otherwise."""
    for policy in library.all():
        if policy.valid_to is not None:
            continue
        for article in policy.articles:
            for key, value in article.facts.items():
                kind, _, matter = key.partition(":")
                if not matter or kind not in MATTER_FACTS:
                    continue
                if matter not in catalogue.matters:
                    yield f"{policy.id}: fact {key} names no matter"
                elif (stated := MATTER_FACTS[kind](catalogue.matters[matter])) != value:
                    yield f"{policy.id}: {key} is {value!r}, the matter file says {stated!r}"


def facts_of(matter: Matter) -> dict[str, Fact]:
    """The facts that a matter's file states, under the keys that articles use."""
    return {f"{kind}:{matter.id}": read(matter) for kind, read in MATTER_FACTS.items()}


MATTER_FACTS: dict[str, Callable[[Matter], Fact]] = {
    "fee": lambda matter: float(matter.fee.amount),
    "promised": lambda matter: f"{matter.clocks.promised.amount} {matter.clocks.promised.unit}",
    "statutory": lambda matter: f"{matter.clocks.statutory.amount} {matter.clocks.statutory.unit}",
}
CHECKS: tuple[Check, ...] = (lost_references, broken_succession, contradictions, against_matters)
