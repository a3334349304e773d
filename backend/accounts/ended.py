"""Sessions that ended: known to every web process within a moment, without asking Valkey at each request."""

import threading
import time

import redis

from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.logs import logger

CHANNEL = "sessions:ended"
MOST_REMEMBERED = 50_000
PAUSE = 1.0


class EndedSessions:
    """Asks Valkey once about each session, then listens for its end.

    While the listening connection is down, every request asks again.
    """

    def __init__(self, valkey: "redis.Redis") -> None:
        self._valkey = valkey
        self._alive: set[str] = set()
        self._ended: set[str] = set()
        self._listening = False
        self._start = threading.Lock()
        self._listener: threading.Thread | None = None

    def check(self, caller: Caller) -> None:
        """Raise ``session-ended`` for an access token whose device signed out."""
        session = caller.session
        if session in self._ended or (session not in self._alive and self._ask(session)):
            raise Problem("session-ended", "登录已失效，请重新登录。")

    def announce(self, session: str, *, seconds: int) -> None:
        """End a session for every process; ``seconds`` is how long a token of it may still live."""
        self._note(session)
        try:
            self._valkey.set(f"ended:{session}", "1", ex=seconds)
            self._valkey.publish(CHANNEL, session)
        except redis.RedisError:
            # Valkey away: its tokens end by themselves within ten minutes, and no new ones are given.
            logger().warning("account.end-not-announced", session=session)

    def _ask(self, session: str) -> bool:
        self._listen()
        listening = self._listening
        try:
            ended = bool(self._valkey.exists(f"ended:{session}"))
        except redis.RedisError:
            return False
        if not ended and listening:
            if len(self._alive) >= MOST_REMEMBERED:
                self._alive.clear()
            self._alive.add(session)
        # The notice may have come between the question and its answer.
        return ended or session in self._ended

    def _note(self, session: str) -> None:
        if len(self._ended) >= MOST_REMEMBERED:
            self._ended.clear()
            self._alive.clear()
        self._ended.add(session)
        self._alive.discard(session)

    def _listen(self) -> None:
        with self._start:
            if self._listener is None:
                self._listener = threading.Thread(target=self._follow, name="ended-sessions", daemon=True)
                self._listener.start()

    def _follow(self) -> None:
        while True:
            try:
                with self._valkey.pubsub() as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    self._hear(channel)
            except (redis.RedisError, OSError, ValueError):
                self._listening = False
                self._alive.clear()
                time.sleep(PAUSE)

    def _hear(self, channel: "redis.client.PubSub") -> None:
        while True:
            notice = channel.get_message(timeout=PAUSE)
            if notice is None:
                continue
            if notice["type"] == "subscribe":
                self._alive.clear()
                self._listening = True
            elif notice["type"] == "message":
                self._note(str(notice["data"]))
