"""Sign-in: a phone's one-time code, rotating refresh tokens, the real-name check."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from stdnum.cn import ric

from backend.accounts import store
from backend.accounts.ended import EndedSessions
from backend.accounts.tokens import ACCESS_LIFE, Signer
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.limits import Limit, spend
from backend.core.logs import logger
from integrations.gateways.departments import DepartmentUnavailable
from integrations.gateways.sms import SimulatedSms

CODE_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=30)
MOST_TRIES = 5
TOKENS_END_IN = int(ACCESS_LIFE.total_seconds()) + 60
CODE_WINDOW_SECONDS = 600
TRIES_A_PHONE = Limit("code-try", count=60, seconds=600)
REAL_NAME_TRIES = Limit("real-name", count=10, seconds=3600)


def send_code(house: House, phone: str) -> int:
    """Send a one-time code; returns its life in seconds."""
    limit = Limit("code", count=house.settings.codes_a_phone, seconds=CODE_WINDOW_SECONDS)
    spend(house, limit, house.cipher.blind(phone))
    code = f"{secrets.randbelow(1_000_000):06d}"
    store.put_code(house, phone, _code_print(house, phone, code), now=house.clock.now(), life=CODE_LIFE)
    gateway = SimulatedSms(lambda to, text: store.put_sms(house, to, text, code))
    minutes = int(CODE_LIFE.total_seconds() // 60)
    gateway.send(phone, f"【随办】验证码 {code}，{minutes} 分钟内有效。工作人员不会向您索要验证码。")
    return int(CODE_LIFE.total_seconds())


def sign_in(house: House, signer: Signer, *, phone: str, code: str, device: dict[str, str]) -> dict[str, Any]:
    """Tokens for a phone and its code. Raises ``wrong-code``."""
    spend(house, TRIES_A_PHONE, house.cipher.blind(phone))
    now = house.clock.now()
    if not store.use_code(house, phone, _code_print(house, phone, code), now=now, most_tries=MOST_TRIES):
        raise Problem("wrong-code", "验证码不正确或已过期，请重新获取。")
    citizen = store.citizen_by_phone(house, phone, now=now)
    secret = secrets.token_urlsafe(32)
    session = {
        "_id": house.new_id(),
        "citizen": citizen["_id"],
        "device": device,
        "refresh_print": _refresh_print(secret),
        "rotations": 0,
        "created_at": now,
        "ended_at": None,
        "expires_at": now + REFRESH_LIFE,
    }
    store.open_session(house, session)
    logger().info("account.signed-in", citizen=citizen["_id"], session=session["_id"])
    return _tokens(signer, citizen, session["_id"], secret, now)


def refresh(house: House, signer: Signer, ended: EndedSessions, refresh_token: str) -> dict[str, Any]:
    """New tokens for a refresh token. A reused one ends its family. Raises ``session-ended``."""
    session_id, _, secret = refresh_token.partition(".")
    now = house.clock.now()
    fresh = secrets.token_urlsafe(32)
    session = store.rotate_session(
        house, session_id, old=_refresh_print(secret), new=_refresh_print(fresh), now=now, life=REFRESH_LIFE
    )
    if session is None:
        if store.end_session(house, session_id, now=now, why="refresh token reused"):
            logger().warning("account.refresh-reused", session=session_id)
        ended.announce(session_id, seconds=TOKENS_END_IN)
        raise Problem("session-ended", "登录已失效，请重新登录。")
    return _tokens(signer, store.get_citizen(house, session["citizen"]), session_id, fresh, now)


def sign_out(house: House, ended: EndedSessions, caller: Caller) -> None:
    """End the device's family; its access tokens stop working at once."""
    store.end_session(house, caller.session, now=house.clock.now(), why="signed out")
    ended.announce(caller.session, seconds=TOKENS_END_IN)
    logger().info("account.signed-out", citizen=caller.citizen, session=caller.session)


def check_real_name(house: House, citizen: str, *, name: str, identity_number: str) -> int:
    """Compare with the population registry and raise the assurance to 3; returns the level.

    Raises ``invalid-request`` for a number whose check digit is wrong, ``person-mismatch``,
    ``already-linked``, ``department-unavailable``.
    """
    spend(house, REAL_NAME_TRIES, citizen)
    number = identity_number.upper()
    if not ric.is_valid(number):
        raise Problem("invalid-request", "身份证号不正确，请核对 18 位号码（最后一位可能是 X）。")
    try:
        answer = house.departments.verify_person(name=name, identity_number=number)
    except DepartmentUnavailable as error:
        raise Problem(
            "department-unavailable", "人口库暂时连不上，请稍后再试；您填的内容没有丢失。"
        ) from error
    if not answer.match:
        raise Problem("person-mismatch", "姓名与身份证号不一致，或人口库中查无此人，请核对后重试。")

    def record(unit: Unit) -> None:
        store.set_identity(house, unit, citizen, name=name, identity_number=number)
        unit.emit("citizen.identified", citizen=citizen)

    commit(house, record)
    logger().info("account.real-name-passed", citizen=citizen)
    return 3


def _tokens(signer: Signer, citizen: Any, session: str, secret: str, now: datetime) -> dict[str, Any]:
    access = signer.access(citizen=citizen["_id"], session=session, assurance=citizen["assurance"], now=now)
    return {
        "access_token": access,
        "refresh_token": f"{session}.{secret}",
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "citizen": {"id": citizen["_id"], "assurance": citizen["assurance"]},
    }


def _code_print(house: House, phone: str, code: str) -> str:
    return house.cipher.blind(f"{phone}:{code}")


def _refresh_print(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
