"""The settings of one process, read from the environment, `.env` and a folder of secrets."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_DEMO_SECRET = "demo-secret-not-for-production"  # noqa: S105 - refused in production
_SECRET_MIN_LENGTH = 32


class Environment(StrEnum):
    """What kind of installation this is."""

    DEMO = "demo"
    PRODUCTION = "production"


class MissingSettingError(LookupError):
    """A setting that this process needs is not set."""


class Settings(BaseSettings):
    """All settings, each read from the variable `WHISTLE_<NAME>`, else `.env`, else a file `whistle_<name>` of secrets.

    A key in `.env` that is not listed here is an error, so that a misspelt one is noticed.
    """

    model_config = SettingsConfigDict(env_prefix="WHISTLE_", env_file=".env", extra="forbid", frozen=True)

    env: Environment = Environment.DEMO
    database_url: SecretStr | None = Field(None, description="Role whistle_app: reads and writes, never owns.")
    database_owner_url: SecretStr | None = Field(None, description="Role whistle_owner: migrations only.")
    database_ro_url: SecretStr | None = Field(None, description="Role whistle_ro: reports.")
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    http_host: str = "127.0.0.1"
    http_port: int = Field(8000, ge=0, le=65535, description="0 takes a free one.")
    data_dir: Path = Field(Path(".demo"), description="Embedded servers, uploads, logs.")
    webhook_connect_timeout: float = Field(3.0, gt=0, le=30, description="Seconds.")
    webhook_timeout: float = Field(
        10.0, gt=0, le=15, description="Seconds for the whole request; below the activity's 15 s."
    )
    secret_key: SecretStr = Field(SecretStr(_DEMO_SECRET), description="Signs sessions and form tokens.")
    policy: str = Field("beijing", pattern=r"^[a-z][a-z0-9_-]*$", description="Name of the rule pack under policies/.")

    @model_validator(mode="after")
    def _refuse_demo_values_in_production(self) -> Self:
        """Refuse to run a real installation on the values of the demo.

        Raises:
            ValueError: The secret is the demo's, or shorter than 32 characters.
        """
        if self.env is Environment.PRODUCTION:
            secret = self.secret_key.get_secret_value()
            if secret == _DEMO_SECRET or len(secret) < _SECRET_MIN_LENGTH:
                message = f"production needs its own WHISTLE_SECRET_KEY of at least {_SECRET_MIN_LENGTH} characters"
                raise ValueError(message)
        return self

    def dsn(self, role: Literal["app", "owner", "ro"] = "app") -> str:
        """Return the database URL of a role, in clear text.

        Raises:
            MissingSettingError: It is not set; the message names the variable.
        """
        name = {"app": "database_url", "owner": "database_owner_url", "ro": "database_ro_url"}[role]
        value: SecretStr | None = getattr(self, name)
        if value is None:
            message = f"WHISTLE_{name.upper()} is not set (`whistle demo` starts its own servers; see README)"
            raise MissingSettingError(message)
        return value.get_secret_value()

    @property
    def uses_demo_secret(self) -> bool:
        """Whether the secret is the one that everybody knows."""
        return self.secret_key.get_secret_value() == _DEMO_SECRET


def load() -> Settings:
    """Read the settings of this process.

    The secrets folder is `WHISTLE_SECRETS_DIR`, or /run/secrets where it exists.

    Raises:
        pydantic.ValidationError: A value is malformed, unknown in `.env`, or a demo value in production.
    """
    folder = Path(os.environ.get("WHISTLE_SECRETS_DIR", "/run/secrets"))
    return Settings(_secrets_dir=folder if folder.is_dir() else None)
