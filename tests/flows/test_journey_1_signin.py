"""Sign-in: a phone's code, tokens that rotate, the real-name check, signing out."""

import base64
import json

import httpx
import pytest

from tests.stack import Stack

RENTER = "19900000004"


def the_code(stack: Stack, phone: str) -> str:
    with stack.client() as client:
        sent = client.post("/auth/codes", json={"phone": phone})
        assert sent.status_code == 202
        outbox = client.post("/development/sms-outbox", json={"phone": phone}).json()["items"]
    return str(outbox[0]["code"])


def sign_in(stack: Stack, phone: str) -> dict[str, str]:
    with stack.client() as client:
        answer = client.post("/auth/tokens", json={"phone": phone, "code": the_code(stack, phone)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def problem(answer: httpx.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).rpartition("/")[2]


def test_a_phone_and_its_code_give_tokens(stack: Stack) -> None:
    tokens = sign_in(stack, RENTER)
    with stack.client(tokens["access_token"]) as client:
        me = client.get("/me").json()
    assert me["assurance"] == 3
    assert me["phone"] == "199****0004"
    assert "*" in me["name"]


def test_a_token_carries_nothing_personal(stack: Stack) -> None:
    tokens = sign_in(stack, RENTER)
    payload = tokens["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert set(claims) == {"iss", "sub", "aud", "sid", "acr", "iat", "exp"}
    assert RENTER not in json.dumps(claims)
    assert claims["exp"] - claims["iat"] == 600


def test_the_key_set_verifies_the_token(stack: Stack) -> None:
    import jwt

    token = sign_in(stack, RENTER)["access_token"]
    keys = httpx.get(f"{stack.environment['API_URL']}/.well-known/jwks.json", trust_env=False).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key.key, algorithms=["EdDSA"], audience="citizen")["acr"] == 3


def test_a_wrong_code_is_refused_and_a_used_one_too(stack: Stack) -> None:
    code = the_code(stack, RENTER)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    with stack.client() as client:
        assert problem(client.post("/auth/tokens", json={"phone": RENTER, "code": wrong})) == "wrong-code"
        assert client.post("/auth/tokens", json={"phone": RENTER, "code": code}).status_code == 200
        assert problem(client.post("/auth/tokens", json={"phone": RENTER, "code": code})) == "wrong-code"


def test_codes_are_limited(stack: Stack) -> None:
    with stack.client() as client:
        answers = [client.post("/auth/codes", json={"phone": "19900009999"}) for _ in range(51)]
    assert [answer.status_code for answer in answers] == [202] * 50 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_real_name_check_raises_the_assurance(stack: Stack) -> None:
    phone = "19900008801"
    with stack.departments() as departments:
        people = departments.post("/admin/people/search", json={"demo": False, "limit": 2}).json()["people"]
    person, other = people
    tokens = sign_in(stack, phone)
    assert tokens["citizen"]["assurance"] == 2  # type: ignore[index]
    with stack.client(tokens["access_token"]) as client:
        body = {"name": person["name"], "identity_number": person["identity_number"]}
        draft = {"matter": "remote-medical-filing"}
        assert problem(client.post("/applications", json=draft)) == "assurance-too-low"
        mismatch = body | {"name": other["name"] + "某"}
        assert problem(client.post("/auth/real-name", json=mismatch)) == "person-mismatch"
        bad_digit = body | {"identity_number": person["identity_number"][:-1] + "0"}
        if bad_digit["identity_number"] == person["identity_number"]:
            bad_digit["identity_number"] = person["identity_number"][:-1] + "1"
        assert problem(client.post("/auth/real-name", json=bad_digit)) == "invalid-request"
        passed = client.post("/auth/real-name", json=body)
        assert passed.status_code == 200, passed.text
        assert passed.json()["assurance"] == 3
        assert client.get("/me").json()["assurance"] == 3
    second = sign_in(stack, "19900008802")
    with stack.client(second["access_token"]) as client:
        assert problem(client.post("/auth/real-name", json=body)) == "already-linked"


def test_refresh_rotates_and_a_reused_token_ends_the_family(stack: Stack) -> None:
    first = sign_in(stack, RENTER)
    with stack.client() as client:
        second = client.post("/auth/tokens/refresh", json={"refresh_token": first["refresh_token"]}).json()
        assert second["refresh_token"] != first["refresh_token"]
        reused = client.post("/auth/tokens/refresh", json={"refresh_token": first["refresh_token"]})
        assert problem(reused) == "session-ended"
        newest = client.post("/auth/tokens/refresh", json={"refresh_token": second["refresh_token"]})
        assert problem(newest) == "session-ended"
    with stack.client(second["access_token"]) as client:
        assert problem(client.get("/me")) == "session-ended"


def test_signing_out_ends_this_device_only(stack: Stack) -> None:
    phone, tablet = sign_in(stack, RENTER), sign_in(stack, RENTER)
    with stack.client(phone["access_token"]) as client:
        assert client.post("/auth/sign-out").status_code == 204
        assert problem(client.get("/me")) == "session-ended"
    with stack.client(tablet["access_token"]) as client:
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Bearer " + "a." * 2 + "b"])
def test_without_a_good_token_nothing_personal_is_answered(stack: Stack, header: str) -> None:
    with stack.client() as client:
        answer = client.get("/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert problem(answer) == "not-signed-in"
