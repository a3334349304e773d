"""Work that Rasa repeats at every turn, done once. Each change names what it replaces and why.

Checked against Rasa 3.6.21, whose version is pinned; ``make_lean`` refuses another.
"""

from __future__ import annotations

import asyncio
import copy
import json
import time
import weakref
from typing import Any

import aiohttp
import rasa
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

KNOWN_VERSION = "3.6.21"
TIMEOUT_SECONDS = 20.0
BAD_REQUEST = 400

_validator = Draft7Validator(RemoteAction.action_response_format_spec())
_predict = MessageProcessor._predict_next_with_tracker
_predictions: weakref.WeakKeyDictionary[MessageProcessor, dict[tuple[str, str], PolicyPrediction]] = (
    weakref.WeakKeyDictionary()
)
_sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
    weakref.WeakKeyDictionary()
)


class UnknownRasaError(RuntimeError):
    """Rasa was exchanged for a version that these changes were not checked against."""


def make_lean() -> None:
    """Put the changes in place. Raises UnknownRasaError for another version of Rasa."""
    if rasa.__version__ != KNOWN_VERSION:
        raise UnknownRasaError(
            f"Rasa is {rasa.__version__}, but bot/lean.py was checked against {KNOWN_VERSION}. "
            "Compare the functions it replaces with the new version, then change KNOWN_VERSION."
        )
    RemoteAction._validate_action_result = _validate_action_result
    EndpointConfig.request = _request
    MessageProcessor._predict_next_with_tracker = _predict_once


def _predict_once(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
    """Rasa runs its policies twice a turn. Ours are rules of one act and one action, so that the act and
    what was done last decide alone (tests/bot/test_lean.py holds the rules to it): each pair is asked once.
    """
    message = tracker.latest_message
    act = message.intent.get("name") if message is not None else None
    if tracker.followup_action or tracker.active_loop_name or message is None:
        return _predict(self, tracker)
    known = _predictions.setdefault(self, {})
    asked = (str(tracker.latest_action_name), str(act))
    if asked not in known:
        known[asked] = _predict(self, tracker)
    found = copy.copy(known[asked])
    # Events are put into the conversation: each is of its own moment.
    found.events = [_of_now(event) for event in found.events or []]
    return found


def _of_now(event: Event) -> Event:
    fresh = copy.copy(event)
    fresh.timestamp = time.time()
    return fresh


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Rasa builds and checks the schema itself anew for each reply, which costs more than the call."""
    if _validator.is_valid(result):
        return True
    # Rasa's error quotes the whole reply; a reply may speak of a person.
    raise RasaException(f"The action server's answer to {self.name()} is not of the agreed form.")


async def _request(
    self: EndpointConfig,
    method: str = "post",
    subpath: str | None = None,
    content_type: str | None = "application/json",
    compress: bool = False,
    **kwargs: Any,
) -> Any:
    """Rasa opens a new session, and so a new connection, for each request; here they are kept open."""
    named = kwargs.pop("headers", None) or {}
    headers = {"Content-Type": content_type or "application/json", **named, **(self.headers or {})}
    kwargs.pop("timeout", None)
    async with _session().request(
        method,
        concat_url(self.url, subpath),
        headers=headers,
        params=self.combine_parameters(kwargs),
        compress=compress,
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        **kwargs,
    ) as response:
        if response.status == BAD_REQUEST:
            # An action that rejects its execution says so with this status; Rasa reads who and why.
            raise ClientResponseError(response.status, response.reason, await response.text())
        if response.status > BAD_REQUEST:
            # Rasa would put the body into its log.
            raise ClientResponseError(response.status, response.reason, "")
        try:
            return json.loads(await response.read())
        except ValueError:
            return None


def _session() -> aiohttp.ClientSession:
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None or session.closed:
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=20))
        _sessions[loop] = session
    return session
