"""A question answered from the library, with its source, or an honest not-known. The day is handed in."""

from datetime import date
from typing import Any

from backend.matters.catalogue import Catalogue
from backend.matters.schema import Department
from backend.policies.asked import read_question
from backend.policies.library import Library
from backend.policies.passages import GUIDE, Passage
from backend.policies.retrieval import Hit, Retrieval
from backend.policies.schema import Level, Policy
from backend.policies.schemas import Answer, AskThere, Source, Standing, Successor
from backend.policies.wording import words

# Below this share of the least certainty not even a department is named.
WORTH_A_NAME = 0.4
HOTLINE = "12345"


class Answerer:
    """Answers questions over one library and one catalogue."""

    def __init__(self, retrieval: Retrieval, library: Library, catalogue: Catalogue) -> None:
        self.retrieval = retrieval
        self._library = library
        self._catalogue = catalogue

    def answer(self, question: str, *, day: date, matter: str | None = None, lang: str = "zh") -> Answer:
        """The one answer there is on a day, ``matter`` being what is talked about."""
        asked = read_question(question, day)
        if asked.number:
            return self._numbered(question, asked.number, day, lang)
        hits = self.retrieval.find(question, day=day, matter=matter)
        sure = hits[0].sure if hits else 0.0
        if asked.elsewhere and (not hits or not _holds_everywhere(hits[0].passage)):
            return self._unknown(words(f"{lang}.elsewhere", place=asked.elsewhere), None, lang, sure)
        if not hits or sure < self.retrieval.least():
            likely = bool(hits) and sure >= self.retrieval.least() * WORTH_A_NAME
            department = hits[0].passage.department if likely else self._department_of(matter)
            return self._unknown(words(f"{lang}.none"), department, lang, sure)
        return self._told(hits[0], day, lang)

    def _numbered(self, question: str, number: str, day: date, lang: str) -> Answer:
        """Of a document asked for by its number: the article that fits the question best."""
        policy = self.retrieval.policy_numbered(number)
        if policy is None:
            return self._unknown(words(f"{lang}.number_unknown", number=number), None, lang, 0.0)
        best = self.retrieval.within(policy, question.replace(number, ""), day)
        return self._told(best, day, lang)

    def _told(self, hit: Hit, day: date, lang: str) -> Answer:
        passage, policy = hit.passage, hit.passage.policy
        source = self._source(passage, day, lang)
        text, successor = passage.told, None
        if policy is not None and source.standing is Standing.EXPIRED:
            text, successor = self._expired(passage, policy, day, lang)
        elif policy is not None and source.standing is Standing.COMING:
            text = words(f"{lang}.coming", day=policy.valid_from.isoformat(), text=passage.text)
        matters = [one for one in passage.matters if one in self._catalogue.matters]
        return Answer(
            answered=True,
            text=text,
            source=source,
            replaced_by=successor,
            matter=matters[0] if matters else None,
            ask=self._ask(passage.department, lang),
            sure=round(hit.sure, 3),
        )

    def _expired(
        self, passage: Passage, policy: Policy, day: date, lang: str
    ) -> tuple[str, Successor | None]:
        """What held, and what holds now: the present successor's passage about the same."""
        ended = policy.valid_to.isoformat() if policy.valid_to else ""
        told = words(f"{lang}.expired", day=ended, text=passage.text)
        successor = self._present_successor(policy, day)
        if successor is None:
            return told, None
        heading = passage.article.heading if passage.article else passage.text
        now = self.retrieval.within(successor, heading, day)
        told += words(
            f"{lang}.expired_successor",
            title=successor.title,
            number=successor.number,
            text=now.passage.text,
        )
        return told, Successor(id=successor.id, title=successor.title, number=successor.number)

    def _present_successor(self, policy: Policy, day: date) -> Policy | None:
        after: Policy | None = policy
        while after is not None and not after.in_force(day):
            after = self._library.policies.get(after.replaced_by or "")
        return after

    def _source(self, passage: Passage, day: date, lang: str) -> Source:
        if passage.policy is not None:
            return source_of_policy(passage.policy, self._catalogue, day, lang, passage.article)
        return source_of_guide(passage.matters[0], self._catalogue, day, lang)

    def _unknown(self, sentence: str, department: str | None, lang: str, sure: float) -> Answer:
        ask = self._ask(department, lang) if department else None
        if ask is None or ask.phone == HOTLINE:
            where = words(f"{lang}.none_anywhere")
        else:
            where = words(f"{lang}.none_department", department=ask.department, phone=ask.phone)
        gap = " " if lang == "en" else ""
        return Answer(answered=False, text=sentence + gap + where, ask=ask, sure=round(sure, 3))

    def _ask(self, department: str, lang: str) -> AskThere:
        found = self._catalogue.department(department)
        return AskThere(department=_name(found, lang), phone=found.phone)

    def _department_of(self, matter: str | None) -> str | None:
        found = self._catalogue.matters.get(matter or "")
        return found.department if found else None


def source_of_policy(
    policy: Policy, catalogue: Catalogue, day: date, lang: str, article: Any = None
) -> Source:
    """A policy as the source of an answer on a day."""
    return Source(
        id=policy.id,
        article=article.number if article else None,
        title=policy.title,
        number=policy.number,
        department=policy.issuer or _name(catalogue.department(policy.department), lang),
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        standing=standing(policy, day),
        as_of=day,
        basis=policy.basis,
        basis_text=words(f"{lang}.basis.{policy.basis}"),
    )


def source_of_guide(matter_id: str, catalogue: Catalogue, day: date, lang: str) -> Source:
    """A matter's guide as the source of an answer; it is as of its last update."""
    matter = catalogue.get(matter_id)
    name = (lang == "en" and matter.name_en) or matter.name
    return Source(
        id=GUIDE + matter.id,
        article=None,
        title=words(f"{lang}.guide_title", name=name),
        number="；".join(matter.guide.law),
        department=_name(catalogue.department(matter.department), lang),
        valid_from=None,
        valid_to=None,
        standing=Standing.VALID,
        as_of=min(matter.guide.updated or day, day),
        basis=matter.basis,
        basis_text=words(f"{lang}.basis.{matter.basis}"),
    )


def standing(policy: Policy, day: date) -> Standing:
    """Whether a policy holds on a day, held before, or will hold."""
    if policy.in_force(day):
        return Standing.VALID
    return Standing.COMING if policy.valid_from > day else Standing.EXPIRED


def _holds_everywhere(passage: Passage) -> bool:
    return passage.policy is not None and passage.policy.level is not Level.CITY


def _name(department: Department, lang: str) -> str:
    return department.name_en if lang == "en" else department.name
