"""Signed notices: five minutes, this body, this secret."""

import hashlib
import hmac

import pytest

from integrations.gateways.signature import (
    SignatureInvalid,
    sender_secret,
    sign,
    sign_as,
    verify,
    verify_from,
)

BODY = '{"event": "批准"}'.encode()
NOW = 1_790_000_000.0


def test_what_was_signed_is_accepted() -> None:
    verify("secret", BODY, sign("secret", BODY, at=NOW), now=NOW)


def test_the_signature_is_the_one_of_the_contract() -> None:
    headers = sign("secret", BODY, at=NOW)
    expected = hmac.new(b"secret", b"1790000000." + BODY, hashlib.sha256).hexdigest()
    assert headers == {"Suiban-Timestamp": "1790000000", "Suiban-Signature": expected}


def test_headers_may_come_in_any_case() -> None:
    headers = {name.lower(): value for name, value in sign("secret", BODY, at=NOW).items()}
    verify("secret", BODY, headers, now=NOW)


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_within_five_minutes_either_way(drift: int) -> None:
    verify("secret", BODY, sign("secret", BODY, at=NOW), now=NOW + drift)


@pytest.mark.parametrize("drift", [-301, 301, 86_400])
def test_not_beyond_five_minutes(drift: int) -> None:
    with pytest.raises(SignatureInvalid):
        verify("secret", BODY, sign("secret", BODY, at=NOW), now=NOW + drift)


@pytest.mark.parametrize(
    "change",
    [
        {"Suiban-Signature": ""},
        {"Suiban-Signature": "0" * 64},
        {"Suiban-Signature": "批" * 64},
        {"Suiban-Timestamp": ""},
        {"Suiban-Timestamp": "soon"},
        {"Suiban-Timestamp": "1790000001"},
        {"Suiban-Timestamp": "١٧٩٠٠٠٠٠٠٠"},
        {"Suiban-Timestamp": "9" * 5000},
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verify("secret", BODY, sign("secret", BODY, at=NOW) | change, now=NOW)


def test_another_body_or_another_secret_is_refused() -> None:
    headers = sign("secret", BODY, at=NOW)
    with pytest.raises(SignatureInvalid):
        verify("secret", BODY + b" ", headers, now=NOW)
    with pytest.raises(SignatureInvalid):
        verify("other", BODY, headers, now=NOW)


def test_nothing_is_right_without_a_secret() -> None:
    with pytest.raises(SignatureInvalid):
        verify("", BODY, sign("", BODY, at=NOW), now=NOW)


def test_a_sender_proves_its_own_word_and_nobody_elses() -> None:
    headers = sign_as("master", "housing", BODY, at=NOW)
    verify_from("master", "housing", BODY, headers, now=NOW)
    for master, sender in (("master", "health"), ("other", "housing"), ("", "housing")):
        with pytest.raises(SignatureInvalid):
            verify_from(master, sender, BODY, headers, now=NOW)
    with pytest.raises(SignatureInvalid):
        verify("master", BODY, headers, now=NOW)


@pytest.mark.parametrize("version", ["", "0", "2", "one"])
def test_a_key_of_another_version_is_refused(version: str) -> None:
    headers = sign_as("master", "housing", BODY, at=NOW) | {"Suiban-Key-Version": version}
    with pytest.raises(SignatureInvalid):
        verify_from("master", "housing", BODY, headers, now=NOW)


def test_the_key_of_a_version_is_its_own_and_says_nothing_of_the_master() -> None:
    keys = {sender_secret("master", "housing", version=one) for one in (1, 2)}
    assert len(keys | {"master"}) == 3
    assert all(len(one) == 64 for one in keys)


def test_missing_headers_are_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verify("secret", BODY, {}, now=NOW)
