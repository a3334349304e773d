"""Secrets: made once, private, never made up in production."""

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backend.launch.keys import FIELD_KEY_BYTES, MAKERS, load_keys
from backend.launch.places import LaunchError


def test_secrets_are_kept_in_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secrets.json"
    load_keys({}, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_second_start_has_the_same_secrets(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    assert load_keys({}, file) == load_keys({}, file)


def test_another_installation_has_other_secrets(tmp_path: Path) -> None:
    here, there = load_keys({}, tmp_path / "a.json"), load_keys({}, tmp_path / "b.json")
    assert all(here[name] != there[name] for name in MAKERS)


def test_keys_have_the_form_their_users_need(tmp_path: Path) -> None:
    keys = load_keys({}, tmp_path / "secrets.json")
    assert len(base64.b64decode(keys["FIELD_KEY"])) == FIELD_KEY_BYTES
    signing = load_pem_private_key(base64.b64decode(keys["SIGNING_KEY"]), password=None)
    assert isinstance(signing, Ed25519PrivateKey)


def test_a_given_secret_wins_over_the_kept_one(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    kept = load_keys({}, file)
    keys = load_keys({"BOT_TOKEN": "given"}, file)
    assert keys == {**kept, "BOT_TOKEN": "given"}
    assert "given" not in file.read_text()


def test_production_names_every_missing_secret_and_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    with pytest.raises(LaunchError, match="FIELD_KEY") as refusal:
        load_keys({"SUIBAN_ENV": "production", "BOT_TOKEN": "given"}, file)
    assert "BOT_TOKEN" not in str(refusal.value)
    assert not file.exists()


def test_production_with_all_secrets_reads_no_file(tmp_path: Path) -> None:
    given = dict.fromkeys(MAKERS, "given") | {"SUIBAN_ENV": "production"}
    assert load_keys(given, tmp_path / "none.json") == dict.fromkeys(MAKERS, "given")


def test_a_damaged_file_is_not_silently_replaced(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"FIELD_KEY": ')
    with pytest.raises(LaunchError, match="damaged"):
        load_keys({}, file)
    assert file.read_text() == '{"FIELD_KEY": '
