"""kill -9 while a form is sent: after a restart it was taken once, whatever the process was doing.

The form is a real one (a new project), asked in Telegram step by step by a real process and answered up to
its review; the process that takes it dies at a named point.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from bot import inbox
from bot.forms.rows import FormRow, Outcome
from bot.inbox import InboxState
from directory import accounts, projects
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from reminders import outbox
from tests.crash.nursery import Nursery
from tests.support.crashing import Order
from tests.support.talk import STEP
from tests.support.telegram.limits import Limits
from tests.support.telegram.server import TelegramServer
from tests.support.telegram.talk import TelegramTalk

POINTS: Final = ("in_store", "stored", "in_answer", "answered", "sending", "recorded")
#: Points at which the answer's request may have begun: then it is in doubt, and never sent again.
_MAYBE_SENT: Final = ("sending", "recorded")
ANSWERS: Final = {"Title": "A project that a process died over"}


def _settings(server: TelegramServer, database_url: str) -> dict[str, str]:
    return {
        "ENLACE_DATABASE_URL": database_url,
        "ENLACE_WEB_PORT": "0",
        "ENLACE_TELEGRAM_TOKEN": server.token,
        "ENLACE_TELEGRAM_API_URL": server.url,
        "ENLACE_TELEGRAM_MESSAGES_PER_SECOND": "1000",
    }


async def _until_review(talk: TelegramTalk, code: str) -> None:
    """Answer every question; the card that is heard last has the button that sends."""
    await talk.says("/add project")
    talk.filled.update(ANSWERS, Code=code)
    heard = await talk.next(30)
    while (asked := STEP.match(heard.text)) is not None:
        await talk._answers(asked["label"], heard)
        heard = await talk.next()


async def _settled(database: Database, user: str) -> None:
    async with asyncio.timeout(40):
        while True:
            async with database.reading() as session:
                events, deliveries = await inbox.count(session), await outbox.count(session)
                form = await session.scalar(sa.select(FormRow.outcome).where(FormRow.user == user))
            waiting = events[InboxState.PENDING] + sum(deliveries[state] for state in outbox.UNSETTLED)
            if not waiting and form is Outcome.SENT:
                return
            await asyncio.sleep(0.1)


def _told(server: TelegramServer, user: int) -> int:
    """How often somebody was told that what they added is in the directory."""
    sent = [entry.arguments for entry in server.sent("sendMessage")]
    return sum(
        "in the directory now" in str(message.get("text")) and str(message.get("chat_id")) == str(user)
        for message in sent
    )


@pytest.mark.crash
async def test_a_form_is_taken_once(demo_url: str, tmp_path: Path) -> None:
    log = str(tmp_path / "log.txt")
    database = Database(demo_url)
    async with TelegramServer(limits=Limits(enforced=False)) as server, Nursery.open() as nursery:
        settings = _settings(server, demo_url)
        living = await nursery.start(Order(settings, log, web=True))
        for number, point in enumerate(POINTS):
            code, ana = f"ACS-SF-07{number}", server.people.user(f"Ana {number}")
            async with database.writing() as session:
                account = Account("telegram", "", str(ana.id), DEMO_PEOPLE["coordinator"])
                await accounts.save_account(session, account)
            talk = TelegramTalk(server, ana)
            await living.lives_through(_until_review(talk, code))
            await living.stop()

            dying = await nursery.start(Order(settings, log, web=True, point=point))
            assert talk.latest is not None
            await talk.presses(talk.latest.buttons[0])
            await dying.dies(30)

            living = await nursery.start(Order(settings, log, web=True))
            await living.lives_through(_settled(database, str(ana.id)))
            async with database.reading() as session:
                assert len(await projects.lines(session, [code])) == 1, point
            told = _told(server, ana.id)
            assert told == 1 or (told == 0 and point in _MAYBE_SENT), point
        await living.stop()
    await database.close()
