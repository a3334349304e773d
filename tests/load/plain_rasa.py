"""The yardstick of a chat turn: our model on Rasa's own REST channel, a plain answer, all in memory.

Runs in the assistant's environment: ``python -m tests.load.plain_rasa MODEL PORT``. Rasa is as its
package has it, without our lean calls; every action is replaced by one fixed sentence.
"""

import os
import sys
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SANIC_ACCESS_LOG", "false")
# The same settings of the embedding's threads as bot/serve.py has: the yardstick must not lose by them.
os.environ.setdefault("OMP_NUM_THREADS", str(min(4, os.cpu_count() or 1)))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main(model: str, port: int) -> None:
    """Serve until stopped."""
    from rasa.core import run
    from rasa.core.actions import action
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.events import BotUttered

    class Plain(action.Action):
        """Says one sentence."""

        def __init__(self, name: str) -> None:
            self._name = name

        def name(self) -> str:
            return self._name

        async def run(self, *_: Any, **__: Any) -> list[BotUttered]:
            return [BotUttered("好的，我在这里，您请说。")]

    known = action.action_for_name_or_text

    def plain_for_ours(name: str, *rest: Any, **named: Any) -> action.Action:
        ours = name.startswith("action_") and name not in action.default_actions_names()
        return Plain(name) if ours else known(name, *rest, **named)

    default_names = {one.name() for one in action.default_actions()}
    action.default_actions_names = lambda: default_names - {"action_default_fallback"}
    action.action_for_name_or_text = plain_for_ours
    import rasa.core.processor

    rasa.core.processor.action_for_name_or_text = plain_for_ours  # type: ignore[attr-defined]
    run.serve_application(
        model_path=model,
        channel="rest",
        endpoints=AvailableEndpoints(),
        interface="127.0.0.1",
        port=port,
        enable_api=False,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
