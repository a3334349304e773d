"""What a model is made of, as one digest: the same files give the same model. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.places import Places

HERE = Path(__file__).parent
SENTENCES = HERE.parent / "intents"
# For whatever learns by chance.
SEED = 20260101


def model_of_files(places: Places) -> Path:
    """Where the model of the files as they are belongs."""
    return places.models / f"suiban-{digest_of_inputs(places)[:12]}.tar.gz"


def digest_of_inputs(places: Places) -> str:
    """One hash over everything that a model is made of."""
    digest = hashlib.sha256()
    for name, file in _inputs(places):
        digest.update(f"{name}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _inputs(places: Places) -> Iterator[tuple[str, Path]]:
    folders = {
        "domain": HERE / "domain",
        "data": HERE / "data",
        "components": HERE / "components",
        "encoder": SENTENCES / "encoder",
        "acts": places.acts,
        **{f"matters{at}": folder for at, folder in enumerate(places.matters)},
        **{f"catalogue{at}": folder for at, folder in enumerate(places.catalogues)},
    }
    yield "config", HERE / "config.yml"
    yield "wording", SENTENCES / "wording.py"
    for name, folder in folders.items():
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".yml", ".py"):
                yield f"{name}/{file.relative_to(folder)}", file
    if places.edits is not None and places.edits.exists():
        yield "edits", places.edits
