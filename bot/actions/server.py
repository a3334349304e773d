"""The action server: rasa-sdk's executor behind one route, without what a turn does not need.

No CORS (only our bot calls, on loopback), no tracing, no plugins, no version check per call, and
no answer that quotes a request.
"""

import json
import logging
import sys
import zlib
from asyncio import AbstractEventLoop
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.actions.rooms import ACTIONS
from bot.actions.speech import connected_api

log = structlog.get_logger()


def create_app(name: str = "suiban_actions") -> Sanic:
    """The server with every action registered."""
    app = Sanic(name, configure_logging=False)
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action)

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return _json({"status": "ok", "actions": len(ACTIONS)})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        body = request.body
        if request.headers.get("Content-Encoding") == "deflate":
            body = zlib.decompress(body)
        try:
            return _json(await executor.run(json.loads(body)))
        except ActionNotFoundException as unknown:
            log.error("action.unknown", action=unknown.action_name)
            return _json({"error": "unknown action", "action_name": unknown.action_name}, status=404)
        except (ValueError, KeyError) as fault:
            log.error("action.bad_call", kind=type(fault).__name__)
            return _json({"error": "not an action call"}, status=400)

    async def disconnect(_: Sanic, __: AbstractEventLoop) -> None:
        await connected_api().close()

    app.register_listener(disconnect, "after_server_stop")
    return app


def set_up_logs(level: str) -> None:
    """One JSON object a line on standard output, never what was said."""
    logging.basicConfig(stream=sys.stdout, level=level, format="%(message)s")
    for chatty in ("httpx", "httpcore", "sanic.root", "sanic.access", "rasa_sdk", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_process,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


def _name_process(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.setdefault("process", "actions")
    return event


def _json(document: Any, status: int = 200) -> HTTPResponse:
    return raw(
        json.dumps(document, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )
