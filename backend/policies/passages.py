"""What can be an answer: each article of a policy, each question and each aspect of a matter's guide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from backend.matters.catalogue import Catalogue
from backend.matters.guides import period_text
from backend.matters.schema import Matter
from backend.policies.checking import facts_of
from backend.policies.library import Library
from backend.policies.schema import Article, Fact, Level, Policy
from backend.policies.wording import words

GUIDE = "matter:"


class Aspect(StrEnum):
    """What a passage of a guide is about, where it is about one thing."""

    FEE = "fee"
    TIME = "time"
    BRING = "bring"
    CONDITIONS = "conditions"
    WHERE = "where"
    STEPS = "steps"
    SUMMARY = "summary"


@dataclass(frozen=True)
class Passage:
    """A short text that answers something; ``source`` is a policy's id, or ``matter:`` and a matter's."""

    source: str
    text: str
    asks: tuple[str, ...]
    about: str
    department: str
    matters: tuple[str, ...]
    policy: Policy | None = None
    article: Article | None = None
    matter: Matter | None = None
    aspect: Aspect | None = None
    question: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day; guides are always as they are now."""
        return self.policy is None or self.policy.in_force(day)

    @property
    def told(self) -> str:
        """The text as it is told: a guide's 「能。」 says nothing without its question."""
        return f"{self.question.rstrip('？?')}？{self.text}" if self.question else self.text

    @property
    def authority(self) -> tuple[int, date]:
        """Who goes first when two contradict each other: the higher, then the newer."""
        if self.policy is not None:
            return self.policy.level.rank, self.policy.valid_from
        updated = self.matter.guide.updated if self.matter else None
        return Level.CITY.rank, updated or date.min


def read_passages(library: Library, catalogue: Catalogue) -> list[Passage]:
    """Every passage: the policies' by id, then the guides'."""
    found = [one for policy in library.all() for one in _of_policy(policy, catalogue)]
    return found + [one for matter in catalogue.all() for one in _of_matter(matter, catalogue)]


def _of_policy(policy: Policy, catalogue: Catalogue) -> Iterator[Passage]:
    names = " ".join(catalogue.matters[one].name for one in policy.matters if one in catalogue.matters)
    for article in policy.articles:
        yield Passage(
            source=policy.id,
            text=article.text,
            asks=(article.heading, *article.questions),
            about=f"{policy.title} {policy.number} {names}",
            department=policy.department,
            matters=tuple(policy.matters),
            policy=policy,
            article=article,
            facts=article.facts,
        )


def _of_matter(matter: Matter, catalogue: Catalogue) -> Iterator[Passage]:
    name = matter.short or matter.name
    about = " ".join([matter.name, matter.short, *matter.aliases])
    phone = catalogue.department(matter.department).phone
    department = catalogue.department(matter.department).name
    facts = facts_of(matter)
    stated = {Aspect.FEE: f"fee:{matter.id}", Aspect.TIME: f"promised:{matter.id}"}
    told = {
        Aspect.FEE: _fee(matter),
        Aspect.TIME: words("guide.time", limit=period_text(matter.clocks.promised)),
        Aspect.BRING: matter.guide.bring,
        Aspect.CONDITIONS: "；".join(one.text for one in matter.accept_when),
        Aspect.WHERE: words(
            "guide.visit" if matter.visits else "guide.online", department=department, phone=phone
        ),
        Aspect.STEPS: "；".join(matter.guide.steps),
        Aspect.SUMMARY: matter.guide.summary,
    }
    for aspect, text in told.items():
        if text:
            key = stated.get(aspect)
            yield Passage(
                source=GUIDE + matter.id,
                text=text,
                asks=(words(f"asks.{aspect.value}", name=name),),
                about=about,
                department=matter.department,
                matters=(matter.id,),
                matter=matter,
                aspect=aspect,
                facts={key: facts[key]} if key else {},
            )
    for one in matter.guide.faq:
        yield Passage(
            source=GUIDE + matter.id,
            text=one.answer,
            asks=(f"{name}：{one.question}",),
            about=about,
            department=matter.department,
            matters=(matter.id,),
            matter=matter,
            question=one.question,
        )


def _fee(matter: Matter) -> str:
    amount = matter.fee.amount
    if not amount:
        return words("guide.free", basis=matter.fee.basis)
    return words("guide.fee", amount=f"{amount:g}", basis=matter.fee.basis)
