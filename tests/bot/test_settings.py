"""Settings: from the environment alone, wrong ones named without their value."""

from __future__ import annotations

import pytest

from bot.contract import ConfigurationError
from bot.settings import load

TOKEN = "123456:ABC-def"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("ENLACE_") or name == "PORT":
            monkeypatch.delenv(name)


def test_nothing_needs_to_be_set() -> None:
    settings = load()
    assert settings.database_url == "sqlite+aiosqlite:///enlace.db"
    assert (settings.web_host, settings.web_port, settings.on_loopback) == ("127.0.0.1", 8080, True)
    assert settings.telegram_token is None


def test_port_of_the_procfile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9999")
    assert load().web_port == 9999
    monkeypatch.setenv("ENLACE_WEB_PORT", "8081")
    assert load().web_port == 8081


@pytest.mark.parametrize(
    ("variable", "value", "more"),
    [
        ("ENLACE_DATABASE_URL", "mysql://secret@x/y", {}),
        ("ENLACE_DATABASE_URL", "secret nonsense", {}),
        ("ENLACE_DATABASE_URL", "sqlite+aiosqlite://", {}),
        ("ENLACE_WEB_PORT", "secret", {}),
        ("ENLACE_WEB_PORT", "70000", {}),
        ("PORT", "secret", {}),
        ("ENLACE_TELEGRAM_TOKEN", "secret", {}),
        ("ENLACE_TELEGRAM_TOKEN", "1:se/cret", {}),
        ("ENLACE_TELEGRAM_MODE", "secret", {}),
        ("ENLACE_TELEGRAM_API_URL", "ftp://secret", {}),
        ("ENLACE_TELEGRAM_WEBHOOK_SECRET", "sécret!", {}),
        (
            "ENLACE_TELEGRAM_WEBHOOK_SECRET",
            "",
            {"ENLACE_TELEGRAM_TOKEN": TOKEN, "ENLACE_TELEGRAM_MODE": "webhook"},
        ),
        ("ENLACE_SLACK_BOT_TOKEN", "secret", {}),
        ("ENLACE_SLACK_APP_TOKEN", "secret", {}),
        ("ENLACE_SLACK_SIGNING_SECRET", "", {"ENLACE_SLACK_BOT_TOKEN": "xoxb-1"}),
        ("ENLACE_LOG_LEVEL", "secret", {}),
        ("ENLACE_HOLIDAYS", "BR-secret", {}),
        ("ENLACE_BACKUP_HOUR", "24", {}),
        ("ENLACE_BACKUP_DAYS", "0", {"ENLACE_BACKUP_DIR": "backups"}),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, more: dict[str, str]
) -> None:
    for name, content in {variable: value, **more}.items():
        monkeypatch.setenv(name, content)
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert caught.value.variable == variable
    assert str(caught.value).startswith(f"{variable}: ")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value).removeprefix(variable)


def test_secrets_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENLACE_TELEGRAM_TOKEN", TOKEN)
    settings = load()
    assert TOKEN not in repr(settings)
    assert TOKEN not in settings.model_dump_json()
    assert TOKEN in settings.secrets


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("example.org", False)],
)
def test_loopback(monkeypatch: pytest.MonkeyPatch, host: str, loopback: bool) -> None:
    monkeypatch.setenv("ENLACE_WEB_HOST", host)
    assert load().on_loopback is loopback
