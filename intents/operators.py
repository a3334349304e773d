"""Who works on the sentences: staff of the workbench whose post is to operate the assistant."""

from dataclasses import dataclass

from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.house import House
from backend.workbench import store
from backend.workbench.roles import Role


@dataclass(frozen=True)
class Operator:
    """An operator: the account, and the name that the history shows."""

    id: str
    name: str


def operator_named(house: House, name: str) -> Operator:
    """The operator of this name, as the server's own shell names one. Raises ``not-allowed``."""
    account = store.staff_by_name(house, name)
    if account is None or account["disabled_at"] or Role.OPERATE not in account["roles"]:
        raise Problem("not-allowed", f"没有“{name}”这个账号，或其岗位不是意图运营。")
    return Operator(account["_id"], account["name"])


def operator_of(house: House, caller: Caller) -> Operator:
    """The operator that a staff token speaks for; the route has checked the post."""
    account = store.get_staff(house, caller.staff) or {}
    return Operator(caller.staff, str(account.get("name", caller.staff)))
