"""Makes sure that there is something to serve: ``python -m bot.preparing``, before the product starts.

On a fresh machine it trains the shipped files and points at them. After an upgrade, when the shipped files
are others than those that the served version was made on, it trains anew: the shipped files alone where no
operator published anything, else with the live version's edits on top. Costs nothing when nothing changed.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from bot.inputs import digest_of_inputs, model_of_files
from bot.places import Places
from bot.pointer import SHIPPED, Pointer, PointerError, Served, read_pointer, write_pointer
from bot.training import train_and_tell


def main() -> int:
    """Prepare; 0 when what the pointer names is there."""
    places = replace(Places.find(), edits=None)
    try:
        pointer = read_pointer(places.models)
        wanted = wanted_pointer(places, pointer)
    except PointerError as error:
        print(error, file=sys.stderr)
        return 1
    model = places.models / wanted.live.model
    if model.exists():
        model.touch()
        print(f"Nothing changed since {wanted.live.version} was trained.")
    elif not train_and_tell(_with_edits(places, wanted.live), model):
        return 1
    if wanted != pointer:
        write_pointer(places.models, wanted)
        print(f"Serving {wanted.live.version}.")
    return 0


def wanted_pointer(places: Places, pointer: Pointer | None) -> Pointer:
    """What must be served now that the shipped files are as they are. Raises PointerError for lost edits."""
    shipped = digest_of_inputs(places)[:12]
    if pointer is not None and pointer.live.shipped == shipped:
        return pointer
    if pointer is None or pointer.live.is_shipped:
        model = model_of_files(places).name
        fresh = Served(f"{SHIPPED}{shipped}", model, shipped=shipped)
        return Pointer(fresh, revision=pointer.revision if pointer else 0)
    edited = _with_edits(places, pointer.live)
    if edited.edits is not None and not edited.edits.is_file():
        raise PointerError(
            f"The shipped sentences changed, and {pointer.live.version}'s edits are lost: {edited.edits}.\n"
            f"Restore them, or remove serving.json from {places.models} to serve what was shipped."
        )
    # A canary was compared with a version that is no more: it has to be trained and measured anew.
    live = replace(pointer.live, model=model_of_files(edited).name, shipped=shipped)
    return replace(pointer, live=live, canary=None, share=0.0)


def _with_edits(places: Places, served: Served) -> Places:
    edits: Path | None = places.models / served.edits if served.edits else None
    return replace(places, edits=edits)


if __name__ == "__main__":
    sys.exit(main())
