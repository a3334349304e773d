"""Finding synthetic people, for demonstrations and tests."""

from datetime import date
from typing import Any

from integrations.departments.calendar_words import add_years
from integrations.departments.database import Document, Store
from integrations.departments.filings import PeopleSearch
from integrations.departments.stories import HUSBAND, STORIES

DUE = {story.id: list(story.due) for story in (*STORIES, HUSBAND)}


def find_people(store: Store, wanted: PeopleSearch, *, today: date) -> list[Document]:
    """The people that fit, demo people first in the order of their stories."""
    condition: dict[str, Any] = {}
    if wanted.demo is not None:
        condition["story"] = {"$ne": None} if wanted.demo else None
    for key in ("story", "phone", "sex", "local"):
        if getattr(wanted, key) is not None:
            condition[key] = getattr(wanted, key)
    born = _born_between(wanted, today)
    if born:
        condition["born"] = born
    found = store["people"].find(condition).sort([("phone", 1), ("_id", 1)]).limit(wanted.limit)
    return [_shown(person, today) for person in found]


def _born_between(wanted: PeopleSearch, today: date) -> dict[str, str]:
    youngest = wanted.age if wanted.age is not None else wanted.age_from
    oldest = wanted.age if wanted.age is not None else wanted.age_to
    born: dict[str, str] = {}
    if youngest is not None:
        born["$lte"] = add_years(today, -youngest).isoformat()
    if oldest is not None:
        born["$gt"] = add_years(today, -oldest - 1).isoformat()
    return born


def _shown(person: Document, today: date) -> Document:
    born = date.fromisoformat(person["born"])
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return {
        "name": person["name"],
        "identity_number": person["_id"],
        "phone": person["phone"],
        "sex": person["sex"],
        "born": person["born"],
        "age": age,
        "district": person["district"],
        "local": person["local"],
        "family": person["family"],
        "story": person["story"],
        "due": DUE.get(person["story"], []),
    }
