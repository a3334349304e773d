"""What is checked before anything is installed, and when installing is skipped."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from backend.launch import setup
from backend.launch.checks import GIGABYTE, require_python, require_space
from backend.launch.places import ROOT, LaunchError, Places
from backend.launch.setup import SETS, Setup


@pytest.fixture
def places(tmp_path: Path) -> Places:
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("boot", *SETS):
        (requirements / f"{name}.txt").write_text(f"{name}==1\n")
    return Places.find({"SUIBAN_HOME": str(tmp_path / "home")}, root=tmp_path)


@pytest.fixture
def commands(places: Places, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every command the set-up runs, while none is really run."""
    ran: list[str] = []

    def pretend(command: list[str], **_: object) -> SimpleNamespace:
        ran.append(" ".join(command))
        if "venv" in command:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
            (python.parent / "uv").touch()
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(setup.subprocess, "run", pretend)
    return ran


def test_an_old_python_is_refused_with_the_way_out() -> None:
    with pytest.raises(LaunchError, match=r"PYTHON=python3\.11 make run"):
        require_python((3, 9))
    require_python((3, 11))


def test_a_full_disk_says_how_much_is_left_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2.5 * GIGABYTE))
    with pytest.raises(LaunchError) as refusal:
        require_space(tmp_path / "not" / "yet" / "there", 6)
    assert "2.5 GB left" in str(refusal.value)
    assert "needs 6 GB" in str(refusal.value)
    require_space(tmp_path, 2)


def test_packages_come_only_with_their_hashes(places: Places, commands: list[str]) -> None:
    Setup(places).prepare(["backend", "bot"])
    installs = [command for command in commands if "install" in command.split()]
    assert len(installs) == 3
    assert all("--require-hashes" in command for command in installs)


def test_the_second_time_nothing_is_done(places: Places, commands: list[str]) -> None:
    Setup(places).prepare(["backend", "bot"])
    commands.clear()
    Setup(places).prepare(["backend", "bot"])
    assert commands == []


def test_changed_requirements_are_installed_again(places: Places, commands: list[str]) -> None:
    Setup(places).prepare(["backend", "bot"])
    commands.clear()
    (places.requirements / "bot.txt").write_text("bot==2\n")
    Setup(places).prepare(["backend", "bot"])
    assert len(commands) == 1
    assert str(places.requirements / "bot.txt") in commands[0]


def test_a_failed_step_leaves_no_stamp(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=2))
    with pytest.raises(LaunchError, match=r"failed \(exit 2\)"):
        Setup(places).prepare(["backend"])
    assert not Setup(places).is_installed(SETS["backend"])


def test_requirement_files_name_no_place_and_hash_every_pin() -> None:
    for name in ("boot", *SETS):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text, name
        assert "--index" not in text, name
        pins = [line for line in text.splitlines() if line[:1].isalnum()]
        assert pins
        assert all(line.endswith("\\") for line in pins), name
        assert text.count("--hash=sha256:") >= len(pins), name


def test_test_requirements_pin_what_the_product_pins() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and line[:1].isalnum()}

    assert pins("backend") <= pins("test")
    assert pins("bot") <= pins("bot-test")
