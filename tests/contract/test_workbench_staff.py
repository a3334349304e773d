"""Staff accounts: signing in, locked out, disabled, changed; and roles asked at each request."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core.guard import Audience, declared_audience, declared_roles
from tests.contract.desk import HOME, OTHER, PASSWORD, Desk


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def sign_in(desk: Desk, name: str, password: str = PASSWORD) -> Any:
    return desk.ask("", "POST", "/staff/tokens", {"name": name, "password": password})


@pytest.fixture(autouse=True)
def wall_clock(desk: Desk) -> Any:
    """Tokens made by the API are checked against the machine's time."""
    from datetime import UTC, datetime

    before, desk.clock.moment = desk.clock.moment, datetime.now(UTC).replace(microsecond=0)
    yield
    desk.clock.moment = before


def test_name_and_password_give_a_short_token_that_only_staff_routes_take(desk: Desk) -> None:
    tokens = sign_in(desk, f"receiver.{HOME}").get_json()
    assert tokens["expires_in"] == 600
    assert desk.ask(tokens["access_token"], "GET", "/staff/me").get_json()["department"] == HOME
    for path in ("/me", "/applications", "/me/audit"):
        answer = desk.ask(tokens["access_token"], "GET", path)
        assert (answer.status_code, slug(answer)) == (403, "not-allowed"), path
    citizen = desk.citizen_token(desk.a_resident())
    assert desk.ask(citizen, "GET", "/staff/cases").status_code == 403


def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(desk: Desk) -> None:
    first = sign_in(desk, f"receiver.{HOME}").get_json()
    body = {"refresh_token": first["refresh_token"]}
    second = desk.ask("", "POST", "/staff/tokens/refresh", body).get_json()
    assert desk.ask(second["access_token"], "GET", "/staff/me").status_code == 200
    assert slug(desk.ask("", "POST", "/staff/tokens/refresh", body)) == "session-ended"
    assert slug(desk.ask(second["access_token"], "GET", "/staff/me")) == "session-ended"


def test_wrong_passwords_lock_the_account_for_a_while(desk: Desk) -> None:
    desk.hire("forgetful", roles=["handle"])
    name = f"forgetful.{HOME}"
    for _ in range(5):
        assert slug(sign_in(desk, name, "wrong-password-1")) == "wrong-password"
    locked = sign_in(desk, name)
    assert (locked.status_code, slug(locked)) == (403, "account-locked")
    desk.clock.advance(minutes=16)
    assert sign_in(desk, name).status_code == 200


def test_an_unknown_name_sounds_like_a_wrong_password(desk: Desk) -> None:
    known, unknown = sign_in(desk, f"handler.{HOME}", "no"), sign_in(desk, "nobody.here", "no")
    assert known.status_code == unknown.status_code == 422
    assert known.get_json()["detail"] == unknown.get_json()["detail"]


def test_a_disabled_account_ends_at_its_next_request_and_changed_roles_count_at_once(desk: Desk) -> None:
    staff = desk.hire("leaving", roles=["receive"])
    assert desk.ask("leaving", "GET", "/staff/cases").status_code == 200
    desk.ask("admin", "PATCH", f"/staff/accounts/{staff}", {"roles": ["administrate"]})
    assert slug(desk.ask("leaving", "GET", "/staff/cases")) == "not-allowed"
    desk.ask("admin", "PATCH", f"/staff/accounts/{staff}", {"disabled": True})
    assert slug(desk.ask("leaving", "GET", "/staff/me")) == "session-ended"
    assert slug(sign_in(desk, f"leaving.{HOME}")) == "wrong-password"


def test_signing_out_ends_the_token(desk: Desk) -> None:
    tokens = sign_in(desk, f"receiver.{HOME}").get_json()
    assert desk.ask(tokens["access_token"], "POST", "/staff/sign-out").status_code == 204
    assert slug(desk.ask(tokens["access_token"], "GET", "/staff/me")) == "session-ended"


