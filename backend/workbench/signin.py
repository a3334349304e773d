"""Staff sign in with name and password; every later request asks the account what it may do now."""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from backend.accounts.tokens import ACCESS_LIFE, Signer
from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.limits import Limit, spend
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.workbench import store
from backend.workbench.passwords import FOR_RANDOM_PASSWORDS, Cost, fits, seal_password

WORKING_DAY = timedelta(hours=12)
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
TRIES = Limit("staff-sign-in", count=30, seconds=600)
# A comparison is costly on purpose: together they must not keep a process busy.
ALL_TRIES = Limit("staff-sign-in-all", count=120, seconds=60)
_nobody: list[Document] = []


def sign_in(house: House, signer: Signer, *, name: str, password: str) -> dict[str, Any]:
    """Tokens for a name and its password. Raises ``wrong-password``, ``account-locked``."""
    spend(house, ALL_TRIES, "all")
    spend(house, TRIES, hashlib.sha256(name.encode()).hexdigest()[:16])
    account, now = store.staff_by_name(house, name), house.clock.now()
    if account is not None and account["locked_until"] and account["locked_until"] > now:
        minutes = int((account["locked_until"] - now).total_seconds() // 60) + 1
        raise Problem("account-locked", f"密码错得太多，账号已锁定，请 {minutes} 分钟后再试。")
    # An unknown name takes as long as a wrong password.
    right = fits(password, account["password"] if account else _nobodys_password())
    if account is None or not right or account["disabled_at"]:
        if account is not None and not right:
            store.note_failure(house, account["_id"], most=MOST_FAILURES, until=now + LOCKED_FOR)
        logger().warning("staff.sign-in-refused", staff=account["_id"] if account else None)
        raise Problem("wrong-password", "用户名或密码不正确，或账号已停用。")
    store.note_success(house, account["_id"], now)
    secret = secrets.token_urlsafe(32)
    session = {
        "_id": house.new_id(),
        "staff": account["_id"],
        "refresh_print": _print(secret),
        "created_at": now,
        "ended_at": None,
        "expires_at": now + WORKING_DAY,
    }
    store.open_session(house, session)
    logger().info("staff.signed-in", staff=account["_id"], session=session["_id"])
    return _tokens(house, signer, account, session["_id"], secret)


def refresh(house: House, signer: Signer, refresh_token: str) -> dict[str, Any]:
    """New tokens within the same working day. A reused token ends the session. Raises ``session-ended``."""
    session_id, _, secret = refresh_token.partition(".")
    fresh, now = secrets.token_urlsafe(32), house.clock.now()
    session = store.rotate_session(house, session_id, old=_print(secret), new=_print(fresh), now=now)
    account = store.get_staff(house, session["staff"]) if session else None
    if account is None or account["disabled_at"]:
        store.end_sessions(house, {"_id": session_id}, now)
        raise Problem("session-ended", "登录已失效，请重新登录。")
    return _tokens(house, signer, account, session_id, fresh)


def sign_out(house: House, caller: Caller) -> None:
    """End the session; its tokens stop working at the next request."""
    store.end_sessions(house, {"_id": caller.session}, house.clock.now())
    logger().info("staff.signed-out", staff=caller.staff, session=caller.session)


def with_present_roles(house: House, caller: Caller) -> Caller:
    """The caller with the department and roles of this very moment.

    Raises ``session-ended`` for a session that ended or an account that was disabled.
    """
    account = store.get_staff(house, caller.staff)
    if (
        account is None
        or account["disabled_at"]
        or not store.session_is_open(house, caller.session, house.clock.now())
    ):
        raise Problem("session-ended", "登录已失效，请重新登录。")
    return replace(caller, department=account["department"], roles=frozenset(account["roles"]))


def _tokens(house: House, signer: Signer, account: Document, session: str, secret: str) -> dict[str, Any]:
    return {
        "access_token": signer.staff(staff=account["_id"], session=session, now=house.clock.now()),
        "refresh_token": f"{session}.{secret}",
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "staff": {"id": account["_id"], "department": account["department"], "roles": account["roles"]},
    }


def _nobodys_password() -> Document:
    if not _nobody:
        # The work of a comparison is in its cost: the stored hash itself is nobody's.
        _nobody.append(seal_password(secrets.token_hex(), FOR_RANDOM_PASSWORDS) | vars(Cost()))
    return _nobody[0]


def _print(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
