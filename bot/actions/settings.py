"""What the action server reads from its environment."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the API is, where we listen, how much we log."""

    api_url: str
    port: int
    log_level: str


def load_settings() -> Settings:
    """Read the environment; the launcher sets every variable."""
    api_url = os.environ.get("API_URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    return Settings(
        api_url=api_url.rstrip("/"),
        port=int(os.environ.get("ACTIONS_PORT", "8055")),
        log_level=os.environ.get("LOG_LEVEL", "INFO").upper(),
    )
