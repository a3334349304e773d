"""Organisations: the legal representative appoints administrators, administrators appoint handlers."""

from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.accounts import store as accounts
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.delegations import store
from backend.delegations.giving import EVERY_MATTER, allows
from backend.delegations.store import MEMBERSHIPS
from backend.matters.catalogue import catalogue
from backend.profiles import facts
from integrations.gateways.departments import DepartmentUnavailable, PersonNotFound

REGISTER = "market-regulation"
# Whom a role may appoint; and everybody may act for the organisation.
APPOINTS: dict[str, frozenset[str]] = {
    "legal-representative": frozenset({"administrator", "handler"}),
    "administrator": frozenset({"handler"}),
    "handler": frozenset(),
}
HEADS = frozenset(role for role, others in APPOINTS.items() if others)
LABELS = {"legal-representative": "法定代表人", "administrator": "管理员", "handler": "经办人"}
LONGEST = timedelta(days=3 * 365)


def bind(house: House, citizen: str, *, name: str, credit_code: str) -> Document:
    """Its legal representative brings an organisation in; the register is asked whether that is so.

    Raises ``assurance-too-low``, ``not-found``, ``not-allowed``, ``department-unavailable``.
    """
    person = accounts.get_citizen(house, citizen)
    if person["assurance"] < 3:
        raise Problem("assurance-too-low", "绑定企业前，请先完成实名认证。", needed=3)
    try:
        answer = house.departments.query_registry(
            REGISTER, identity_number=credit_code, purpose="organisation-binding", sections=["organisation"]
        )
    except PersonNotFound as error:
        raise not_found("企业") from error
    except DepartmentUnavailable as error:
        raise Problem("department-unavailable", "市场监管部门的登记暂时查不到，请稍后再试。") from error
    entry = answer.sections.get("organisation") or {}
    if entry.get("name") != name:
        raise not_found("企业")
    head = entry.get("legal_representative") or {}
    if not isinstance(head, dict) or head.get("identity_number") != person["identity_number"]:
        raise Problem("not-allowed", "登记的法定代表人不是您。请法定代表人先绑定，再授权您为管理员或经办人。")
    organisation = store.put_principal(
        house,
        kind="organisation",
        name=name,
        identity_number=credit_code,
        phone=person["phone"],
        now=house.clock.now(),
    )
    _join(house, organisation["_id"], person, role="legal-representative")
    facts.gather(house, organisation["_id"])
    return organisation


def appoint(house: House, citizen: str, organisation: str, *, phone: str, terms: Document) -> Document:
    """Invite somebody as administrator or handler: ``terms`` is ``{role, matters, days}``.

    Raises ``not-found``, ``not-allowed``, ``conflict``, ``invalid-request``.
    """
    mine = membership(house, citizen, organisation)
    role = terms["role"]
    if role not in APPOINTS[mine["role"]]:
        raise Problem("not-allowed", f"{LABELS[mine['role']]}不能任命{LABELS[role]}。")
    matters = terms.get("matters") or [EVERY_MATTER]
    unknown = [one for one in matters if one != EVERY_MATTER and one not in catalogue().matters]
    if unknown:
        raise Problem("invalid-request", f"没有这个事项：{'、'.join(unknown)}")
    length = timedelta(days=int(terms.get("days") or 365))
    if not timedelta(days=1) <= length <= LONGEST:
        raise Problem("invalid-request", f"任期为 1 到 {LONGEST.days} 天。")
    prints = house.cipher.blind(phone)
    invited = house.db[accounts.CITIZENS].find_one({"phone_print": prints}, {"_id": 1})

    def record(unit: Unit) -> Document:
        document = {
            "_id": house.new_id(),
            "organisation": organisation,
            "citizen": invited["_id"] if invited else None,
            "citizen_print": prints,
            "name": None,
            "role": role,
            "matters": matters,
            "until": unit.now + length,
            "state": "invited",
            "open": True,
            "appointed_by": citizen,
            "created_at": unit.now,
            "updated_at": unit.now,
            "history": [{"at": unit.now, "text": f"任命为{LABELS[role]}"}],
        }
        store.insert(house, MEMBERSHIPS, document, unit.session)
        if invited:
            unit.emit("membership.invited", membership=document["_id"], citizen=invited["_id"])
        return document

    try:
        return commit(house, record)
    except DuplicateKeyError as error:
        raise Problem("conflict", "这个人已经是成员，或者已经收到邀请。") from error


def accept(house: House, citizen: str, membership_id: str) -> Document:
    """The invited person joins. Raises ``not-found``, ``assurance-too-low``, ``conflict``."""
    person = accounts.get_citizen(house, citizen)
    if person["assurance"] < 3:
        raise Problem("assurance-too-low", "加入企业前，请先完成实名认证。", needed=3)
    found = store.find(
        house, MEMBERSHIPS, membership_id, citizen_print=person["phone_print"], state="invited"
    )
    changes = {"state": "active", "citizen": citizen, "name": person["name"]}
    return _move(house, found, changes, note="已接受", event="accepted")


