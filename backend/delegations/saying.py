"""A principal's telephone number as it was said in the chat: read here, never seen by the assistant."""

from backend.applications.values import NotUnderstood, read_value
from backend.assistant.vault import read_said
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.house import House
from backend.matters.fields import FieldType, FormField

PHONE = FormField(name="principal_phone", label="手机号", type=FieldType.PHONE, ask="对方的手机号是多少？")


def read_phone(house: House, citizen: str, turn: str | None) -> str:
    """The number said in a turn. Raises ``invalid-request``, ``not-found``, ``answer-not-understood``."""
    if turn is None:
        raise Problem("invalid-request", "请给出对方的手机号。")
    try:
        value = read_value(PHONE, read_said(house, citizen, turn), today=city_date(house.clock.now()))
    except NotUnderstood as error:
        raise Problem("answer-not-understood", error.reason, hint="手机号是 11 位数字。") from error
    return str(value)
