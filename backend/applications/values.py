"""Reading a form field's value out of what a person said or an app sent, and showing it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.matters.fields import FieldType, FormField
from backend.values import choices
from backend.values.addresses import read_address
from backend.values.assent import Assent, read_assent
from backend.values.calendar_words import Tense
from backend.values.counts import read_count
from backend.values.dates import read_date, read_month
from backend.values.emails import read_email
from backend.values.identity import (
    read_bank_account,
    read_credit_code,
    read_identity_number,
    read_licence_number,
    read_passport_number,
)
from backend.values.money import read_money
from backend.values.names import read_name
from backend.values.phones import read_phone
from backend.values.plates import read_plate
from backend.values.postcodes import read_postcode
from backend.values.regions import read_region
from backend.values.statements import read_statement
from backend.values.wording import EDGES, NotUnderstood

__all__ = ["PERSONAL_TYPES", "NotUnderstood", "display", "options_of", "read_value"]

PERSONAL_TYPES = frozenset(
    {
        FieldType.NAME, FieldType.PHONE, FieldType.ADDRESS, FieldType.BANK_ACCOUNT, FieldType.PLATE,
        FieldType.IDENTITY_NUMBER, FieldType.LICENCE_NUMBER, FieldType.PASSPORT_NUMBER, FieldType.EMAIL,
    }
)  # fmt: skip
LONGEST = {FieldType.LONG_TEXT: 2000}


@dataclass(frozen=True)
class Saying:
    """A field and what was said to its question, on a day."""

    field: FormField
    text: str
    today: date
    likeness: choices.Likeness | None = None

    @property
    def tense(self) -> Tense | None:
        """Whether the field's day was or is to come."""
        return Tense(self.field.tense) if self.field.tense else None


def read_value(field: FormField, said: str, *, today: date, likeness: choices.Likeness | None = None) -> Any:
    """The field's value in what was said. Raises NotUnderstood.

    Shapes: dates are ISO strings and months their first seven characters, money and numbers floats or
    ints, yes-no a bool, multi-choice a list in the field's order, the rest strings. ``likeness`` compares
    wordings by meaning, for options that no word names.
    """
    text = said.strip(EDGES)
    if not text:
        raise NotUnderstood("没有收到内容")
    longest = field.limits.max_length or LONGEST.get(field.type, 300)
    if len(text) > longest:
        raise NotUnderstood(f"最多 {longest} 个字")
    kept = text if field.type is not FieldType.YES_NO else said  # 「嗯？」 is not 「嗯」
    return READERS[field.type](Saying(field, kept, today, likeness))


def display(field: FormField, value: Any) -> str:
    """A value as people read it, unmasked."""
    if value is None:
        return ""
    return SHOWN[field.type](field, value) if field.type in SHOWN else str(value)


def options_of(field: FormField) -> list[choices.Option]:
    """A field's options, with every name each goes by."""
    return [
        choices.Option(one.value, one.label, tuple(name for name in (one.label_en, *one.aliases) if name))
        for one in field.choices
    ]


def _labels(field: FormField, value: Any) -> str:
    labels = {choice.value: choice.label for choice in field.choices}
    return "、".join(labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))


def _shown_month(_: FormField, value: Any) -> str:
    year, _dash, month = str(value).partition("-")
    return f"{year}年{int(month[:2])}月" if month[:2].isdigit() else str(value)


SHOWN: dict[FieldType, Callable[[FormField, Any], str]] = {
    FieldType.YES_NO: lambda _, value: "是" if value else "否",
    FieldType.CHOICE: _labels,
    FieldType.MULTI_CHOICE: _labels,
    FieldType.MONTH: _shown_month,
    FieldType.MONEY: lambda _, value: f"{value:,.2f} 元".replace(".00 元", " 元"),
}


def _money(saying: Saying) -> int | float:
    return _within(saying.field, float(read_money(saying.text, rough=saying.field.rough)))


def _number(saying: Saying) -> int | float:
    field = saying.field
    return _within(field, float(read_count(saying.text, label=field.label, rough=field.rough)))


def _within(field: FormField, amount: float) -> int | float:
    if field.limits.min is not None and amount < field.limits.min:
        raise NotUnderstood(f"不能小于 {field.limits.min:g}")
    if field.limits.max is not None and amount > field.limits.max:
        raise NotUnderstood(f"不能大于 {field.limits.max:g}")
    return int(amount) if amount == int(amount) else round(amount, 2)


def _yes_no(saying: Saying) -> bool:
    if saying.text.strip().lower() in ("true", "false"):
        return saying.text.strip().lower() == "true"
    heard = read_assent(saying.text)
    if heard in (Assent.YES, Assent.NO):
        return heard is Assent.YES
    stated = read_statement(saying.text) if heard in (Assent.NONE, Assent.CONDITIONAL) else None
    if stated is None:
        raise NotUnderstood("请回答“是”或“否”")
    return stated


READERS: dict[FieldType, Callable[[Saying], Any]] = {
    FieldType.TEXT: lambda saying: saying.text,
    FieldType.NAME: lambda saying: read_name(saying.text),
    FieldType.PHONE: lambda saying: read_phone(saying.text),
    FieldType.ADDRESS: lambda saying: read_address(saying.text),
    FieldType.DATE: lambda saying: read_date(saying.text, today=saying.today, tense=saying.tense).isoformat(),
    FieldType.MONEY: _money,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: lambda saying: choices.read_choice(
        saying.text, options_of(saying.field), likeness=saying.likeness
    ),
    FieldType.YES_NO: _yes_no,
    FieldType.BANK_ACCOUNT: lambda saying: read_bank_account(saying.text),
    FieldType.IDENTITY_NUMBER: lambda saying: read_identity_number(saying.text, today=saying.today),
    FieldType.LICENCE_NUMBER: lambda saying: read_licence_number(saying.text),
    FieldType.PLATE: lambda saying: read_plate(saying.text),
    FieldType.REGION: lambda saying: read_region(saying.text),
    FieldType.MONTH: lambda saying: read_month(saying.text, today=saying.today, tense=saying.tense),
    FieldType.LONG_TEXT: lambda saying: saying.text,
    FieldType.MULTI_CHOICE: lambda saying: choices.read_choices(
        saying.text, options_of(saying.field), likeness=saying.likeness
    ),
    FieldType.CREDIT_CODE: lambda saying: read_credit_code(saying.text),
    FieldType.PASSPORT_NUMBER: lambda saying: read_passport_number(saying.text),
    FieldType.EMAIL: lambda saying: read_email(saying.text),
    FieldType.POSTCODE: lambda saying: read_postcode(saying.text),
}
