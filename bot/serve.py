"""Serves the trained assistant on loopback: ``python -m bot.serve``."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path

from bot.absent import NEVER_USED, ONLY_FOR_TRAINING, leave_out, seal
from bot.places import ROOT, Places
from bot.pointer import PointerError, read_pointer

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8005
DEFAULTS = {
    "REDIS_URL": "redis://127.0.0.1:6479/0",
    "ACTIONS_URL": "http://127.0.0.1:8055/webhook",
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_ACCESS_LOG": "false",
    "OPENBLAS_NUM_THREADS": "1",
}


def main() -> int:
    """Start serving; returns only when it is stopped."""
    places = Places.find()
    try:
        model = model_to_serve(places)
    except PointerError as error:
        print(error, file=sys.stderr)
        return 1
    if model is None:
        print(
            f"No trained model in {places.models}. Train one first:  python -m bot.training", file=sys.stderr
        )
        return 1
    prepare_environment()
    os.chdir(ROOT)
    leave_out(NEVER_USED | ONLY_FOR_TRAINING)
    serve(model, port=int(os.environ.get("BOT_PORT") or DEFAULT_PORT))
    return 0


def model_to_serve(places: Places) -> Path | None:
    """The live version's model; where nothing was published, the one trained last. Raises PointerError."""
    pointer = read_pointer(places.models)
    return newest_model(places) if pointer is None else places.models / pointer.live.model


def newest_model(places: Places) -> Path | None:
    """The model that was trained last."""
    models = sorted(places.models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    return models[-1] if models else None


def prepare_environment() -> None:
    """What must stand in the environment before numpy and Rasa are imported."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    actions = os.environ["ACTIONS_URL"].rstrip("/")
    os.environ["ACTIONS_URL"] = actions if actions.endswith("/webhook") else f"{actions}/webhook"


def quiet_logs() -> None:
    """Rasa's debug lines quote messages, so its loggers never go below INFO."""
    # Not a filter: half of what Rasa imports puts its own filters first.
    warnings.showwarning = _say_nothing
    wanted = os.environ.get("LOG_LEVEL", "INFO").upper()
    level = max(logging.INFO, getattr(logging, wanted, logging.INFO))
    os.environ["LOG_LEVEL"] = logging.getLevelName(level)
    os.environ["LOG_LEVEL_LIBRARIES"] = "ERROR"
    from rasa.utils.common import configure_logging_and_warnings  # noqa: PLC0415
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_logging_and_warnings(level, None, warn_only_once=True, filter_repeated_logs=True)
    configure_structlog(level)
    for name in ("sanic.access", "apscheduler", "rasa.shared", "py.warnings"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _say_nothing(*_: object, **__: object) -> None:
    """Take the place of what prints a warning."""


def serve(model: Path, *, port: int) -> None:
    """Rasa with our channel and endpoints, without its HTTP API."""
    quiet_logs()
    from rasa.core import run  # noqa: PLC0415  (after leave_out)
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415

    from bot.lean import make_lean  # noqa: PLC0415
    from bot.noting import note_readings  # noqa: PLC0415
    from bot.swapping import load_agents_on_start  # noqa: PLC0415

    make_lean()
    note_readings()
    # Rasa's own loads one agent for good.
    run.load_agent_on_start = load_agents_on_start
    seal()
    here = Path(__file__).parent
    run.serve_application(
        model_path=str(model),
        credentials=str(here / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(here / "endpoints.yml")),
        interface=LOOPBACK,
        port=port,
        enable_api=False,
    )


if __name__ == "__main__":
    sys.exit(main())
