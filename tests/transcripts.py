"""Writes docs/dialogs.md: the two full dialogs as the product really holds them.

python -m tests.transcripts
"""

from backend.core.settings import ROOT
from tests.flows.full_dialogs import a_mother_was_not_verified, a_tenant_moves
from tests.flows.office import Office
from tests.flows.transcript import Transcript
from tests.stack import Stack

PAGE = ROOT / "docs" / "dialogs.md"
HEAD = """# Two dialogs

As the running product holds them, written by `python -m tests.transcripts`; people, numbers and
addresses are made up. `tests/flows/test_dialogs_full.py` holds the product to them.
"""


def written(transcripts: list[Transcript]) -> str:
    """The page."""
    parts = [f"## {one.title}\n\n" + "\n\n".join(one.lines) + "\n" for one in transcripts]
    return "\n".join([HEAD, *parts])


def main() -> None:
    """Have the dialogs and write them down."""
    with Stack() as stack:
        office = Office(stack)
        moved, _ = a_tenant_moves(stack, office)
        PAGE.write_text(written([moved, a_mother_was_not_verified(stack, office)]), "utf-8")


if __name__ == "__main__":
    main()
