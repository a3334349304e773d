"""Acting for others on a real database: children at once, adults after their own yes."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from backend.core import events
from backend.core.clock import city_midnight
from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.house import connect_valkey
from backend.delegations import giving, principals
from backend.delegations.principals import Right, authorise, still_holds
from backend.launch.servers import bundled_program
from backend.matters.catalogue import catalogue
from tests.contract.city import emptied, free_port, wait_until
from tests.contract.prompting import TODAY, PromptTown, at, together

AGENT_PHONE, PRINCIPAL_PHONE = "19900000001", "19900000002"


@pytest.fixture(scope="module")
def valkey() -> Iterator[redis.Redis]:
    """A real Valkey: the limits count there."""
    program, port = shutil.which("valkey-server") or bundled_program("valkey-server"), free_port()
    assert program is not None, "there is no valkey-server"
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = connect_valkey(f"redis://127.0.0.1:{port}/0")
    try:
        wait_until(lambda: _answers(client), seconds=20, what="valkey")
        yield client
    finally:
        server.terminate()
        server.wait(timeout=10)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def town(
    mongo_url: str, valkey: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PromptTown]:
    town = PromptTown(mongo_url, emptied(mongo_url, "delegations"), tmp_path)
    town.house = replace(town.house, valkey=valkey)
    valkey.flushall()
    monkeypatch.setattr(events, "relay", town.keep_events)
    town.clock.moment = at(f"{TODAY}T02:00:00+00:00")
    yield town


def a_person(town: PromptTown, phone: str, name: str, **sections: Any) -> str:
    citizen = town.a_citizen(**sections)
    prints = {"phone_print": town.house.cipher.blind(phone), "phone": town.house.cipher.encrypt(phone)}
    town.house.db["citizens"].update_one({"_id": citizen}, {"$set": prints | {"name": name}})
    return citizen


def the_pair(town: PromptTown) -> tuple[str, str]:
    return a_person(town, AGENT_PHONE, "随小女"), a_person(town, PRINCIPAL_PHONE, "安小母")


def asked(town: PromptTown, agent: str, **terms: Any) -> str:
    wanted = {"matters": ["elderly-allowance"], "relation": "妈妈"} | terms
    return str(giving.ask(town.house, agent, principal_phone=PRINCIPAL_PHONE, terms=wanted)["_id"])


def test_nobody_acts_for_an_adult_before_their_yes(town: PromptTown) -> None:
    agent, principal = the_pair(town)
    delegation = asked(town, agent)
    matter = catalogue().get("elderly-allowance")
    with pytest.raises(Problem) as refused:
        authorise(town.house, agent, principal, matter)
    assert refused.value.kind.slug == "not-found"
    with pytest.raises(Problem):
        giving.confirm(town.house, agent, delegation)
    giving.confirm(town.house, principal, delegation)
    assert authorise(town.house, agent, principal, matter).right is Right.DELEGATION
    assert [one["citizen"] for one in town.emitted("delegation.confirmed")] == [principal, agent]


def test_a_delegation_reaches_only_its_matters(town: PromptTown) -> None:
    agent, principal = the_pair(town)
    giving.confirm(town.house, principal, asked(town, agent))
    with pytest.raises(Problem) as refused:
        authorise(town.house, agent, principal, catalogue().get("id-card-renewal"))
    assert refused.value.kind.slug == "not-allowed"


def test_each_use_is_counted_told_and_never_more_than_allowed(town: PromptTown) -> None:
    agent, principal = the_pair(town)
    delegation = asked(town, agent, uses=2)
    giving.confirm(town.house, principal, delegation)
    house = town.house

    def use() -> None:
        commit(house, lambda unit: giving.use(house, unit, delegation, application="a"))

    outcomes = together(use, use, use, use)
    refused = [one for one in outcomes if isinstance(one, Problem)]
    assert len(refused) >= 2
    left = house.db["delegations"].find_one({"_id": delegation})
    assert left is not None
    assert left["uses_left"] == 2 - (4 - len(refused))
    assert len(town.emitted("delegation.used")) == 4 - len(refused)
    assert {one["citizen"] for one in town.emitted("delegation.used")} == {principal}


def test_a_revoked_delegation_ends_at_the_next_request(town: PromptTown) -> None:
    agent, principal = the_pair(town)
    delegation = asked(town, agent)
    giving.confirm(town.house, principal, delegation)
    application = {
        "citizen": principal,
        "agent": {"citizen": agent, "right": "delegation", "record": delegation},
    }
    assert still_holds(town.house, application, agent)
    giving.revoke(town.house, principal, delegation)
    assert not still_holds(town.house, application, agent)
    assert still_holds(town.house, application, principal)


def test_it_ends_by_itself_on_its_day(town: PromptTown) -> None:
    agent, principal = the_pair(town)
    giving.confirm(town.house, principal, asked(town, agent, days=30))
    town.clock.moment += timedelta(days=30, seconds=1)
    assert [one["right"] for one in principals.list_principals(town.house, agent)] == ["self"]


def test_a_phone_without_an_account_is_answered_like_one_with(town: PromptTown) -> None:
    agent = a_person(town, AGENT_PHONE, "随小女")
    kept = giving.ask(
        town.house,
        agent,
        principal_phone="19900000099",
        terms={"matters": ["elderly-allowance"], "relation": "妈妈"},
    )
    seen = giving.view(kept, agent)
    assert (seen["state"], seen["role"], seen["principal"]) == ("asked", "agent", None)
    late = a_person(town, "19900000099", "安小母")
    giving.confirm(town.house, late, kept["_id"])
    assert [one["right"] for one in principals.list_principals(town.house, agent)] == ["self", "delegation"]


def a_child(name: str, born: date, number: str | None, *, registered: bool = True) -> dict[str, Any]:
    return {"name": name, "born": city_midnight(born), "registered": registered, "identity_number": number}


def test_a_guardian_acts_for_registered_minors_without_asking(town: PromptTown) -> None:
    children = [
        a_child("随小一", date(2019, 5, 1), "990000201905010014"),
        a_child("随小二", date(2005, 5, 1), "990000200505010012"),
        a_child("随小三", date(2026, 10, 1), None, registered=False),
    ]
    parent = a_person(town, AGENT_PHONE, "随小母", children=children)
    rows = principals.list_principals(town.house, parent)
    assert [(row["kind"], row["name"]) for row in rows] == [("person", "随*母"), ("child", "随*一")]
    again = principals.list_principals(town.house, parent)
    assert rows == again
    matter = catalogue().get("id-card-renewal")
    assert authorise(town.house, parent, rows[1]["id"], matter).right is Right.GUARDIAN


def test_another_parents_child_is_nobody_to_a_stranger(town: PromptTown) -> None:
    child = a_child("随小一", date(2019, 5, 1), "990000201905010014")
    parent = a_person(town, AGENT_PHONE, "随小母", children=[child])
    stranger = a_person(town, PRINCIPAL_PHONE, "安小人")
    row = principals.list_principals(town.house, parent)[1]
    with pytest.raises(Problem) as refused:
        authorise(town.house, stranger, row["id"], catalogue().get("id-card-renewal"))
    assert refused.value.kind.slug == "not-found"
