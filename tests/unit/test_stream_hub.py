import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import redis

from backend.core.clock import FixedClock
from backend.core.errors import Problem
from backend.core.house import House
from backend.stream.following import END, PULSE, RETRY, follow
from backend.stream.hub import MOST_PER_CITIZEN, Hub, Listener
from backend.stream.publishing import StreamEvent, publish, read_after, valid_id


class Broker:
    """A Valkey of one process: streams as lists, no subscriptions."""

    def __init__(self) -> None:
        self.streams: dict[str, list[tuple[str, dict[str, str]]]] = {}
        self.published: list[tuple[str, str]] = []
        self.away = False

    def pipeline(self, transaction: bool) -> "Broker":
        return self

    def xadd(self, key: str, fields: dict[str, str], **_: Any) -> None:
        stream = self.streams.setdefault(key, [])
        stream.append((f"1-{len(stream)}", fields))

    def expire(self, key: str, after: timedelta) -> None:
        assert after > timedelta(minutes=10)

    def publish(self, channel: str, text: str) -> None:
        self.published.append((channel, text))

    def execute(self) -> list[Any]:
        return ["1-0"]

    def xrange(self, key: str, min: str, count: int) -> list[tuple[str, dict[str, str]]]:
        if self.away:
            raise redis.ConnectionError
        return [row for row in self.streams.get(key, []) if _order(row[0]) > _order(min.lstrip("("))][:count]

    def xrevrange(self, key: str, count: int) -> list[tuple[str, dict[str, str]]]:
        if self.away:
            raise redis.ConnectionError
        return self.streams.get(key, [])[::-1][:count]

    def pubsub(self) -> Any:
        silent = threading.Event()
        return SimpleNamespace(
            subscribe=lambda _: None,
            get_message=lambda timeout: silent.wait(timeout) or None,
            ping=lambda: None,
            close=lambda: None,
        )


def _order(text: str) -> tuple[int, int]:
    left, _, right = text.partition("-")
    return int(left), int(right)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def house(broker: Broker) -> House:
    settings = SimpleNamespace(database="test")
    return cast(House, SimpleNamespace(valkey=broker, clock=FixedClock(), settings=settings))


def following(house: House, *, last_id: str | None = None, stay: bool = True) -> Iterator[str]:
    ends_at = house.clock.now() + timedelta(minutes=10)
    listener = Listener("c1")
    return follow(house, listener, last_id=last_id, ends_at=ends_at, may_go_on=lambda: stay, heartbeat=0.01)


def test_what_happened_before_the_connection_is_not_told(house: House) -> None:
    publish(house, "c1", "message", {"id": "old"})
    frames = following(house)
    assert next(frames) == RETRY
    assert next(frames) == PULSE


def test_a_new_event_arrives_with_its_id_so_that_the_client_can_resume(house: House) -> None:
    frames = following(house)
    assert [next(frames), next(frames)] == [RETRY, PULSE]
    publish(house, "c1", "application", {"id": "a1", "state": "accepted"})
    assert next(frames) == 'id: 1-0\nevent: application\ndata: {"id":"a1","state":"accepted"}\n\n'


def test_a_client_that_comes_back_gets_what_it_missed_in_order(house: House) -> None:
    for number in range(3):
        publish(house, "c1", "message", {"id": str(number)})
    frames = following(house, last_id="1-0")
    assert next(frames) == RETRY
    assert [next(frames)[:7], next(frames)[:7]] == ["id: 1-1", "id: 1-2"]


def test_another_citizens_events_stay_theirs(house: House) -> None:
    publish(house, "c2", "message", {"id": "theirs"})
    assert read_after(house, "c1", "0-0") == []


def test_it_ends_when_its_time_is_over_and_when_the_citizen_signed_out(house: House) -> None:
    assert list(following(house, stay=False)) == [RETRY, END]
    frames = following(house)
    next(frames)
    cast(FixedClock, house.clock).advance(minutes=11)
    assert list(frames) == [END]


def test_when_the_broker_goes_away_the_line_is_kept_and_catches_up(house: House, broker: Broker) -> None:
    frames = following(house)
    assert [next(frames), next(frames)] == [RETRY, PULSE]
    broker.away = True
    publish(house, "c1", "message", {"id": "m1"})
    assert next(frames) == PULSE
    broker.away = False
    assert next(frames).startswith("id: 1-0")


def test_a_connection_that_begins_while_the_broker_is_away_begins_when_it_is_back(
    house: House, broker: Broker
) -> None:
    broker.away = True
    frames = following(house)
    assert [next(frames), next(frames)] == [RETRY, PULSE]
    broker.away = False
    assert next(frames) == PULSE
    publish(house, "c1", "message", {"id": "m1"})
    assert next(frames).startswith("id: 1-0")


def test_a_nudge_wakes_every_page_of_its_citizen_and_nobody_else(house: House) -> None:
    hub = Hub(house)
    with hub.listening("c1") as first, hub.listening("c1") as second, hub.listening("c2") as other:
        assert hub.wake("c1") == 2
        assert first.wait(0)
        assert second.wait(0)
        assert not other.wait(0)
        assert not first.wait(0)


def test_who_left_is_forgotten(house: House) -> None:
    hub = Hub(house)
    with hub.listening("c1"):
        assert hub.count() == 1
    assert (hub.count(), hub.wake("c1")) == (0, 0)


def test_one_citizen_cannot_hold_more_than_a_few_connections(house: House) -> None:
    hub = Hub(house)
    held = [hub.listening("c1") for _ in range(MOST_PER_CITIZEN)]
    for one in held:
        one.__enter__()
    with pytest.raises(Problem, match="too-many-requests"), hub.listening("c1"):
        pass
    with hub.listening("c2"):
        assert hub.count() == MOST_PER_CITIZEN + 1


def test_a_nudge_from_another_thread_ends_the_wait_early(house: House) -> None:
    hub = Hub(house)
    with hub.listening("c1") as listener:
        threading.Timer(0.05, hub.wake, ["c1"]).start()
        assert listener.wait(10)


@pytest.mark.parametrize("text", ["", "abc", "1-2-3", "1", "$", "99999999999999999999-0"])
def test_a_last_event_id_that_is_not_ours_is_ignored(text: str) -> None:
    assert valid_id(text) is None


def test_chinese_travels_as_it_is() -> None:
    assert "已受理" in StreamEvent("1-0", "message", {"title": "已受理"}).frame()
