"""Acting for others over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath, LongPageQuery
from backend.delegations import giving, organisations, principals, schemas
from backend.delegations.saying import read_phone

BINDINGS = Limit("organisation", count=10, seconds=3600)
delegations = APIBlueprint(
    "delegations", __name__, url_prefix="/api/v1/delegations", abp_tags=[Tag(name="代办 delegations")]
)
firms = APIBlueprint(
    "organisations", __name__, url_prefix="/api/v1/organisations", abp_tags=[Tag(name="企业 organisations")]
)


@delegations.get("/principals", summary="我能替谁办", responses={200: schemas.Principals})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def list_principals() -> Any:
    """Oneself, one's children, adults who agreed, organisations."""
    return {"items": principals.list_principals(house(), caller().citizen)}


@delegations.get("", summary="我的代办授权", responses={200: schemas.Delegations})
@audience(Audience.CITIZEN)
def list_delegations(query: LongPageQuery) -> Any:
    """Given, held and asked for, newest first."""
    mine = caller().citizen
    return giving.list_mine(house(), mine, query).view(lambda one: giving.view(one, mine))


@delegations.post("", summary="授权别人替我办", responses={201: schemas.Delegation})
@audience(Audience.CITIZEN)
def give(body: schemas.GiveBody) -> tuple[Any, int]:
    """Let somebody act; it counts once they accept."""
    mine = caller().citizen
    terms = body.model_dump(exclude={"agent_phone"})
    return giving.view(giving.give(house(), mine, agent_phone=body.agent_phone, terms=terms), mine), 201


@delegations.post("/requests", summary="请别人授权我", responses={201: schemas.Delegation})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def ask(body: schemas.AskBody) -> tuple[Any, int]:
    """Ask an adult, who confirms with their own account."""
    mine = caller().citizen
    phone = body.principal_phone or read_phone(house(), mine, body.turn)
    terms = body.model_dump(exclude={"principal_phone", "turn"})
    kept = giving.ask(house(), mine, principal_phone=phone, terms=terms)
    return giving.view(kept, mine), 201


@delegations.post("/<string:id>/confirm", summary="同意授权", responses={200: schemas.Delegation})
@audience(Audience.CITIZEN)
def confirm(path: IdPath) -> Any:
    """Say yes to what one was asked."""
    mine = caller().citizen
    return giving.view(giving.confirm(house(), mine, path.id), mine)


@delegations.post("/<string:id>/decline", summary="不同意授权", responses={200: schemas.Delegation})
@audience(Audience.CITIZEN)
def decline(path: IdPath) -> Any:
    """Say no to what one was asked."""
    mine = caller().citizen
    return giving.view(giving.decline(house(), mine, path.id), mine)


@delegations.post("/<string:id>/revoke", summary="撤销授权", responses={200: schemas.Delegation})
@audience(Audience.CITIZEN)
def revoke(path: IdPath) -> Any:
    """End a delegation from either side."""
    mine = caller().citizen
    return giving.view(giving.revoke(house(), mine, path.id), mine)


@firms.get("", summary="我的企业", responses={200: schemas.Memberships})
@audience(Audience.CITIZEN)
def list_organisations(query: LongPageQuery) -> Any:
    """Memberships in force, and invitations, newest first."""
    place = house()
    found = organisations.list_mine(place, caller().citizen, query)
    return found.view(lambda one: organisations.view(place, one))


@firms.post("", summary="绑定企业（法定代表人）", responses={201: schemas.Membership})
@audience(Audience.CITIZEN)
def bind(body: schemas.BindBody) -> tuple[Any, int]:
    """Bring an organisation in as its registered legal representative."""
    place, mine = house(), caller().citizen
    spend(place, BINDINGS, mine)
    firm = organisations.bind(place, mine, name=body.name, credit_code=body.credit_code)
    return organisations.view(place, organisations.membership(place, mine, firm["_id"])), 201


@firms.get("/<string:id>/members", summary="企业成员", responses={200: schemas.Memberships})
@audience(Audience.CITIZEN)
def list_members(path: IdPath, query: LongPageQuery) -> Any:
    """Who may act for it, newest first."""
    place = house()
    found = organisations.members(place, caller().citizen, path.id, query)
    return found.view(lambda one: organisations.view(place, one))


@firms.post("/<string:id>/members", summary="任命管理员或经办人", responses={201: schemas.Membership})
@audience(Audience.CITIZEN)
def appoint(path: IdPath, body: schemas.AppointBody) -> tuple[Any, int]:
    """Invite somebody to act for it."""
    place = house()
    terms = body.model_dump(exclude={"phone"})
    one = organisations.appoint(place, caller().citizen, path.id, phone=body.phone, terms=terms)
    return organisations.view(place, one), 201


@firms.post("/invitations/<string:id>/accept", summary="接受任命", responses={200: schemas.Membership})
@audience(Audience.CITIZEN)
def accept(path: IdPath) -> Any:
    """Join an organisation one was invited to."""
    place = house()
    return organisations.view(place, organisations.accept(place, caller().citizen, path.id))


@firms.post(
    "/<string:id>/members/<string:member>/remove", summary="解除任命", responses={200: schemas.Membership}
)
@audience(Audience.CITIZEN)
def remove(path: schemas.MemberPath) -> Any:
    """End a membership."""
    place = house()
    return organisations.view(place, organisations.remove(place, caller().citizen, path.id, path.member))
