"""Timing requests: one client's median, many clients' rate."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` is value / against; ``ok`` whether it keeps its budget."""

    name: str
    value: float
    unit: str
    against: float
    ratio: float
    budget: str
    ok: bool


def row(
    name: str,
    ours: Sequence[float],
    unit: str,
    theirs: Sequence[float],
    *,
    at_most: float = 0,
    at_least: float = 0,
) -> Row:
    """A row with one bound on its ratio, from measurements taken by turns.

    The ratio is the median of the pairs' ratios: the machine's pace changes, and within a pair it does least.
    """
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    ok = ratio <= at_most if at_most else ratio >= at_least
    budget = f"≤ {at_most:g}×" if at_most else f"≥ {at_least:g}×"
    value, against = statistics.median(ours), statistics.median(theirs)
    return Row(name, round(value, 2), unit, round(against, 2), round(ratio, 3), budget, ok)


@dataclass(frozen=True)
class Call:
    """One HTTP request, made again and again over a kept connection."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


def ask(connection: http.client.HTTPConnection, call: Call, body: dict[str, Any] | None = None) -> bytes:
    """Send and read one request. Raises RuntimeError for anything but 2xx."""
    parts = urlsplit(call.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    payload = json.dumps(body).encode() if body is not None else None
    headers = dict(call.headers) | ({"Content-Type": "application/json"} if payload else {})
    connection.request(call.method, path, payload, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{call.method} {path} answered {answer.status}: {content[:200]!r}")
    return content


def connect(call: Call) -> http.client.HTTPConnection:
    """A connection to the call's server."""
    parts = urlsplit(call.url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)


def median_ms(call: Call, bodies: Iterator[dict[str, Any]], *, count: int) -> float:
    """The median of ``count`` requests by one client, in milliseconds."""
    connection = connect(call)
    times = []
    for _ in range(count):
        body = next(bodies)
        began = time.perf_counter()
        ask(connection, call, body)
        times.append((time.perf_counter() - began) * 1000)
    connection.close()
    return statistics.median(times)


def rate(clients: list[tuple[Call, Callable[[], dict[str, Any]]]], *, seconds: float) -> float:
    """Requests a second by clients that each wait for their answer before they ask again."""
    until = time.perf_counter() + seconds

    def one(client: tuple[Call, Callable[[], dict[str, Any]]]) -> int:
        call, body = client
        connection = connect(call)
        done = 0
        while time.perf_counter() < until:
            ask(connection, call, body())
            done += 1
        connection.close()
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        total = sum(pool.map(one, clients))
    return total / (time.perf_counter() - began)


def _read_until(call: Call, seconds: float) -> int:
    connection = connect(call)
    until = time.perf_counter() + seconds
    done = 0
    while time.perf_counter() < until:
        ask(connection, call)
        done += 1
    return done


def read_rate(call: Call, *, clients: int, seconds: float) -> float:
    """Reads a second by ``clients`` processes of their own, so that asking does not bound answering."""
    with ProcessPoolExecutor(clients) as pool:
        counts = list(pool.map(_read_until, [call] * clients, [seconds] * clients))
    return sum(counts) / seconds


def write_report(rows: list[Row], file: Path) -> None:
    """The rows as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")
