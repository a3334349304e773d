"""Settings, read once from the environment. The launcher fills in safe development secrets."""

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Stage(StrEnum):
    """Where the product runs; production refuses to start without secrets of its own."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One attribute an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    suiban_env: Stage = Stage.DEVELOPMENT
    data_dir: Path = ROOT / ".suiban" / "data"
    models_dir: Path = ROOT / ".suiban" / "models"
    mongo_url: str = "mongodb://127.0.0.1:27117/?replicaSet=rs0"
    redis_url: str = "redis://127.0.0.1:6479/0"
    database: str = "suiban"
    port: int = 8000
    api_url: str = ""
    departments_url: str = "http://127.0.0.1:8010"
    bot_url: str = "http://127.0.0.1:8005"
    catalogue_dirs: str = str(ROOT / "backend" / "matters" / "catalogue")
    intents_dirs: str = str(ROOT / "intents" / "matters")
    log_level: str = "INFO"
    quiet_hours: str = "21-8"
    # Working days only; empty: always.
    handoff_hours: str = "9:00-17:30"
    handoff_away_minutes: float = Field(3.0, gt=0)
    collect_fees: bool = True
    app_url: str = ""
    # s3://key:secret@host:port/bucket?region=… ; empty: in the database.
    files_url: SecretStr = SecretStr("")
    # An OpenAI-compatible address up to /v1; empty: no language model is asked anything.
    llm_url: str = ""
    llm_model: str = ""
    llm_key: SecretStr = SecretStr("")

    signing_key: SecretStr = SecretStr("")
    field_key: SecretStr = SecretStr("")
    callback_secret: SecretStr = SecretStr("")
    departments_key: SecretStr = SecretStr("")
    departments_admin_key: SecretStr = SecretStr("")
    bot_token: SecretStr = SecretStr("")

    @field_validator("api_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _nobody_sleeps_in_development(cls, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("suiban_env", Stage.DEVELOPMENT) != Stage.PRODUCTION:
            given.setdefault("quiet_hours", "")
            given.setdefault("handoff_hours", "")
        return given

    @model_validator(mode="after")
    def _secrets_are_there(self) -> "Settings":
        names = ("signing_key", "field_key", "callback_secret", "departments_key", "bot_token")
        missing = [name.upper() for name in names if not getattr(self, name).get_secret_value()]
        if missing:
            raise ValueError(
                f"{', '.join(missing)} not set. `make run` generates them for development;"
                " in production set them in the environment."
            )
        return self

    @property
    def development(self) -> bool:
        """Whether the simulated outboxes may be read."""
        return self.suiban_env is not Stage.PRODUCTION

    @property
    def codes_a_phone(self) -> int:
        """How many one-time codes a phone gets in ten minutes; developers sign in more often."""
        return 50 if self.development else 5

    @property
    def own_url(self) -> str:
        """Where departments and the assistant reach this API, without a trailing slash."""
        return self.api_url or f"http://127.0.0.1:{self.port}"

    @property
    def return_url(self) -> str:
        """Where somebody goes back to from the cashier's page."""
        return self.app_url.rstrip("/") or f"{self.own_url}/api/docs"

    @property
    def catalogue_paths(self) -> list[Path]:
        """The folders that hold matter files."""
        return [Path(part) for part in self.catalogue_dirs.split(os.pathsep) if part]


@lru_cache
def load_settings() -> Settings:
    """The process's settings. Raises pydantic's ValidationError naming what is missing."""
    return Settings()
