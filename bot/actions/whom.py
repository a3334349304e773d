"""Acting for others: for whom a matter is begun, and asking for the right to do so."""

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.beginning import begin
from bot.actions.caring import offer_what_follows, tells_of_death
from bot.actions.context import AUTHORISE, WHO, Turn
from bot.actions.naming import name_of
from bot.actions.picking import pick
from bot.actions.relations import (
    CHILD,
    ORGANISATION,
    Relation,
    applies,
    fitting,
    relation_in,
    relation_named,
    unclear,
    without_relations,
)
from bot.actions.speech import SpeechAction

PHONE_QUESTION = "principal-phone"
WRONG_AUDIENCE = "wrong-audience"
SELF = "self"
NOT_TAKEN = ("answer-not-understood", "invalid-request")
MOST_OFFERED = 6
MISSES_BEFORE_WAYS_OUT = 2


async def begin_for_whom(turn: Turn, matter: str) -> None:
    """Begin a matter for whoever is meant: a button's principal, a relation that was named, oneself."""
    chosen = turn.entity("principal")
    if chosen:
        await _begin(turn, matter, await _principal(turn, chosen))
        return
    relation = relation_of(turn)
    if relation and applies(relation, await turn.api.matter(matter)):
        if tells_of_death(turn):
            turn.say("whom.nobody_to_ask")
            await offer_what_follows(turn)
            return
        await _begin_for(turn, matter, relation)
        return
    try:
        await begin(turn, matter)
    except Problem as problem:
        if problem.slug != WRONG_AUDIENCE:
            raise
        await _begin_for_organisation(turn, matter, problem)


def relation_of(turn: Turn) -> Relation | None:
    """For whom the citizen wants it, by a button or in words."""
    word = turn.entity("relation")
    return relation_named(word) if word else relation_in(turn.text, turn.said_before)


async def _begin(turn: Turn, matter: str, principal: Document | None) -> None:
    if principal is None:
        await begin(turn, matter)
        return
    whom = label_of_principal(turn, principal) or turn.words("whom.somebody")
    await begin(turn, matter, principal=principal, whom=whom)


async def _begin_for(turn: Turn, matter: str, relation: Relation) -> None:
    principals = await turn.api.principals()
    found = fitting(relation, principals, matter)
    if len(found) > 1:
        index = pick(without_relations(turn.text), [str(one["name"]) for one in found])
        found = found if index is None else [found[index]]
    if len(found) == 1:
        await _begin(turn, matter, found[0])
    elif found:
        _ask_who(turn, matter, found)
    else:
        await _say_what_is_needed(turn, matter, relation, unclear(relation, principals, matter))


async def _begin_for_organisation(turn: Turn, matter: str, problem: Problem) -> None:
    principals = list(problem.document.get("principals") or [])
    if len(principals) == 1:
        await _begin(turn, matter, principals[0])
    elif principals:
        _ask_who(turn, matter, principals)
    else:
        _offer_guide(turn, matter, turn.words("whom.refused", detail=problem.detail))


def _ask_who(turn: Turn, matter: str, principals: list[Document]) -> None:
    turn.memory.asked = WHO
    turn.offer(turn.words("whom.which"), _buttons(turn, matter, principals))


async def _say_what_is_needed(turn: Turn, matter: str, relation: Relation, others: list[Document]) -> None:
    if relation.kind == ORGANISATION:
        _offer_guide(turn, matter, turn.words("whom.no_organisation"))
        return
    name = name_of(turn, await turn.api.matter(matter))
    values = {"relation": _relation(turn, relation), "pronoun": _pronoun(turn, relation), "matter": name}
    key = "whom.no_child" if relation.kind == CHILD else "whom.needs_consent"
    ask = reply.choice(
        turn.words("button.authorise", pronoun=values["pronoun"]),
        "ask_delegation", matter=matter, relation=relation.name,
    )  # fmt: skip
    turn.memory.asked = WHO
    turn.offer(turn.words(key, **values), [*_buttons(turn, matter, others), ask, _guide_button(turn, matter)])


def _buttons(turn: Turn, matter: str, principals: list[Document]) -> list[reply.Choice]:
    return [
        reply.choice(label_of_principal(turn, one), "do_matter", matter=matter, principal=str(one["id"]))
        for one in principals[:MOST_OFFERED]
    ]


def _offer_guide(turn: Turn, matter: str, sentence: str) -> None:
    turn.offer(sentence, [_guide_button(turn, matter), turn.button("person", "ask_person")])


def _guide_button(turn: Turn, matter: str) -> reply.Choice:
    return turn.button("see_guide", "ask_matter", matter=matter)


def label_of_principal(turn: Turn, principal: Document) -> str:
    """Who it is, as the API names them to us (masked): 妈妈（安*芳）, 随安模拟商贸有限公司."""
    name, relation = str(principal.get("name") or ""), str(principal.get("relation") or "")
    if principal.get("kind") == ORGANISATION or not relation or turn.words.lang == "en":
        return name or relation
    return turn.words("whom.label", relation=relation, name=name)


async def _principal(turn: Turn, principal: str) -> Document | None:
    """The one a button named; None for oneself. One whose right ended is refused by the API."""
    known = {str(one["id"]): one for one in await turn.api.principals()}
    found = known.get(principal, {"id": principal, "kind": "person", "name": "", "relation": ""})
    return None if found.get("right") == SELF else found


def _relation(turn: Turn, relation: Relation) -> str:
    return turn.words("whom.somebody") if turn.words.lang == "en" else relation.name


def _pronoun(turn: Turn, relation: Relation) -> str:
    return turn.words("whom.somebody") if turn.words.lang == "en" else relation.pronoun


class AskDelegation(SpeechAction):
    """[请她授权]: her telephone number, read by the gateway, never by us."""

    action = "action_ask_delegation"
    acts = ("ask_delegation",)

    async def answer(self, turn: Turn) -> None:
        """Ask for the number that the request is sent to."""
        matter, relation = turn.entity("matter"), turn.entity("relation")
        if not matter:
            turn.say("whom.nothing_to_ask")
            return
        turn.memory.asked = f"{AUTHORISE}{matter}:{relation or ''}"
        _ask_phone(turn, "")


async def take_phone(turn: Turn, asked: str) -> None:
    """What was said is the number to ask: the API reads it from the turn and sends the request."""
    matter, _, word = asked.partition(":")
    relation = relation_named(word) or Relation(word, "person", turn.words("whom.somebody"))
    try:
        await turn.api.request_delegation(matter, relation=relation.name)
    except Problem as problem:
        if problem.slug not in NOT_TAKEN:
            raise
        _ask_phone(turn, problem.detail)
        return
    turn.memory.asked = None
    again = turn.button("has_consented", "do_matter", matter=matter, relation=relation.name)
    turn.offer(
        turn.words("whom.requested", pronoun=_pronoun(turn, relation)),
        [again, _guide_button(turn, matter)],
    )


def _ask_phone(turn: Turn, why_again: str) -> None:
    sentence = turn.words("whom.phone_again", detail=why_again) if why_again else turn.words("whom.phone")
    turn.replies.append(reply.question(PHONE_QUESTION, sentence))
    if why_again and turn.miss() >= MISSES_BEFORE_WAYS_OUT:
        turn.offer(
            turn.words("form.ways_out"),
            [turn.button("set_aside", "cancel"), turn.button("person", "ask_person")],
        )
