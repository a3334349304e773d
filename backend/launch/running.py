"""The running product's own database and keys, for commands on the server's shell."""

import json
import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from backend.core.house import House, house
from backend.core.prepare import prepare
from backend.launch.keys import load_keys
from backend.launch.places import LaunchError, Places

NOT_RUNNING = (
    "Suiban does not run here: {file} is not there.\n"
    "Start it with `make run`, or name its database and keys in the environment (MONGO_URL, REDIS_URL, …)."
)


class NotRunningError(Exception):
    """There is no product to work on; the message says what to do."""


def running_house(environ: Mapping[str, str] | None = None) -> House:
    """The house of the running product. Raises NotRunningError.

    What the environment names counts; the rest is as `make run` told in run.json and keeps in secrets.json.
    """
    given = dict(os.environ if environ is None else environ)
    places = Places.find(given)
    os.environ |= _addresses(places, given) | _secrets(places, given)
    os.environ |= {"DATA_DIR": str(places.data), "MODELS_DIR": str(places.models)}
    try:
        place = house()
    except ValidationError as error:
        raise NotRunningError(NOT_RUNNING.format(file=places.data / "secrets.json")) from error
    prepare(place)
    return place


def _addresses(places: Places, given: Mapping[str, str]) -> dict[str, str]:
    if given.get("MONGO_URL"):
        return {}
    file = places.data / "run.json"
    try:
        told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotRunningError(NOT_RUNNING.format(file=file)) from error
    found = told.get("environment") or {}
    return {name: str(value) for name, value in found.items() if not given.get(name)}


def _secrets(places: Places, given: Mapping[str, str]) -> dict[str, str]:
    file = places.data / "secrets.json"
    if not file.exists():
        return {}
    try:
        return load_keys(given, file)
    except LaunchError as error:
        raise NotRunningError(str(error)) from error
