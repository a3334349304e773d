"""What the process is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingsIncomplete(RuntimeError):
    """A variable that the departments cannot do without is not set."""


@dataclass(frozen=True)
class Settings:
    """Everything the departments' process takes from outside."""

    mongo_url: str
    database: str
    api_url: str
    key: str
    admin_key: str
    callback_secret: str
    pace: float = 2.0
    development: bool = False
    log_level: str = "INFO"

    @property
    def facts_url(self) -> str:
        """Where notices of changed facts are sent."""
        return f"{self.api_url.rstrip('/')}/api/v1/departments/facts"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; say which variable is missing rather than start without it."""

        def needed(name: str) -> str:
            value = environment.get(name, "")
            if not value:
                raise SettingsIncomplete(f"{name} is not set: the departments cannot start without it")
            return value

        return cls(
            mongo_url=needed("MONGO_URL"),
            database=f"{environment.get('DATABASE') or 'suiban'}_departments",
            api_url=environment.get("API_URL") or f"http://127.0.0.1:{environment.get('PORT') or '8000'}",
            key=needed("DEPARTMENTS_KEY"),
            admin_key=needed("DEPARTMENTS_ADMIN_KEY"),
            callback_secret=needed("CALLBACK_SECRET"),
            pace=float(environment.get("DEPARTMENT_PACE") or 2.0),
            development=environment.get("SUIBAN_ENV", "production") in {"development", "test"},
            log_level=environment.get("LOG_LEVEL") or "INFO",
        )
