"""What every action shares: read the turn, answer it, and say honestly when that failed."""

import time
import traceback
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import reply
from bot.actions.api import Api, Problem, Unreachable
from bot.actions.conduct import answer_turn
from bot.actions.context import Event, Memory, Turn
from bot.actions.dispatch import register
from bot.actions.settings import load_settings

log = structlog.get_logger()

_connected: dict[str, Api] = {}


def connected_api() -> Api:
    """The process's one client of the API, made when the first turn needs it."""
    if "api" not in _connected:
        _connected["api"] = Api(load_settings().api_url)
    return _connected["api"]


def connect(api: Api | None) -> None:
    """Use this client from now on; None lets the next turn make one."""
    _connected.clear()
    if api is not None:
        _connected["api"] = api


class SpeechAction(Action):  # type: ignore[misc]
    """An action of Rasa's that answers one or several speech acts."""

    action: ClassVar[str] = ""
    acts: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Every action answers its acts from the moment it is known."""
        super().__init_subclass__()
        register(cls.acts, cls)

    def name(self) -> str:
        """The name that the rules call it by."""
        return self.action

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Answer the turn. Every failure ends here, in words that a person can use."""
        began = time.perf_counter()
        turn = Turn.of(
            {"latest_message": tracker.latest_message, "slots": tracker.slots, "events": tracker.events},
            connected_api(),
        )
        outcome = "answered"
        try:
            await answer_turn(turn, self)
        except Problem as problem:
            outcome = problem.slug or str(problem.status)
            explain_problem(turn, problem)
        except Unreachable as failure:
            outcome = "unreachable"
            log.warning("api.unreachable", reason=str(failure))
            say_unreachable(turn)
        except Exception as fault:
            outcome = "fault"
            # The message of an exception may quote what was said; its place in the code does not.
            where = traceback.extract_tb(fault.__traceback__)[-1]
            log.error("action.fault", kind=type(fault).__name__, where=f"{where.name}:{where.lineno}")
            turn.say("failure.ours")
        dispatcher.messages.extend({"custom": said} for said in turn.replies)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        log.info("turn.answered", action=self.action, outcome=outcome, milliseconds=milliseconds)
        return turn.memory.events_since(Memory.of(tracker.slots))

    async def answer(self, turn: Turn) -> None:
        """Say what is to be said."""
        raise NotImplementedError


def say_unreachable(turn: Turn) -> None:
    """The API did not answer: nothing is lost, and the citizen may try again."""
    key = "failure.unreachable_form" if turn.memory.draft else "failure.unreachable"
    turn.offer(turn.words(key), [turn.button("again", "repeat"), turn.button("person", "ask_person")])


def explain_problem(turn: Turn, problem: Problem) -> None:
    """A problem document in human words: why not, and what to do."""
    if problem.slug == "conditions-not-met":
        _explain_conditions(turn, problem)
        return
    if turn.words.has(f"problem.{problem.slug}"):
        turn.say(f"problem.{problem.slug}", detail=problem.detail)
    elif problem.status in (409, 422) and problem.detail:
        turn.say("problem.other", detail=problem.detail)
    else:
        turn.say("failure.ours")


def _explain_conditions(turn: Turn, problem: Problem) -> None:
    reasons = [_reason(item) for item in problem.document.get("reasons", [])]
    turn.say("problem.conditions-not-met")
    turn.replies.extend(reply.text(reason) for reason in reasons if reason)
    turn.offer(
        turn.words("problem.conditions_ways_on"),
        [turn.button("person", "ask_person"), turn.button("capability", "ask_capability")],
    )


def _reason(item: object) -> str:
    if isinstance(item, dict):
        return str(item.get("otherwise") or item.get("text") or "")
    return str(item)
