"""Staff sign-in and accounts over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.accounts.routes import signer
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, PageQuery
from backend.workbench import account_schemas as schemas
from backend.workbench import signin, staff, store
from backend.workbench.roles import Role

blueprint = APIBlueprint("staff", __name__, url_prefix="/api/v1/staff", abp_tags=[Tag(name="工作人员 staff")])
ADMIN = {Role.ADMINISTRATE}


@blueprint.post("/tokens", summary="工作人员登录", responses={200: schemas.StaffTokens})
@audience(Audience.PUBLIC)
def sign_in(body: schemas.SignInBody) -> Any:
    """Exchange a name and password for tokens."""
    return signin.sign_in(house(), signer(), name=body.name, password=body.password.get_secret_value())


@blueprint.post("/tokens/refresh", summary="刷新令牌", responses={200: schemas.StaffTokens})
@audience(Audience.PUBLIC)
def refresh(body: schemas.RefreshBody) -> Any:
    """New tokens within the same working day."""
    return signin.refresh(house(), signer(), body.refresh_token)


@blueprint.post("/sign-out", summary="退出登录", responses={204: None})
@audience(Audience.STAFF)
def sign_out() -> tuple[str, int]:
    """End this session at once."""
    signin.sign_out(house(), caller())
    return "", 204


@blueprint.get("/me", summary="我的账号和岗位", responses={200: schemas.Account})
@audience(Audience.STAFF)
def read_me() -> Any:
    """Who is signed in, and what they may do."""
    return staff.view_staff(store.colleague(house(), caller().department, caller().staff))


@blueprint.get("/accounts", summary="本部门的账号", responses={200: schemas.AccountPage})
@audience(Audience.STAFF, roles={Role.ADMINISTRATE, Role.SUPERVISE})
def list_accounts(query: PageQuery) -> Any:
    """A department's accounts, newest first."""
    return store.list_staff(house(), caller().department, query).view(staff.view_staff)


@blueprint.post("/accounts", summary="新建账号", responses={201: schemas.Account})
@audience(Audience.STAFF, roles=ADMIN)
def create_account(body: schemas.CreateBody) -> tuple[Any, int]:
    """A new colleague of one's own department."""
    made = staff.create_staff(
        house(),
        name=body.name,
        password=body.password.get_secret_value(),
        department=caller().department,
        roles=body.roles,
        display=body.display,
        by=caller().staff,
    )
    return staff.view_staff(made), 201


@blueprint.get("/accounts/<string:id>", summary="一个账号", responses={200: schemas.Account})
@audience(Audience.STAFF, roles={Role.ADMINISTRATE, Role.SUPERVISE})
def read_account(path: IdPath) -> Any:
    """One account of the department."""
    return staff.view_staff(store.colleague(house(), caller().department, path.id))


@blueprint.patch("/accounts/<string:id>", summary="修改或停用账号", responses={200: schemas.Account})
@audience(Audience.STAFF, roles=ADMIN)
def change_account(path: IdPath, body: schemas.ChangeBody) -> Any:
    """Change roles or name, disable or enable; a disabled account ends at its next request."""
    changes = body.model_dump(exclude_unset=True)
    return staff.view_staff(staff.change_staff(house(), caller(), path.id, **changes))


@blueprint.put("/accounts/<string:id>/password", summary="重设密码", responses={200: schemas.Account})
@audience(Audience.STAFF, roles=ADMIN)
def reset_password(path: IdPath, body: schemas.PasswordBody) -> Any:
    """Give a colleague a new password; their sessions end and a lock is lifted."""
    password = body.password.get_secret_value()
    return staff.view_staff(staff.reset_password(house(), caller(), path.id, password))
