"""Logs never hold a token, whoever writes them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["json", "console"])
def test_tokens_are_taken_out(capsys: pytest.CaptureFixture[str], form: str) -> None:
    logs.configure("debug", form, secrets=["hunter2secret"])
    token = "987654321:AAH-zzzzzzzzzzzzzzzzzzzzzzzz"
    structlog.get_logger("a").warning("x", url=f"https://api.telegram.org/bot{token}/getMe", n=1)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/x", token)
    logging.getLogger("b").error("slack %s and %s", "xoxb-1-secret", "hunter2secret")
    try:
        raise ValueError(f"failed for {token} xapp-1-topsecret")
    except ValueError:
        structlog.get_logger("c").exception("broken", items=["hunter2secret"])
    written = capsys.readouterr().err
    assert "broken" in written
    assert "ValueError" in written
    for secret in (token, "xoxb-1-secret", "xapp-1-topsecret", "hunter2secret", "HTTP Request"):
        assert secret not in written
