"""Fixtures of the assistant's tests: an API to talk to and a conversation about it."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from playing_api import PlayingApi
from playing_chat import Chat

import bot.actions.rooms  # noqa: F401  (makes every action known)
from bot.actions.api import Api
from bot.actions.speech import connect


@pytest.fixture
def api() -> Iterator[PlayingApi]:
    """A small real server that plays the public API."""
    playing = PlayingApi().start()
    yield playing
    playing.stop()


@pytest.fixture
def chat(api: PlayingApi) -> Iterator[Chat]:
    """A citizen's conversation with the real actions."""
    loop = asyncio.new_event_loop()
    client = Api(api.url)
    yield Chat(api, client, loop)
    loop.run_until_complete(client.close())
    connect(None)
    loop.close()


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
