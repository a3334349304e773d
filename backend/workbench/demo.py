"""Made-up staff for development and tests: random passwords, kept sealed, never printed."""

import secrets
from typing import Any

from backend.core.house import House
from backend.core.mongo import Document, declare
from backend.matters.catalogue import catalogue
from backend.workbench import store
from backend.workbench.passwords import FOR_RANDOM_PASSWORDS
from backend.workbench.roles import DATA_OFFICE, Role
from backend.workbench.staff import create_staff

DEMO = declare("demo_staff")
# Two who accept and handle, one who reviews, one who decides and supervises, one who manages accounts.
POSTS: dict[str, tuple[str, tuple[Role, ...]]] = {
    "receiver": ("窗口安收", (Role.RECEIVE,)),
    "handler": ("经办安承", (Role.HANDLE,)),
    "reviewer": ("科长安审", (Role.REVIEW,)),
    "chief": ("局长安决", (Role.DECIDE, Role.SUPERVISE)),
    "admin": ("管理安管", (Role.ADMINISTRATE,)),
}
# The data office runs the assistant: two of each post, so that one can look at what the other did.
OWN_POSTS: dict[str, dict[str, tuple[str, tuple[Role, ...]]]] = {
    DATA_OFFICE: {
        "operator": ("运营安训", (Role.OPERATE,)),
        "second-operator": ("运营安核", (Role.OPERATE,)),
        "agent": ("客服安话", (Role.ATTEND,)),
        "second-agent": ("客服安线", (Role.ATTEND,)),
    }
}


def seed_staff(house: House) -> int:
    """Everybody who is not there yet, at every department; returns how many are new."""
    names = [
        (f"{department}.{post}", department, post)
        for department in sorted({*catalogue().departments, DATA_OFFICE})
        for post in _posts_of(department)
    ]
    there = {row["name"] for row in house.db[store.STAFF].find({}, {"name": 1})}
    fresh = [one for one in names if one[0] not in there]
    for name, department, post in fresh:
        _seed_one(house, name, department, post)
    return len(fresh)


def demo_staff(house: House) -> list[dict[str, Any]]:
    """``{name, password, display, department, roles}`` of each, by name."""
    rows = house.db[DEMO].find({}).sort("_id").limit(500)
    return [_shown(house, row) for row in rows]


def _posts_of(department: str) -> dict[str, tuple[str, tuple[Role, ...]]]:
    return POSTS | OWN_POSTS.get(department, {})


def _seed_one(house: House, name: str, department: str, post: str) -> None:
    display, roles = _posts_of(department)[post]
    password = secrets.token_urlsafe(18)
    # Kept before the account: a crash between the two leaves no account that nobody can enter.
    sealed = {"password": house.cipher.encrypt(password), "display": display, "department": department}
    house.db[DEMO].replace_one({"_id": name}, sealed | {"roles": [*roles]}, upsert=True)
    create_staff(
        house,
        name=name,
        password=password,
        department=department,
        roles=roles,
        display=display,
        by="seed",
        cost=FOR_RANDOM_PASSWORDS,
    )


def _shown(house: House, row: Document) -> dict[str, Any]:
    return {
        "name": row["_id"],
        "password": house.cipher.decrypt(row["password"]),
        "display": row["display"],
        "department": row["department"],
        "roles": row["roles"],
    }
