"""A paper that somebody does not have; 「第二样没有」 of what an application was sent back for."""

import re

from bot.actions import reply
from bot.actions.api import Problem
from bot.actions.context import AGAIN, COMPLETE, Turn
from bot.actions.form import keep_for_later, take_up
from bot.actions.picking import pick_by_place

NOT_ALLOWED = "move-not-allowed"
_TRIM = re.compile(r"^[\s，,]+|[\s，,。.！!？?~…]+$")
_LACKS = re.compile(
    r"(?:那个?)?(?P<place>第[一二两三四五六七八九1-9][样个项份件张条]?|最后[一]?[样个项份件张条])"
    r"(?:材料|东西)?的?(?:我)?(?:这边|这里|手上|手头|家里)?(?:现在|暂时|目前|真的?|实在|根本|确实|还|就)*"
    r"(?:没有?|(?:交|传|拿|弄|开)不[了上到出](?:来)?|找不[到着]|不见了|丢了).{0,6}"
    r"|(?:i )?(?:don'?t|do not) have (?P<first>(?:the )?[a-z]+(?: one)?)"
    r"|(?P<last>(?:the )?[a-z]+(?: one)?)[, ]+i (?:don'?t|do not) have(?: it)?"
)


async def take_lacking(turn: Turn) -> bool:
    """Answer for the thing named by its place; False when nothing was sent back, or nothing is lacking."""
    application = turn.memory.asked_about(COMPLETE) or turn.memory.draft
    said = _TRIM.sub("", turn.text.lower())
    found = _LACKS.fullmatch(said) if application else None
    if found is None or application is None:
        return False
    view = await turn.api.application(application)
    sent_back = (view.get("correction") or {}).get("items") or []
    place = pick_by_place(next(filter(None, found.groups())), len(sent_back))
    if place is None:
        return False
    memory = turn.memory
    if memory.draft and memory.draft != application:
        keep_for_later(turn)
    memory.draft, memory.asked, memory.topic = application, None, str(view["matter"]["id"])
    material = sent_back[place].get("material")
    if material:
        await lacks_material(turn, str(material))
    else:
        turn.say("form.cannot_skip")
        await take_up(turn)
    return True


async def lacks_material(turn: Turn, material: str) -> None:
    """「没有」 to a paper that is asked for: go on if it may follow (容缺) or is optional, else who helps."""
    draft = str(turn.memory.draft)
    try:
        left = await turn.api.leave_out(draft, material)
    except Problem as problem:
        if problem.slug != NOT_ALLOWED:
            raise
        view = await turn.api.application(draft)
        names = {str(one["id"]): str(one["name"]) for one in view.get("materials", [])}
        turn.offer(turn.words("form.no_material", material=names.get(material, material)), ways_out(turn))
        return
    key = "form.may_follow" if left["period"] else "form.left_out"
    turn.say(key, material=left["name"], period=left["period"])
    await take_up(turn)


def ways_out(turn: Turn) -> list[reply.Choice]:
    """Where a form goes no further: as it was, set aside, or a person."""
    skip = [turn.button("leave_as_it_was", "deny")] if turn.memory.asked_about(AGAIN) else []
    return [*skip, turn.button("set_aside", "cancel"), turn.button("person", "ask_person")]
