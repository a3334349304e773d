"""What is served: one document that publications change, and the pointer file that the assistant watches.

The document decides. The file is written from it after every change, and again by the sweep if a crash came
between. Only the product's start writes the file by itself (``bot.preparing``), when the shipped files
changed; the file then carries the document's revision, and ``adopt`` takes over what it says.
"""

from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.core.prepare import at_start
from bot.pointer import Pointer, PointerError, Served, read_pointer, write_pointer
from intents import versions
from intents.versions import Kind, State

SERVING = declare("assistant_serving")
PUBLICATIONS = declare("assistant_publications", Index([("created_at", -1), ("_id", -1)]))
THE_ONE = "serving"
UPGRADE = "upgrade"


def read_serving(house: House) -> Document:
    """``{live, canary, share, previous, revision}``. Raises ``assistant-unavailable`` if never started."""
    found = find_serving(house)
    if found is None:
        raise Problem("assistant-unavailable", "助手还没有模型在用，请先启动产品。")
    return found


def find_serving(house: House) -> Document | None:
    """The same, None before the first start."""
    return house.db[SERVING].find_one({"_id": THE_ONE})


def live_version(house: House) -> Document:
    """The version that answers. Raises ``assistant-unavailable``."""
    return versions.get_version(house, read_serving(house)["live"])


def change_serving(house: House, seen: Document, changes: Document, session: ClientSession) -> Document:
    """Change what is served if it is still as seen. Raises ``conflict``."""
    fresh = seen | changes | {"revision": seen["revision"] + 1}
    done = house.db[SERVING].replace_one(
        {"_id": THE_ONE, "revision": seen["revision"]}, fresh, session=session
    )
    if not done.matched_count:
        raise Problem("conflict", "刚刚有人发布或撤回了版本，请看过再决定。")
    return fresh


def point(house: House) -> Pointer:
    """Write the pointer file as the document has it, unless it says so already."""
    wanted = pointer_of(house)
    if _read_file(house) != wanted:
        write_pointer(house.settings.models_dir, wanted)
    return wanted


def pointer_of(house: House) -> Pointer:
    """What the document says, as the file would."""
    serving = read_serving(house)
    live = versions.served(versions.get_version(house, serving["live"]))
    canary = versions.served(versions.get_version(house, serving["canary"])) if serving["canary"] else None
    return Pointer(live, canary, serving["share"] if canary else 0.0, serving["revision"])


def adopt(house: House) -> None:
    """Bring document and file together: at a process's start, and from time to time."""
    told = _read_file(house)
    serving = find_serving(house)
    if serving is None:
        if told is not None:
            _begin(house, told)
        return
    if told is not None and told.revision == serving["revision"]:
        _take_over_upgrade(house, serving, told)
    if told is None or told.revision <= serving["revision"]:
        point(house)


def _begin(house: House, told: Pointer) -> None:
    """The first start: what the product came with is the first version."""
    _know(house, told.live, State.LIVE)
    fresh: Document = {"_id": THE_ONE, "live": told.live.version, "canary": None, "share": 0.0}
    try:
        house.db[SERVING].insert_one(fresh | {"previous": [], "revision": told.revision})
    except DuplicateKeyError:
        return  # another process began at the same moment


def _take_over_upgrade(house: House, serving: Document, told: Pointer) -> None:
    """The product was started with other shipped files: it serves them, or the live edits on top of them."""
    live = versions.get_version(house, serving["live"])
    if told.live == versions.served(live):
        return
    now = house.clock.now()
    if told.live.version == live["_id"]:
        files = {"model": told.live.model, "shipped": told.live.shipped, "report": None}
        versions.set_files(house, live["_id"], files)
    elif live["_id"].startswith("shipped-") and told.live.is_shipped:
        _know(house, told.live, State.LIVE)
        versions.retire(house, live["_id"], by=UPGRADE, why="a newer product", now=now)
    else:
        return
    if serving["canary"]:
        versions.end_canary(house, serving["canary"], by=UPGRADE, why="a newer product", now=now)
    house.db[SERVING].update_one(
        {"_id": THE_ONE, "revision": serving["revision"]},
        {"$set": {"live": told.live.version, "canary": None, "share": 0.0}},
    )
    logger().info("assistant.upgraded", live=told.live.version, shipped=told.live.shipped)


def _know(house: House, served: Served, state: State) -> None:
    """Keep a document of a version that did not come from a training asked for here."""
    now = house.clock.now()
    fresh: Document = {
        "_id": served.version,
        "kind": Kind.FULL.value,
        "state": state.value,
        "model": served.model,
        "edits": served.edits,
        "base": None,
        "shipped": served.shipped,
        "data_hash": served.shipped,
        "requirements_hash": "",
        "seed": None,
        "report": None,
        "by": "product",
        "why": "what the product came with",
        "created_at": now,
        "progress": {"percent": 100, "step": "done", "at": now},
        "lease": None,
        "attempts": 0,
        "history": [{"at": now, "state": state.value, "by": "product", "why": "what the product came with"}],
    }
    if versions.find_version(house, served.version) is None:
        versions.insert_version(house, fresh)
    else:
        # An older product was put back: its version is there already.
        versions.set_files(house, served.version, {"state": state.value, "model": served.model})


def _read_file(house: House) -> Pointer | None:
    try:
        return read_pointer(house.settings.models_dir)
    except PointerError as error:
        logger().error("assistant.pointer-unreadable", error=str(error))
        return None


def note_publication(house: House, session: ClientSession, **said: Any) -> Document:
    """One line of the book of publications."""
    entry: Document = {"_id": house.new_id(), "created_at": house.clock.now()} | said
    house.db[PUBLICATIONS].insert_one(entry, session=session)
    return entry


at_start(adopt)
