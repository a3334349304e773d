"""A command line beside the running product finds it, and its secrets stay in one file."""

import json
import stat
from pathlib import Path

import pytest

from backend.launch.keys import MAKERS, load_keys
from backend.launch.places import LaunchError
from backend.launch.running import NAME, describe, running_environment

ENVIRONMENT = {
    "MONGO_URL": "mongodb://127.0.0.1:1/",
    "REDIS_URL": "redis://127.0.0.1:2/0",
    "DATABASE": "suiban",
    "BOT_PORT": "8005",
    "SIGNING_KEY": "secret",
    "EDITOR": "vi",
}


def test_what_runs_is_found_again_with_its_secrets(tmp_path: Path) -> None:
    keys = load_keys({}, tmp_path / "secrets.json")
    describe(tmp_path / NAME, api_url="http://127.0.0.1:8000", environment=ENVIRONMENT | keys)
    found = running_environment({"DATA_DIR": str(tmp_path)})
    assert found["MONGO_URL"] == ENVIRONMENT["MONGO_URL"]
    assert {name: found[name] for name in MAKERS} == keys


def test_the_description_holds_no_key_and_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / NAME
    describe(file, api_url="http://127.0.0.1:8000", environment=ENVIRONMENT)
    told = json.loads(file.read_text())
    assert told["api_url"] == "http://127.0.0.1:8000"
    assert set(told["environment"]) == {"MONGO_URL", "REDIS_URL", "DATABASE", "BOT_PORT"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_given_from_outside_wins(tmp_path: Path) -> None:
    load_keys({}, tmp_path / "secrets.json")
    describe(tmp_path / NAME, api_url="", environment=ENVIRONMENT)
    found = running_environment({"DATA_DIR": str(tmp_path), "DATABASE": "another"})
    assert found["DATABASE"] == "another"


def test_a_whole_environment_needs_no_running_product() -> None:
    given = dict.fromkeys(("MONGO_URL", "REDIS_URL", *MAKERS), "given")
    assert running_environment(given) == given


def test_where_nothing_runs_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="make run"):
        running_environment({"DATA_DIR": str(tmp_path)})
