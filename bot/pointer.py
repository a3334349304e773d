"""Which versions answer: one small file, written whole, that the serving process watches.

``serving.json`` in the models' folder: ``{"live": {"version", "model", "edits", "shipped"}, "canary": {the
same, "share"} | null, "revision"}``. ``model`` and ``edits`` are paths below that folder; ``shipped`` is the
digest of the shipped files that the version was made on; ``revision`` counts publications, so that an old
pointer is known for one. Standard library only: the product reads it before anything is loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SERVING = "serving.json"
SHIPPED = "shipped-"


class PointerError(Exception):
    """A pointer file that cannot be read; the message names it."""


@dataclass(frozen=True)
class Served:
    """One version as it is served: a model, and what operators changed about the sentences."""

    version: str
    model: str
    edits: str | None = None
    shipped: str = ""

    @property
    def is_shipped(self) -> bool:
        """Whether this is the product's own, which no operator published."""
        return self.version.startswith(SHIPPED)


@dataclass(frozen=True)
class Pointer:
    """The version that answers, and the one that answers a share of the conversations, if any."""

    live: Served
    canary: Served | None = None
    share: float = 0.0
    revision: int = 0

    def serves(self, sender: str) -> Served:
        """The version that answers a conversation: always the same one while the pointer stands."""
        if self.canary is None or _place(f"{self.canary.version}\n{sender}") >= self.share:
            return self.live
        return self.canary

    def dump(self) -> dict[str, Any]:
        """As the file holds it."""
        canary = None if self.canary is None else asdict(self.canary) | {"share": self.share}
        return {"live": asdict(self.live), "canary": canary, "revision": self.revision}

    @classmethod
    def parse(cls, raw: Any) -> Pointer:
        """From what ``dump`` made. Raises KeyError, TypeError or ValueError."""
        canary = raw.get("canary")
        share = float(canary["share"]) if canary else 0.0
        revision = int(raw.get("revision") or 0)
        return cls(_served(raw["live"]), _served(canary) if canary else None, share, revision)


def read_pointer(models: Path) -> Pointer | None:
    """What is to be served, None where nothing was ever pointed at. Raises PointerError."""
    file = models / SERVING
    try:
        return Pointer.parse(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PointerError(
            f"{file} is damaged ({error}); remove it and the newest model is served"
        ) from error


def write_pointer(models: Path, pointer: Pointer) -> None:
    """Point at something else: whoever reads sees the old file or the new one, never half of one."""
    models.mkdir(parents=True, exist_ok=True)
    draft = models / f".{SERVING}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as out:
        json.dump(pointer.dump(), out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(models / SERVING)


def _served(raw: Any) -> Served:
    edits = raw.get("edits")
    return Served(
        version=str(raw["version"]),
        model=str(raw["model"]),
        edits=None if edits is None else str(edits),
        shipped=str(raw.get("shipped") or ""),
    )


def _place(key: str) -> float:
    """Where a conversation stands between 0 and 1; by the version too, so that not always the same try it."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48
