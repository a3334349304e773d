"""After everything else has run: no personal value in any log line, nor in what the assistant remembers.

The file's name puts it last, so that it reads what all the journeys left behind.
"""

import re
import subprocess

import pytest
import redis
from stdnum.cn import ric

from tests.flows.conversation import Conversation
from tests.stack import Stack

ADDRESS = "清溪区安居路77弄8号901室"
PHONE = "19900006601"
NAME = "安小测"


@pytest.fixture(scope="module")
def typed(stack: Stack) -> None:
    """Somebody who types everything personal that one can type."""
    mother = Conversation.sign_in(stack, "19900000013")
    mother.say("给孩子上户口")
    mother.say(f"就叫{NAME}吧")
    numbers = ("身份证 31000019940813001X", "卡号 6222000000000000004")
    for said in (f"我电话是{PHONE}", f"地址是{ADDRESS}", *numbers):
        mother.say(said)
    mother.say("我要换驾照")
    mother.close()


@pytest.fixture(scope="module")
def secrets(stack: Stack, typed: None) -> set[str]:
    """Every demo citizen's name, number and phone, and what was typed."""
    with stack.departments() as departments:
        found = departments.post("/admin/people/search", json={"demo": True, "limit": 50})
    people = found.json()["people"]
    values = {str(person[key]) for person in people for key in ("name", "identity_number", "phone")}
    return values | {ADDRESS, PHONE, NAME, "6222000000000000004", "31000019940813001X"}


def test_no_log_line_holds_a_personal_value(stack: Stack, secrets: set[str]) -> None:
    read = 0
    for name in stack.product.names:
        for line in stack.log(name).splitlines():
            read += 1
            found = [value for value in secrets if value in line]
            assert not found, f"{name}: {line[:300]}"
            for number in re.findall(r"(?<![\dA-Za-z])\d{17}[\dX](?![\dA-Za-z])", line):
                assert not ric.is_valid(number), f"{name}: {line[:300]}"
            phone = re.search(r"(?<![\d.A-Za-z-])1[3-9]\d{9}(?![\d.A-Za-z])", line)
            assert not phone, f"{name}: {line[:300]}"
    assert read > 100, "there was something to read"


def test_the_assistants_memory_holds_no_personal_value(stack: Stack, secrets: set[str]) -> None:
    store = redis.Redis.from_url(stack.environment["REDIS_URL"])
    conversations = 0
    for key in store.scan_iter(count=1000):
        kept = _content(store, key)
        conversations += key.startswith(b"suiban:conversation:")
        found = [value for value in secrets if value.encode() in kept or _escaped(value) in kept]
        assert not found, f"{key!r} holds {found}"
    assert conversations, "no conversation was found; did the tracker store's keys change their name?"


def test_the_database_keeps_personal_values_sealed(stack: Stack, secrets: set[str]) -> None:
    """Names are kept readable (they are matched and shown masked); numbers, phones and addresses are not."""
    import bson
    import pymongo

    sealed = {value for value in secrets if any(character.isdigit() for character in value)}
    with pymongo.MongoClient[dict[str, object]](stack.environment["MONGO_URL"]) as client:
        database = client[stack.environment["DATABASE"]]
        for name in database.list_collection_names():
            if name == "demo_citizens":  # development's list of whom to sign in as
                continue
            for document in database[name].find():
                kept = bson.encode(document)
                found = [value for value in sealed if value.encode() in kept]
                assert not found, f"{name} holds {found}"


def test_git_knows_no_secret(stack: Stack) -> None:
    """What `make run` generates stays outside the repository."""
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False)
    assert "secrets.json" not in status.stdout


def _content(store: "redis.Redis", key: bytes) -> bytes:
    kind = store.type(key)
    if kind == b"string":
        return bytes(store.get(key) or b"")
    if kind == b"hash":
        return b" ".join(part for pair in store.hgetall(key).items() for part in pair)
    if kind == b"list":
        return b" ".join(store.lrange(key, 0, -1))
    if kind == b"stream":
        return repr(store.xrange(key)).encode()
    return b""


def _escaped(value: str) -> bytes:
    """As JSON writes it when it escapes Chinese."""
    return value.encode("unicode_escape")
