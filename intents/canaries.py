"""How the canary does beside the live version, by the turns that each of them answered."""

from datetime import datetime
from typing import Any

from backend.core.house import House
from backend.core.mongo import Index, declare_more

# The conversation's own collection; its store knows nothing of versions.
TURNS = "turns"
declare_more(TURNS, Index([("reading.model", 1), ("created_at", -1)]))
DECLINED_ACTS = ("out_of_scope", "nlu_fallback")
WANTING = ("do_matter", "ask_matter")


def figures_since(house: House, versions: list[str], since: datetime) -> dict[str, dict[str, Any]]:
    """For each version: turns that were read, and the shares that were declined or asked for a person."""
    where = {"reading.model": {"$in": versions}, "created_at": {"$gte": since}}
    declined = {
        "$or": [
            {"$in": ["$reading.act", list(DECLINED_ACTS)]},
            {
                "$and": [
                    {"$in": ["$reading.act", list(WANTING)]},
                    {"$not": [{"$in": ["$reading.decision", ["sure", "ask"]]}]},
                ]
            },
        ]
    }
    asked = {"$eq": ["$reading.act", "ask_person"]}
    rows = house.db[TURNS].aggregate([
        {"$match": where},
        {"$group": {
            "_id": "$reading.model",
            "turns": {"$sum": 1},
            "conversations": {"$addToSet": "$conversation"},
            "declined": {"$sum": {"$cond": [declined, 1, 0]}},
            "asked_person": {"$sum": {"$cond": [asked, 1, 0]}},
        }},
        {"$set": {"conversations": {"$size": "$conversations"}}},
    ])  # fmt: skip
    found = {row["_id"]: row for row in rows}
    return {version: _view(found.get(version)) for version in versions}


def _view(row: dict[str, Any] | None) -> dict[str, Any]:
    turns = row["turns"] if row else 0
    if row is None or not turns:
        return {"turns": 0, "conversations": 0, "declined": None, "asked_person": None}
    return {
        "turns": turns,
        "conversations": row["conversations"],
        "declined": round(row["declined"] / turns, 4),
        "asked_person": round(row["asked_person"] / turns, 4),
    }
