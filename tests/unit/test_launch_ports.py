"""Ports: who holds one, and what a person is told."""

import os
import socket
from collections.abc import Iterator

import pytest

from backend.launch import ports
from backend.launch.environment import INTERNAL_PORTS, Ports
from backend.launch.places import LaunchError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)
    assert ports.is_free(ports.any_free())


def test_a_taken_preference_moves_to_another_port(taken: int) -> None:
    chosen = ports.choose(taken)
    assert chosen != taken
    assert ports.is_free(chosen)


def test_a_promised_port_is_not_given_twice() -> None:
    preferred = ports.any_free()
    assert ports.choose(preferred) == preferred
    assert ports.choose(preferred, [preferred]) != preferred


def test_the_holder_of_a_port_is_named(taken: int) -> None:
    found = ports.holder(taken)
    assert found is not None
    assert found.pid == os.getpid()


def test_a_taken_public_port_says_who_has_it_and_what_to_do(taken: int) -> None:
    with pytest.raises(LaunchError) as refusal:
        ports.require_free(taken)
    assert f"Port {taken} is taken by process {os.getpid()}" in str(refusal.value)
    assert "PORT=" in str(refusal.value)
    assert "make run" in str(refusal.value)


def test_a_free_public_port_is_let_pass() -> None:
    ports.require_free(ports.any_free())


def test_internal_ports_step_aside_but_the_public_one_stays(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(INTERNAL_PORTS, "BOT_PORT", taken)
    chosen = Ports.choose({"PORT": str(taken)})
    assert chosen["PORT"] == taken
    assert chosen["BOT_PORT"] != taken


def test_a_port_that_was_asked_for_is_taken_as_it_is(taken: int) -> None:
    assert Ports.choose({"BOT_PORT": str(taken)})["BOT_PORT"] == taken


def test_free_ports_are_all_different() -> None:
    chosen = Ports.free().by_name
    assert set(chosen) == {"PORT", *INTERNAL_PORTS}
    assert len(set(chosen.values())) == len(chosen)
