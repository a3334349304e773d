"""The operators' draft as a training sees it: the one place where versions meet the editing of sentences."""

from pathlib import Path

from backend.core.house import House
from intents.edits import write_edits


def write_draft(house: House, file: Path) -> str:
    """Write what the next version changes on top of the shipped sentences; the digest of its content."""
    return write_edits(house, file)
