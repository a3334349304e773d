"""`python -m backend.seed`: signs up the demo citizens; running it again changes nothing."""

import sys

from backend import subscriptions  # noqa: F401
from backend.core.house import house
from backend.core.logs import logger, set_up_logs
from backend.core.prepare import prepare
from backend.core.settings import Stage
from backend.development.demo import fetch_people, sign_up
from backend.workbench.demo import seed_staff


def main() -> int:
    """Seed; the exit status is 1 in production, where nothing is made up."""
    place = house()
    set_up_logs("seed", place.settings.log_level)
    if place.settings.suiban_env is Stage.PRODUCTION:
        logger().error("seed.refused", why="production has no demo citizens")
        return 1
    prepare(place)
    people = fetch_people(place)
    for person in people:
        sign_up(place, person)
    staff = seed_staff(place)
    logger().info("seed.done", citizens=len(people), staff=staff)
    return 0


if __name__ == "__main__":
    sys.exit(main())
