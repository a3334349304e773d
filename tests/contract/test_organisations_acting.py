"""Firms in a register: who binds one, who is appointed, and whose applications they see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.core import events
from backend.core import house as houses
from integrations.departments.registries import ORGANISATIONS
from tests.contract.city import City, emptied
from tests.contract.desk import MATTERS, RELIEF, Desk, a_paper
from tests.contract.till import running_city

FIRMS, OTHERS, LICENSED = "firm-trial", "firm-other", "licence-trial"
PHONES = {"rep": "19900000101", "admin": "19900000102", "anna": "19900000103", "bert": "19900000104"}
STRANGER = "19900000199"


def a_matter(name: str, **more: Any) -> dict[str, Any]:
    form = [
        {"name": "firm", "label": "企业名称", "type": "text", "source": "organisation.name"},
        {"name": "agent", "label": "经办人", "type": "name", "source": "agent.name"},
    ]
    papers = [{"id": "plan", "name": "平面图", "necessity": "optional", "origin": "申请人自备"}]
    file = MATTERS[RELIEF] | {"id": name, "name": f"试办{name}", "joint": [], "tolerance": None}
    file |= {"department": "market-regulation", "handling": {"by": "department"}}
    return file | {"audience": ["organisation"], "form": form, "materials": papers} | more


MADE_UP = {
    FIRMS: a_matter(FIRMS),
    OTHERS: a_matter(OTHERS),
    LICENSED: a_matter(
        LICENSED,
        audience=["natural-person"],
        form=[MATTERS[RELIEF]["form"][0]],
        materials=[
            {"id": "card", "name": "身份证", "origin": "政府部门核发", "licence": "identity-card"},
            {"id": "book", "name": "户口簿", "origin": "政府部门核发", "licence": "household-register"},
        ],
    ),
}


@pytest.fixture(scope="module")
def city(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(mongo_url, tmp_path_factory.mktemp("firms")) as found:
        yield found


@pytest.fixture
def town(
    mongo_url: str, valkey_url: str, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Town"]:
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    made = Town(mongo_url, emptied(mongo_url, "firms"), tmp_path, valkey_url)
    made.open(city)
    made.house.valkey.flushall()
    for name, file in MADE_UP.items():
        monkeypatch.setitem(catalogue().matters, name, Matter.model_validate(file))
        monkeypatch.setitem(catalogue().versions, name, f"{name}-1")
    monkeypatch.setattr(events, "relay", made.keep_events)
    monkeypatch.setattr(houses, "_opened", [made.house])
    yield made


class Town(Desk):
    """People who may act for a firm of the real register."""

    def open(self, city: City) -> None:
        self.house = replace(self.house, departments=city.gateway())
        entry = city.store[ORGANISATIONS].find_one({"legal_representative.identity_number": {"$ne": None}})
        assert entry is not None
        self.firm = {"name": entry["name"], "credit_code": entry["_id"]}
        self.people: dict[str, str] = {}
        head = entry["legal_representative"]["identity_number"]
        for who, phone in PHONES.items():
            self.people[who] = self.somebody(phone, head if who == "rep" else f"99000019900101{phone[-4:]}")
        self.people["stranger"] = self.somebody(STRANGER, "990000199001019999")

    def somebody(self, phone: str, identity_number: str) -> str:
        citizen = self.a_resident()
        cipher = self.house.cipher
        sets = {"phone": cipher.encrypt(phone), "phone_print": cipher.blind(phone)}
        sets |= {"identity_number": cipher.encrypt(identity_number)}
        sets |= {"identity_print": cipher.blind(identity_number)}
        self.house.db["citizens"].update_one({"_id": citizen}, {"$set": sets})
        return citizen

    def call(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask(self.citizen_token(self.people[who]), method, path, body, **more)

    def bound(self) -> str:
        answer = self.call("rep", "POST", "/organisations", self.firm)
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["organisation"]["id"])

    def appoint(self, by: str, firm: str, who: str, role: str, **terms: Any) -> Any:
        body = {"phone": PHONES[who], "role": role} | terms
        return self.call(by, "POST", f"/organisations/{firm}/members", body)

    def joined(self, by: str, firm: str, who: str, role: str, **terms: Any) -> str:
        """Appointed and accepted; the membership's id."""
        answer = self.appoint(by, firm, who, role, **terms)
        assert answer.status_code == 201, answer.get_json()
        member = str(answer.get_json()["id"])
        assert self.call(who, "POST", f"/organisations/invitations/{member}/accept").status_code == 200
        return member

    def staffed(self) -> tuple[str, dict[str, str]]:
        """The firm with an administrator and two handlers."""
        firm = self.bound()
        members = {"admin": self.joined("rep", firm, "admin", "administrator")}
        members |= {one: self.joined("admin", firm, one, "handler") for one in ("anna", "bert")}
        return firm, members

    def draft(self, who: str, firm: str, matter: str = FIRMS) -> Any:
        return self.call(who, "POST", "/applications", {"matter": matter, "for": firm})

    def listed(self, who: str) -> list[str]:
        answer = self.call(who, "GET", "/applications")
        return [one["id"] for one in answer.get_json()["items"]]


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def test_only_its_registered_head_brings_an_organisation_in(town: Town) -> None:
    assert slug(town.call("anna", "POST", "/organisations", town.firm)) == "not-allowed"
    wrong = town.firm | {"name": "随安不存在的公司"}
    assert slug(town.call("rep", "POST", "/organisations", wrong)) == "not-found"
    unknown = town.firm | {"credit_code": "91990000MAZZZZZZ99".replace("Z", "X")}
    assert slug(town.call("rep", "POST", "/organisations", unknown)) == "not-found"
    firm = town.bound()
    assert town.bound() == firm
    assert town.house.db["memberships"].count_documents({"organisation": firm}) == 1
    [row] = town.call("rep", "GET", "/organisations").get_json()["items"]
    assert (row["role_label"], row["matters"]) == ("法定代表人", ["*"])


