"""What can be known to go wrong before anything is installed or started."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from backend.launch.places import LaunchError

OLDEST_PYTHON = (3, 11)
GIGABYTE = 1024**3


def require_python(version: tuple[int, int] | None = None) -> None:
    """Refuse a Python that is too old to run the set-up."""
    found = version or (sys.version_info[0], sys.version_info[1])
    if found < OLDEST_PYTHON:
        raise LaunchError(
            f"Python {found[0]}.{found[1]} is too old: Suiban needs Python "
            f"{OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer.\n"
            "Install one and name it:  PYTHON=python3.11 make run"
        )


def require_space(folder: Path, gigabytes: float) -> None:
    """Refuse to begin an installation that the disk cannot hold."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free / GIGABYTE
    if free < gigabytes:
        raise LaunchError(
            f"The disk of {folder} has {free:.1f} GB left; the first set-up needs {gigabytes:g} GB.\n"
            "Make room, or put it elsewhere:  SUIBAN_HOME=/another/disk make run"
        )
