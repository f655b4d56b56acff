"""Somebody who answers forms on a platform that keeps what it was sent."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.app import Enlace
from bot.contract import Card, FormStyle, Outgoing, Pressed, Said, Submitted
from bot.forms.rows import FormRow, Outcome
from bot.i18n import utc_now
from bot.metrics import Metrics
from directory import accounts
from directory.database import Database
from tests.support.recording import Recording
from tests.support.sample_form import marks, registry

EVENT_IDS: Final = itertools.count(1)
ANSWERS: Final = {"post": "Adviser", "status": "full", "begins": "2027-04-15"}


class Clock:
    """The time, and what a test moved it on by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Person:
    """Somebody on a platform that keeps what it was sent."""

    def __init__(self, platform: Recording, user: str = "u1", place: str = "p1") -> None:
        self.platform = platform
        self.user = user
        self.place = place

    async def does(self, event: Said | Pressed | Submitted, count: int = 1, **more: object) -> list[Outgoing]:
        """The messages that an event brings, ``count`` of them."""
        before = len(self.platform.sent)
        where: dict[str, object] = {"user": self.user, "place": self.place} | more
        await self.platform.receive(self.platform.event(event, **where))  # type: ignore[arg-type]
        await self.platform.until(before + count)
        return self.platform.sent[before:]

    async def says(self, text: str, count: int = 1) -> Card:
        """Type; the last card that comes."""
        return (await self.does(Said(text), count))[-1].cards[0]

    async def presses(self, card: Card, label: str, count: int = 1, **more: object) -> Card:
        """Press a button of a card."""
        return (await self.does(Pressed(action_of(card, label), "m1"), count, **more))[-1].cards[0]

    async def submits(self, key: str, values: Mapping[str, str], count: int = 1, **more: object) -> Outgoing:
        """Send a whole form."""
        return (await self.does(Submitted(key, values, "m9"), count, **more))[-1]


def action_of(card: Card, label: str) -> str:
    return next(button.action for row in card.buttons for button in row if label in button.label)


@contextlib.asynccontextmanager
async def running(
    database: Database, style: FormStyle, clock: Clock | None = None
) -> AsyncIterator[Recording]:
    platform = Recording()
    # After a restart a platform goes on counting its events.
    platform._ids = EVENT_IDS
    platform.forms = style
    app = Enlace(database, registry(), Metrics(database), now=clock or Clock())
    async with app.running([platform]):
        await app.until_up(platform)
        yield platform


async def link(database: Database, person: str | None) -> None:
    """Make the account of :class:`Person` somebody's, or nobody's."""
    async with database.writing() as session:
        known = await accounts.account(session, "recording", "", "u1")
        await accounts.save_account(session, replace(known, person_key=person))


async def saved(database: Database) -> list[str]:
    async with database.reading() as session:
        return await marks(session)


async def outcomes(database: Database) -> list[tuple[Outcome, str, str]]:
    async with database.reading() as session:
        found = await session.execute(
            sa.select(FormRow.outcome, FormRow.form, FormRow.progress).order_by(FormRow.id)
        )
        return [(outcome, form, progress) for outcome, form, progress in found]