def test_each_role_appoints_those_below_it_only(town: Town) -> None:
    firm = town.bound()
    town.joined("rep", firm, "admin", "administrator")
    assert slug(town.appoint("admin", firm, "anna", "administrator")) == "not-allowed"
    town.joined("admin", firm, "anna", "handler")
    assert slug(town.appoint("anna", firm, "bert", "handler")) == "not-allowed"
    assert slug(town.call("anna", "GET", f"/organisations/{firm}/members")) == "not-allowed"
    assert slug(town.appoint("stranger", firm, "bert", "handler")) == "not-found"
    assert slug(town.appoint("admin", firm, "anna", "handler")) == "conflict"
    roles = [
        one["role"] for one in town.call("rep", "GET", f"/organisations/{firm}/members").get_json()["items"]
    ]
    assert sorted(roles) == ["administrator", "handler", "legal-representative"]


def test_nobody_acts_before_they_accepted(town: Town) -> None:
    firm = town.bound()
    assert town.appoint("rep", firm, "anna", "handler").status_code == 201
    assert slug(town.draft("anna", firm)) == "not-found"


def test_a_handler_acts_in_their_matters_for_their_days(town: Town) -> None:
    firm = town.bound()
    town.joined("rep", firm, "anna", "handler", matters=[FIRMS], days=10)
    assert slug(town.draft("anna", firm, OTHERS)) == "not-allowed"
    made = town.draft("anna", firm)
    assert made.status_code == 201
    fields = {one["name"]: one["value"] for one in made.get_json()["fields"]}
    assert fields == {"firm": town.firm["name"], "agent": "随小办"}
    town.clock.moment += timedelta(days=11)
    application = made.get_json()["id"]
    assert slug(town.call("anna", "GET", f"/applications/{application}")) == "not-found"
    assert town.listed("anna") == []
    assert slug(town.draft("anna", firm)) == "not-found"
    assert town.listed("rep") == [application]


