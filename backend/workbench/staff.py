"""Staff accounts: made, changed, disabled and given new passwords by their department's administrators."""

from collections.abc import Collection
from typing import Any

from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.workbench import store
from backend.workbench.passwords import Cost, seal_password, weakness
from backend.workbench.roles import LABELS, Role


def create_staff(
    house: House,
    *,
    name: str,
    password: str,
    department: str,
    roles: Collection[str],
    display: str = "",
    by: str,
    cost: Cost | None = None,
) -> Document:
    """A new account. Raises ``invalid-request`` for an unknown department or role or a weak password."""
    if department not in catalogue().departments:
        known = "、".join(sorted(catalogue().departments))
        raise Problem("invalid-request", f"没有“{department}”这个部门；可以是：{known}。")
    unknown = set(roles) - set(Role)
    if unknown or not roles:
        raise Problem("invalid-request", f"岗位只能是：{'、'.join(Role)}，至少一个。")
    problem = weakness(password, name)
    if problem:
        raise Problem("invalid-request", f"{problem}。")
    account: Document = {
        "_id": house.new_id(),
        "name": name,
        "display": display or name,
        "department": department,
        "roles": sorted(roles),
        "password": seal_password(password, cost),
        "failures": 0,
        "locked_until": None,
        "disabled_at": None,
        "signed_in_at": None,
        "created_at": house.clock.now(),
        "created_by": by,
        "version": 1,
    }
    store.insert_staff(house, account)
    logger().info("staff.created", staff=account["_id"], department=department, by=by)
    return account


def change_staff(
    house: House,
    admin: Caller,
    staff: str,
    *,
    roles: Collection[str] | None = None,
    display: str | None = None,
    disabled: bool | None = None,
) -> Document:
    """Change a colleague's account. Raises ``not-found``, ``conflict``; nobody disables themselves."""
    account = store.colleague(house, admin.department, staff)
    now = house.clock.now()
    if staff == admin.staff and (disabled or (roles is not None and Role.ADMINISTRATE not in roles)):
        raise Problem("conflict", "不能停用自己或去掉自己的管理权限，请让另一位管理员来做。")
    changes: Document = {}
    if roles is not None:
        changes["roles"] = sorted(set(roles))
    if display is not None:
        changes["display"] = display
    if disabled is not None:
        changes["disabled_at"] = (account["disabled_at"] or now) if disabled else None
    changed = store.change_staff(house, staff, account["version"], changes)
    if disabled:
        store.end_sessions(house, {"staff": staff}, now)
    logger().info("staff.changed", staff=staff, by=admin.staff, what=sorted(changes))
    return changed


def reset_password(house: House, admin: Caller, staff: str, password: str) -> Document:
    """Give a colleague a new password, which ends their sessions and any lock. Raises ``invalid-request``."""
    account = store.colleague(house, admin.department, staff)
    problem = weakness(password, account["name"])
    if problem:
        raise Problem("invalid-request", f"{problem}。")
    changes: Document = {"password": seal_password(password), "failures": 0, "locked_until": None}
    changed = store.change_staff(house, staff, account["version"], changes)
    store.end_sessions(house, {"staff": staff}, house.clock.now())
    logger().info("staff.password-reset", staff=staff, by=admin.staff)
    return changed


def view_staff(account: Document) -> dict[str, Any]:
    """An account as colleagues see it."""
    seen = account["signed_in_at"]
    return {
        "id": account["_id"],
        "name": account["name"],
        "display": account["display"],
        "department": account["department"],
        "roles": [{"id": role, "label": LABELS[Role(role)]} for role in account["roles"]],
        "disabled": account["disabled_at"] is not None,
        "signed_in_at": seen.isoformat() if seen else None,
        "version": account["version"],
    }
