"""Ratings over HTTP: for citizens, for departments' staff, and the figures for everybody."""

from typing import Annotated, Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, Incoming, PageQuery
from backend.ratings import calling, rating, store
from backend.workbench.officer import Officer, reader_of
from backend.workbench.roles import DATA_OFFICE

SMALLEST = 10
TAG = Tag(name="好差评 ratings")
citizens = APIBlueprint("ratings", __name__, url_prefix="/api/v1/applications", abp_tags=[TAG])
staff = APIBlueprint("staff_ratings", __name__, url_prefix="/api/v1/staff/ratings", abp_tags=[TAG])
figures = APIBlueprint("rating_figures", __name__, url_prefix="/api/v1/open-data", abp_tags=[TAG])
SEEN: dict[str, Any] = {
    "id": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
    "matter": {"id": "id-card-renewal", "name": "居民身份证到期换领"},
    "level": 2,
    "indicators": {"办事效率": 2},
    "comment": "等得太久",
    "week": "2026-W47",
    "follow_up": {"state": "open", "due": "2026-12-11T15:59:59+00:00", "outcome": None},
}


class RatingBody(Incoming):
    """A rating: five levels, indicators as the GET lists them."""

    model_config = ConfigDict(json_schema_extra={"example": {"level": 5, "indicators": {"办事效率": 5}}})

    level: int = Field(ge=1, le=5)
    indicators: dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=1, le=5)]] = Field(
        default_factory=dict, max_length=10
    )
    comment: str = Field("", max_length=500)


class Rating(BaseModel):
    """A citizen's rating of one handling, or what may be rated."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "application": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "rated": True,
                "level": 5,
                "comment": "",
                "levels": [{"level": 5, "name": "非常满意", "name_en": "very satisfied"}],
                "indicators": ["整体满意度", "办事效率"],
                "follow_up": None,
            }
        },
    )

    application: str
    rated: bool
    level: int | None


class StaffRating(BaseModel):
    """A rating without anything that tells whose it is."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": SEEN})

    id: str
    level: int


class StaffRatings(BaseModel):
    """One page of a department's ratings, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [SEEN], "next_cursor": None}})

    items: list[StaffRating]
    next_cursor: str | None


class RatingsQuery(PageQuery):
    """Which ratings to list."""

    follow_up: Literal["open", "contacted", "closed", "excluded"] | None = None


class TextBody(Incoming):
    """What somebody notes."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "已电话联系，本人说明了情况"}})

    text: str = Field(min_length=2, max_length=500)


class ReasonBody(Incoming):
    """Why somebody's number is read."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "差评首次回访"}})

    reason: str = Field(min_length=2, max_length=200)


class ContactDetails(BaseModel):
    """Whom to call back: a masked name, a number, and the entry in the audit trail."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "随*办", "phone": "19900000001", "audit": "01k9v3x7m2q4c8t6w5b1n0h9jd"}
        }
    )

    name: str | None
    phone: str
    audit: str


class OutcomeBody(TextBody):
    """How a bad rating was settled."""

    model_config = ConfigDict(json_schema_extra={"example": {"outcome": "at-once", "text": "已加开窗口"}})

    outcome: Literal["at-once", "by-a-date", "explained"]


class JudgementBody(TextBody):
    """What becomes of an appeal."""

    model_config = ConfigDict(json_schema_extra={"example": {"granted": False, "text": "评价有事实依据"}})

    granted: bool


class RatingFigures(BaseModel):
    """Figures by department; small ones are left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "department": "市公安局",
                        "ratings": 120,
                        "satisfied_share": 0.9917,
                        "followed_up_share": 1.0,
                    }
                ],
                "smallest": 10,
            }
        }
    )

    items: list[dict[str, Any]]
    smallest: int


@citizens.get("/<string:id>/rating", summary="我的评价", responses={200: Rating})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_rating(path: IdPath) -> Any:
    """One's own rating, and what may be rated."""
    return rating.rating_of(house(), caller().citizen, path.id)


