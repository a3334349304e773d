"""The catalogue over HTTP: search, suggestions, life events, guides."""

from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.prepare import at_start
from backend.core.schemas import IdPath
from backend.matters import schemas
from backend.matters.catalogue import catalogue
from backend.matters.events import list_events
from backend.matters.guides import guide, picture, row
from backend.matters.mine import look_at
from backend.matters.search import Found, learn_meanings_aside, search
from backend.matters.sifting import chosen_filters, facets, passes, read_start, write_cursor

blueprint = APIBlueprint(
    "matters", __name__, url_prefix="/api/v1/matters", abp_tags=[Tag(name="事项 matters")]
)
SEARCHES = Limit("search", count=600, seconds=60)
ANYBODY = (Audience.PUBLIC, Audience.CITIZEN, Audience.ASSISTANT)
# In every process that serves these routes; words and sounds answer until it is done.
at_start(learn_meanings_aside)


@blueprint.get("", summary="搜索事项", responses={200: schemas.MatterPage})
@audience(*ANYBODY)
def find(query: schemas.MattersQuery) -> Any:
    """Matters that match, best first, with counts for the filters; without words the whole catalogue."""
    _spend()
    found = search().find(query.q) if query.q else [Found(one, 1.0) for one in catalogue().all()]
    chosen = chosen_filters(query)
    wanted = [one for one in found if passes(one.matter, chosen)]
    start, lang = read_start(query.cursor), _language(query.lang)
    end = start + query.limit
    return {
        "items": [_row(one, lang) for one in wanted[start:end]],
        "total": len(wanted),
        "facets": facets([one.matter for one in found], chosen, lang),
        "next_cursor": write_cursor(end) if end < len(wanted) else None,
        "by_meaning": search().knows_meanings,
    }


@blueprint.get("/suggestions", summary="边打字边提示", responses={200: schemas.SuggestionList})
@audience(*ANYBODY)
def suggest(query: schemas.SuggestionsQuery) -> Any:
    """At most eight names that begin as typed: in characters, pinyin or initials."""
    _spend()
    matters = catalogue().matters
    found = search().suggestions.find(query.q)
    return {
        "items": [{"text": one.text, "id": one.matter, "name": matters[one.matter].name} for one in found]
    }


@blueprint.get("/life-events", summary="人生大事分类", responses={200: schemas.LifeEventList})
@audience(*ANYBODY)
def life_events(query: schemas.LanguageQuery) -> Any:
    """The life events in their order, with how many matters and bundles each has."""
    return {"items": list_events(_language(query.lang))}


@blueprint.get("/<string:id>", summary="办事指南", responses={200: schemas.MatterGuide})
@audience(*ANYBODY)
def read(path: IdPath, query: schemas.LanguageQuery) -> Any:
    """The guide of one matter."""
    return guide(catalogue().get(path.id), _language(query.lang))


@blueprint.get("/<string:id>/picture", summary="一件事流程图（SVG）", responses={200: schemas.PICTURE})
@audience(*ANYBODY)
def show_picture(path: IdPath, query: schemas.LanguageQuery) -> Response:
    """A bundle's parts and what waits for what. Raises ``not-found`` for a matter that is no bundle."""
    matter = catalogue().get(path.id)
    if not matter.is_bundle:
        raise schemas.no_picture()
    return Response(picture(matter, _language(query.lang)), content_type="image/svg+xml; charset=utf-8")


@blueprint.get("/<string:id>/mine", summary="这件事对我来说", responses={200: schemas.MatterForMe})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_mine(path: IdPath, query: schemas.MineQuery) -> Any:
    """Conditions, materials, what is known and asked, cost and dates for the caller, or for whom they act.

    No values. What the matter may not read of them is null: not known.
    """
    matter, lang = catalogue().get(path.id), _language(query.lang)
    return look_at(house(), caller().citizen, matter, lang, principal=query.principal)


def _row(found: Found, lang: str) -> dict[str, Any]:
    marks = found.highlight if lang == "zh" else []
    return row(found.matter, lang) | {"score": found.score, "highlight": marks, "matched": found.matched}


def _language(wanted: str | None) -> str:
    """The language asked for, by parameter or header; Chinese unless English is."""
    return wanted or request.accept_languages.best_match(["zh", "en"], default="zh") or "zh"


def _spend() -> None:
    """Anybody may search, nobody may hold the processor."""
    spend(house(), SEARCHES, request.remote_addr or "")
