"""The policy library over HTTP: ask, list, read."""

from datetime import date
from typing import Any

from flask import g, request
from flask_openapi3 import APIBlueprint, Tag

from backend.core.clock import CITY
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.prepare import at_start
from backend.core.schemas import IdPath, ProblemDocument
from backend.matters.sifting import read_start, write_cursor
from backend.policies import schemas
from backend.policies.helping import answer_question, read_sentence
from backend.policies.opening import learn_meanings_aside, retrieval
from backend.policies.shelf import read_policy, rows

blueprint = APIBlueprint(
    "policies", __name__, url_prefix="/api/v1/policies", abp_tags=[Tag(name="政策 policies")]
)
ANYBODY = (Audience.PUBLIC, Audience.CITIZEN, Audience.ASSISTANT)
QUESTIONS = Limit("policy-questions", count=120, seconds=60)
READINGS = Limit("sentence-readings", count=30, seconds=60)
at_start(learn_meanings_aside)


@blueprint.post("/answer", summary="问政策", responses={200: schemas.Answer, 429: ProblemDocument})
@audience(*ANYBODY)
def ask(body: schemas.QuestionBody) -> Any:
    """One answer with its source, or ``answered: false`` and where to ask. What was asked is not kept."""
    # The assistant asks for everybody from one address.
    who = g.get("caller")
    spend(house(), QUESTIONS, who.citizen if who else request.remote_addr or "")
    found = answer_question(house(), body.question, matter=body.matter, lang=body.lang, day=_today())
    return found.model_dump(mode="json")


@blueprint.post(
    "/readings", summary="猜一句没听懂的话", responses={200: schemas.Readings, 429: ProblemDocument}
)
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_words(body: schemas.SentenceBody) -> Any:
    """Matters to ask about, proposed by the language model where one is set up; otherwise none."""
    spend(house(), READINGS, caller().citizen)
    return {"matters": read_sentence(house(), body.sentence)}


@blueprint.get("", summary="政策文件", responses={200: schemas.PolicyPage})
@audience(*ANYBODY)
def find(query: schemas.PoliciesQuery) -> Any:
    """The documents, by id, with where each stands today."""
    found = rows(query, _today())
    start = read_start(query.cursor)
    end = start + query.limit
    return {
        "items": [one.model_dump(mode="json") for one in found[start:end]],
        "next_cursor": write_cursor(end) if end < len(found) else None,
        "by_meaning": retrieval().knows_meanings,
    }


@blueprint.get("/<string:id>", summary="一份政策文件", responses={200: schemas.PolicyDocument})
@audience(*ANYBODY)
def read(path: IdPath, query: schemas.LanguageQuery) -> Any:
    """A whole document, also one that no longer holds."""
    return read_policy(path.id, _today(), query.lang).model_dump(mode="json")


def _today() -> date:
    return house().clock.now().astimezone(CITY).date()
