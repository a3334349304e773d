"""The yardstick is measured at its best: it may refuse as many matters' sentences as ours, no more."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from intents import evaluating, judges
from intents.sentences import INTENTS, Sentence, read_matters

FILE = INTENTS / "said.yml"
MATTERS = sorted({one.matter for one in read_matters() if one.matter})[:2]


def test_plain_rasa_refuses_the_least_likely_share_of_the_matters_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about = [Sentence(f"办事{at}", "do_matter", MATTERS[0], FILE, at) for at in range(100)]
    outside = [Sentence(f"天气{at}", "out_of_scope", None, FILE, at) for at in range(4)]
    talk = Sentence("谢谢", "thank", None, FILE, 0)
    chances = {one.text: at / 100 for at, one in enumerate(about)} | {
        one.text: chance for one, chance in zip(outside, (0.0, 0.02, 0.03, 0.9), strict=True)
    }
    learnt: dict[str, str] = {}

    def read(labelled: Mapping[str, str], texts: Iterable[str]) -> list[dict[str, Any]]:
        learnt.update(labelled)
        return [
            {"ranking": [["thank", 0.95], [MATTERS[0], chances.get(text, 0.0)]], "ms": 1.0} for text in texts
        ]

    monkeypatch.setattr(judges, "read_plainly", read)
    found = evaluating.plain([*about, *outside, talk])
    figures = evaluating.figures(found)
    assert figures["matters, falsely refused"] == evaluating.MOST_REFUSED
    assert figures["out of scope, caught"] == 0.5
    assert figures["matters, first"] == 1.0, "an act that ranks before it is no other matter"
    assert figures["speech acts, accuracy"] == 1.0
    assert {"thank", *MATTERS} <= set(learnt.values()), "an intent for every act and every matter"
    assert not {"do_matter", "ask_matter"} & {learnt[one.text] for one in read_matters() if one.matter}
