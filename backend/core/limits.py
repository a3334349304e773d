"""Rate limits, counted in Valkey by fixed windows."""

from dataclasses import dataclass

import redis

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger


@dataclass(frozen=True)
class Limit:
    """At most ``count`` calls in ``seconds`` for one caller."""

    name: str
    count: int
    seconds: int


def spend(house: House, limit: Limit, caller: str) -> None:
    """Count one call. Raises the problem ``too-many-requests`` with Retry-After when over."""
    key = f"limit:{limit.name}:{caller}"
    try:
        pipe = house.valkey.pipeline(transaction=False)
        pipe.incr(key)
        pipe.expire(key, limit.seconds, nx=True)
        pipe.ttl(key)
        used, _, left = pipe.execute()
    except redis.RedisError:
        # Letting citizens in while the counter is away harms less than locking all of them out.
        logger().warning("limits.counter-away", limit=limit.name)
        return
    if used > limit.count:
        wait = max(1, int(left))
        problem = Problem("too-many-requests", f"请求太频繁，请 {wait} 秒后再试。", retry_after=wait)
        problem.headers["Retry-After"] = str(wait)
        raise problem
