"""Work for the processor, done beside a server's loop so that other callers are not kept waiting."""

from collections.abc import Callable
from typing import TypeVar

import gevent
from gevent import monkey

T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """Run ``work`` in a real thread where gevent serves, else right here; raises what it raises."""
    if not monkey.is_module_patched("threading"):
        return work()
    result, error = gevent.get_hub().threadpool.apply(_caught, (work,))
    if error is not None:
        raise error
    done: T = result
    return done


def _caught(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    # The pool prints whatever escapes into the log, also what is only a refusal.
    try:
        return work(), None
    except Exception as error:
        return None, error
