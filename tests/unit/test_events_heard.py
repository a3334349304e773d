"""Every event that is told has somebody who hears it, or a reason why nobody does."""

import ast
from collections.abc import Iterator
from pathlib import Path

from backend.core.settings import ROOT

# What is kept in the outbox for two days and read by nobody: each with why that is enough.
UNHEARD = {
    "automatic.paused": "the pause is read from the database at every automatic decision",
    "consent.revoked": "consents are read at every use; nothing has to be undone",
    "correction.corrected": "the facts changed in the same transaction, and profile.changed tells of that",
    "opinion.asked": "the asked department reads its own list; a late one is a trouble",
    "opinion.closed": "the decision reads the opinions when it is taken",
    "prompt.answered": "what the answer leads to is done where it is given",
    "prompt.created": "prompt.shown tells when it may be seen",
    "rating.given": "a bad one is on the department's list, a late one is a trouble",
    "staff.reminded": "the reminder is a row that the staff's list reads",
    "supervision.closed": "the supervision list reads its own rows",
    "supervision.opened": "the supervision list reads its own rows",
}
# The keywords by which a function is handed the kind, or the last word, of the event that it tells.
HANDED = ("tells", "emits")


def texts(node: ast.AST) -> Iterator[str]:
    """Every text that an expression may come to, as far as it stands in it."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def kinds_of(call: ast.Call, tree: ast.AST) -> Iterator[str]:
    """The kinds that one ``emit`` may tell; an f-string's hole is filled with what the module hands it."""
    given = call.args[0]
    if isinstance(given, ast.Constant):
        yield str(given.value)
    elif isinstance(given, ast.JoinedStr):
        [head, hole] = given.values
        assert isinstance(head, ast.Constant)
        assert isinstance(hole, ast.FormattedValue)
        words = texts(hole) if not isinstance(hole.value, ast.Name) else handed(tree, hole.value.id)
        yield from (f"{head.value}{word}" for word in words)


def handed(tree: ast.AST, *names: str) -> Iterator[str]:
    """The texts handed to calls under one of these keywords."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Call):
            for keyword in one.keywords:
                if keyword.arg in names:
                    yield from texts(keyword.value)


def emitted() -> dict[str, Path]:
    """Every kind of event that the backend or the operators' tools tell, with a file that does."""
    found: dict[str, Path] = {}
    for path in sorted(path for room in ("backend", "intents") for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for kind in handed(tree, *HANDED):
            found.setdefault(kind, path)
        for one in ast.walk(tree):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "emit":
                found.update(dict.fromkeys(kinds_of(one, tree), path))
    found.pop("", None)
    return found


def heard() -> set[str]:
    import backend.subscriptions  # noqa: F401
    from backend.core.events import SUBSCRIBERS

    return set(SUBSCRIBERS)


def test_every_event_is_heard_or_says_why_not() -> None:
    assert {kind: path for kind, path in emitted().items() if kind not in heard() | set(UNHEARD)} == {}


def test_the_list_of_unheard_ones_is_no_longer_than_it_must_be() -> None:
    assert set(UNHEARD) - set(emitted()) == set()
    assert set(UNHEARD) & heard() == set()


def test_nobody_waits_for_an_event_that_nobody_tells() -> None:
    assert heard() - set(emitted()) == set()


def test_the_search_finds_every_way_of_telling() -> None:
    """By its name, by a name with a hole, by a name handed on."""
    assert {"application.changed", "delegation.revoked", "consent.granted", "rating.closed"} <= set(emitted())
