"""Whose database and broker are used, and what is said when one cannot start."""

from pathlib import Path

import pytest

from backend.launch import servers
from backend.launch.environment import Ports, compose
from backend.launch.places import LaunchError, Places
from backend.launch.servers import Server, cannot_start, chosen_servers, find_server, require_answer

CARRIED = Path("/carried/mongod")
PORTS = Ports(
    {
        "PORT": 8000,
        "DB_PORT": 27117,
        "BROKER_PORT": 6479,
        "DEPARTMENTS_PORT": 8010,
        "ACTIONS_PORT": 8055,
        "BOT_PORT": 8005,
    }
)


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_a_server_on_path_wins_over_the_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path, "mongod")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server(["mongod"], lambda _: CARRIED) == Server(own, "from PATH")


def test_redis_does_where_there_is_no_valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server(["valkey-server", "redis-server"], lambda _: CARRIED).program == own


def test_the_bundled_server_serves_where_path_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_server(["mongod"], lambda _: CARRIED) == Server(CARRIED, "bundled")


def test_a_system_without_any_server_is_told_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LaunchError, match="MONGO_URL="):
        find_server(["mongod"], lambda _: None)


def test_addresses_that_are_given_leave_nothing_to_start() -> None:
    assert chosen_servers({"MONGO_URL": "mongodb://there", "REDIS_URL": "redis://there"}) == {}


def test_a_given_address_wins_over_our_own() -> None:
    places = Places.find({})
    own = {"REDIS_URL": Server(Path("/bin/valkey-server"), "bundled")}
    composed = compose(places, {"MONGO_URL": "mongodb://there"}, PORTS, {}, own)
    assert composed["MONGO_URL"] == "mongodb://there"
    assert composed["REDIS_URL"] == "redis://127.0.0.1:6479/0"
    assert composed["MONGOD"] == ""
    assert composed["VALKEY_SERVER"] == "/bin/valkey-server"


def test_an_empty_variable_counts_as_unset() -> None:
    composed = compose(Places.find({}), {"MONGO_URL": "", "LOG_LEVEL": ""}, PORTS, {}, {})
    assert composed["MONGO_URL"] == "mongodb://127.0.0.1:27117/?replicaSet=rs0"
    assert composed["LOG_LEVEL"] == "INFO"


def test_a_missing_library_is_named_with_the_package_that_brings_it(tmp_path: Path) -> None:
    said = "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file"
    broken = Server(program(tmp_path, "mongod", f"echo '{said}' >&2; exit 127"), "bundled")
    with pytest.raises(LaunchError) as refusal:
        servers.require_runnable(broken, "MONGO_URL")
    assert "libcurl.so.4" in str(refusal.value)
    assert "apt-get install libcurl4" in str(refusal.value)
    assert "MONGO_URL=" in str(refusal.value)


def test_an_unknown_library_is_still_named() -> None:
    message = cannot_start(Server(CARRIED, "bundled"), "MONGO_URL", "libodd-2.5.so.0: cannot open")
    assert "the package that brings libodd-2.5.so.0" in message


def test_a_program_that_runs_is_let_pass(tmp_path: Path) -> None:
    servers.require_runnable(Server(program(tmp_path, "mongod"), "from PATH"), "MONGO_URL")


def test_a_given_address_where_nothing_answers_is_refused() -> None:
    with pytest.raises(LaunchError, match="MONGO_URL is set, but nothing answers there"):
        require_answer("MONGO_URL", lambda: False, seconds=0)
