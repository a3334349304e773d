"""Versions are exchanged while people talk: no turn is lost, and each conversation keeps its version."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.places import Places, with_edits
from bot.pointer import Pointer, Served, write_pointer
from bot.swapping import Agents, NotLoaded

OLD, NEW = Served("v1", "old.tar.gz"), Served("v2", "new.tar.gz", "edits.json")


class PlayingAgent:
    """An agent that says which version it is, when it is told to go on."""

    def __init__(self, served: Served, gate: asyncio.Event | None = None) -> None:
        self.served = served
        self.gate = gate
        self.processor = f"processor of {served.version}"

    async def handle_message(self, message: Any) -> list[str]:
        if self.gate is not None:
            await self.gate.wait()
        message.output_channel.reading = {"model": self.served.model}
        return [self.served.version]


def a_message(sender: str) -> Any:
    return SimpleNamespace(sender_id=sender, output_channel=SimpleNamespace())


def agents(pointer: Pointer, models: Path, **how: Any) -> Agents:
    return Agents(pointer, how.get("load") or PlayingAgent, models)  # type: ignore[arg-type]


async def test_a_turn_under_way_ends_with_the_agent_it_began_with(tmp_path: Path) -> None:
    gate = asyncio.Event()
    loaded = agents(Pointer(OLD), tmp_path, load=lambda served: PlayingAgent(served, gate))
    speaking = asyncio.create_task(loaded.handle_message(a_message("c")))
    await asyncio.sleep(0)
    assert await loaded.change_to(Pointer(NEW))
    gate.set()
    assert await speaking == ["v1"]
    assert await loaded.handle_message(a_message("c")) == ["v2"]


async def test_what_cannot_be_loaded_changes_nothing_and_is_told(tmp_path: Path) -> None:
    def load(served: Served) -> Any:
        if served == NEW:
            raise NotLoaded("v2: there is no file")
        return PlayingAgent(served)

    loaded = agents(Pointer(OLD), tmp_path, load=load)
    assert not await loaded.change_to(Pointer(NEW))
    assert await loaded.handle_message(a_message("c")) == ["v1"]
    assert loaded.told() | {"model": "", "revision": 0} == {
        "live": "v1", "model": "", "canary": None, "share": 0.0, "revision": 0, "failed": "v2"
    }  # fmt: skip


async def test_a_canary_answers_its_share_and_each_conversation_keeps_its_version(tmp_path: Path) -> None:
    loaded = agents(Pointer(OLD, NEW, 0.3), tmp_path)
    said = {f"c{at}": await loaded.handle_message(a_message(f"c{at}")) for at in range(300)}
    tried = [sender for sender, answer in said.items() if answer == ["v2"]]
    assert 50 < len(tried) < 130
    again = {sender: await loaded.handle_message(a_message(sender)) for sender in said}
    assert again == said


async def test_the_reading_says_which_version_read(tmp_path: Path) -> None:
    message = a_message("c")
    await agents(Pointer(OLD), tmp_path).handle_message(message)
    assert message.output_channel.reading["model"] == "v1"


async def test_a_canary_that_becomes_live_is_not_loaded_again(tmp_path: Path) -> None:
    made: list[str] = []

    def load(served: Served) -> Any:
        made.append(served.version)
        return PlayingAgent(served)

    loaded = agents(Pointer(OLD, NEW, 0.1), tmp_path, load=load)
    await loaded.change_to(Pointer(NEW))
    assert made == ["v1", "v2"]
    assert loaded.live.served == NEW  # type: ignore[attr-defined]


def test_a_canary_that_cannot_be_loaded_at_the_start_does_not_stop_the_live_one(tmp_path: Path) -> None:
    def load(served: Served) -> Any:
        if served == NEW:
            raise NotLoaded("v2")
        return PlayingAgent(served)

    loaded = agents(Pointer(OLD, NEW, 0.5), tmp_path, load=load)
    assert loaded.pointer == Pointer(OLD)
    assert loaded.told()["failed"] == "v2"


async def test_the_pointer_file_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.swapping.LOOK_EVERY_SECONDS", 0.01)
    loaded = agents(Pointer(OLD), tmp_path)
    following = asyncio.create_task(loaded.follow())
    (tmp_path / "serving.json").write_text("{ half")
    write_pointer(tmp_path, Pointer(NEW, revision=3))
    async with asyncio.timeout(5):
        while loaded.told()["revision"] != 3:
            await asyncio.sleep(0.01)
    following.cancel()
    assert await loaded.handle_message(a_message("c")) == ["v2"]


def test_what_rasa_asks_of_its_agent_is_the_live_ones(tmp_path: Path) -> None:
    assert agents(Pointer(OLD, NEW, 0.5), tmp_path).processor == "processor of v1"


def test_each_agent_is_loaded_with_its_own_edits(tmp_path: Path) -> None:
    assert Places.find({"INTENT_EDITS": "/shell/edits.json"}).edits == Path("/shell/edits.json")
    with with_edits(tmp_path / "edits.json"):
        assert Places.find({}).edits == tmp_path / "edits.json"
        with with_edits(None):
            assert Places.find({"INTENT_EDITS": "/shell/edits.json"}).edits is None
    assert Places.find({}).edits is None
