"""Sign-in and the citizen's own data over HTTP."""

from typing import Any

from flask import current_app
from flask_openapi3 import APIBlueprint, Tag

from backend.accounts import consents, modes, schemas, signin, store
from backend.accounts.ended import EndedSessions
from backend.accounts.tokens import ACCESS_LIFE, Signer
from backend.core import masking
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.profiles.showing import shown_profile

auth = APIBlueprint("auth", __name__, url_prefix="/api/v1/auth", abp_tags=[Tag(name="登录 auth")])
me = APIBlueprint("me", __name__, url_prefix="/api/v1/me", abp_tags=[Tag(name="我的 me")])
REFRESHES = Limit("refresh", count=60, seconds=60)


def signer() -> Signer:
    """The application's token signer."""
    found: Signer = current_app.extensions["signer"]
    return found


def ended_sessions() -> EndedSessions:
    """The process's knowledge of ended sessions."""
    found: EndedSessions = current_app.extensions["ended_sessions"]
    return found


@auth.post("/codes", summary="获取验证码", responses={202: schemas.CodeSent})
@audience(Audience.PUBLIC)
def send_code(body: schemas.CodeBody) -> tuple[Any, int]:
    """Send a one-time code by SMS."""
    return {"expires_in": signin.send_code(house(), body.phone)}, 202


@auth.post("/tokens", summary="验证码登录", responses={200: schemas.Tokens})
@audience(Audience.PUBLIC)
def sign_in(body: schemas.SignInBody) -> Any:
    """Exchange a phone and its code for tokens."""
    device = body.device.model_dump()
    return signin.sign_in(house(), signer(), phone=body.phone, code=body.code, device=device)


@auth.post("/tokens/refresh", summary="刷新令牌", responses={200: schemas.Tokens})
@audience(Audience.PUBLIC)
def refresh(body: schemas.RefreshBody) -> Any:
    """New tokens; a refresh token that was already used ends its device's sign-in."""
    spend(house(), REFRESHES, body.refresh_token[:26])
    return signin.refresh(house(), signer(), ended_sessions(), body.refresh_token)


@auth.post("/sign-out", summary="退出登录", responses={204: None})
@audience(Audience.CITIZEN)
def sign_out() -> tuple[str, int]:
    """End this device's sign-in at once."""
    signin.sign_out(house(), ended_sessions(), caller())
    return "", 204


@auth.post("/real-name", summary="实名认证", responses={200: schemas.Assurance})
@audience(Audience.CITIZEN)
def real_name(body: schemas.RealNameBody) -> Any:
    """Compare name and identity number with the population registry."""
    who = caller()
    level = signin.check_real_name(house(), who.citizen, name=body.name, identity_number=body.identity_number)
    access = signer().access(
        citizen=who.citizen, session=who.session, assurance=level, now=house().clock.now()
    )
    return {"assurance": level, "access_token": access, "expires_in": int(ACCESS_LIFE.total_seconds())}


@me.get("", summary="我的账号", responses={200: schemas.Me})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_me() -> Any:
    """The signed-in citizen, masked, and how they are spoken to."""
    return _me(caller().citizen)


@me.patch("", summary="换成长辈版，或换回标准版", responses={200: schemas.Me})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def change_me(body: schemas.MeChange) -> Any:
    """Choose how to be spoken to, on every device."""
    modes.choose_mode(house(), caller().citizen, body.mode)
    return _me(caller().citizen)


def _me(citizen_id: str) -> dict[str, Any]:
    citizen = store.get_citizen(house(), citizen_id)
    listener = modes.read_listener(house(), citizen_id)
    number = citizen.get("identity_number")
    name = citizen.get("name")
    return {
        "id": citizen["_id"],
        "name": masking.mask_name(name) if name else None,
        "phone": masking.mask_phone(citizen["phone"]),
        "identity_number": masking.mask_identity(number) if number else None,
        "assurance": citizen["assurance"],
        "mode": listener.mode,
        "suggested_mode": modes.Mode.ELDER if listener.unasked else None,
    }


@me.get("/profile", summary="政府掌握的我的信息", responses={200: schemas.ProfileView})
@audience(Audience.CITIZEN)
def read_profile() -> Any:
    """What departments know, with source and time."""
    return {"sections": shown_profile(house(), caller().citizen)}


@me.get("/consents", summary="我的授权", responses={200: schemas.Consents})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def list_consents() -> Any:
    """Where each purpose stands."""
    return {"items": consents.list_consents(house(), caller().citizen)}


@me.put("/consents/<string:purpose>", summary="同意或撤回", responses={200: schemas.Consents})
@audience(Audience.CITIZEN)
def set_consent(path: schemas.ConsentPath, body: schemas.ConsentBody) -> Any:
    """Grant or revoke one purpose; it counts from the next request."""
    who = caller().citizen
    consents.set_consent(house(), who, path.purpose, granted=body.granted, version=body.version)
    return {"items": consents.list_consents(house(), who)}
