"""Answers for the running product: this process's library and, where there is one, the language model."""

from datetime import date
from functools import lru_cache

from backend.core.house import House
from backend.matters.catalogue import catalogue
from backend.policies.answering import Answerer
from backend.policies.library import library
from backend.policies.opening import retrieval
from backend.policies.rephrasing import guess_matters, rephrase
from backend.policies.schemas import Answer, Standing


@lru_cache
def answerer() -> Answerer:
    """This process's."""
    return Answerer(retrieval(), library(), catalogue())


def answer_question(house: House, question: str, *, matter: str | None, lang: str, day: date) -> Answer:
    """The library's answer, reworded where a model is set up and keeps to it."""
    found = answerer().answer(question, day=day, matter=matter, lang=lang)
    rewordable = found.answered and lang == "zh" and found.source and found.source.standing is Standing.VALID
    if house.llm is None or not rewordable:
        return found
    said = rephrase(house.llm, question, found.text)
    return found.model_copy(update={"text": said, "rephrased": True}) if said else found


def read_sentence(house: House, said: str) -> list[str]:
    """Matters that a sentence which the assistant did not understand may mean; none without a model."""
    return guess_matters(house.llm, said, catalogue().all()) if house.llm else []
