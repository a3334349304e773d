"""Prompts, their topics and the corrections they led to, over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath, PageQuery, ProblemDocument
from backend.profiles import corrections
from backend.prompts import schemas, store, topics, view
from backend.prompts.answering import answer
from backend.prompts.rules import OPEN, Answer, PromptState

blueprint = APIBlueprint("prompts", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="提示 prompts")])
OWNER = (Audience.CITIZEN, Audience.ASSISTANT)
ANSWERS = Limit("prompt-answer", count=60, seconds=60)
CLOSED = tuple(state for state in PromptState if state not in OPEN)
LISTED = {"open": OPEN, "closed": CLOSED, None: None}


@blueprint.get("/prompts", summary="政府提示我的事", responses={200: schemas.PromptPage})
@audience(*OWNER)
def list_prompts(query: schemas.PromptsQuery) -> Any:
    """A citizen's prompts, newest first; also those that wait for daylight: who asks is not disturbed."""
    found = store.list_own(house(), caller().citizen, query, states=LISTED[query.state])
    return found.view(view.view_prompt)


@blueprint.get(
    "/prompts/<string:id>",
    summary="一条提示，和为什么收到",
    responses={200: schemas.Prompt, 404: ProblemDocument},
)
@audience(*OWNER)
def read_prompt(path: IdPath) -> Any:
    """One prompt with its evidence."""
    return view.read_prompt(house(), caller().citizen, path.id)


@blueprint.post(
    "/prompts/<string:id>/answer",
    summary="答复一条提示",
    responses={200: schemas.Outcome, 404: ProblemDocument, 409: ProblemDocument, 422: ProblemDocument},
)
@audience(*OWNER)
def answer_prompt(path: IdPath, body: schemas.AnswerBody) -> Any:
    """Yes opens the prefilled application, and files it when nothing is missing."""
    who = caller()
    spend(house(), ANSWERS, who.citizen)
    channel = "chat" if who.audience is Audience.ASSISTANT else "app"
    return answer(house(), who.citizen, path.id, Answer(body.answer), note=body.note, channel=channel)


@blueprint.get("/me/topics", summary="提示主题开关", responses={200: schemas.Topics})
@audience(*OWNER)
def list_topics() -> Any:
    """Every topic and whether it is switched off."""
    return {"items": topics.list_topics(house(), caller().citizen)}


@blueprint.get(
    "/me/topics/<string:topic>",
    summary="一个提示主题的开关",
    responses={200: schemas.Topic, 404: ProblemDocument},
)
@audience(*OWNER)
def read_topic(path: schemas.TopicPath) -> Any:
    """Whether one topic is switched off."""
    topic = topics.check_topic(path.topic)
    return topics.view_topic(topic, muted=topic in topics.read_wishes(house(), caller().citizen).muted)


@blueprint.put(
    "/me/topics/<string:topic>",
    summary="关闭或打开一个提示主题",
    responses={200: schemas.Topic, 404: ProblemDocument},
)
@audience(*OWNER)
def set_topic(path: schemas.TopicPath, body: schemas.TopicBody) -> Any:
    """Switch one topic off or on."""
    change = topics.mute if body.muted else topics.unmute
    change(house(), caller().citizen, path.topic)
    return topics.view_topic(path.topic, muted=body.muted)


@blueprint.get("/me/corrections", summary="我的数据异议", responses={200: schemas.CorrectionPage})
@audience(*OWNER)
def list_corrections(query: PageQuery) -> Any:
    """A citizen's data corrections, newest first."""
    return corrections.list_corrections(house(), caller().citizen, query).view(corrections.view_correction)
