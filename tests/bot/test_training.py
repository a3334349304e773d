"""Training happens when something changed, and only then."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from citizen_words import write_files
from trained import DATA, MODELS, train, trained_reader

from bot.inputs import digest_of_inputs
from bot.places import ROOT, Places
from bot.training import write_examples


def test_nothing_heavy_is_loaded_when_nothing_changed() -> None:
    trained_reader()
    script = (
        "import sys; from bot.training import main\n"
        "assert main([]) == 0\n"
        "heavy = {'rasa', 'numpy', 'yaml', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "DATA_DIR": str(DATA), "MODELS_DIR": str(MODELS)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Nothing changed" in run.stdout


@pytest.mark.parametrize("changed", ["catalogue", "matters", "acts"])
def test_a_changed_file_changes_the_digest(tmp_path: Path, changed: str) -> None:
    places = write_files(tmp_path)
    before = digest_of_inputs(places)
    file = next((tmp_path / changed).rglob("*.yml"))
    file.write_text(file.read_text("utf-8") + "\n# amended\n", "utf-8")
    assert digest_of_inputs(places) != before


def test_a_file_elsewhere_does_not_matter(tmp_path: Path) -> None:
    places = write_files(tmp_path / "here")
    elsewhere = write_files(tmp_path / "there")
    assert digest_of_inputs(places) == digest_of_inputs(elsewhere)


def test_the_examples_are_rasas_training_data(tmp_path: Path) -> None:
    file = write_examples(write_files(tmp_path))
    written = json.loads(file.read_text("utf-8"))["rasa_nlu_data"]["common_examples"]
    assert {"text": "想去深水区游泳", "intent": "do_matter"} in written
    assert {"text": "今天天气怎么样", "intent": "out_of_scope"} in written
    assert file.is_relative_to(tmp_path)


def test_a_training_says_nothing_but_that_it_was_done() -> None:
    trained_reader()
    assert train().stdout.strip().startswith("Nothing changed")


def test_the_places_come_from_the_environment(tmp_path: Path) -> None:
    places = Places.find(
        {"DATA_DIR": str(tmp_path), "INTENTS_DIRS": os.pathsep.join(["intents/matters", "more"])}
    )
    assert places.matters == (ROOT / "intents/matters", ROOT / "more")
    assert places.models == tmp_path / "models"
    assert places.embeddings.is_relative_to(tmp_path)
