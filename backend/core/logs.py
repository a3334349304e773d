"""Logs are events with fields, one JSON object a line, each with its request id."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

REQUEST_ID_HEADER = "X-Request-Id"
# Made once for all events, and again when it is set up otherwise: making one takes longer than not logging.
_made = {"logger": structlog.get_logger()}


def set_up_logs(process: str, level: str = "INFO", *, to: TextIO | None = None) -> None:
    """Send structlog's and the standard library's events as JSON to ``to``, else to standard output."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name(process),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(to or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    _made["logger"] = structlog.get_logger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "pymongo", "werkzeug", "celery.app.trace"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The logger: ``logger().info("application.filed", application=id)``. Never pass personal data."""
    return cast(structlog.typing.FilteringBoundLogger, _made["logger"])


def bind(**fields: str) -> None:
    """Add fields to every later event of this request or task."""
    structlog.contextvars.bind_contextvars(**fields)


def unbind() -> None:
    """Forget the fields of the request or task that ended."""
    structlog.contextvars.clear_contextvars()


def request_id() -> str:
    """The id of the request or task in hand, or an empty string."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _name(process: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("process", process)
        return event

    return add
