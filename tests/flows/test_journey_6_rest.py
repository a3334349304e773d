"""One matter through the REST API alone, as a mobile app would do it."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.flows.conversation import Conversation
from tests.flows.test_journey_1_signin import problem, sign_in
from tests.papers import TINY_PNG as PNG
from tests.stack import Stack

DRIVER, NEW_ARRIVAL, RENTER, NOTHING_DUE = "19900000001", "19900000007", "19900000004", "19900000011"
CLOSED = ("done", "refused", "rejected", "withdrawn", "terminated")


def await_state(client: httpx.Client, application: str, *states: str, seconds: float = 20) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        found = client.get(f"/applications/{application}").json()
        if found["state"] in states:
            return dict(found)
        assert time.monotonic() < until, f"still {found['state']}: {found['timeline']}"
        time.sleep(0.1)


def fill_everything(client: httpx.Client, application: str, values: dict[str, Any]) -> dict[str, Any]:
    """Answer each next question from `values` until there is nothing left to ask."""
    for _ in range(20):
        step = dict(client.get(f"/applications/{application}/next").json())
        if step["kind"] != "ask":
            return step
        name = step["field"]["name"]
        answer = client.patch(f"/applications/{application}", json={"fields": {name: values[name]}})
        assert answer.status_code == 200, answer.text
    raise AssertionError("the form never ends")


@pytest.fixture
def newcomer(stack: Stack) -> Any:
    with stack.client(sign_in(stack, NEW_ARRIVAL)["access_token"]) as client:
        yield client


def test_a_matter_is_searched_read_drafted_filled_uploaded_submitted_and_followed(
    stack: Stack, newcomer: httpx.Client
) -> None:
    found = newcomer.get("/matters", params={"q": "外地来的怎么做居住登记"}).json()["items"]
    assert found[0]["id"] == "residence-registration"
    guide = newcomer.get("/matters/residence-registration").json()
    assert guide["materials"]
    assert guide["basis_text"]

    created = newcomer.post("/applications", json={"matter": "residence-registration"})
    assert created.status_code in (200, 201)
    draft = created.json()
    known = [field for field in draft["fields"] if field["status"] == "known" and field["source"]]
    assert known, "nothing was prefilled"
    assert all(field["source"]["as_of"] for field in known)

    kind = next(field for field in guide["form"] if field["name"] == "housing_kind")
    values = {
        "housing_kind": next(one["value"] for one in kind["choices"] if "租" in one["label"]),
        **{field["name"]: _an_answer(field) for field in guide["form"] if field["name"] != "housing_kind"},
    }
    step = fill_everything(newcomer, draft["id"], values)
    while step["kind"] == "upload":
        form = {"material": step["material"]["id"]}
        files = {"file": ("../合同.png", PNG, "image/png")}
        uploaded = newcomer.post(f"/applications/{draft['id']}/materials", data=form, files=files)
        assert uploaded.status_code == 201, uploaded.text
        assert uploaded.json()["name"] == "合同.png"
        step = newcomer.get(f"/applications/{draft['id']}/next").json()
    assert step["kind"] == "confirm"

    key = {"Idempotency-Key": f"a-{draft['id']}"}
    filed = newcomer.post(f"/applications/{draft['id']}/submit", headers=key)
    assert filed.status_code == 200, filed.text
    assert filed.json()["number"].startswith("SB")
    assert filed.json()["promised_date"]
    done = await_state(newcomer, draft["id"], *CLOSED)
    assert done["state"] == "done", done["timeline"]
    assert done["results"]
    licence = newcomer.get(f"/licences/{done['results'][0]}").json()
    assert licence["type"] == "residence-registration"


def _an_answer(field: dict[str, Any]) -> Any:
    if field["choices"]:
        return field["choices"][0]["value"]
    answers = {
        "phone": "19900000007", "address": "清溪区和顺街道安居路9号301室", "name": "顺小来",
        "date": "2027-06-01", "money": 3000, "number": 1, "yes-no": True, "region": "合肥市",
    }  # fmt: skip
    return answers.get(field["type"], "测试内容")


def test_the_same_key_sent_twice_files_one_application(stack: Stack) -> None:
    with stack.client(sign_in(stack, RENTER)["access_token"]) as client:
        guide = client.get("/matters/fund-withdrawal-rent").json()
        draft = client.post("/applications", json={"matter": "fund-withdrawal-rent"}).json()
        values = {field["name"]: _an_answer(field) for field in guide["form"]}
        step = fill_everything(client, draft["id"], values)
        assert step["kind"] == "confirm", step
        path, headers = f"/applications/{draft['id']}/submit", {"Idempotency-Key": f"twice-{draft['id']}"}

        def send(_: int) -> httpx.Response:
            return client.post(path, headers=headers)

        with ThreadPoolExecutor(4) as pool:
            parallel = list(pool.map(send, range(4)))
        again = send(0)
        assert {answer.status_code for answer in parallel} <= {200, 409}
        assert again.status_code == 200
        assert again.headers["Idempotency-Replayed"] == "true"
        numbers = {answer.json()["number"] for answer in [*parallel, again] if answer.status_code == 200}
        assert len(numbers) == 1
        mine = client.get("/applications", params={"matter": "fund-withdrawal-rent"}).json()["items"]
        assert len([one for one in mine if one["number"]]) == 1

        other = client.post("/applications", json={"matter": "remote-medical-filing"})
        if other.status_code == 201:
            reused = client.post(f"/applications/{other.json()['id']}/submit", headers=headers)
            assert problem(reused) == "idempotency-key-reused"
        await_state(client, draft["id"], *CLOSED)


def test_wrong_values_are_told_and_nothing_is_kept(stack: Stack) -> None:
    with stack.client(sign_in(stack, DRIVER)["access_token"]) as client:
        draft = client.post("/applications", json={"matter": "driving-licence-renewal"}).json()
        fields = {"contact_phone": "我住在月亮上", "delivery": "post"}
        answer = client.patch(f"/applications/{draft['id']}", json={"fields": fields})
        assert problem(answer) == "invalid-request"
        assert [error["field"] for error in answer.json()["errors"]] == ["contact_phone"]
        after = client.get(f"/applications/{draft['id']}").json()
        assert after["version"] == draft["version"]
        early = client.post(f"/applications/{draft['id']}/submit", headers={"Idempotency-Key": "early"})
        assert problem(early) == "incomplete"
        assert client.delete(f"/applications/{draft['id']}").status_code == 204


def test_an_application_can_be_withdrawn_before_the_decision(stack: Stack) -> None:
    with stack.departments() as departments:
        departments.put("/admin/departments/public-security/behaviour", json={"mode": "normal", "pace": 30})
    try:
        with stack.client(sign_in(stack, "19900000009")["access_token"]) as client:
            guide = client.get("/matters/id-card-renewal").json()
            draft = client.post("/applications", json={"matter": "id-card-renewal"}).json()
            values = {field["name"]: _an_answer(field) for field in guide["form"]}
            assert fill_everything(client, draft["id"], values)["kind"] == "confirm"
            path = f"/applications/{draft['id']}"
            assert client.post(f"{path}/submit", headers={"Idempotency-Key": draft["id"]}).status_code == 200
            Conversation(client).pay(draft["id"])
            until = time.monotonic() + 20
            await_state(client, draft["id"], "received")
            withdrawn = client.post(f"{path}/withdraw", json={"reason": "填错了"})
            while withdrawn.status_code == 409 and time.monotonic() < until:
                assert problem(withdrawn) == "request-in-progress"
                time.sleep(0.2)
                withdrawn = client.post(f"{path}/withdraw", json={"reason": "填错了"})
            assert withdrawn.status_code == 200, withdrawn.text
            assert withdrawn.json()["state"] == "withdrawn"
            assert department_state(stack, withdrawn.json()["number"]) == "withdrawn"
            assert problem(client.delete(path)) == "move-not-allowed"
            assert client.post(f"{path}/withdraw", json={}).json()["state"] == "withdrawn"
    finally:
        with stack.departments() as departments:
            departments.post("/admin/reset")


def test_nothing_is_withdrawn_behind_the_departments_back(stack: Stack) -> None:
    with stack.departments() as departments:
        departments.put("/admin/departments/medical-insurance/behaviour", json={"mode": "slow", "pace": 2})
    try:
        with stack.client(sign_in(stack, "19900000010")["access_token"]) as client:
            guide = client.get("/matters/remote-medical-filing").json()
            draft = client.post("/applications", json={"matter": "remote-medical-filing"}).json()
            values = {field["name"]: _an_answer(field) for field in guide["form"]}
            step = fill_everything(client, draft["id"], values)
            assert step["kind"] == "confirm", step
            path = f"/applications/{draft['id']}"
            filed = client.post(f"{path}/submit", headers={"Idempotency-Key": draft["id"]}).json()
            time.sleep(0.5)  # the worker is calling the department now
            early = client.post(f"{path}/withdraw", json={})
            assert problem(early) == "request-in-progress"
            done = await_state(client, draft["id"], *CLOSED, seconds=40)
            assert (done["state"], department_state(stack, filed["number"])) == ("done", "completed")
    finally:
        with stack.departments() as departments:
            departments.post("/admin/reset")


def department_state(stack: Stack, number: str) -> str | None:
    """How the department's own case of an application stands."""
    import pymongo

    database = stack.environment["DATABASE"] + "_departments"
    with pymongo.MongoClient[dict[str, Any]](stack.environment["MONGO_URL"]) as client:
        case = client[database]["cases"].find_one({"application": number})
    return str(case["state"]) if case else None


