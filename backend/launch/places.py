"""Where things are: one place names every folder that the product makes or reads.

Standard library only, because the set-up runs before anything is installed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class LaunchError(Exception):
    """Something a person must put right; the message says what happened and what to do."""


@dataclass(frozen=True)
class Places:
    """The folders of one installation."""

    root: Path
    home: Path
    data: Path
    models: Path

    @classmethod
    def find(cls, environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Places:
        """Read the folders from SUIBAN_HOME, DATA_DIR and MODELS_DIR, each with its default."""
        home = Path(environ.get("SUIBAN_HOME") or root / ".suiban").absolute()
        data = Path(environ.get("DATA_DIR") or home / "data").absolute()
        models = Path(environ.get("MODELS_DIR") or data / "models").absolute()
        return cls(root=root, home=home, data=data, models=models)

    @property
    def boot(self) -> Path:
        """The small environment that holds only the installer."""
        return self.home / "boot"

    @property
    def backend(self) -> Path:
        """The Python environment of the API, the workers and the departments."""
        return self.home / "backend"

    @property
    def bot(self) -> Path:
        """The Python environment of the assistant."""
        return self.home / "bot"

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.data / "logs"

    @property
    def requirements(self) -> Path:
        """The pinned requirement files."""
        return self.root / "requirements"

    @property
    def procfile(self) -> Path:
        """The one list of processes."""
        return self.root / "Procfile"
