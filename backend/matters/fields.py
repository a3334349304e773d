"""The form of a matter: its fields, their types, and when each is asked for."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from backend.profiles.paths import parse_path

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class FieldType(StrEnum):
    """What kind of value a form field takes; decides how it is read, checked and masked."""

    TEXT = "text"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"
    BANK_ACCOUNT = "bank-account"
    IDENTITY_NUMBER = "identity-number"
    LICENCE_NUMBER = "licence-number"
    PLATE = "plate"
    REGION = "region"
    MONTH = "month"
    LONG_TEXT = "long-text"
    MULTI_CHOICE = "multi-choice"
    CREDIT_CODE = "credit-code"
    PASSPORT_NUMBER = "passport-number"
    EMAIL = "email"
    POSTCODE = "postcode"


class Strict(BaseModel):
    """Unknown keys in a matter file are mistakes, not extensions."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(Strict):
    """One option of a choice field."""

    value: str
    label: str
    label_en: str = ""
    aliases: list[str] = []


class Limits(Strict):
    """Bounds of a value."""

    min: float | None = None
    max: float | None = None
    max_length: int | None = None


class FormField(Strict):
    """One field of the form. ``source`` is a path into the citizen's profile.

    ``default`` may be a value, or for a date the word ``today``. ``tense`` is on which side of today a date
    must lie; a ``rough`` amount may be said as about right (「三千左右」).
    """

    name: FieldName
    label: str
    label_en: str = ""
    type: FieldType
    source: str | None = None
    editable: bool | None = None
    required: bool = True
    ask: str = ""
    ask_en: str = ""
    hint: str = ""
    hint_en: str = ""
    choices: list[Choice] = []
    when: dict[str, Any] | None = None
    default: Any = None
    limits: Limits = Limits()
    aliases: list[str] = []
    tense: Literal["past", "future"] | None = None
    rough: bool = False

    @property
    def may_be_edited(self) -> bool:
        """Whether the citizen may give the value."""
        return self.source is None if self.editable is None else self.editable

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.source:
            parse_path(self.source)
        if self.type in (FieldType.CHOICE, FieldType.MULTI_CHOICE) and not self.choices:
            raise ValueError(f"field {self.name}: a {self.type.value} field needs `choices`")
        if self.tense and self.type not in (FieldType.DATE, FieldType.MONTH):
            raise ValueError(f"field {self.name}: only a date or a month has a `tense`")
        if self.rough and self.type not in (FieldType.MONEY, FieldType.NUMBER):
            raise ValueError(f"field {self.name}: only money or a number may be `rough`")
        if self.may_be_edited and not self.ask and self.default is None:
            raise ValueError(f"field {self.name}: may have to be asked for, so it needs `ask`")
        if self.default is not None and self.type is FieldType.CHOICE:
            values = [choice.value for choice in self.choices]
            if self.default not in values:
                raise ValueError(f"field {self.name}: default {self.default!r} is none of {values}")
        return self


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, wanted: any(one in wanted for one in _each(value)),
    "$nin": lambda value, wanted: all(one not in wanted for one in _each(value)),
    "$ne": lambda value, wanted: wanted not in _each(value),
    "$gte": lambda value, wanted: value is not None and value >= wanted,
    "$gt": lambda value, wanted: value is not None and value > wanted,
    "$lte": lambda value, wanted: value is not None and value <= wanted,
    "$lt": lambda value, wanted: value is not None and value < wanted,
}


def condition_holds(when: Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    """Whether a ``when`` (equality, MongoDB's comparisons, ``$or``) is true of a form's values.

    A multi-choice holds every one of its values.

    >>> condition_holds({"delivery": {"$in": ["post"]}, "age": {"$gte": 16}}, {"delivery": "post", "age": 20})
    True
    """
    return all(
        any(condition_holds(one, values) for one in wanted)
        if name == "$or"
        else _holds(values.get(name), wanted)
        for name, wanted in (when or {}).items()
    )


def comparison_problem(wanted: Any) -> str | None:
    """What is wrong with the right-hand side of a ``when``, if anything."""
    unknown = [key for key in wanted if key not in _COMPARISONS] if isinstance(wanted, dict) else []
    return f"{unknown[0]} is none of {', '.join(_COMPARISONS)}" if unknown else None


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return wanted in _each(value)
    return all(_COMPARISONS[name](value, right) for name, right in wanted.items())


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
