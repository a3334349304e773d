"""Delegations between adults: asked for or given, confirmed by the principal, limited, revocable.

An adult's own confirmation is needed every time; only guardians of minors act without one.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from backend.accounts import store as accounts
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.limits import Limit, spend
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.delegations import store
from backend.delegations.store import DELEGATIONS
from backend.matters.catalogue import catalogue

LONGEST = timedelta(days=365)
USUAL = timedelta(days=30)
ASKED_FOR = timedelta(days=7)
MOST_OPEN = 20
REQUESTS = Limit("delegation", count=10, seconds=3600)
EVERY_MATTER = "*"
OPEN = ("asked", "offered", "active")


def give(house: House, principal: str, *, agent_phone: str, terms: Document) -> Document:
    """A principal lets somebody act: it counts once the other has accepted it.

    ``terms`` is ``{matters, days, licences, uses, relation}``. Raises ``invalid-request``,
    ``assurance-too-low``, ``too-many-requests``.
    """
    person = _real(house, principal)
    spend(house, REQUESTS, principal)
    agent_print = house.cipher.blind(agent_phone)
    if agent_print == person["phone_print"]:
        raise Problem("invalid-request", "这是您自己的手机号，给自己办事不用授权。")
    agent = house.db[accounts.CITIZENS].find_one({"phone_print": agent_print}, {"_id": 1})
    return _keep(
        house,
        {
            "state": "offered",
            "principal": principal,
            "principal_print": person["phone_print"],
            "principal_name": person["name"],
            "agent": agent["_id"] if agent else None,
            "agent_print": agent_print,
            "agent_name": None,
            "asked_by": "principal",
            **_terms(house, terms),
        },
        told=agent["_id"] if agent else None,
        phone=agent_phone,
    )


def ask(house: House, agent: str, *, principal_phone: str, terms: Document) -> Document:
    """Somebody asks to act for an adult, who then confirms with their own account.

    The answer is the same whether the phone is registered or not. Raises as ``give``.
    """
    person = _real(house, agent)
    spend(house, REQUESTS, agent)
    principal_print = house.cipher.blind(principal_phone)
    if principal_print == person["phone_print"]:
        raise Problem("invalid-request", "这是您自己的手机号，给自己办事不用授权。")
    principal = house.db[accounts.CITIZENS].find_one({"phone_print": principal_print}, {"_id": 1})
    return _keep(
        house,
        {
            "state": "asked",
            "principal": principal["_id"] if principal else None,
            "principal_print": principal_print,
            "principal_name": None,
            "agent": agent,
            "agent_print": person["phone_print"],
            "agent_name": person["name"],
            "asked_by": "agent",
            **_terms(house, terms),
        },
        told=principal["_id"] if principal else None,
        phone=principal_phone,
    )


def confirm(house: House, citizen: str, delegation: str) -> Document:
    """The one who was asked says yes. Raises ``not-found``, ``move-not-allowed``, ``conflict``."""
    person = _real(house, citizen)
    found = _asked_of(house, person, delegation)
    if found["asked_until"] < house.clock.now():
        raise Problem("move-not-allowed", "这个请求已经过期，请重新发起。")
    side = "principal" if found["state"] == "asked" else "agent"
    changes = {"state": "active", side: citizen, f"{side}_name": person["name"]}
    return _move(house, found, changes | {"active_at": house.clock.now()}, note="已确认", event="confirmed")


def decline(house: House, citizen: str, delegation: str) -> Document:
    """The one who was asked says no. Raises as ``confirm``."""
    found = _asked_of(house, _real(house, citizen), delegation)
    return _move(house, found, {"state": "declined"}, note="没有同意", event="declined")


def revoke(house: House, citizen: str, delegation: str) -> Document:
    """Either side ends it; it counts from the next request. Raises as ``confirm``."""
    found = store.find(
        house, DELEGATIONS, delegation, **{"$or": [{"principal": citizen}, {"agent": citizen}]}
    )
    if found["state"] not in OPEN:
        raise Problem("move-not-allowed", "这个授权已经结束了。")
    who = "授权人" if found["principal"] == citizen else "代办人"
    return _move(house, found, {"state": "revoked"}, note=f"{who}撤销", event="revoked")


def list_mine(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of what a citizen gave, was given, or is asked for, newest first."""
    prints = accounts.get_citizen(house, citizen)["phone_print"]
    where = {
        "$or": [
            {"principal": citizen},
            {"agent": citizen},
            {"principal_print": prints},
            {"agent_print": prints},
        ]
    }
    return store.list_page(house, DELEGATIONS, where, page)


def active_between(house: House, agent: str, principal: str) -> list[Document]:
    """The delegations in force between two people now."""
    where = {
        "agent": agent,
        "principal": principal,
        "state": "active",
        "until": {"$gt": house.clock.now()},
        "uses_left": {"$ne": 0},
    }
    return store.find_many(house, DELEGATIONS, where)


def active_for(house: House, agent: str) -> list[Document]:
    """The delegations in force that somebody holds."""
    where = {
        "agent": agent,
        "state": "active",
        "until": {"$gt": house.clock.now()},
        "uses_left": {"$ne": 0},
    }
    return store.find_many(house, DELEGATIONS, where)


