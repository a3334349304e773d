"""Publishing a version and taking it back: through the gate, with who and why, and seen to have arrived."""

from collections.abc import Mapping
from typing import Any

import httpx
from pymongo.client_session import ClientSession

from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.core.settings import Stage
from intents import measuring, serving
from intents.gate import Verdict, judge, the_margins
from intents.serving import change_serving, note_publication, read_serving
from intents.versions import State, get_version, move_version

MOST_REMEMBERED = 5
TIME_OUT = httpx.Timeout(3.0, connect=1.0)
PUBLISH, CANARY, ROLLBACK = "publish", "canary", "rollback"
SYSTEM = "system"
NOT_LOADED = "the assistant could not load it"


def examine(house: House, version: Document) -> Verdict:
    """What stands against publishing a version. Raises ``conflict`` where something was never measured."""
    live = serving.live_version(house)
    for one in (version, live):
        if not measuring.is_measured(one):
            raise Problem(
                "conflict",
                f"版本 {one['_id']} 还没有在现在的冻结测试集上评测，请先 evaluate {one['_id']}。",
                unmeasured=one["_id"],
            )
    return judge(version["report"], live["report"], the_margins())


def publish(house: House, version: str, *, share: float | None, by: str, why: str) -> Document:
    """Let a version answer: everybody, or with ``share`` that part of the conversations.

    Raises ``not-found``, ``conflict`` (not in a state for it, not measured, somebody was faster),
    ``same-person`` (in production it takes two), ``worse-than-live`` with everything that stands against it.
    """
    wanted = get_version(house, version)
    verdict = examine(house, wanted)
    if not verdict.passed:
        raise Problem("worse-than-live", _against(verdict), **verdict.dump())
    _require_second(house, wanted, by)
    seen = read_serving(house)

    def change(session: ClientSession) -> Document:
        if share is None:
            return _to_everybody(house, session, seen, version, by=by, why=why)
        return _to_some(house, session, seen, version, share, by=by, why=why)

    entry = commit(house, lambda unit: change(unit.session))
    serving.point(house)
    logger().info("assistant.published", version=version, share=share or 1.0, by=by)
    return entry


def roll_back(house: House, *, by: str, why: str, seen: Document | None = None) -> Document:
    """Take the last publication back: a canary ends; a live version gives way to the one before it.

    ``seen`` is what was served when it was decided, else at this moment. Raises ``conflict`` where there is
    nothing before it, or somebody was faster.
    """
    seen = seen or read_serving(house)
    if not seen["canary"] and not seen["previous"]:
        raise Problem("conflict", f"{seen['live']} 之前没有发布过别的版本，没有可以退回的。")

    def change(session: ClientSession) -> Document:
        now = house.clock.now()
        said: dict[str, Any] = {"by": by, "why": why, "now": now, "session": session}
        if seen["canary"]:
            move_version(house, seen["canary"], State.CANDIDATE, **said)
            fresh = change_serving(house, seen, {"canary": None, "share": 0.0}, session)
            gone = seen["canary"]
        else:
            *earlier, target = seen["previous"]
            move_version(house, seen["live"], State.RETIRED, **said)
            move_version(house, target, State.LIVE, **said)
            fresh = change_serving(house, seen, {"live": target, "previous": earlier}, session)
            gone = seen["live"]
        return note_publication(
            house, session, action=ROLLBACK, version=fresh["live"], instead_of=gone, share=1.0, by=by, why=why
        )

    entry = commit(house, lambda unit: change(unit.session))
    serving.point(house)
    logger().info("assistant.rolled-back", to=entry["version"], instead_of=entry["instead_of"], by=by)
    return entry


def confirm(house: House) -> str:
    """``served`` when the assistant answers as published, ``loading`` while not, ``taken-back`` when it
    cannot.

    What the assistant could not load must not stand as live: nobody would know what answers. Raises
    ``conflict`` when somebody changed it at the same moment.
    """
    wanted, told = read_serving(house), ask_assistant(house)
    if told is None:
        return "loading"
    if told.get("revision") == wanted["revision"]:
        return "served"
    if told.get("failed") in (wanted["live"], wanted["canary"]) and told["failed"]:
        newest = wanted["canary"] or wanted["live"]
        if told["failed"] == newest and (wanted["canary"] or wanted["previous"]):
            # As seen: of several that notice it, one takes it back, and only one step.
            roll_back(house, by=SYSTEM, why=NOT_LOADED, seen=wanted)
            return "taken-back"
    return "loading"


def ask_assistant(house: House) -> Mapping[str, Any] | None:
    """What the serving process says that it serves; None when it does not answer."""
    url = f"{house.settings.bot_url}/webhooks/suiban/serving"
    headers = {"Authorization": f"Bearer {house.settings.bot_token.get_secret_value()}"}
    try:
        answer = httpx.get(url, headers=headers, timeout=TIME_OUT, trust_env=False)
        told = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def list_publications(house: House, query: PageQuery) -> Page:
    """The book of publications, newest first."""
    return read_page(house.db[serving.PUBLICATIONS], {}, query)


def _to_everybody(
    house: House, session: ClientSession, seen: Document, version: str, *, by: str, why: str
) -> Document:
    said: dict[str, Any] = {"by": by, "why": why, "now": house.clock.now(), "session": session}
    if seen["canary"] and seen["canary"] != version:
        move_version(house, seen["canary"], State.CANDIDATE, **said)
    move_version(house, seen["live"], State.RETIRED, **said)
    move_version(house, version, State.LIVE, **said)
    previous = [*(one for one in seen["previous"] if one != version), seen["live"]][-MOST_REMEMBERED:]
    changes = {"live": version, "canary": None, "share": 0.0, "previous": previous}
    change_serving(house, seen, changes, session)
    return note_publication(
        house, session, action=PUBLISH, version=version, instead_of=seen["live"], share=1.0, by=by, why=why
    )


def _to_some(
    house: House, session: ClientSession, seen: Document, version: str, share: float, *, by: str, why: str
) -> Document:
    said: dict[str, Any] = {"by": by, "why": why, "now": house.clock.now(), "session": session}
    if seen["canary"] != version:
        if seen["canary"]:
            move_version(house, seen["canary"], State.CANDIDATE, **said)
        move_version(house, version, State.CANARY, **said)
    change_serving(house, seen, {"canary": version, "share": share}, session)
    return note_publication(
        house, session, action=CANARY, version=version, instead_of=seen["live"], share=share, by=by, why=why
    )


def _require_second(house: House, version: Document, by: str) -> None:
    """In production who had a version trained does not let it through alone."""
    if house.settings.suiban_env is Stage.PRODUCTION and version["by"] == by:
        raise Problem("same-person", "这个版本是您训练的，请另一位运营人员来发布。")


def _against(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    parts = []
    if verdict.worse:
        parts.append("有指标比线上版本差：" + "；".join(str(one) for one in verdict.worse[:5]))
    if verdict.unsafe:
        said = "、".join(f"“{one['text']}”" for one in verdict.unsafe[:5])
        parts.append(f"{len(verdict.unsafe)} 句安全用语读错：{said}")
    return "不能发布。" + "。".join(parts) + "。"
