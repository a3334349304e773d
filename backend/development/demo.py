"""Demo citizens: synthetic people of the simulated registries, signed up by the very paths citizens take."""

from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from backend.accounts import store as accounts
from backend.core.events import commit
from backend.core.house import House
from backend.core.mongo import declare
from backend.profiles import facts

DEMO = declare("demo_citizens")
STORIES_FILE = Path(__file__).with_name("stories.yml")


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the simulated population with a story."""

    name: str
    phone: str
    identity_number: str
    story: str


def fetch_people(house: House) -> list[DemoPerson]:
    """The demo people, from the departments' administration. Raises httpx.HTTPError."""
    stories = yaml.safe_load(STORIES_FILE.read_text("utf-8"))
    key = house.settings.departments_admin_key.get_secret_value()
    answer = httpx.post(
        f"{house.settings.departments_url}/admin/people/search",
        json={"demo": True, "limit": 50},
        headers={"Authorization": f"Bearer {key}"},
        timeout=10,
    )
    answer.raise_for_status()
    return [
        DemoPerson(row["name"], row["phone"], row["identity_number"], stories.get(row["story"], row["story"]))
        for row in answer.json()["people"]
        if row.get("phone")
    ]


def sign_up(house: House, person: DemoPerson) -> str:
    """Make a demo person's account at level 3 with gathered facts; returns the citizen's id."""
    citizen = accounts.citizen_by_phone(house, person.phone, now=house.clock.now())
    if citizen["assurance"] < 3:
        commit(
            house,
            lambda unit: accounts.set_identity(
                house, unit, citizen["_id"], name=person.name, identity_number=person.identity_number
            ),
        )
    facts.gather(house, citizen["_id"])
    house.db[DEMO].replace_one(
        {"_id": citizen["_id"]},
        {"name": person.name, "phone": person.phone, "story": person.story},
        upsert=True,
    )
    return str(citizen["_id"])


def demo_citizens(house: House) -> list[dict[str, str]]:
    """``{name, phone, story}`` of each, in the order of their phones."""
    rows = house.db[DEMO].find({}, {"_id": 0}).sort("phone").limit(50)
    return [{key: str(row[key]) for key in ("name", "phone", "story")} for row in rows]
