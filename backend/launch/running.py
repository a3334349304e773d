"""The product that runs on this machine, as a command line beside it finds it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from backend.launch.environment import SWITCHES
from backend.launch.keys import MAKERS, load_keys
from backend.launch.places import LaunchError, Places

NAME = "run.json"


def describe(file: Path, *, api_url: str, environment: Mapping[str, str]) -> None:
    """Say where the product is, for as long as it runs. Without its keys, and for its owner only."""
    told = {name: value for name, value in environment.items() if name not in MAKERS and _is_ours(name)}
    said = {"pid": os.getpid(), "api_url": api_url, "environment": told}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(said, out)


def running_environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every variable that a process of the running product has: as given from outside, else as it was told.

    Raises LaunchError where no product runs that could be found.
    """
    if all(given.get(name) for name in ("MONGO_URL", "REDIS_URL", *MAKERS)):
        return dict(given)
    places = Places.find(given)
    try:
        told = json.loads((places.data / NAME).read_text("utf-8"))["environment"]
    except (OSError, ValueError, KeyError) as error:
        raise LaunchError(
            f"No product runs with {places.data}.\nStart it:  make run     (or name its folder:  DATA_DIR=…)"
        ) from error
    keys = load_keys(given, places.data / "secrets.json")
    outside = {name: value for name, value in given.items() if value}
    return {**told, **outside, **keys}


def _is_ours(name: str) -> bool:
    """Whether a variable is the product's, and not the shell's that started it."""
    return name in SWITCHES or name == "PORT" or name.endswith(("_URL", "_DIR", "_DIRS", "_PORT", "_HOME"))
