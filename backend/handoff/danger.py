"""The words of danger, the very list that the assistant goes by: with an agent they count as well."""

import re
from functools import lru_cache
from typing import Any

import yaml

from bot.components.emergency import Danger, known_danger
from bot.places import Places
from intents.wording import normalise

LISTED = "emergency.yml"
FRAUD = "96110"
# 「我闺女说身份证丢了让我转5000」: whoever it seems to be, asks for a transfer.
_ASKED_TO_PAY = re.compile(
    r"(?:让|叫|要|喊|催)我们?(?:先|快|赶紧|马上|立刻|现在)?(?:给(?:他|她|它|他们|对方))?"
    r"(?:(?:转|汇|打)(?:账|帐|钱|款|过去)|(?:转|汇)\d)"
)


def number_for(text: str) -> str | None:
    """The number to call, if a text tells of danger.

    >>> number_for("家里着火了"), number_for("我要换驾照")
    ('119', None)
    """
    return _danger().number_for(text) or (FRAUD if tells_of_fraud(text) else None)


def tells_of_fraud(text: str) -> bool:
    """Whether somebody wants the citizen to transfer money.

    >>> tells_of_fraud("我闺女说身份证丢了让我转5000"), tells_of_fraud("公积金怎么转到外地")
    (True, False)
    """
    return _ASKED_TO_PAY.search(normalise(text)) is not None


@lru_cache
def _danger() -> Danger:
    listed: dict[str, Any] = yaml.safe_load((Places.find().acts / LISTED).read_text("utf-8"))
    return Danger.of(listed.get("numbers") or {}, known_danger())
