"""Versions, publications and verdicts as they are answered, by the API and the command line alike."""

from typing import Any

from backend.core.house import House
from backend.core.mongo import Document
from backend.workbench.store import get_staff
from intents import measuring


def view_version(house: House, version: Document) -> dict[str, Any]:
    """A version in a list."""
    report = version["report"]
    return {
        "id": version["_id"],
        "kind": version["kind"],
        "state": version["state"],
        "by": name_of(house, version["by"]),
        "why": version["why"],
        "created_at": version["created_at"].isoformat(),
        "progress": _progress(version["progress"]),
        "measured": measuring.is_measured(version),
        "figures": {which: one["figures"] for which, one in report["sets"].items()} if report else None,
        "failure": version.get("failure"),
    }


def view_whole_version(house: House, version: Document) -> dict[str, Any]:
    """A version with what it is made of, what was measured and what became of it."""
    made_of = {name: version[name] for name in ("base", "shipped", "data_hash", "requirements_hash", "seed")}
    history = [
        {
            "at": one["at"].isoformat(),
            "state": one["state"],
            "by": name_of(house, one["by"]),
            "why": one["why"],
        }
        for one in version["history"]
    ]
    return view_version(house, version) | {
        "made_of": made_of,
        "report": _report(version["report"]),
        "history": history,
    }


def view_publication(house: House, entry: Document) -> dict[str, Any]:
    """One line of the book of publications."""
    kept = {name: entry[name] for name in ("action", "version", "instead_of", "share", "why")}
    return {
        "id": entry["_id"],
        "at": entry["created_at"].isoformat(),
        "by": name_of(house, entry["by"]),
    } | kept


def name_of(house: House, by: str) -> str:
    """How whoever did something is shown: staff by the account's name, else the product itself."""
    account = get_staff(house, by)
    return str(account["name"]) if account else by


def _progress(progress: Document) -> dict[str, Any]:
    return {"percent": progress["percent"], "step": progress["step"], "at": progress["at"].isoformat()}


def _report(report: Document | None) -> dict[str, Any] | None:
    return None if report is None else {**report, "at": report["at"].isoformat()}
