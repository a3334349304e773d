"""A conversation as it was really had, written down for people to read."""

from dataclasses import dataclass, field
from typing import Any

from tests.flows.conversation import Conversation, wait_for

Reply = dict[str, Any]


@dataclass
class Transcript(Conversation):
    """A citizen's conversation that keeps what was said and answered."""

    title: str = ""
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> "Transcript":
        """Say something."""
        self.lines.append(f"**我**：{text}")
        super().say(text)
        self._keep(self.replies)
        return self

    def choose(self, title: str) -> "Transcript":
        """Press a button."""
        self.lines.append(f"**我**：［{title}］")
        super().choose(title)
        self._keep(self.replies)
        return self

    def told(self) -> "Transcript":
        """Read what the assistant said of itself."""
        newest = wait_for(
            lambda: next((turn for turn in self.history() if not turn["said"]), None),
            "something the assistant says of itself",
        )
        self.replies = newest["replies"]
        self._keep(self.replies)
        return self

    def note(self, what: str) -> None:
        """Something happened outside the words."""
        self.lines.append(f"*（{what}）*")

    def _keep(self, replies: list[Reply]) -> None:
        spoken = [line for reply in replies for line in heard(reply)]
        self.lines.append("**随办**：" + "<br>".join(spoken))


def heard(reply: Reply) -> list[str]:
    """A typed reply in words; of a summary's values only the labels."""
    if reply["type"] == "card":
        return [f"［卡片 {reply['title']}］" + _text(reply), *_rows(reply)]
    buttons = [one["title"] for one in reply.get("choices", [])]
    buttons += [one["label"] for one in (reply.get("field") or {}).get("choices", [])]
    phone = f" ☎ {reply['phone']}" if reply.get("phone") else ""
    return [_text(reply).strip() + phone + "".join(f" ［{title}］" for title in buttons)]


def _text(reply: Reply) -> str:
    return " " + str(reply.get("text") or "").replace("\n", " ") if reply.get("text") else ""


def _rows(reply: Reply) -> list[str]:
    rows = reply.get("rows") or []
    if reply["card"] in ("found", "summary", "matter"):
        return ["　" + "、".join(str(row["label"]) for row in rows)]
    return [f"　{row['label']}：{row['value']}" for row in rows]
