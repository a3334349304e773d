"""一件事: which parts are done together, leaving one out or taking one in, and offering the whole."""

import re

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import Turn
from bot.actions.form import label_of, put_step
from bot.actions.naming import matter_name, name_of
from bot.actions.picking import best_named

WITH = "with_"
YES, NO = "yes", "no"
BETWEEN = re.compile(r"[和跟与及、，,;；]|\band\b")
ASKING = "ask_matter"
QUESTION = re.compile(
    r"[?？]|吗|么$|呢$|能不能|可不可以|要不要|是不是|为什么|怎么|多少|什么|\b(?:can|do|does|is|what|how)\b"
)
# Questions and cries are answered as what they are.
NEVER_A_CHANGE = frozenset({
    "ask_progress", "ask_person", "ask_capability", "ask_prompts", "ask_licences", "why_me",
    "emergency", "withdraw", "stop_prompts",
})  # fmt: skip
DRAFT = "draft"
GIVEN = "given"
# What is said of a part by one who does not want it, or wants it after all.
NOT_WANTED = re.compile(
    r"(?:就|先|暂时|都)?(?:不用|不要|不想|不办|不需要|别|去掉|取消|除了|不含|免了)(?:再|给我|帮我)?(?:一起)?(?:办理|办|要|弄|做)?"
    r"|\b(?:without|leave out|skip|except|not the|don't need(?: the)?|no need for(?: the)?)\b"
)
ALSO_WANTED = re.compile(
    r"(?:也|还|还是|一起|一并|顺便)(?:给我|帮我)?(?:要办|办理|办|要|弄|加上)|加上|再加(?:一个|上)?"
    r"|\b(?:also|add|as well|include)\b"
)
LEFT_OUT = ("left-out", "skipped")
ATTENTION = "attention"


async def tell_parts(turn: Turn, view: Document) -> None:
    """In one sentence what will be done together, and how to leave one out."""
    parts = view["parts"]
    named = [(part, await matter_name(turn, part["matter"])) for part in parts]
    together = [name for part, name in named if part["state"] not in LEFT_OUT]
    if together:
        last, listed = together[-1], turn.words.join(together)
        turn.say("bundle.together", count=len(together), parts=listed, example=last)
    for part, name in named:
        if part["state"] == "skipped" and part.get("reason"):
            turn.say("bundle.cannot", part=name, reason=part["reason"])
    more = [name for part, name in named if part["state"] == "left-out"]
    if more:
        turn.say("bundle.more", parts=turn.words.join(more))


async def offer_bundle(turn: Turn, matter: str, *, draft: str | None = None) -> None:
    """The matter meant is a part of a 一件事: offer that, once in a conversation.

    ``draft`` is the matter's own draft, for which the whole would stand in.
    """
    memory = turn.memory
    if memory.bundle or turn.entity("instead"):
        return
    guide = await turn.api.matter(matter)
    bundles = guide.get("bundles") or []
    if not bundles:
        return
    same_event = [one for one in bundles if one.get("life_event") == guide.get("life_event")]
    bundle = (same_event or bundles)[0]
    if not await turn.api.is_eligible(str(bundle["id"])):
        return
    memory.bundle = str(bundle["id"])
    entities = {"matter": memory.bundle, "instead": draft, "principal": turn.entity("principal")}
    known = {name: value for name, value in entities.items() if value}
    together = turn.button("together", "do_matter", **known)
    turn.offer(turn.words("bundle.offer", bundle=name_of(turn, bundle)), [together])


async def drop_for_bundle(turn: Turn) -> None:
    """[一起办]: the draft of the single matter goes, unless something was already said to it."""
    draft = turn.entity("instead")
    if draft is None or draft != turn.memory.draft:
        return
    view = await turn.api.application(draft)
    if view["state"] != DRAFT or any(field["status"] == GIVEN for field in view.get("fields", [])):
        return
    await turn.api.delete_draft(draft)
    turn.memory.close_form()


async def take_part_change(turn: Turn) -> bool:
    """「医保不用了」, 「生育津贴也要办」, said while a bundle's form is filled; False when it is neither."""
    if not (turn.memory.draft and turn.text) or turn.act in NEVER_A_CHANGE:
        return False
    said = turn.text.lower()
    if turn.act == ASKING and QUESTION.search(said):
        return False
    refused, wanted = NOT_WANTED.search(said), ALSO_WANTED.search(said)
    wishes = turn.act == "do_matter" or (turn.act == ASKING and wanted)
    matter = turn.entity("matter") if wishes and not refused else None
    view = await _bundle(turn) if refused or wanted or matter else None
    if view is None:
        return False
    usable = _switches(view)
    own = usable.get(WITH + (matter or "").replace("-", "_"))
    if own:
        await _set(turn, [own], YES)
        return True
    if not (refused or wanted):
        return False
    rest = (NOT_WANTED if refused else ALSO_WANTED).sub(" ", said)
    named = [found for piece in BETWEEN.split(rest) if (found := _named(turn, view, usable, piece))]
    if any(len(found) > 1 for found in named):
        _ask_which(turn, named[0])
    elif named:
        await _set(turn, [found[0] for found in named], NO if refused else YES)
    return bool(named)


def offer_corrections(turn: Turn, view: Document) -> bool:
    """A part that needs something is completed as the application it is; whether there is one."""
    waiting = [part for part in view.get("parts") or [] if part.get("look") == ATTENTION]
    options, names = [], []
    for part in waiting:
        if part.get("application"):
            names.append(str(part["matter"]["name"]))
            title = turn.words("button.complete_part", part=names[-1])
            options.append(reply.choice(title, "resume", application=str(part["application"])))
    if options:
        turn.offer(turn.words("bundle.attention", parts=turn.words.join(names)), options)
    return bool(options)


async def _bundle(turn: Turn) -> Document | None:
    try:
        view = await turn.api.application(str(turn.memory.draft))
    except Problem:
        return None
    return view if view.get("parts") and view["state"] == DRAFT else None


def _switches(view: Document) -> dict[str, Document]:
    """The yes-no fields that say which parts are done, by name."""
    fields = {field["name"]: field for field in view["fields"] if field["name"].startswith(WITH)}
    return {name: field for name, field in fields.items() if field["status"] != "off"}


def _named(turn: Turn, view: Document, usable: dict[str, Document], said: str) -> list[Document]:
    """The switches of the parts that these words come closest to."""
    titles, owners = [], []
    for part in view["parts"]:
        field = usable.get(WITH + part["matter"]["id"].replace("-", "_"))
        if field:
            both = {str(part["matter"]["name"]), _part_of(turn, field)}
            titles += both
            owners += [field] * len(both)
    found: list[Document] = []
    for index in best_named(said, titles):
        if owners[index] not in found:
            found.append(owners[index])
    return found


def _part_of(turn: Turn, field: Document) -> str:
    return label_of(turn, field).removeprefix(turn.words("bundle.label_prefix"))


async def _set(turn: Turn, fields: list[Document], answer: str) -> None:
    step: Document = {}
    for field in fields:
        said = turn.words("form.yes" if answer == YES else "form.no")
        answered = await turn.api.answer_with(str(turn.memory.draft), str(field["name"]), said)
        step = answered["next"]
    parts = turn.words.join([_part_of(turn, field) for field in fields])
    turn.say("bundle.taken_in" if answer == YES else "bundle.left_out", parts=parts)
    put_step(turn, step)


def _ask_which(turn: Turn, fields: list[Document]) -> None:
    options = [reply.choice(label_of(turn, field), "correct", field=str(field["name"])) for field in fields]
    turn.offer(turn.words("bundle.which"), options)
