"""What is served at the product's start: the shipped files, or an operator's version on top of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.inputs import digest_of_inputs
from bot.places import Places
from bot.pointer import Pointer, PointerError, Served, read_pointer, write_pointer
from bot.preparing import wanted_pointer
from bot.training import KEPT_MODELS, forget_old


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """An installation with one matter."""
    for name in ("catalogue", "matters", "acts", "models"):
        (tmp_path / name).mkdir()
    (tmp_path / "matters" / "driving.yml").write_text("matter: driving\nexamples: [换驾照]\n", "utf-8")
    return Places(
        catalogues=(tmp_path / "catalogue",),
        matters=(tmp_path / "matters",),
        acts=tmp_path / "acts",
        data=tmp_path / "data",
        models=tmp_path / "models",
    )


def ship_another_sentence(places: Places) -> None:
    (places.matters[0] / "driving.yml").write_text("matter: driving\nexamples: [换驾照, 换本]\n", "utf-8")


def an_operators_version(places: Places) -> Pointer:
    folder = places.models / "versions" / "v3"
    folder.mkdir(parents=True)
    (folder / "edits.json").write_text('{"acts": {}, "matters": {}}')
    shipped = digest_of_inputs(places)[:12]
    return Pointer(Served("v3", "versions/v3/model.tar.gz", "versions/v3/edits.json", shipped), revision=5)


def test_a_fresh_machine_serves_what_was_shipped(places: Places) -> None:
    wanted = wanted_pointer(places, None)
    assert wanted.live.version == f"shipped-{digest_of_inputs(places)[:12]}"
    assert wanted.live.model == f"suiban-{digest_of_inputs(places)[:12]}.tar.gz"
    assert wanted.live.edits is None


def test_nothing_changed_nothing_is_done(places: Places) -> None:
    for pointer in (wanted_pointer(places, None), an_operators_version(places)):
        assert wanted_pointer(places, pointer) is pointer


def test_a_newer_product_serves_the_newly_shipped_files(places: Places) -> None:
    before = wanted_pointer(places, None)
    ship_another_sentence(places)
    after = wanted_pointer(places, replace(before, revision=2))
    assert after.live.version != before.live.version
    assert after.revision == 2


def test_a_newer_product_keeps_an_operators_version_and_trains_it_anew(places: Places) -> None:
    before = replace(an_operators_version(places), canary=Served("v4", "m"), share=0.1)
    ship_another_sentence(places)
    after = wanted_pointer(places, before)
    assert (after.live.version, after.live.edits) == ("v3", "versions/v3/edits.json")
    assert after.live.model != before.live.model
    assert after.live.shipped == digest_of_inputs(places)[:12]
    assert (after.canary, after.share, after.revision) == (None, 0.0, 5)
    assert wanted_pointer(places, after) is after


def test_lost_edits_are_told_before_anything_is_trained_without_them(places: Places) -> None:
    before = an_operators_version(places)
    (places.models / "versions" / "v3" / "edits.json").unlink()
    ship_another_sentence(places)
    with pytest.raises(PointerError, match="v3"):
        wanted_pointer(places, before)


def test_the_edits_are_part_of_what_a_model_is_made_of(places: Places, tmp_path: Path) -> None:
    edits = tmp_path / "edits.json"
    edits.write_text("{}")
    edited = replace(places, edits=edits)
    assert digest_of_inputs(edited) != digest_of_inputs(places)


def test_old_models_go_but_never_one_that_is_served(places: Places) -> None:
    models = [places.models / f"suiban-{at:012d}.tar.gz" for at in range(KEPT_MODELS + 3)]
    for model in models:
        model.touch()
    write_pointer(places.models, Pointer(Served("shipped-0", models[0].name)))
    assert read_pointer(places.models) is not None
    forget_old(places, keep=models[-1])
    left = {model.name for model in places.models.glob("suiban-*")}
    assert models[0].name in left
    assert models[-1].name in left
    assert len(left) <= KEPT_MODELS + 1