def remove(house: House, citizen: str, organisation: str, membership_id: str) -> Document:
    """End a membership: one's own, or of somebody one may appoint. Raises as ``appoint``."""
    mine = membership(house, citizen, organisation)
    found = store.find(house, MEMBERSHIPS, membership_id, organisation=organisation)
    if found["state"] not in ("invited", "active"):
        raise Problem("move-not-allowed", "这个任命已经结束了。")
    own = found["_id"] == mine["_id"] and mine["role"] != "legal-representative"
    if not own and found["role"] not in APPOINTS[mine["role"]]:
        raise Problem("not-allowed", f"{LABELS[mine['role']]}不能解除{LABELS[found['role']]}。")
    return _move(house, found, {"state": "ended", "open": False}, note="已解除", event="ended")


def membership(house: House, citizen: str, organisation: str) -> Document:
    """The citizen's membership in force. Raises ``not-found`` for strangers."""
    for one in memberships(house, citizen):
        if one["organisation"] == organisation:
            return one
    raise not_found("企业")


def memberships(house: House, citizen: str) -> list[Document]:
    """Every organisation a citizen may act for now."""
    return store.find_many(house, MEMBERSHIPS, {"citizen": citizen} | _in_force(house))


def heads_of(house: House, organisation: str) -> list[str]:
    """The citizens who answer for an organisation now."""
    where = {"organisation": organisation, "open": True, "role": {"$in": sorted(HEADS)}} | _in_force(house)
    return [one["citizen"] for one in store.find_many(house, MEMBERSHIPS, where)]


def reaches(one: Document, document: Document, *, acts: bool) -> bool:
    """Whether a membership lets somebody see an application; ``acts`` when they started it themselves.

    Handlers see their own, who answers for the organisation sees all within their matters.
    """
    theirs = one["organisation"] == document.get("organisation") and allows(one, document["matter"])
    return theirs and (acts or one["role"] in HEADS)


def list_mine(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of a citizen's memberships in force and of those that somebody offers them, newest first."""
    prints = accounts.get_citizen(house, citizen)["phone_print"]
    where = {"$or": [{"citizen": citizen} | _in_force(house), {"citizen_print": prints, "state": "invited"}]}
    return store.list_page(house, MEMBERSHIPS, where, page)


def members(house: House, citizen: str, organisation: str, page: PageQuery) -> Page:
    """One page of who may act for an organisation, newest first, for those who may appoint.

    Raises ``not-found``, ``not-allowed``.
    """
    if not APPOINTS[membership(house, citizen, organisation)["role"]]:
        raise Problem("not-allowed", "只有法定代表人和管理员能查看成员。")
    where = {"organisation": organisation, "open": True}
    return store.list_page(house, MEMBERSHIPS, where, page)


def view(house: House, one: Document) -> dict[str, Any]:
    """A membership as its organisation's people see it."""
    organisation = accounts.get_citizen(house, one["organisation"])
    return {
        "id": one["_id"],
        "organisation": {"id": one["organisation"], "name": organisation["name"]},
        "name": mask_name(one["name"]) if one["name"] else None,
        "role": one["role"],
        "role_label": LABELS[one["role"]],
        "matters": one["matters"],
        "state": one["state"],
        "until": one["until"].isoformat(),
    }


def _in_force(house: House) -> Document:
    return {"state": "active", "until": {"$gt": house.clock.now()}}


def _join(house: House, organisation: str, person: Document, *, role: str) -> None:
    now = house.clock.now()
    document = {
        "_id": house.new_id(),
        "organisation": organisation,
        "citizen": person["_id"],
        "citizen_print": person["phone_print"],
        "name": person["name"],
        "role": role,
        "matters": [EVERY_MATTER],
        "until": now + timedelta(days=36_500),
        "state": "active",
        "open": True,
        "appointed_by": "register",
        "created_at": now,
        "updated_at": now,
        "history": [{"at": now, "text": "登记的法定代表人"}],
    }

    def record(unit: Unit) -> None:
        store.insert(house, MEMBERSHIPS, document, unit.session)
        unit.emit("membership.registered", membership=document["_id"], organisation=organisation)

    try:
        commit(house, record)
    except DuplicateKeyError:
        where = {"organisation": organisation, "citizen_print": person["phone_print"]}
        [found] = store.find_many(house, MEMBERSHIPS, where | {"open": True}, 1)
        promoted = {"role": role, "state": "active", "matters": [EVERY_MATTER], "until": document["until"]}
        changes = promoted | {"citizen": person["_id"], "name": person["name"]}
        _move(house, found, changes, note="登记的法定代表人", event="accepted")


def _move(house: House, found: Document, changes: Document, *, note: str, event: str) -> Document:
    def record(unit: Unit) -> Document:
        changed = store.change(house, unit, MEMBERSHIPS, found, changes, note=note)
        if changed is None:
            raise Problem("conflict", "这个任命刚刚有变化，请刷新后再试。")
        unit.emit(
            f"membership.{event}",
            membership=changed["_id"],
            organisation=changed["organisation"],
            citizen=changed["citizen"] or found["appointed_by"],
        )
        return changed

    return commit(house, record)
