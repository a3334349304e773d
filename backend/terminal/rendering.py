"""How replies and events look in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

LEVELS = {"info": "cyan", "warning": "yellow", "emergency": "bold white on red"}
PROMPT_ANSWERS = (
    ("好，帮我办", "accept"),
    ("不需要", "decline"),
    ("以后再说", "later"),
    ("信息不对", "wrong-data"),
    ("不再提示这类", "mute"),
)
WIDEST = 100


@dataclass
class Options:
    """The numbered choices on the screen; a number stays good until the next turn."""

    values: list[str] = field(default_factory=list)

    def offer(self, title: str, value: str) -> Text:
        """Number a choice; the line that shows it."""
        self.values.append(value)
        return Text.assemble((f"  [{len(self.values)}] ", "bold cyan"), title)

    def read(self, said: str) -> dict[str, str]:
        """What to send for a line that was typed: a number names a choice, all else is text."""
        if said.isdecimal() and 1 <= int(said) <= len(self.values):
            return {"choice": self.values[int(said) - 1]}
        return {"text": said}


class Screen:
    """Prints what the assistant and the event stream say."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.options = Options()

    def show_replies(self, replies: Iterable[dict[str, Any]]) -> None:
        """The assistant's replies, one below the other."""
        for reply in replies:
            self.console.print(self.draw(reply))

    def draw(self, reply: dict[str, Any]) -> RenderableType:
        """One reply; a type that a later server may send is shown by its text."""
        text = str(reply.get("text") or "")
        kind = reply["type"]
        if kind == "choices":
            return Group(Text(text), *self._numbered(reply["choices"]))
        if kind == "card":
            return self._card(reply, text)
        if kind == "form-field":
            return self._question(reply.get("field") or {}, text)
        if kind == "notice":
            phone = f"  ☎ {reply['phone']}" if reply.get("phone") else ""
            return Panel(Text(text + phone), style=LEVELS.get(reply["level"], ""), width=self._width())
        source = reply.get("source")
        return Group(Text(text), Text(_source_line(source), style="dim")) if source else Text(text)

    def show_prompt(self, prompt: dict[str, Any]) -> None:
        """Something that the city would do for the citizen, and the possible answers."""
        grid = Table.grid(padding=(0, 2))
        for fact in prompt.get("evidence", []):
            said_by = " ".join(str(fact[key]) for key in ("department", "as_of") if fact.get(key))
            grid.add_row(Text(fact["label"]), Text(str(fact["value"])), Text(said_by, style="dim"))
        because = Text(f"为什么收到：{prompt['because']}", style="dim")
        body = Group(Text(prompt["text"]), because, grid)
        self.console.print(
            Panel(body, title=f"提示 · {prompt['title']}", border_style="green", width=self._width())
        )
        reference = prompt["id"]
        for title, answer in PROMPT_ANSWERS:
            value = json.dumps({"prompt": reference, "answer": answer})
            self.console.print(self.options.offer(title, f"/answer_prompt{value}"))
        why = json.dumps({"prompt": reference})
        self.console.print(self.options.offer("为什么找我", f"/why_me{why}"))

    def show_message(self, message: dict[str, Any]) -> None:
        """A message that came by itself."""
        self.console.print(Text.assemble((f"✉ {message['title']}  ", "magenta"), message["text"]))

    def show_problem(self, sentence: str) -> None:
        """A refusal, in the API's own words."""
        self.console.print(Text(sentence, style="red"))

    def _numbered(self, choices: Iterable[dict[str, str]]) -> list[Text]:
        return [self.options.offer(choice["title"], choice["value"]) for choice in choices]

    def _card(self, reply: dict[str, Any], text: str) -> RenderableType:
        grid = Table.grid(padding=(0, 2))
        for row in reply.get("rows") or []:
            note = Text(str(row.get("note") or ""), style="dim")
            grid.add_row(Text(str(row["label"]), style="bold"), Text(str(row["value"])), note)
        if reply.get("url"):
            grid.add_row(Text("去缴费", style="bold"), Text(str(reply["url"])))
        box = Panel(grid, title=Text(str(reply.get("title") or "")), title_align="left", width=self._width())
        choices = self._numbered(reply.get("choices") or [])
        return Group(*([Text(text)] if text else []), box, *choices)

    def _question(self, asked: dict[str, Any], text: str) -> RenderableType:
        lines = [Text(text or str(asked.get("ask") or ""), style="bold")]
        if asked.get("hint") and str(asked["hint"]) not in text:
            lines.append(Text(f"  {asked['hint']}", style="dim"))
        for choice in asked.get("choices") or []:
            payload = json.dumps({"field_value": choice["value"]}, ensure_ascii=False)
            lines.append(self.options.offer(choice.get("label") or choice["value"], f"/choose{payload}"))
        return Group(*lines)

    def _width(self) -> int:
        return min(WIDEST, self.console.width)


def _source_line(source: dict[str, Any]) -> str:
    """「依据：…（文号） · 部门 · 截至 日期」."""
    number = f"（{source['number']}）" if source.get("number") else ""
    parts = [f"依据：{source['title']}{number}", source.get("department"), source.get("article")]
    as_of = f"截至 {source['as_of']}" if source.get("as_of") else ""
    return " · ".join(str(part) for part in [*parts, as_of] if part)
