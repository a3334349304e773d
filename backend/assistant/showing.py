"""How a turn is shown to its citizen: filled for its owner, and in the 长辈版 made short and slow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.assistant import elder
from backend.assistant.cards import fill_replies
from backend.assistant.elder import Shaped
from backend.assistant.records import Records
from backend.assistant.store import Standing
from backend.core.mongo import Document

Reply = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """The way of showing, and which of several pages of choices."""

    elder: bool = False
    number: int = 0

    @classmethod
    def of(cls, turn: Mapping[str, Any]) -> "Page":
        """As a stored turn was shown."""
        return cls(elder=turn.get("mode") == "elder", number=turn.get("page") or 0)


def show(references: Iterable[Reply], records: Records, lang: str, page: Page) -> Shaped:
    """The replies as the client gets them."""
    replies = fill_replies(references, records, lang)
    return elder.shape(replies, lang, page=page.number) if page.elder else Shaped(replies, replies)


def as_kept(shown: Shaped, page: Page) -> Document:
    """What a turn keeps of how it was shown, so that words can name the choices that were seen."""
    if not page.elder:
        return {"mode": "standard", "page": 0, "options": [], "more": False}
    return {"mode": "elder", "page": page.number, "options": shown.options, "more": shown.more}


def meant_choice(text: str, standing: Standing, *, hear: Callable[[str], str]) -> str | None:
    """The payload of the choice that was seen and is named in words, if it is one."""
    if standing.suggested:
        return elder.answer_to_suggestion(hear(text))
    return elder.pressed(hear(text), standing.options, more=standing.more) if standing.options else None


def asks(references: Sequence[Reply]) -> bool:
    """Whether the replies wait for an answer."""
    return any(
        reply["type"] in ("choices", "form-field") or reply.get("card") in ("summary", "prompt")
        for reply in references
    )


def is_grave(references: Sequence[Reply]) -> bool:
    """Whether somebody is in danger or in grief: then nothing else is brought up."""
    return any(reply.get("level") == "emergency" or reply.get("tone") == "care" for reply in references)
