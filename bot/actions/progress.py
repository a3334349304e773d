"""What was filed and how far it is; what licences came of it."""

from bot.actions import reply
from bot.actions.api import Document
from bot.actions.bundles import offer_corrections
from bot.actions.context import COMPLETE, LATE, PAY, Turn
from bot.actions.filing import CLOSED, CORRECTION, choose_application, filed_applications
from bot.actions.form import back_to_form
from bot.actions.paying import ask_to_pay, is_due, look_at_payment, says_paid
from bot.actions.picking import best_named
from bot.actions.rating import ask_level, is_rated, may_be_rated
from bot.actions.speech import SpeechAction

MOST_LICENCES = 6
LATER = "later"


class ShowProgress(SpeechAction):
    """「我那个办到哪一步了」."""

    action = "action_show_progress"
    acts = ("ask_progress",)

    async def answer(self, turn: Turn) -> None:
        """Show the one application in progress, ask which of several, or say there is none."""
        chosen = turn.entity("application")
        paying = turn.memory.asked_about(PAY)
        if paying and (chosen == paying or (chosen is None and says_paid(turn))):
            await look_at_payment(turn, paying)
            return
        if chosen:
            await _show_timeline(turn, chosen)
            return
        views = await filed_applications(turn)
        moving = [view for view in views if view["state"] not in CLOSED]
        if len(moving) > 1:
            options = await choose_application(turn, moving, act="ask_progress")
            turn.offer(turn.words("progress.which"), options)
        elif views:
            await _show_timeline(turn, str((moving or views)[0]["id"]))
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


async def _show_timeline(turn: Turn, application: str) -> None:
    view = await turn.api.application(application)
    turn.say("progress.to_collect" if _lies_ready(view) else "progress.here")
    turn.show("timeline", application)
    if turn.memory.draft:
        await back_to_form(turn)
    elif is_due(view):
        ask_to_pay(turn, view, key="pay.unpaid")
    elif view["state"] == CORRECTION:
        _offer_completion(turn, view)
    elif not (offer_corrections(turn, view) or _ask_for_late_material(turn, view)):
        await _offer_rating(turn, view)


def _offer_completion(turn: Turn, view: Document) -> None:
    """补正: what it was sent back for, all of it at once (一次性告知), and to go through it together."""
    application = str(view["id"])
    turn.memory.asked = COMPLETE + application
    sent_back = [str(item["label"]) for item in (view.get("correction") or {}).get("items", [])]
    names = turn.words.join([f"{place} {label}" for place, label in enumerate(sent_back, 1)])
    turn.offer(
        turn.words("progress.correction", count=len(sent_back), names=names),
        [turn.button("complete", "resume", application=application)],
    )


def _lies_ready(view: Document) -> bool:
    """Whether the result lies at the service window; the code itself is the gateway's to show."""
    delivery = view.get("delivery") or {}
    return bool(delivery.get("ready")) and not delivery.get("collected") and view["state"] not in CLOSED


async def _offer_rating(turn: Turn, view: Document) -> None:
    if may_be_rated(view) and not await is_rated(turn, str(view["id"])):
        await ask_level(turn, view)


def _ask_for_late_material(turn: Turn, view: Document) -> bool:
    """容缺: what was promised at the acceptance is asked for with its day; whether there is any."""
    tolerance = (view.get("clocks") or {}).get("tolerance")
    if view["state"] in CLOSED or not tolerance:
        return False
    missing = [item for item in view.get("materials", []) if item["id"] in tolerance["materials"]]
    waiting = [item for item in missing if item["status"] == LATER]
    if waiting:
        turn.memory.asked = LATE + str(view["id"])
        names = turn.words.join([str(item["name"]) for item in waiting])
        due = turn.words.day(f"{tolerance['due']}T00:00:00+08:00") if tolerance.get("due") else ""
        sentence = turn.words("progress.late_material", materials=names, due=due)
        turn.replies.append(reply.upload(str(view["id"]), str(waiting[0]["id"]), sentence))
    return bool(waiting)


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