def test_who_answers_for_the_firm_sees_all_and_handlers_their_own(town: Town) -> None:
    firm, _ = town.staffed()
    application = town.draft("anna", firm).get_json()["id"]
    own = town.draft("bert", firm, OTHERS).get_json()["id"]
    for who in ("rep", "admin"):
        assert set(town.listed(who)) == {application, own}
        assert town.call(who, "GET", f"/applications/{application}").status_code == 200
    assert town.listed("anna") == [application]
    assert town.listed("bert") == [own]
    for who in ("bert", "stranger"):
        for path in ("", "/next", "/timeline", "/documents"):
            assert slug(town.call(who, "GET", f"/applications/{application}{path}")) == "not-found", path
    assert town.listed("stranger") == []


def test_an_administrator_of_some_matters_sees_those(town: Town) -> None:
    firm = town.bound()
    town.joined("rep", firm, "admin", "administrator", matters=[OTHERS])
    town.joined("rep", firm, "anna", "handler")
    application = town.draft("anna", firm).get_json()["id"]
    assert town.listed("admin") == []
    assert slug(town.call("admin", "GET", f"/applications/{application}")) == "not-found"


def test_who_is_appointed_later_finds_what_was_begun_before_in_the_list(town: Town) -> None:
    from backend.applications.applicant import _note_whose
    from backend.applications.tasks import show_to_heads

    firm = town.bound()
    town.joined("rep", firm, "anna", "handler")
    application = town.draft("anna", firm).get_json()["id"]
    own = town.call("admin", "POST", "/applications", {"matter": LICENSED}).get_json()["id"]
    town.events.clear()
    member = town.joined("rep", firm, "admin", "administrator")
    [joined] = town.emitted("membership.accepted")
    assert show_to_heads(joined) == 1
    assert town.listed("admin") == [own, application]
    assert show_to_heads(joined) == 0, "done again it changes nothing"
    applications = town.house.db["applications"]
    applications.update_many({}, {"$unset": {"whose": 1}})
    _note_whose(town.house)
    assert (town.listed("admin"), town.listed("rep")) == ([own, application], [application])
    removed = town.call("rep", "POST", f"/organisations/{firm}/members/{member}/remove")
    assert (removed.status_code, town.listed("admin")) == (200, [own])
    show_to_heads(joined)
    found = applications.find_one({"_id": application}) or {}
    assert set(found["whose"]) == {firm, town.people["anna"], town.people["rep"]}


def test_an_administrator_goes_on_with_what_a_colleague_began(town: Town) -> None:
    firm, _ = town.staffed()
    application = town.draft("anna", firm).get_json()["id"]
    key = {"Idempotency-Key": "k"}
    answer = town.call("admin", "POST", f"/applications/{application}/submit", headers=key)
    assert answer.status_code == 200, answer.get_json()
    assert town.call("rep", "POST", f"/applications/{application}/withdraw", {}).status_code == 200
    second = town.draft("bert", firm).get_json()["id"]
    assert town.call("admin", "DELETE", f"/applications/{second}").status_code == 204


