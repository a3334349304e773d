"""Whether this process can do its work now."""

from datetime import timedelta
from typing import Any

import redis
from pymongo.errors import PyMongoError

from backend.applications.clock import CalendarEnded, is_working_day
from backend.core.clock import city_date
from backend.core.house import House

CALENDAR_AHEAD = timedelta(days=60)


def readiness(house: House) -> dict[str, Any]:
    """``{ready, parts: {database, broker, calendar}}``; a part is ``ok`` or what is wrong.

    A calendar that ends within 60 days is told, but does not make the process unready.
    """
    parts = {"database": _database(house), "broker": _broker(house), "calendar": _calendar(house)}
    return {"ready": parts["database"] == "ok" and parts["broker"] == "ok", "parts": parts}


def _database(house: House) -> str:
    try:
        house.db.ping()
    except PyMongoError:
        return "does not answer"
    return "ok"


def _broker(house: House) -> str:
    try:
        house.valkey.ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"


def _calendar(house: House) -> str:
    day = city_date(house.clock.now() + CALENDAR_AHEAD)
    try:
        is_working_day(day)
    except CalendarEnded:
        return f"holiday data does not reach {day.isoformat()}"
    return "ok"