@citizens.post("/<string:id>/rating", summary="评价这次办理", responses={201: Rating})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def give_rating(path: IdPath, body: RatingBody) -> tuple[Any, int]:
    """Rate one handling; once, and nobody who handled it sees who did."""
    who = caller()
    rating.rate(
        house(),
        who.citizen,
        path.id,
        level=body.level,
        indicators=body.indicators,
        comment=body.comment,
        channel="chat" if who.audience is Audience.ASSISTANT else "app",
    )
    return rating.rating_of(house(), who.citizen, path.id), 201


@staff.get("", summary="本部门的评价", responses={200: StaffRatings})
@audience(Audience.STAFF, roles=("supervise",))
def list_ratings(query: RatingsQuery) -> Any:
    """A department's ratings, newest first, without names."""
    where = {"follow_up.state": query.follow_up} if query.follow_up else {}
    now = house().clock.now()
    page = store.list_of(house(), caller().department, query, **where)
    return page.view(lambda one: rating.shown_to_staff(one, now))


@staff.get("/appeals", summary="待复核的申诉", responses={200: StaffRatings})
@audience(Audience.STAFF, roles=("administrate",))
def list_appeals(query: PageQuery) -> Any:
    """Appeals of other departments; the data office reviews everybody's."""
    who, now = caller(), house().clock.now()
    but = None if who.department == DATA_OFFICE else who.department
    page = store.list_appeals(house(), who.staff, but, query)
    return page.view(lambda one: rating.shown_appeal(one, now))


@staff.post("/<string:id>/contact-details", summary="查看回访电话", responses={200: ContactDetails})
@audience(Audience.STAFF, roles=("supervise",))
def read_contact(path: IdPath, body: ReasonBody) -> Any:
    """Whom to call back; their owner sees that the number was read, and why."""
    reader = reader_of(house(), Officer.of(caller()))
    return calling.contact_details(house(), reader, path.id, reason=body.reason)


@staff.post("/<string:id>/contacts", summary="回访记录", responses={200: StaffRating})
@audience(Audience.STAFF, roles=("supervise",))
def note_contact(path: IdPath, body: TextBody) -> Any:
    """Note that somebody was called back."""
    who = caller()
    return _seen(rating.contact(house(), who.staff, who.department, path.id, body.text))


@staff.post("/<string:id>/outcome", summary="整改结果", responses={200: StaffRating})
@audience(Audience.STAFF, roles=("supervise",))
def settle(path: IdPath, body: OutcomeBody) -> Any:
    """Close a bad rating's follow-up."""
    who = caller()
    return _seen(
        rating.settle(house(), who.staff, who.department, path.id, outcome=body.outcome, text=body.text)
    )


@staff.post("/<string:id>/appeal", summary="申诉（误评、恶意评价）", responses={200: StaffRating})
@audience(Audience.STAFF, roles=("supervise",))
def appeal(path: IdPath, body: TextBody) -> Any:
    """Ask for a rating to be left out."""
    who = caller()
    return _seen(rating.appeal(house(), who.staff, who.department, path.id, body.text))


@staff.post("/<string:id>/judgement", summary="复核申诉", responses={200: StaffRating})
@audience(Audience.STAFF, roles=("administrate",))
def judge(path: IdPath, body: JudgementBody) -> Any:
    """Decide an appeal; never one's own."""
    return _seen(
        rating.judge_appeal(house(), caller().staff, path.id, granted=body.granted, reason=body.text)
    )


@figures.get("/ratings", summary="好差评公开", responses={200: RatingFigures})
@audience(Audience.PUBLIC)
def publish() -> Any:
    """What citizens think of each department."""
    return {"items": rating.publish(house(), smallest=SMALLEST), "smallest": SMALLEST}


def _seen(found: Any) -> Any:
    return rating.shown_to_staff(found, house().clock.now())
