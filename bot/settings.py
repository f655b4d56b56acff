"""The settings: typed, from the environment alone, secrets never printed. Built once, passed down."""

from __future__ import annotations

import ipaddress
import os
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.command import BACKUP_DAYS
from bot.contract import ConfigurationError
from directory.lookups import WEEKLY
from reminders.nudging.calendars import read_subdivisions

PREFIX = "ENLACE_"
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """Every setting. A field ``x_y`` is read from ``ENLACE_X_Y``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    database_url: str = "sqlite+aiosqlite:///enlace.db"
    web_host: str = "127.0.0.1"
    web_port: Port = Field(default=8080, validation_alias=AliasChoices("ENLACE_WEB_PORT", "PORT"))
    web_public_chat: bool = False
    web_public_metrics: bool = False
    web_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    public_url: str = ""
    weekly_lookups: Annotated[int, Field(ge=1)] = WEEKLY
    backup_days: Annotated[int, Field(ge=0)] = BACKUP_DAYS
    backup_dir: str = ""
    backup_hour: Annotated[int, Field(ge=0, le=23)] = 3
    holidays: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "console", "json"] = "auto"

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_messages_per_second: Annotated[float, Field(gt=0)] = 30.0

    slack_bot_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: Any) -> Any:
        """An empty variable counts as one that is not set."""
        if isinstance(value, str) and not value.strip():
            return cls.model_fields[info.field_name].get_default()
        return value.strip() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("is not a database address") from None
        if url.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise ValueError("must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
        if url.get_backend_name() == "sqlite" and (not url.database or url.database == ":memory:"):
            raise ValueError("must name a file")
        return value

    @field_validator("holidays")
    @classmethod
    def _known_subdivisions(cls, value: str) -> str:
        try:
            read_subdivisions(value)
        except ValueError:
            raise ValueError(
                "must list countries with a subdivision whose holidays are known, as BR-DF, ES-MD"
            ) from None
        return value

    @field_validator("telegram_api_url", "slack_api_url", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, rest = (value.get_secret_value() if value else "1:x").partition(":")
        if not number.isdigit() or not rest or any(char.isspace() or char in "/?#" for char in rest):
            raise ValueError("is not a bot token (digits, a colon, letters)")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        """Bot API, setWebhook: 1-256 characters of ``A-Z a-z 0-9 _ -``."""
        if value is not None:
            text = value.get_secret_value()
            if len(text) > 256 or not text.replace("_", "").replace("-", "").isalnum() or not text.isascii():
                raise ValueError("has characters other than letters, digits, _ and -, or more than 256")
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_shape(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        start = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(start):
            raise ValueError(f"must begin with {start}")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.telegram_token and self.telegram_mode == "webhook" and not self.telegram_webhook_secret:
            raise ValueError(
                "ENLACE_TELEGRAM_WEBHOOK_SECRET: is required when ENLACE_TELEGRAM_MODE is webhook"
            )
        if self.backup_dir and not self.backup_days:
            raise ValueError("ENLACE_BACKUP_DAYS: is at least 1 where ENLACE_BACKUP_DIR is set")
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(
                "ENLACE_SLACK_SIGNING_SECRET: is required for Slack over HTTP "
                "(or set ENLACE_SLACK_APP_TOKEN for Socket Mode)"
            )
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether the web server can be reached from this machine only."""
        if self.web_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.web_host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret's text, for whoever must keep it out of a log."""
        database = make_url(self.database_url).password
        values = [value for _, value in self if isinstance(value, SecretStr)]
        texts = [value.get_secret_value() for value in values]
        return tuple(text for text in (*texts, str(database or "")) if len(text) >= 4)


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: one is wrong or missing; the text names the variable and never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        text = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            variable, _, problem = text.partition(": ")
            raise ConfigurationError(variable, problem) from None
        field = str(first["loc"][0])
        variable = field if field.isupper() else PREFIX + field.upper()
        if field == "web_port" or variable in ("ENLACE_WEB_PORT", "PORT"):
            variable = (
                "PORT" if "ENLACE_WEB_PORT" not in os.environ and "PORT" in os.environ else "ENLACE_WEB_PORT"
            )
        raise ConfigurationError(variable, text[:1].lower() + text[1:]) from None
