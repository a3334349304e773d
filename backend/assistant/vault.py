"""What was really said, encrypted, for ten minutes: the API reads values from it, Rasa never sees it."""

import base64

import redis
from bson.binary import Binary

from backend.core.crypto import ENCRYPTED_SUBTYPE
from backend.core.errors import Problem
from backend.core.house import House

KEPT_SECONDS = 600


def keep(house: House, pipe: redis.client.Pipeline, citizen: str, turn: str, text: str) -> None:
    """Queue the keeping of a turn's words; the pipe answers None when the turn already has some."""
    sealed = base64.b64encode(house.cipher.encrypt(text)).decode()
    pipe.set(_key(citizen, turn), sealed, nx=True, ex=KEPT_SECONDS)


def read_said(house: House, citizen: str, turn: str) -> str:
    """What the citizen said in a turn. Raises ``not-found`` when it is gone, or was another's."""
    try:
        sealed = house.valkey.get(_key(citizen, turn))
    except redis.RedisError as error:
        raise Problem("assistant-unavailable", "刚才的话暂时读不出来，请稍后再说一遍。") from error
    if sealed is None:
        raise Problem("not-found", "刚才的话已经不在了（只保留 10 分钟），请再说一遍。")
    return str(house.cipher.decrypt(Binary(base64.b64decode(sealed), ENCRYPTED_SUBTYPE)))


def _key(citizen: str, turn: str) -> str:
    return f"chat:said:{citizen}:{turn}"
