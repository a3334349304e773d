"""The loop of a conversation: what is typed, what is answered, what comes by itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from backend.terminal.listening import Event, Listener
from backend.terminal.rendering import Screen
from backend.terminal.session import NotRunning, Refused, Session

MARK = "› "
HELP = """直接说您要办什么，例如“换驾照”；有编号的选项可以只打编号。
/again  再看一遍上一次的回复    /prompts  还没答复的提示    /help  帮助    /quit  结束
Say what you need; a number picks an option. /again repeats the last reply, /quit ends."""

Read = Callable[[], str]


def pick_citizen(session: Session, console: Console, read: Read, number: int | None) -> str:
    """The phone of the citizen to be; asks unless a number is given. Raises Refused."""
    citizens = session.citizens()
    if not citizens:
        raise Refused("There are no made-up citizens; `make run` makes them when it starts.")
    if number is None:
        for place, citizen in enumerate(citizens, 1):
            console.print(f"  \\[{place}] {citizen['name']}  {citizen['phone']}  {citizen.get('story', '')}")
        console.print("以谁的身份？ Who are you? (1)")
        said = read()
        number = int(said) if said.isdecimal() else 1
    if not 1 <= number <= len(citizens):
        raise Refused(f"There is no citizen {number}; choose 1 to {len(citizens)}.")
    return str(citizens[number - 1]["phone"])


class Conversation:
    """One citizen's conversation until they leave."""

    def __init__(self, session: Session, screen: Screen, read: Read) -> None:
        self.session = session
        self.screen = screen
        self.read = read
        self.last: list[dict[str, object]] = []
        self.commands: dict[str, Callable[[], None]] = {
            "/help": lambda: screen.console.print(HELP),
            "/again": lambda: screen.show_replies(self.last),
            "/prompts": self.show_prompts,
        }

    def hold(self, linger: float = 0) -> None:
        """Talk until /quit or the end of the input, then listen a little longer if asked to."""
        listener = Listener(self.session, self.hear)
        me = self.session.me()
        self.screen.console.print(f"您好，{me.get('name') or me['phone']}。/help 看帮助，/quit 结束。")
        self.show_prompts()
        listener.start()
        try:
            self._talk()
            time.sleep(linger)
        finally:
            listener.stop()
            self._leave()

    def take(self, line: str) -> None:
        """One line that was typed."""
        if line in self.commands:
            self.commands[line]()
            return
        said = self.screen.options.read(line)
        self.screen.options.values.clear()
        try:
            self.last = self.session.say(said)
        except Refused as refusal:
            self.screen.show_problem(str(refusal))
            return
        self.screen.show_replies(self.last)

    def hear(self, event: Event) -> None:
        """Something that came by the stream."""
        reference = str(event.content["id"])
        if event.kind == "prompt":
            self.screen.show_prompt(self.session.prompt(reference))
        elif event.kind == "chat.turn" and event.content.get("by") != "citizen":
            self._hear_turn(self.session.turn(reference))
        elif event.kind == "message":
            message = self.session.read_message(reference)
            if not message.get("prompt"):  # the prompt itself is shown
                self.screen.show_message(message)

    def show_prompts(self) -> None:
        """What waits for an answer."""
        for prompt in self.session.open_prompts():
            self.screen.show_prompt(prompt)

    def _hear_turn(self, turn: dict[str, Any]) -> None:
        """An agent's words, or a notice; a prompt and a filed application are told by events of their own."""
        if all(reply["type"] != "card" or reply["card"] == "summary" for reply in turn["replies"]):
            self.last = turn["replies"]
            self.screen.show_replies(self.last)

    def _talk(self) -> None:
        while True:
            try:
                line = self.read().strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line == "/quit":
                return
            if line:
                self.take(line)

    def _leave(self) -> None:
        try:
            self.session.sign_out()
        except (Refused, NotRunning):
            return  # leaving must not fail; the sign-in ends by itself


@contextmanager
def reading(console: Console) -> Iterator[Read]:
    """Read lines: with editing on a terminal, as they come (and echoed) from a pipe."""
    if sys.stdin.isatty():
        typed: PromptSession[str] = PromptSession()
        with patch_stdout(raw=True):
            yield lambda: typed.prompt(MARK)
        return

    def from_pipe() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        console.print(f"{MARK}{line.rstrip()}", markup=False)
        return line

    yield from_pipe
