"""What was filed and how far it is; what licences came of it."""

from bot.actions.api import Document
from bot.actions.context import Turn
from bot.actions.filing import CLOSED, CORRECTION, choose_application, filed_applications
from bot.actions.form import back_to_form
from bot.actions.picking import best_named
from bot.actions.speech import SpeechAction

MOST_LICENCES = 6


class ShowProgress(SpeechAction):
    """「我那个办到哪一步了」."""

    action = "action_show_progress"
    acts = ("ask_progress",)

    async def answer(self, turn: Turn) -> None:
        """Show the one application in progress, ask which of several, or say there is none."""
        chosen = turn.entity("application")
        views = await filed_applications(turn)
        found = [view for view in views if view["id"] == chosen]
        moving = found or [view for view in views if view["state"] not in CLOSED]
        if len(moving) > 1:
            options = await choose_application(turn, moving, act="ask_progress")
            turn.offer(turn.words("progress.which"), options)
        elif views:
            await _show_timeline(turn, (moving or views)[0])
        else:
            await _say_none(turn)


class ShowLicences(SpeechAction):
    """「我的驾驶证」: the wallet, or the one named."""

    action = "action_show_licences"
    acts = ("ask_licences",)

    async def answer(self, turn: Turn) -> None:
        """Show the licences as cards; their values are the gateway's to fill."""
        licences = await turn.api.licences()
        if not licences:
            turn.say("progress.no_licences")
        else:
            _show_licences(turn, licences)
        await back_to_form(turn)


async def _show_timeline(turn: Turn, view: Document) -> None:
    turn.say("progress.here")
    turn.show("timeline", str(view["id"]))
    if turn.memory.draft:
        await back_to_form(turn)
    elif view["state"] == CORRECTION:
        turn.offer(
            turn.words("progress.correction"), [turn.button("complete", "resume", application=view["id"])]
        )


async def _say_none(turn: Turn) -> None:
    if turn.memory.draft:
        turn.say("progress.none")
        await back_to_form(turn)
    else:
        turn.offer(turn.words("progress.none"), [turn.button("resume", "resume")])


def _show_licences(turn: Turn, licences: list[Document]) -> None:
    named = best_named(turn.text, [str(licence["name"]) for licence in licences])
    shown = [licences[index] for index in named] or licences
    turn.say("progress.licences", count=len(shown))
    for licence in shown[:MOST_LICENCES]:
        turn.show("licence", str(licence["id"]))
