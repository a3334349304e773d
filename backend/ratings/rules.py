"""The standard's levels and indicators, and the city's terms, read from ``rules.yml``."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("rules.yml")
ONLINE_CHANNELS = ("app", "chat", "prompt")


class Rules(BaseModel):
    """What ``rules.yml`` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: dict[int, dict[str, str]]
    indicators: dict[str, list[str]]
    bad_from: int = Field(ge=1, le=5)
    contact_within: int
    mend_within: int
    rate_within_days: int
    outcomes: dict[str, str]

    def indicators_for(self, channel: str) -> list[str]:
        """Which indicators somebody is asked who applied by this channel."""
        return self.indicators["window" if channel == "window" else "online"]


@lru_cache
def the_rules() -> Rules:
    """The rules, read once."""
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return Rules.model_validate(raw)
