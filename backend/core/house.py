"""What a process has in hand: made once at its start, passed to every rule and store."""

from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from backend.core.clock import Clock, SystemClock
from backend.core.crypto import FieldCipher
from backend.core.ids import new_id
from backend.core.mongo import Database
from backend.core.settings import Settings, load_settings
from integrations.gateways.departments import DepartmentsGateway
from integrations.gateways.llm import LlmGateway
from integrations.gateways.payments import PaymentsGateway
from integrations.gateways.post import PostGateway

# Where nobody listens: a house without these parts fails at the first call, loudly.
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class House:
    """The process's connections and its sources of time and ids."""

    settings: Settings
    db: Database
    valkey: redis.Redis
    cipher: FieldCipher
    departments: DepartmentsGateway
    clock: Clock
    new_id: Callable[[], str]
    payments: PaymentsGateway = field(default_factory=lambda: PaymentsGateway(NOWHERE, ""))
    post: PostGateway = field(default_factory=lambda: PostGateway(NOWHERE, ""))
    llm: LlmGateway | None = None


def open_house(settings: Settings | None = None, *, clock: Clock | None = None) -> House:
    """The one place where real parts are chosen."""
    settings = settings or load_settings()
    db = Database(settings.mongo_url, settings.database)
    world, key = settings.departments_url, settings.departments_key.get_secret_value()
    return House(
        settings=settings,
        db=db,
        valkey=connect_valkey(settings.redis_url),
        cipher=FieldCipher(db.client, settings.database, settings.field_key.get_secret_value()),
        departments=DepartmentsGateway(world, key),
        clock=clock or SystemClock(),
        new_id=new_id,
        payments=PaymentsGateway(world, key),
        post=PostGateway(world, key),
        llm=_language_model(settings),
    )


def _language_model(settings: Settings) -> LlmGateway | None:
    """The optional language model, where one is named."""
    if not settings.llm_url:
        return None
    return LlmGateway(settings.llm_url, settings.llm_model, settings.llm_key.get_secret_value())


def connect_valkey(url: str) -> redis.Redis:
    """A client that answers text and gives up after two seconds."""
    pool = redis.ConnectionPool.from_url(
        url,
        max_connections=2000,  # the default of 100 refuses callers in a rush
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=2,
        health_check_interval=30,
    )
    return redis.Redis(connection_pool=pool)


_opened: list[House] = []


def house() -> House:
    """This process's house, opened at the first call."""
    if not _opened:
        _opened.append(open_house())
    return _opened[0]


def close_house() -> None:
    """Forget the house; a forked worker opens its own connections."""
    _opened.clear()
