"""The placeholders that stand for personal values wherever the conversation is kept or sent on."""

from enum import StrEnum


class Token(StrEnum):
    """What kind of value was taken out."""

    IDENTITY = "⟦identity⟧"
    PHONE = "⟦phone⟧"
    BANK = "⟦bank⟧"
    PLATE = "⟦plate⟧"
    ADDRESS = "⟦address⟧"
    NAME = "⟦name⟧"
    NUMBER = "⟦number⟧"
    EMAIL = "⟦email⟧"
    TEXT = "⟦text⟧"


SHOWN: dict[str, dict[Token, str]] = {
    "zh": {
        Token.IDENTITY: "[身份证号]",
        Token.PHONE: "[电话]",
        Token.BANK: "[银行卡号]",
        Token.PLATE: "[车牌号]",
        Token.ADDRESS: "[地址]",
        Token.NAME: "[姓名]",
        Token.NUMBER: "[号码]",
        Token.EMAIL: "[邮箱]",
        Token.TEXT: "[您填的内容]",
    },
    "en": {
        Token.IDENTITY: "[identity number]",
        Token.PHONE: "[phone]",
        Token.BANK: "[bank card]",
        Token.PLATE: "[number plate]",
        Token.ADDRESS: "[address]",
        Token.NAME: "[name]",
        Token.NUMBER: "[number]",
        Token.EMAIL: "[e-mail address]",
        Token.TEXT: "[your answer]",
    },
}


def for_people(text: str, lang: str) -> str:
    """A scrubbed text as its writer reads it back.

    >>> for_people("我的电话是⟦phone⟧", "zh")
    '我的电话是[电话]'
    """
    for token, words in SHOWN[lang].items():
        text = text.replace(token.value, words)
    return text
