"""Who may call a route. Every route declares its audience; one hook checks it before anything else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from backend.core.errors import Problem

# The API document and its viewers come from the web framework and are for everybody.
VIEWERS = frozenset({"openapi", "swagger"})
F = TypeVar("F", bound=Callable[..., Any])


class Audience(StrEnum):
    """The kinds of callers; the values of a token's ``aud``, and two without a token."""

    PUBLIC = "public"
    SIGNED = "signed"
    CITIZEN = "citizen"
    ASSISTANT = "assistant"
    STAFF = "staff"


@dataclass(frozen=True)
class Caller:
    """Who a verified token speaks for."""

    citizen: str
    session: str
    assurance: int
    audience: Audience
    turn: str = ""
    staff: str = ""
    department: str = ""
    roles: frozenset[str] = frozenset()


def audience(*allowed: Audience, roles: Collection[str] = ()) -> Callable[[F], F]:
    """Declare who may call a route. PUBLIC takes a token too, if there is one.

    ``roles`` are those of which a member of staff needs one.
    """

    def mark(view: F) -> F:
        view.__audience__ = frozenset(allowed)  # type: ignore[attr-defined]
        view.__roles__ = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def declared_audience(view: Callable[..., Any]) -> frozenset[Audience]:
    """What a view declared; empty when it forgot."""
    return getattr(view, "__audience__", frozenset())


def declared_roles(view: Callable[..., Any]) -> frozenset[str]:
    """The roles of which a member of staff needs one for a view; empty when any will do."""
    return getattr(view, "__roles__", frozenset())


def guard_routes(app: Flask, authenticate: Callable[[str], Caller]) -> None:
    """Check every request's caller before its route runs; a route without an audience answers 500."""

    @app.before_request
    def check() -> None:
        g.caller = None
        if request.endpoint is None or request.blueprint in VIEWERS:
            return
        allowed = declared_audience(current_app.view_functions[request.endpoint])
        if not allowed:
            raise RuntimeError(f"{request.endpoint} declares no audience")
        if Audience.SIGNED in allowed:
            return
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not token:
            if Audience.PUBLIC in allowed:
                return
            raise Problem("not-signed-in", "请先登录，再使用这项功能。")
        caller = authenticate(token)
        if caller.audience not in allowed and Audience.PUBLIC not in allowed:
            raise Problem("not-allowed", "这个登录凭据不能用于这项功能。")
        if caller.audience is Audience.STAFF:
            if Audience.STAFF not in allowed:
                return  # on a public page staff are anybody
            check_role(caller, declared_roles(current_app.view_functions[request.endpoint]))
        g.caller = caller


def check_role(caller: Caller, wanted: frozenset[str]) -> None:
    """Raise ``not-allowed`` for staff who have none of the roles wanted."""
    if wanted and not wanted & caller.roles:
        raise Problem("not-allowed", "您的岗位不能做这一步，请交给有权限的同事。", needed=sorted(wanted))


def caller() -> Caller:
    """The verified caller of this request. Raises ``not-signed-in`` where a public route has none."""
    found: Caller | None = g.get("caller")
    if found is None:
        raise Problem("not-signed-in", "请先登录，再使用这项功能。")
    return found
