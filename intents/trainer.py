"""The process that trains one version: ``python -m intents.trainer VERSION``. Started by ``training``."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from backend.core.house import House, house
from backend.core.logs import logger, set_up_logs
from backend.core.mongo import Document
from backend.stream.publishing import publish
from bot.inputs import digest_of_inputs
from intents import judges, measuring, serving, versions
from intents.draft import write_draft
from intents.training import LEASE, fail, places_of
from intents.versions import Kind, State

# How the time of a whole training is shared between learning and measuring, in percent.
LEARNED, MEASURED = 55, 98
PULSE_SECONDS = 10.0
GONE = 75  # EX_TEMPFAIL: somebody else has it in hand


def main(arguments: list[str]) -> int:
    """Train one version; 0 when it is a candidate, or in somebody else's hands."""
    [version] = arguments
    place = house()
    set_up_logs("trainer", place.settings.log_level)
    holder = f"{os.uname().nodename}:{os.getpid()}"
    claimed = versions.claim_training(place, version, holder, now=place.clock.now(), lasts=LEASE)
    if claimed is None:
        logger().info("assistant.training-in-hand", version=version)
        return 0
    with _kept_in_hand(place, version, holder):
        try:
            make(place, claimed)
        except Exception as error:
            # Whatever it was, the version must not stand as being trained.
            logger().error("assistant.training-failed", version=version, exc_info=error)
            tell(place, fail(place, version, str(error) or type(error).__name__), 100, "failed")
            return 1
    return 0


def make(place: House, version: Document) -> None:
    """Learn, measure, and make a candidate of it. Raises what goes wrong."""
    folder = versions.folder_of(place, version["_id"])
    edits, model = folder / versions.EDITS, folder / versions.MODEL
    if not edits.exists():
        write_draft(place, edits)
    if version["kind"] == Kind.INDEX:
        _take_model(place, version, model)
    else:
        tell(place, version, 1, "starting")
        judges.train_version(model, edits=edits, hear=lambda line: _hear(place, version, line))
    models = place.settings.models_dir
    files = {
        "model": str(model.relative_to(models)),
        "edits": str(edits.relative_to(models)),
        "shipped": digest_of_inputs(places_of(place))[:12],
        "data_hash": digest_of_inputs(places_of(place, edits)),
    }
    versions.set_files(place, version["_id"], files)
    _measure(place, version | files)
    now = place.clock.now()
    done = {"lease": None, "progress": {"percent": 100, "step": "done", "at": now}}
    versions.move_version(
        place,
        version["_id"],
        State.CANDIDATE,
        by=version["by"],
        why="trained and measured",
        now=now,
        also=done,
    )
    tell(place, version, 100, "done")
    logger().info("assistant.trained", version=version["_id"], kind=version["kind"])


def tell(place: House, version: Document, percent: float, step: str) -> None:
    """How far it is: on the document, and to the open screens of who asked for it."""
    progress = {"percent": round(percent), "step": step, "at": place.clock.now()}
    versions.note_progress(place, version["_id"], progress)
    try:
        told = {"id": version["_id"], "percent": progress["percent"], "step": step}
        publish(place, f"staff:{version['by']}", "version", told)
    except redis.RedisError as error:
        logger().warning("stream.broker-silent", error=type(error).__name__)


def _take_model(place: House, version: Document, model: Path) -> None:
    """The live version's model, under this version's own name: it stays when the other one goes."""
    base = versions.get_version(place, version["base"])
    model.unlink(missing_ok=True)
    source = place.settings.models_dir / base["model"]
    try:
        model.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, model)


def _measure(place: House, version: Document) -> None:
    """Measure it, and the live one too where that has not been measured as it is."""
    live = serving.live_version(place)
    both = [version] if measuring.is_measured(live) else [live, version]
    begin = 2 if version["kind"] == Kind.INDEX else LEARNED
    width = (MEASURED - begin) / len(both)
    for at, one in enumerate(both):
        start = begin + at * width
        tell(place, version, start, f"measuring {one['_id']}")
        measuring.measure(
            place,
            one,
            lambda part, start=start, name=one["_id"]: tell(  # type: ignore[misc]
                place, version, start + part * width, f"measuring {name}"
            ),
        )


def _hear(place: House, version: Document, line: str) -> None:
    """A line of the training: ``progress PERCENT STEP``."""
    word, _, rest = line.partition(" ")
    percent, _, step = rest.partition(" ")
    if word == "progress" and percent.isdigit():
        tell(place, version, int(percent) * LEARNED / 100, step)


@contextmanager
def _kept_in_hand(place: House, version: str, holder: str) -> Iterator[None]:
    """Renew the lease meanwhile; when it cannot be renewed in time, end at once: somebody else will begin."""
    over = threading.Event()
    until = [place.clock.now() + LEASE]

    def keep() -> None:
        while not over.wait(PULSE_SECONDS):
            fresh = place.clock.now() + LEASE
            try:
                if versions.renew_lease(place, version, holder, until=fresh):
                    until[0] = fresh
                    continue
                lost = not over.is_set()
            except Exception as error:
                logger().warning("assistant.lease-not-renewed", version=version, error=type(error).__name__)
                lost = place.clock.now() > until[0]
            if lost and not over.is_set():
                os._exit(GONE)  # its children die with it

    pulse = threading.Thread(target=keep, name="lease", daemon=True)
    pulse.start()
    try:
        yield
    finally:
        over.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
