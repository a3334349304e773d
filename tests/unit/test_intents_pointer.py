"""The pointer file: written whole, read as it was; a share of the conversations stays with its version."""

import json
from pathlib import Path

import pytest

from bot.pointer import Pointer, PointerError, Served, read_pointer, write_pointer

LIVE = Served("v1", "versions/v1/model.tar.gz", "versions/v1/edits.json", "abc")
CANARY = Served("v2", "versions/v2/model.tar.gz", "versions/v2/edits.json", "abc")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    wanted = Pointer(LIVE, CANARY, 0.1, 7)
    write_pointer(tmp_path, wanted)
    assert read_pointer(tmp_path) == wanted
    assert [file.name for file in tmp_path.iterdir()] == ["serving.json"], "nothing half-written is left"


def test_nothing_was_ever_pointed_at(tmp_path: Path) -> None:
    assert read_pointer(tmp_path) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"live": {}}', '{"live": null}'])
def test_a_damaged_pointer_is_told_with_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "serving.json").write_text(content)
    with pytest.raises(PointerError, match=r"serving\.json"):
        read_pointer(tmp_path)


def test_a_pointer_without_a_canary_names_none() -> None:
    raw = Pointer(LIVE).dump()
    assert raw["canary"] is None
    assert Pointer.parse(json.loads(json.dumps(raw))) == Pointer(LIVE)


def test_a_share_of_the_conversations_goes_to_the_canary() -> None:
    pointer = Pointer(LIVE, CANARY, 0.1)
    chosen = [pointer.serves(f"conversation-{number}") for number in range(4000)]
    assert 0.08 < chosen.count(CANARY) / len(chosen) < 0.12


def test_a_conversation_stays_with_its_version_when_the_share_grows() -> None:
    few, more = Pointer(LIVE, CANARY, 0.1), Pointer(LIVE, CANARY, 0.3)
    tried = [f"c{number}" for number in range(500) if few.serves(f"c{number}") == CANARY]
    assert tried
    assert all(more.serves(one) == CANARY for one in tried)


def test_another_canary_is_tried_by_others() -> None:
    other = Served("v3", CANARY.model)
    names = [f"c{number}" for number in range(500)]
    first = {one for one in names if Pointer(LIVE, CANARY, 0.1).serves(one) == CANARY}
    second = {one for one in names if Pointer(LIVE, other, 0.1).serves(one) == other}
    assert first != second


def test_without_a_canary_everybody_gets_the_live_version() -> None:
    assert {Pointer(LIVE).serves(str(number)).version for number in range(50)} == {"v1"}
