"""Splits mixed Chinese and English: characters, words, numbers, placeholders."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.components.wording import is_payload, token_spans


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharacterTokenizer(Tokenizer):
    """One token a Han character, one a word, number or placeholder; punctuation is none.

    Characters, not words of a dictionary: the names of matters are not in any dictionary, and the
    n-grams of characters lose nothing.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own settings of a tokenizer; none is ours."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute; a button's payload stays in one piece."""
        text: str = message.get(attribute)
        if is_payload(text):
            return [Token(text, 0)]
        return [Token(text[start:end], start, end) for start, end in token_spans(text)]
