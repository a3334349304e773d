"""Sends notices: signed, in order within a case, again and again until they are taken."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import structlog

from integrations.departments.database import Document
from integrations.departments.notices import Outbox
from integrations.gateways.signature import sign_as

BATCH = 64
SENDERS = 4
TIMEOUT_SECONDS = 5.0
LEASE_SECONDS = 10.0
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 60.0
HEALING = frozenset({408, 425, 429})

log = structlog.get_logger("departments.callbacks")


def retry_delay(tries: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to the next try: doubling up to a minute, scattered by a fifth either way."""
    seconds = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(tries, 12))
    return seconds * (0.8 + 0.4 * chance())


class Courier:
    """Carries due notices to their addresses."""

    def __init__(self, outbox: Outbox, *, secret: str, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="courier")

    def carry_due(self) -> int:
        """Send what is due, streams side by side; returns how many notices were looked at."""
        streams: dict[str, list[Document]] = {}
        for notice in self._outbox.due(self._clock(), BATCH):
            streams.setdefault(notice["stream"], []).append(notice)
        batches = [sorted(batch, key=lambda one: int(one["order"])) for batch in streams.values()]
        list(self._senders.map(self._carry_stream, batches))
        return sum(len(batch) for batch in batches)

    def _carry_stream(self, batch: list[Document]) -> None:
        for position, notice in enumerate(batch):
            # Those between two due ones may have been put off to a later moment than either.
            earlier = self._outbox.earlier_waiting(notice)
            if earlier is not None:
                self._wait_behind(batch[position:], max(earlier["due"], earlier["lease"]))
                return
            if not self._carry(notice):
                self._wait_behind(batch[position + 1 :], self._clock())
                return

    def _wait_behind(self, batch: list[Document], moment: datetime) -> None:
        now = self._clock()
        for notice in batch:
            self._outbox.queue_behind(notice, until=max(moment, now) + timedelta(milliseconds=50))

    def _carry(self, notice: Document) -> bool:
        if not self._outbox.claim(notice, now=self._clock(), seconds=LEASE_SECONDS):
            return False
        answer = self._post(notice)
        now = self._clock()
        if answer is not None and 200 <= answer < 300:
            self._outbox.mark_sent(notice, now=now)
            return bool(notice["copies"] <= 1)
        if answer is not None and 400 <= answer < 500 and answer not in HEALING:
            log.error("notice.parked", event_id=notice["_id"], status=answer)
            self._outbox.park(notice, why=f"HTTP {answer}", now=now)
            return True
        delay = retry_delay(notice["tries"])
        log.warning("notice.put-off", event_id=notice["_id"], status=answer, seconds=round(delay, 1))
        self._outbox.put_off(notice, until=now + timedelta(seconds=delay), now=now)
        return False

    def _post(self, notice: Document) -> int | None:
        body = json.dumps(notice["body"], ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"} | sign_as(
            self._secret, notice["body"]["department"], body, at=time.time()
        )
        try:
            return self._client.post(notice["url"], content=body, headers=headers).status_code
        except httpx.HTTPError:
            return None