def test_administrators_manage_their_own_department_only(desk: Desk) -> None:
    body = {"name": "new.colleague", "password": PASSWORD, "roles": ["review"], "display": "安新"}
    made = desk.ask("admin", "POST", "/staff/accounts", body)
    assert made.status_code == 201
    assert made.get_json()["department"] == HOME
    assert slug(desk.ask("admin", "POST", "/staff/accounts", body)) == "conflict"
    weak = desk.ask("admin", "POST", "/staff/accounts", body | {"name": "other.one", "password": "short"})
    assert slug(weak) == "invalid-request"
    stranger = desk.hire("outsider", OTHER, ["receive"])
    assert desk.ask("admin", "PATCH", f"/staff/accounts/{stranger}", {"disabled": True}).status_code == 404
    assert desk.ask("receiver", "POST", "/staff/accounts", body).status_code == 403
    own = desk.ask("admin", "PATCH", f"/staff/accounts/{desk.ids['admin']}", {"disabled": True})
    assert slug(own) == "conflict"


def test_a_new_password_ends_the_sessions(desk: Desk) -> None:
    staff = desk.hire("renewed", roles=["handle"])
    path = f"/staff/accounts/{staff}/password"
    assert desk.ask("admin", "PUT", path, {"password": "quite-another-password"}).status_code == 200
    assert slug(desk.ask("renewed", "GET", "/staff/me")) == "session-ended"
    assert sign_in(desk, f"renewed.{HOME}", "quite-another-password").status_code == 200


def test_no_password_is_stored_or_told(desk: Desk) -> None:
    stored = desk.house.db["staff"].find_one({"name": f"receiver.{HOME}"})
    assert stored is not None
    assert PASSWORD not in str(stored)
    assert "password" not in desk.ask("admin", "GET", "/staff/accounts").get_data(as_text=True)


def test_every_staff_route_refuses_the_roles_it_does_not_name(desk: Desk) -> None:
    people = {"receive": "receiver", "handle": "handler", "review": "reviewer", "decide": "decider"}
    people |= {"supervise": "supervisor", "administrate": "admin"}
    tried = 0
    for rule in desk.app.url_map.iter_rules():
        view = desk.app.view_functions[rule.endpoint]
        if Audience.STAFF not in declared_audience(view):
            continue
        path = rule.rule.removeprefix("/api/v1")
        for part in [one for one in path.split("/") if one.startswith("<")]:
            path = path.replace(part, "none")
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        assert desk.ask("", method, path, {}).status_code == 401, rule.rule
        wanted = declared_roles(view)
        for role, person in people.items():
            if not wanted or role in wanted:
                continue
            answer = desk.ask(person, method, path, {}, headers={"Idempotency-Key": "x"})
            assert (answer.status_code, slug(answer)) == (403, "not-allowed"), (rule.rule, role)
            tried += 1
    assert tried > 60


def test_the_first_administrator_is_made_by_a_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from backend.workbench import __main__ as command

    monkeypatch.setattr("sys.stdin", io.StringIO("first-admin-pass-1\n"))
    assert command.main(["create", "first.admin", "--department", OTHER]) == 0
    assert sign_in(desk, "first.admin", "first-admin-pass-1").get_json()["staff"]["roles"] == ["administrate"]
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    assert command.main(["create", "second.admin", "--department", OTHER]) == 1


def test_demo_staff_are_seeded_once_and_can_sign_in(desk: Desk) -> None:
    from backend.workbench.demo import demo_staff, seed_staff

    assert seed_staff(desk.house) > 0
    assert seed_staff(desk.house) == 0
    listed = desk.ask("", "GET", "/development/staff").get_json()["items"]
    assert listed == demo_staff(desk.house)
    chief = next(one for one in listed if one["name"] == "health.chief")
    assert sign_in(desk, chief["name"], chief["password"]).status_code == 200
    sealed = desk.house.db["demo_staff"].find_one({"_id": "health.chief"})
    assert chief["password"] not in str(sealed)


def test_a_working_day_ends_every_session(desk: Desk) -> None:
    tokens = sign_in(desk, f"receiver.{HOME}").get_json()
    desk.clock.moment += timedelta(hours=12, minutes=1)
    assert slug(desk.ask(tokens["access_token"], "GET", "/staff/me")) == "session-ended"
