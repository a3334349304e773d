"""A file of sentences into the draft: looked at row by row, then taken whole or, if wanted, in part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.core.errors import Problem
from backend.core.house import House
from intents.draft_rules import Edit, Kind
from intents.edits import Deed, Reason, Wish, change, read_draft, refusal
from intents.exchange import Row
from intents.operators import Operator


@dataclass(frozen=True)
class Plan:
    """What an import would do: the rows it takes, and why it refuses the others.

    A refused row is told by its number only: it may hold what nobody should read again.
    """

    taken: list[Row]
    refused: list[tuple[int, str]]

    def view(self, *, done: bool) -> dict[str, Any]:
        """As it is answered; ``done`` tells whether it happened."""
        return {
            "done": done,
            "taken": len(self.taken) if done else 0,
            "good": len(self.taken),
            "refused": [{"row": number, "reason": reason} for number, reason in self.refused],
        }


def plan(house: House, rows: Sequence[Row]) -> Plan:
    """Try every row against the draft and the rows before it; nothing is written."""
    draft = read_draft(house)
    taken: list[Row] = []
    refused: list[tuple[int, str]] = []
    for row in rows:
        wrong = refusal(draft, _wish(row))
        if wrong:
            refused.append((row.number, wrong))
        else:
            taken.append(row)
            draft = draft.after(_wish(row).edit, present=True)
    return Plan(taken, refused)


def take(house: House, who: Operator, made: Plan, *, why: str, partial: bool) -> None:
    """Do what the plan says. Raises ``invalid-request`` with ``refused`` unless ``partial`` is wanted."""
    if made.refused and not partial:
        number, reason = made.refused[0]
        raise Problem(
            "invalid-request",
            f"有 {len(made.refused)} 行不能导入，例如第 {number} 行：{reason}",
            **{key: value for key, value in made.view(done=False).items() if key in ("good", "refused")},
        )
    if made.taken:
        change(house, who, [_wish(row) for row in made.taken], Reason(why, "import"))


def _wish(row: Row) -> Wish:
    return Wish(Deed.ADD, Edit(Kind.EXAMPLE, row.text, row.matter, row.act))
