"""For whom somebody may act, and by what right."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from backend.accounts import store as accounts
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.events import Unit
from backend.core.house import House
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.delegations import giving, organisations, store
from backend.matters.schema import Matter
from backend.profiles import facts

OF_AGE = 18


class Right(StrEnum):
    """By what right somebody acts for another."""

    SELF = "self"
    GUARDIAN = "guardian"
    DELEGATION = "delegation"
    MEMBERSHIP = "membership"


@dataclass(frozen=True)
class Authority:
    """Who acts for whom, by what right, under which record, with which licence types (None: all)."""

    agent: str
    principal: str
    right: Right
    record: str | None = None
    licences: tuple[str, ...] | None = None

    def document(self) -> Document | None:
        """As an application keeps it; None for one's own."""
        if self.right is Right.SELF:
            return None
        kept: Document = {"citizen": self.agent, "right": self.right.value, "record": self.record}
        return kept if self.licences is None else kept | {"licences": list(self.licences)}


def list_principals(house: House, citizen: str) -> list[dict[str, Any]]:
    """Everybody a citizen may act for: ``{id, kind, name, relation, right, matters, until}``."""
    me = accounts.get_citizen(house, citizen)
    rows = [_row(citizen, "person", me.get("name") or "", "本人", Right.SELF)]
    rows += [
        _row(child["_id"], "child", child["name"], "孩子", Right.GUARDIAN)
        for child in children(house, citizen)
    ]
    for one in giving.active_for(house, citizen):
        name, relation = one["principal_name"] or "", one["relation"]
        limits = {"matters": one["matters"], "until": one["until"].isoformat()}
        rows.append(_row(one["principal"], "person", name, relation, Right.DELEGATION) | limits)
    for one in organisations.memberships(house, citizen):
        name = accounts.get_citizen(house, one["organisation"])["name"]
        limits = {"matters": one["matters"], "until": one["until"].isoformat()}
        role = organisations.LABELS[one["role"]]
        rows.append(_row(one["organisation"], "organisation", name, role, Right.MEMBERSHIP) | limits)
    return rows


def authorise(house: House, agent: str, principal: str | None, matter: Matter) -> Authority:
    """The right to act for a principal in a matter.

    Raises ``not-found`` for strangers, ``not-allowed`` when the right does not reach the matter,
    ``wrong-audience`` (with ``principals``) when the matter is not for this kind of applicant.
    """
    authority = right_to_act(house, agent, principal or agent, matter)
    kind = accounts.get_citizen(house, authority.principal).get("kind", "person")
    wanted = "organisation" if kind == "organisation" else "natural-person"
    if wanted not in matter.audience:
        fitting = [one for one in list_principals(house, agent) if one["kind"] == "organisation"]
        text = (
            f"“{matter.name}”由企业来办，请选择您代表的企业。"
            if fitting
            else f"“{matter.name}”由企业来办，请先绑定企业。"
        )
        if wanted == "organisation":
            fitting, text = [], f"“{matter.name}”由个人来办，请切换回本人。"
        raise Problem("wrong-audience", text, principals=fitting)
    return authority


def still_holds(house: House, document: Document, citizen: str) -> bool:
    """Whether a citizen may see and go on with an application now, as it was started.

    One's own; a child's or a principal's while the right lasts; an organisation's by whom it was started,
    and by those who answer for it.
    """
    agent = document.get("agent") or {}
    if document["citizen"] == citizen:
        return True
    acts = agent.get("citizen") == citizen
    if agent.get("right") == Right.GUARDIAN:
        return acts and any(child["_id"] == document["citizen"] for child in children(house, citizen))
    if agent.get("right") == Right.DELEGATION:
        now = house.clock.now()
        where = {"_id": agent["record"], "agent": citizen, "state": "active", "until": {"$gt": now}}
        return acts and bool(store.find_many(house, store.DELEGATIONS, where, limit=1))
    held = organisations.memberships(house, citizen)
    return any(organisations.reaches(one, document, acts=acts) for one in held)


def count_use(house: House, unit: Unit, document: Document, citizen: str) -> None:
    """Count one use of the delegation under which somebody submits for another. Raises ``not-allowed``."""
    agent = document.get("agent") or {}
    if agent.get("right") == Right.DELEGATION and document["citizen"] != citizen:
        giving.use(house, unit, agent["record"], application=document["_id"])


def children(house: House, citizen: str) -> list[Document]:
    """A citizen's registered minor children as principals, made when they are new.

    Under 18 and in the parent's own record: no confirmation is asked for.
    """
    profile = facts.get_profile(house, citizen)
    today = city_date(house.clock.now())
    found = []
    for child in profile.get("children") or []:
        number, name = child.get("identity_number"), child.get("name")
        if not (child.get("registered") and number and name and _age(child.get("born"), today) < OF_AGE):
            continue
        phone = accounts.get_citizen(house, citizen)["phone"]
        found.append(
            store.put_principal(
                house, kind="child", name=name, identity_number=number, phone=phone, now=house.clock.now()
            )
        )
    return [one for one in found if one.get("kind") == "child"]


def right_to_act(house: House, agent: str, principal: str, matter: Matter) -> Authority:
    """By what right somebody acts for a principal in a matter, whoever that matter is for.

    Raises ``not-found`` for strangers, ``not-allowed`` when the right does not reach the matter.
    """
    if principal == agent:
        return Authority(agent, principal, Right.SELF)
    if any(child["_id"] == principal for child in children(house, agent)):
        return Authority(agent, principal, Right.GUARDIAN)
    for one in organisations.memberships(house, agent):
        if one["organisation"] == principal:
            if not giving.allows(one, matter.id):
                raise Problem("not-allowed", f"您的经办权限不包括“{matter.name}”，请管理员调整。")
            return Authority(agent, principal, Right.MEMBERSHIP, one["_id"])
    held = giving.active_between(house, agent, principal)
    for one in held:
        if giving.allows(one, matter.id):
            licences = None if one["licences"] is None else tuple(one["licences"])
            return Authority(agent, principal, Right.DELEGATION, one["_id"], licences)
    if held:
        raise Problem("not-allowed", f"对方的授权不包括“{matter.name}”，请对方另行授权。")
    raise Problem("not-found", "没有找到对方给您的授权。请先请对方在自己的手机上确认。")


def _row(principal: str, kind: str, name: str, relation: str, right: Right) -> dict[str, Any]:
    shown = name if kind == "organisation" else mask_name(name) if name else "本人"
    return {
        "id": principal,
        "kind": kind,
        "name": shown,
        "relation": relation,
        "right": right.value,
        "matters": [giving.EVERY_MATTER],
        "until": None,
    }


def _age(born: Any, today: date) -> int:
    if not isinstance(born, datetime):
        return OF_AGE
    day = city_date(born)
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))
