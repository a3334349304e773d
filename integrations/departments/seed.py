"""Fill the registries with the people of the city, once.

python -m integrations.departments.seed [--people 5000] [--today 2026-10-01] [--again]
"""

import argparse
import time
from datetime import date, datetime

from integrations.departments.calendar_words import CITY_TIME, city_day
from integrations.departments.database import Store, utc_now
from integrations.departments.directory import the_directory
from integrations.departments.employers import found_employers
from integrations.departments.people import open_town, populate
from integrations.departments.registries import ORGANISATIONS, PEOPLE, Registries
from integrations.departments.settings import Settings
from integrations.departments.stories import tell_stories

POPULATION = 5000
MARK = "seeded"


def seed(store: Store, *, today: date, count: int = POPULATION) -> int:
    """Enter the demo people and the population; returns how many, 0 when all were there.

    The mark is written last: a seeding that was broken off is cleared away and begun anew.
    """
    if store["counters"].find_one({"_id": MARK}) is not None:
        return 0
    store.make_indexes()
    clear_people(store)
    town = open_town(today)
    people = tell_stories(town)
    people += populate(town, max(0, count - len(people)))
    firms = found_employers(town)
    as_of = datetime.combine(today, datetime.min.time(), CITY_TIME)
    Registries(store, the_directory()).enter(people, firms, as_of=as_of)
    store["counters"].insert_one({"_id": MARK, "people": len(people), "today": today.isoformat()})
    return len(people)


def clear_people(store: Store) -> None:
    """Forget all people, and that they were seeded; cases stay."""
    store["counters"].delete_one({"_id": MARK})
    for collection in (PEOPLE, ORGANISATIONS, *(department.registry for department in the_directory())):
        store[collection].delete_many({})


def main() -> None:
    """Seed the database that the environment names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=POPULATION, help="how many people in all")
    parser.add_argument("--today", type=date.fromisoformat, help="the day their lives are told from")
    parser.add_argument("--again", action="store_true", help="forget the people that are there first")
    wanted = parser.parse_args()
    settings = Settings.from_environment()
    store = Store(settings.mongo_url, settings.database)
    if wanted.again:
        clear_people(store)
    began = time.monotonic()
    entered = seed(store, today=wanted.today or city_day(utc_now()), count=wanted.people)
    seconds = time.monotonic() - began
    print(
        f"departments: {entered} people entered in {seconds:.1f} s"
        if entered
        else "departments: people are there"
    )


if __name__ == "__main__":
    main()