def use(house: House, unit: Unit, delegation: str, *, application: str) -> None:
    """Count one use and tell the principal. Raises ``not-allowed`` when none is left."""
    found = house.db[DELEGATIONS].find_one({"_id": delegation}, session=unit.session)
    if found is None or found["state"] != "active" or found["until"] <= unit.now or found["uses_left"] == 0:
        raise Problem("not-allowed", "授权已经到期、用完或被撤销，请重新请对方授权。")
    left = None if found["uses_left"] is None else found["uses_left"] - 1
    if store.change(house, unit, DELEGATIONS, found, {"uses_left": left}, note="代办一次") is None:
        raise Problem("conflict", "授权刚刚有变化，请刷新后再试。")
    unit.emit("delegation.used", delegation=delegation, citizen=found["principal"], application=application)


def allows(delegation: Document, matter: str) -> bool:
    """Whether a delegation reaches a matter."""
    return EVERY_MATTER in delegation["matters"] or matter in delegation["matters"]


def view(delegation: Document, citizen: str) -> dict[str, Any]:
    """A delegation as either side sees it; the other's name masked."""
    mine = delegation["principal"] == citizen
    matters = catalogue().matters
    asked_me = delegation["state"] == "asked" and delegation["agent"] != citizen
    return {
        "id": delegation["_id"],
        "state": delegation["state"],
        "role": "principal" if mine or asked_me else "agent",
        "principal": _masked(delegation["principal_name"]),
        "agent": _masked(delegation["agent_name"]),
        "relation": delegation["relation"],
        "matters": [
            {"id": one, "name": matters[one].name if one in matters else "所有事项"}
            for one in delegation["matters"]
        ],
        "licences": delegation["licences"],
        "until": delegation["until"].isoformat(),
        "uses_left": delegation["uses_left"],
        "history": [{"at": one["at"].isoformat(), "text": one["text"]} for one in delegation["history"]],
    }


def _masked(name: str | None) -> str | None:
    return mask_name(name) if name else None


def _terms(house: House, terms: Document) -> Document:
    matters: Sequence[str] = terms.get("matters") or []
    known = catalogue().matters
    unknown = [one for one in matters if one != EVERY_MATTER and one not in known]
    if not matters or unknown:
        raise Problem(
            "invalid-request", f"没有这个事项：{'、'.join(unknown)}" if unknown else "请说明要代办哪些事项。"
        )
    length = timedelta(days=int(terms.get("days") or USUAL.days))
    if not timedelta(days=1) <= length <= LONGEST:
        raise Problem("invalid-request", f"授权期限为 1 到 {LONGEST.days} 天。")
    return {
        "matters": list(matters),
        "licences": terms.get("licences"),
        "uses_left": terms.get("uses"),
        "until": house.clock.now() + length,
        "relation": terms.get("relation", ""),
    }


def _keep(house: House, document: Document, *, told: str | None, phone: str) -> Document:
    sides = [{"principal_print": document["principal_print"]}, {"agent_print": document["agent_print"]}]
    both = {"$and": sides, "state": {"$in": list(OPEN)}}
    if len(store.find_many(house, DELEGATIONS, both, limit=MOST_OPEN)) >= MOST_OPEN:
        raise Problem("too-many-requests", "你们之间未结束的授权太多了，请先撤销用不到的。")

    def record(unit: Unit) -> Document:
        whole = {
            "_id": house.new_id(),
            **document,
            "asked_until": unit.now + ASKED_FOR,
            "active_at": None,
            "created_at": unit.now,
            "updated_at": unit.now,
            "history": [{"at": unit.now, "text": "已发起"}],
        }
        store.insert(house, DELEGATIONS, whole, unit.session)
        if told:
            unit.emit("delegation.asked", delegation=whole["_id"], citizen=told)
        return whole

    kept = commit(house, record)
    if told is None:
        asker = document["agent_name"] or document["principal_name"]
        text = f"【随办】{mask_name(asker)}请您在随办里确认一项代办授权。不认识请忽略，任何人都不会向您收费。"
        accounts.put_sms(house, phone, text, "")
    return kept


def _move(house: House, found: Document, changes: Document, *, note: str, event: str) -> Document:
    def record(unit: Unit) -> Document:
        changed = store.change(house, unit, DELEGATIONS, found, changes, note=note)
        if changed is None:
            raise Problem("conflict", "这个授权刚刚有变化，请刷新后再试。")
        for side in ("principal", "agent"):
            if changed[side]:
                unit.emit(f"delegation.{event}", delegation=changed["_id"], citizen=changed[side])
        return changed

    return commit(house, record)


def _asked_of(house: House, person: Document, delegation: str) -> Document:
    prints = person["phone_print"]
    asked = [{"state": "asked", "principal_print": prints}, {"state": "offered", "agent_print": prints}]
    return store.find(house, DELEGATIONS, delegation, **{"$or": asked})


def _real(house: House, citizen: str) -> Document:
    person = accounts.get_citizen(house, citizen)
    if person["assurance"] < 3:
        raise Problem("assurance-too-low", "授权或代办前，请先完成实名认证。", needed=3)
    return person
