"""What a language model may help with: kinder words for a found answer, and a guess at what was meant.

It never decides: a rephrased answer counts only when it is faithful, a guess only becomes a question with
buttons. What is sent is scrubbed of personal values first.
"""

import json
import re
from collections.abc import Iterable

from backend.assistant.scrub import scrub
from backend.core.logs import logger
from backend.matters.schema import Matter
from backend.policies.faithful import is_faithful
from backend.policies.wording import words
from integrations.gateways.llm import LlmGateway, LlmUnavailable

MOST_GUESSES = 3
_LIST = re.compile(r"\[[^\[\]]*\]")


def rephrase(llm: LlmGateway, question: str, answer: str) -> str | None:
    """The answer in words that fit the question, or None where the model is away or unfaithful."""
    asked = json.dumps({"question": scrub(question), "answer": answer}, ensure_ascii=False)
    try:
        said = llm.complete(words("llm.rephrase"), asked)
    except LlmUnavailable as failure:
        logger().info("llm.unavailable", reason=str(failure))
        return None
    if not is_faithful(answer, said):
        logger().warning("llm.unfaithful")
        return None
    return said


def guess_matters(llm: LlmGateway, said: str, matters: Iterable[Matter]) -> list[str]:
    """Ids of matters that may be meant, at most three, of the catalogue's alone; none is an answer, too."""
    known = {one.id: one.name for one in matters}
    asked = json.dumps({"sentence": scrub(said), "matters": known}, ensure_ascii=False)
    try:
        answer = llm.complete(words("llm.guess"), asked)
    except LlmUnavailable as failure:
        logger().info("llm.unavailable", reason=str(failure))
        return []
    return [one for one in dict.fromkeys(_ids(answer)) if one in known][:MOST_GUESSES]


def _ids(answer: str) -> list[str]:
    found = _LIST.search(answer)
    try:
        read = json.loads(found.group()) if found else []
    except ValueError:
        return []
    return [one for one in read if isinstance(one, str)]