def test_removal_ends_everything_at_the_next_request(town: Town) -> None:
    firm, members = town.staffed()
    application = town.draft("anna", firm).get_json()["id"]
    removed = town.call("admin", "POST", f"/organisations/{firm}/members/{members['anna']}/remove")
    assert removed.status_code == 200
    assert town.listed("anna") == []
    for path in ("", "/next", "/timeline", "/documents", "/payment", "/rating"):
        assert slug(town.call("anna", "GET", f"/applications/{application}{path}")) == "not-found", path
    for path, body in (("/withdraw", {}), ("/answers", {"field": "firm", "said": "x"})):
        assert slug(town.call("anna", "POST", f"/applications/{application}{path}", body)) == "not-found"
    from io import BytesIO

    token = town.citizen_token(town.people["anna"])
    upload = town.app.test_client().post(
        f"/api/v1/applications/{application}/materials",
        data={"material": "plan", "file": (BytesIO(a_paper()), "a.pdf")},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert slug(upload) == "not-found"
    assert slug(town.call("anna", "DELETE", f"/applications/{application}")) == "not-found"
    assert town.listed("admin") == [application]


def test_a_handler_may_leave_but_the_head_may_not_be_removed(town: Town) -> None:
    firm, members = town.staffed()
    assert (
        town.call("bert", "POST", f"/organisations/{firm}/members/{members['bert']}/remove").status_code
        == 200
    )
    head = town.house.db["memberships"].find_one({"organisation": firm, "role": "legal-representative"})
    assert head is not None
    for who in ("rep", "admin"):
        answer = town.call(who, "POST", f"/organisations/{firm}/members/{head['_id']}/remove")
        assert slug(answer) == "not-allowed"


def test_people_hear_of_their_appointments_once(town: Town) -> None:
    from backend.messages.between import tell_membership

    firm, members = town.staffed()
    town.call("rep", "POST", f"/organisations/{firm}/members/{members['admin']}/remove")
    for event in ("invited", "accepted", "ended"):
        for told in town.emitted(f"membership.{event}") * 2:
            tell_membership(town.house, told, event)
    rows = list(town.house.db["messages"].find({"kind": "organisation"}))
    titles: dict[str, list[str]] = {}
    names = {citizen: who for who, citizen in town.people.items()}
    for row in rows:
        title = town.house.cipher.open(row)["words"]["title"]
        titles.setdefault(names[row["citizen"]], []).append(title.replace(town.firm["name"], "企业"))
    assert sorted(titles["anna"]) == ["企业请您任经办人", "您已是企业的经办人"]
    assert sorted(titles["admin"]) == [
        "任命已被接受",
        "任命已被接受",
        "企业请您任管理员",
        "您不再代表企业",
        "您已是企业的管理员",
    ]
    assert sorted(titles["rep"]) == ["任命已被接受", "有人不再代表企业"]


def a_delegation(town: Town, **terms: Any) -> str:
    """The stranger lets anna act, who accepted; the delegation's id."""
    body = {"agent_phone": PHONES["anna"], "matters": [LICENSED]} | terms
    given = town.call("stranger", "POST", "/delegations", body)
    assert given.status_code == 201, given.get_json()
    delegation = str(given.get_json()["id"])
    assert town.call("anna", "POST", f"/delegations/{delegation}/confirm").status_code == 200
    return delegation


def with_papers(town: Town, who: str) -> None:
    """Two e-licences in somebody's profile."""
    papers = [
        {"id": one, "type": one, "name": one, "number": "1", "status": "valid", "expires": None}
        for one in ("identity-card", "household-register")
    ]
    town.house.db["profiles"].update_one(
        {"_id": town.people[who]}, {"$set": town.house.cipher.seal({"licences": papers})}
    )


@pytest.mark.parametrize(
    ("licences", "statuses"),
    [
        (None, {"card": "exempt", "book": "exempt"}),
        (["identity-card"], {"card": "exempt", "book": "missing"}),
        ([], {"card": "missing", "book": "missing"}),
    ],
)
def test_a_delegation_opens_the_e_licences_it_names(
    town: Town, licences: list[str] | None, statuses: dict[str, str]
) -> None:
    with_papers(town, "stranger")
    a_delegation(town, licences=licences)
    answer = town.draft("anna", town.people["stranger"], LICENSED)
    assert answer.status_code == 201, answer.get_json()
    assert {one["id"]: one["status"] for one in answer.get_json()["materials"]} == statuses
    own = town.call("stranger", "POST", "/applications", {"matter": LICENSED}).get_json()
    assert {one["status"] for one in own["materials"]} == {"exempt"}


def test_each_submission_uses_a_delegation_once_and_its_giver_hears_of_it(town: Town) -> None:
    from backend.messages.between import tell_use

    with_papers(town, "stranger")
    delegation = a_delegation(town, uses=1)
    first = town.draft("anna", town.people["stranger"], LICENSED).get_json()["id"]
    for key in ("k1", "k1"):
        answer = town.call("anna", "POST", f"/applications/{first}/submit", headers={"Idempotency-Key": key})
        assert answer.status_code == 200, answer.get_json()
    assert town.call("anna", "GET", f"/applications/{first}").status_code == 200
    assert slug(town.draft("anna", town.people["stranger"], LICENSED)) == "not-found"
    [used] = town.emitted("delegation.used")
    assert (used["delegation"], used["application"]) == (delegation, first)
    assert tell_use(town.house, used)
    assert tell_use(town.house, used) is None
    row = town.house.db["messages"].find_one({"kind": "delegation"})
    assert row is not None
    words = town.house.cipher.open(row)["words"]
    assert row["citizen"] == town.people["stranger"]
    assert "还能用 0 次" in words["text"]


def test_what_the_giver_submits_themselves_is_no_use(town: Town) -> None:
    with_papers(town, "stranger")
    a_delegation(town, uses=1)
    draft = town.draft("anna", town.people["stranger"], LICENSED).get_json()["id"]
    key = {"Idempotency-Key": "k"}
    assert town.call("stranger", "POST", f"/applications/{draft}/submit", headers=key).status_code == 200
    assert town.emitted("delegation.used") == []


def test_a_revoked_delegation_takes_the_application_out_of_sight(town: Town) -> None:
    with_papers(town, "stranger")
    delegation = a_delegation(town)
    draft = town.draft("anna", town.people["stranger"], LICENSED).get_json()["id"]
    assert town.listed("anna") == [draft]
    town.call("stranger", "POST", f"/delegations/{delegation}/revoke")
    assert town.listed("anna") == []
    assert slug(town.call("anna", "GET", f"/applications/{draft}")) == "not-found"
    assert town.listed("stranger") == [draft]


def test_both_sides_hear_what_becomes_of_a_delegation(town: Town) -> None:
    from backend.messages.between import tell_delegation

    delegation = a_delegation(town)
    town.call("stranger", "POST", f"/delegations/{delegation}/revoke")
    for event in ("asked", "confirmed", "declined", "revoked"):
        for told in town.emitted(f"delegation.{event}") * 2:
            tell_delegation(town.house, told, event)
    titles: dict[str, list[str]] = {}
    for row in town.house.db["messages"].find({"kind": "delegation"}).sort("created_at"):
        titles.setdefault(row["citizen"], []).append(town.house.cipher.open(row)["words"]["title"])
    assert titles[town.people["anna"]] == ["有人请您替他办事", "可以替对方办了", "代办授权已结束"]
    assert titles[town.people["stranger"]] == ["授权已生效", "代办授权已结束"]


def test_who_asked_hears_of_a_no_and_nobody_else(town: Town) -> None:
    from backend.messages.between import tell_delegation

    body = {"principal_phone": STRANGER, "matters": ["*"], "relation": "朋友"}
    asked = town.call("anna", "POST", "/delegations/requests", body).get_json()["id"]
    town.call("stranger", "POST", f"/delegations/{asked}/decline")
    for event in ("asked", "declined"):
        for told in town.emitted(f"delegation.{event}"):
            tell_delegation(town.house, told, event)
    rows = list(town.house.db["messages"].find({"kind": "delegation"}).sort("_id"))
    words = [town.house.cipher.open(row)["words"] for row in rows]
    assert [one["title"] for one in words] == ["有人想替您办事", "对方没有同意代办"]
    assert [row["citizen"] for row in rows] == [town.people["stranger"], town.people["anna"]]
    assert "随*办" in words[0]["text"]