def test_whoever_does_not_meet_the_conditions_is_told_why(stack: Stack) -> None:
    with stack.client(sign_in(stack, NOTHING_DUE)["access_token"]) as client:
        answer = client.post("/applications", json={"matter": "elderly-allowance"})
        assert problem(answer) == "conditions-not-met"
        assert answer.json()["reasons"]


@pytest.mark.parametrize(
    ("name", "content", "slug"),
    [
        ("a.exe", b"MZ\x90\0", "unsupported-file"),
        ("a.png", b"", "invalid-request"),
        ("a.pdf", PNG * 200_000, "too-large"),
    ],
)
def test_bad_uploads_are_refused(newcomer: httpx.Client, name: str, content: bytes, slug: str) -> None:
    draft = newcomer.post("/applications", json={"matter": "residence-registration"}).json()
    guide = newcomer.get("/matters/residence-registration").json()
    form = {"material": guide["materials"][0]["id"]}
    answer = newcomer.post(
        f"/applications/{draft['id']}/materials", data=form, files={"file": (name, content)}
    )
    assert problem(answer) == slug


def test_another_citizens_application_is_not_there(stack: Stack, newcomer: httpx.Client) -> None:
    draft = newcomer.post("/applications", json={"matter": "residence-registration"}).json()
    with stack.client(sign_in(stack, NOTHING_DUE)["access_token"]) as client:
        path = f"/applications/{draft['id']}"
        answers = [
            client.get(path),
            client.get(f"{path}/next"),
            client.get(f"{path}/timeline"),
            client.patch(path, json={"fields": {"a": 1}}),
            client.post(f"{path}/answers", json={"field": "a", "said": "b"}),
            client.post(f"{path}/submit", headers={"Idempotency-Key": "x"}),
            client.post(f"{path}/withdraw", json={}),
            client.delete(path),
        ]
    assert {answer.status_code for answer in answers} == {404}


def test_pages_follow_their_cursors(newcomer: httpx.Client) -> None:
    first = newcomer.get("/matters", params={"limit": 5}).json()
    second = newcomer.get("/matters", params={"limit": 5, "cursor": first["next_cursor"]}).json()
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 10
    assert problem(newcomer.get("/applications", params={"cursor": "nonsense"})) == "invalid-request"
    assert problem(newcomer.get("/matters", params={"limit": 1000})) == "invalid-request"
