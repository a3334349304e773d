"""Several values in one sentence: 「张三丰 13800001111 邮寄」 fills whichever open fields it fits."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from backend.applications.values import NotUnderstood, options_of, read_value
from backend.matters.fields import FieldType, FormField
from backend.values.choices import Likeness, is_named
from backend.values.wording import EDGES, digits_written, plain

# What is told apart by its figures alone, wherever in a sentence it stands.
NUMBERED = frozenset(
    {
        FieldType.PHONE, FieldType.IDENTITY_NUMBER, FieldType.BANK_ACCOUNT, FieldType.PLATE,
        FieldType.CREDIT_CODE, FieldType.PASSPORT_NUMBER, FieldType.EMAIL,
    }
)  # fmt: skip
# What may hold anything: a sentence said to these is theirs as a whole.
WHOLE = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.MULTI_CHOICE, FieldType.LICENCE_NUMBER, FieldType.REGION}
)
_BREAKS = re.compile(r"[，,;；。\n]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_FIGURES = re.compile(r"[\d\-xX]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_BETWEEN = r"\s*(?:改成|改为|换成|就?是|叫|为|在|写|填|寄到|打|:|：)?\s*"
_SHORT_NAME = 4
_NO_NAME = re.compile(r"[路街巷弄区县镇乡村号室楼栋证照费钱]|在|的|给|要|办|吧$")


def pieces_of(said: str) -> list[str]:
    """The parts of a sentence that may each hold a value; figures with gaps between them stay together.

    >>> pieces_of("张三丰 138 0000 1111 邮寄")
    ['张三丰', '138 0000 1111', '邮寄']
    """
    pieces: list[str] = []
    for part in _BREAKS.split(said):
        if not _HAN.search(said):
            pieces.append(part.strip(EDGES))
            continue
        row: list[str] = []
        for word in part.split():
            goes_on = row and _is_figures(word) and _wants_more(row[-1])
            if goes_on:
                row[-1] += f" {word}"
            else:
                row.append(word)
        pieces += row
    return [piece for piece in pieces if piece]


def sort_out(
    said: str,
    asked: FormField,
    others: Sequence[FormField],
    *,
    today: date,
    likeness: Likeness | None = None,
) -> dict[str, Any]:
    """Values by field: for the one asked, and for others that parts of the sentence belong to.

    Raises NotUnderstood when nothing in it is a value.
    """

    def read(field: FormField, text: str) -> Any:
        return read_value(field, text, today=today, likeness=likeness)

    pieces = [] if asked.type in WHOLE else pieces_of(said)
    if len(pieces) < 2:
        return {asked.name: read(asked, said)}
    found: dict[str, Any] = {}
    if asked.type in NUMBERED and (value := _try(read, asked, said)) is not None:
        found[asked.name] = value
    rest = []
    for piece in pieces:
        taken = _owner(piece, asked, others, found, read)
        if taken is None:
            rest.append(piece)
        else:
            found[taken[0].name] = taken[1]
    if asked.name not in found and rest:
        value = _try(read, asked, _joined(said, rest))
        if value is not None:
            found[asked.name] = value
    return found or {asked.name: read(asked, said)}


Reader = Callable[[FormField, str], Any]


def _owner(
    piece: str, asked: FormField, others: Sequence[FormField], found: dict[str, Any], read: Reader
) -> tuple[FormField, Any] | None:
    """The field that a part of the sentence belongs to, and its value."""
    open_fields = [
        one
        for one in others
        if one.name not in found and one.type not in (FieldType.TEXT, FieldType.LONG_TEXT)
    ]
    for field in open_fields:
        behind = _behind_label(piece, field)
        if behind and (value := _try(read, field, behind)) is not None:
            return field, value
    if asked.name not in found and _belongs(piece, asked) and (value := _try(read, asked, piece)) is not None:
        return asked, value
    fitting = [
        (field, value)
        for field in open_fields
        if field.type is not asked.type or field.type is FieldType.CHOICE
        if _belongs(piece, field) and (value := _try(read, field, piece)) is not None
    ]
    # Two fields of one kind cannot be told apart by a value alone.
    return fitting[0] if len(fitting) == 1 else None


def _belongs(piece: str, field: FormField) -> bool:
    """Whether a part of a sentence looks like this kind of value and hardly like another."""
    if field.type in NUMBERED:
        return (
            len(re.findall(r"\d", digits_written(plain(piece)))) >= _SHORT_NAME
            or "@" in piece
            or "艾特" in piece
        )
    if field.type is FieldType.CHOICE:
        return is_named(piece, options_of(field))
    if field.type is FieldType.NAME and not _is_figures(piece) and not _NO_NAME.search(piece):
        return bool(
            re.fullmatch(rf"[\u3400-\u9fff]{{2,{_SHORT_NAME}}}|[\u3400-\u9fff·•]{{3,20}}", piece)
        ) and ("·" in piece or "•" in piece or len(piece) <= _SHORT_NAME)
    return False


def _behind_label(piece: str, field: FormField) -> str | None:
    """What follows a field's label or alias: 「电话是138…」."""
    for name in sorted((field.label, *field.aliases), key=len, reverse=True):
        found = re.match(rf"(?:我|他|她|的|那|把)*{re.escape(name)}{_BETWEEN}(?P<value>.+)", piece)
        if found and len(name) >= 2:
            return found["value"]
    return None


def _joined(said: str, pieces: Sequence[str]) -> str:
    """The parts that are left, as they stood."""
    return "，".join(pieces) if _BREAKS.search(said) else " ".join(pieces)


def _try(read: Reader, field: FormField, text: str) -> Any | None:
    try:
        return read(field, text)
    except NotUnderstood:
        return None


def _is_figures(word: str) -> bool:
    return _FIGURES.fullmatch(digits_written(plain(word)).replace(" ", "")) is not None


def _wants_more(before: str) -> bool:
    """Whether a part ends in figures that are not yet a whole mobile number: 「电话199」, 「138 0000」."""
    figures = re.search(r"\d[\d\s\-]*$", digits_written(plain(before)))
    return figures is not None and not _MOBILE.fullmatch(re.sub(r"\D", "", figures[0]))
