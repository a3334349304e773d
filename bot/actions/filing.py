"""Filing a draft, and taking back what was filed."""

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import WITHDRAW, Turn
from bot.actions.form import back_to_form, offer_waiting, take_up
from bot.actions.naming import matter_name
from bot.actions.paying import ask_to_pay, is_due
from bot.actions.speech import SpeechAction, explain_problem

DRAFT = "draft"
CORRECTION = "correction"
# States from which nothing moves any more; whatever else there is, the API knows best.
CLOSED = frozenset({
    "done", "refused", "rejected", "returned", "withdrawn", "terminated", "revoked", "voided", "forwarded"
})  # fmt: skip
MOST_OFFERED = 5
MOST_LOOKED_AT = 40


async def file_draft(turn: Turn) -> None:
    """Submit what was confirmed, once: a retry finds it filed, or replays the same key."""
    draft = str(turn.memory.draft)
    view = await turn.api.application(draft)
    if view["state"] in (DRAFT, CORRECTION):
        try:
            view = await turn.api.submit(draft, key=f"chat-{draft}-{view['version']}")
        except Problem as problem:
            if problem.slug != "incomplete":
                raise
            explain_problem(turn, problem)
            await take_up(turn)
            return
    turn.memory.close_form()
    if is_due(view):
        turn.show("application", draft)
        ask_to_pay(turn, view)
        return
    turn.say("filing.done_together" if view.get("parts") else "filing.done")
    turn.show("application", draft)
    offer_waiting(turn)


class WithdrawApplication(SpeechAction):
    """「能撤回吗」: which one, are you sure, then take it back."""

    action = "action_withdraw_application"
    acts = ("withdraw",)

    async def answer(self, turn: Turn) -> None:
        """Withdraw when sure; otherwise ask."""
        application = turn.entity("application")
        if application and turn.entity("sure") == "yes":
            await withdraw(turn, application)
        elif application:
            ask_whether_sure(turn, application)
        else:
            await _ask_which_to_withdraw(turn)


async def withdraw(turn: Turn, application: str) -> None:
    """Take an application back and show what became of it."""
    turn.memory.asked = None
    await turn.api.withdraw(application)
    turn.say("filing.withdrawn")
    turn.show("application", application)
    await back_to_form(turn)


def ask_whether_sure(turn: Turn, application: str) -> None:
    """Nothing is taken back without a yes."""
    turn.memory.asked = WITHDRAW + application
    turn.show("application", application)
    turn.offer(
        turn.words("filing.sure_to_withdraw"),
        [
            turn.button("withdraw_yes", "withdraw", application=application, sure="yes"),
            turn.button("withdraw_no", "deny"),
        ],
    )


async def filed_applications(turn: Turn) -> list[Document]:
    """What was filed, newest first; of one matter if one was named."""
    views = await turn.api.applications(limit=MOST_LOOKED_AT)
    # The parts of a 一件事 are told of with the whole.
    views = [view for view in views if view["state"] != DRAFT and not view.get("bundle")]
    if turn.entity("matter_decision") in (None, "sure"):
        named = [view for view in views if view["matter"]["id"] in turn.entity_values("matter")[:1]]
        return named or views
    return views


async def choose_application(
    turn: Turn, views: list[Document], *, act: str, **carried: str
) -> list[reply.Choice]:
    """A button for each application: its matter and the day it was begun."""
    options = []
    for view in views[:MOST_OFFERED]:
        name = await matter_name(turn, view["matter"])
        title = turn.words("filing.one", matter=name, day=turn.words.day(view["created_at"]))
        options.append(reply.choice(title, act, application=str(view["id"]), **carried))
    return options


async def _ask_which_to_withdraw(turn: Turn) -> None:
    views = [view for view in await filed_applications(turn) if view["state"] not in CLOSED]
    if len(views) == 1:
        ask_whether_sure(turn, str(views[0]["id"]))
    elif views:
        options = await choose_application(turn, views, act="withdraw")
        turn.offer(turn.words("filing.which_to_withdraw"), options)
    elif turn.memory.draft:
        turn.offer(
            turn.words("filing.only_a_draft"),
            [
                turn.button("change", "correct"),
                turn.button("set_aside", "cancel"),
                turn.button("go_on", "resume"),
            ],
        )
    else:
        turn.offer(turn.words("filing.nothing_to_withdraw"), [turn.button("progress", "ask_progress")])
