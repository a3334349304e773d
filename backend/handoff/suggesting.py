"""Replies suggested to an agent: the catalogue's own sentences, each with where it stands.

Nothing is made up: a suggestion is an answer, a step or a fact of a matter's guide, ranked by how much of
the question it shares. The open form's matter comes before those that the search finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.assistant.cards import fee, promised
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.matters.search import search
from intents.wording import normalise

MOST_MATTERS = 3
# What belongs to the matter in hand is nearer than a like sentence of another.
IN_HAND = 0.25
A_QUESTION, HALF = 0.1, 0.5  # somebody asked much the same before


@dataclass(frozen=True)
class Suggestion:
    """Something an agent may say, and where it stands."""

    text: str
    part: str
    matter: Matter
    score: float


def suggest(question: str, matter: str | None, *, most: int = 6) -> list[Suggestion]:
    """What to answer to a question, best first; at least three wherever a matter is found."""
    asked = _pairs(question)
    ranked: dict[str, Suggestion] = {}
    for place, one in enumerate(_matters(question, matter)):
        for text, part, key in passages(one):
            shared = _shared(asked, _pairs(f"{key}{text}"))
            score = shared + (IN_HAND if one.id == matter else 0.0) - 0.05 * place
            score += A_QUESTION if part.startswith("常见问题") and shared >= HALF else 0.0
            found = Suggestion(text, part, one, round(score, 3))
            if text not in ranked or ranked[text].score < score:
                ranked[text] = found
    return sorted(ranked.values(), key=lambda one: -one.score)[:most]


def passages(matter: Matter) -> Iterator[tuple[str, str, str]]:
    """A matter's sentences: the text, where it stands, and the words that lead to it."""
    guide = matter.guide
    for one in guide.faq:
        yield one.answer, f"常见问题：{one.question}", one.question
    yield guide.summary, "简介", "是什么怎么办谁能办"
    if guide.bring:
        yield guide.bring, "要准备什么", "材料要带什么准备什么带啥"
    if guide.steps:
        yield "；".join(guide.steps) + "。", "办理步骤", "怎么办怎么弄流程步骤几步"
    yield (
        f"承诺{promised(matter, 'zh')}办结。",
        "办理时限",
        "要多久要几天几天能好几天能办好多长时间什么时候好",
    )
    yield f"费用：{fee(matter.fee.amount, 'zh')}。", "费用", "要多少钱收费吗要钱吗"
    for condition in matter.accept_when:
        yield f"办理条件：{condition.text}。", "受理条件", "什么条件符合条件吗能不能办"
    needed = [material.name for material in matter.materials if material.necessity == "required"]
    if needed:
        yield f"需要的材料：{'、'.join(needed)}。", "材料", "材料要什么材料要交什么带什么"
    phone = catalogue().department(matter.department).phone
    yield (
        f"拿不准的可以打{catalogue().department(matter.department).name} {phone} 核对。",
        "咨询电话",
        "打电话电话多少问谁",
    )


def _matters(question: str, matter: str | None) -> list[Matter]:
    named = catalogue().matters.get(matter) if matter else None
    found = [one.matter for one in search().find(question)[:MOST_MATTERS]] if question.strip() else []
    others = [one for one in found if named is None or one.id != named.id]
    return ([named] if named else []) + others


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters: enough to tell what a short sentence is about."""
    bare = "".join(character for character in normalise(text) if character.isalnum())
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def _shared(asked: frozenset[str], said: frozenset[str]) -> float:
    """How much of the question stands in a passage."""
    return len(asked & said) / len(asked) if asked else 0.0
