"""Logs never hold a token or what a database refused to store, whoever writes them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from bot import logs
from directory import people
from directory.database import Database
from directory.people import Contact, ContactKind, Person


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


@pytest.mark.parametrize("form", ["json", "console"])
async def test_what_a_database_refuses_is_not_written_down(
    database: Database, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    logs.configure("warning", form)
    contact = Contact(ContactKind.EMAIL, "canary@example.org", 4)
    somebody = Person("somebody", "Canaria", "Canarini", contacts=(contact,))
    try:
        async with database.writing() as session:
            await people.add(session, [somebody])
    except IntegrityError:
        structlog.get_logger("a").exception("broken")
        logging.getLogger("b").exception("also broken")
    written = capsys.readouterr().err
    assert written.count("IntegrityError") >= 2
    for value in ("canary@", "Canaria", "Canarini"):
        assert value not in written


def test_links_to_calendars_are_left_out_wherever_they_stand() -> None:
    shown = logs.Redactor().text("GET /calendar/ecal_q-3fT0_kT0pX1v9R2mWzQ8bY7cA5dE6hJ4nK1sU3xL.ics failed")
    assert shown == "GET /calendar/***.ics failed"
