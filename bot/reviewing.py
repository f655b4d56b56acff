"""Asks people whether their entry is still right, and lists for coordinators what is not confirmed.

The rows say who was asked and which list was sent, in the transaction that sends it: a restart neither
skips nor repeats. Nobody is asked outside their working hours, nor twice within a month.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import contact, entry, words
from bot.contract import Card, Field
from bot.i18n import Translator, message, zone
from bot.letters import LetterPost
from directory import institutions, networks, people, posts, reviews
from directory.database import Database
from directory.freshness import Freshness
from directory.people import NAME_LEVEL
from directory.posts import Post
from directory.reviews import Asked, Stale
from reminders.nudging.schedule import Hours
from reminders.outbox import Accounts

#: A coordinator's list names this many posts; the rest is counted.
LISTED: Final = 30

_STATES: Final[Mapping[Freshness, str]] = {
    Freshness.NEVER: message("review.never"),
    Freshness.DUE: message("review.due"),
    Freshness.OVERDUE: message("review.overdue"),
    Freshness.DELINQUENT: message("review.delinquent"),
}


class _Unreachable(Exception):
    """Nobody could be written to: what was claimed is given back."""


def is_working_hour(time_zone: str, now: datetime) -> bool:
    """Whether people work at this moment in an IANA zone; UTC stands for one that is not known."""
    return Hours(zone(time_zone)).is_open(now)


class Reviewer:
    """Does both; called by the clock."""

    def __init__(
        self,
        database: Database,
        letters: LetterPost,
        *,
        bots: Callable[[], Accounts],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._letters = letters
        self._bots = bots
        self._now = now
        self._log = structlog.get_logger("bot.reviewing")

    async def review(self) -> None:
        """Ask whoever is due and at work now; send the lists of this month that were not sent."""
        await self._ask()
        await self._list()

    async def _ask(self) -> None:
        now = self._now()
        platforms = {platform for platform, _ in self._bots()}
        async with self._database.reading() as session:
            due = await reviews.to_ask(session, now.date(), platforms)
        asked = 0
        for item in due:
            if is_working_hour(item.account.time_zone or item.time_zone, now):
                asked += await self._ask_one(item, now)
        if asked:
            self._log.info("entries_asked", count=asked)

    async def _ask_one(self, asked: Asked, now: datetime) -> bool:
        try:
            async with self._database.writing() as session:
                if not await reviews.claim(session, asked.person, asked.asked_on, now.date()):
                    return False
                make = functools.partial(_question, session, asked, now)
                if not await self._letters.ask(session, asked.person, make, now):
                    raise _Unreachable
        except _Unreachable:
            return False
        return True

    async def _list(self) -> None:
        now = self._now()
        today = now.date()
        async with self._database.reading() as session:
            waiting = {
                network: coordinators
                for network, coordinators in (await reviews.coordinators(session)).items()
                if not await reviews.is_listed(session, network, today)
            }
            zones = await people.several(
                session, {key for keys in waiting.values() for key in keys}, NAME_LEVEL
            )
        for network, coordinators in waiting.items():
            present = [
                key for key in coordinators if key in zones and is_working_hour(zones[key].time_zone, now)
            ]
            if present:
                await self._list_one(network, coordinators, now)

    async def _list_one(self, network: str, coordinators: Sequence[str], now: datetime) -> None:
        try:
            async with self._database.writing() as session:
                found = await reviews.stale(session, network, now.date())
                if not found or not await reviews.claim_list(session, network, now.date(), now):
                    return
                make = functools.partial(_list_card, session, network, found)
                reached = [await self._letters.ask(session, key, make, now) for key in coordinators]
                if not any(reached):
                    raise _Unreachable
        except _Unreachable:
            return
        self._log.info("entries_listed", network=network, count=len(found))


async def _question(session: AsyncSession, asked: Asked, now: datetime, t: Translator) -> Card:
    """The question to one person; it shows no value, because a phone shows it to whoever is near."""
    today = now.date()
    held = {post.key: post for post in await posts.of_person(session, asked.person)}
    named = await posts.nominations(session, held)
    present = [
        (post, await _called(session, t, post))
        for post in held.values()
        if any(item.person == asked.person and item.holds_on(today) for item in named.get(post.key, ()))
    ]
    if asked.confirmed_on is None:
        text = t("review.ask_never")
    else:
        text = t("review.ask", day=t.day(asked.confirmed_on))
    return Card(title=t("review.title"), text=text, buttons=entry.still_right(t, present))


async def _list_card(session: AsyncSession, network: str, found: Sequence[Stale], t: Translator) -> Card:
    """The list of a network: posts and how long ago they were confirmed, no names.

    All of it is of level 0 and so leaves no look in the record.
    """
    body = await networks.get(session, network)
    name = words.full_name(t, body) if body is not None else network
    known = await posts.several(session, {item.post for item in found})
    fields = [
        Field(
            await _called(session, t, known[item.post]),
            t(_STATES[item.freshness], day=t.day(item.confirmed_on) if item.confirmed_on else ""),
        )
        for item in found[:LISTED]
        if item.post in known
    ]
    rest = len(found) - len(fields)
    return Card(
        title=t("review.list_title", network=name),
        text=t.plural("review.list_lead", len(found)),
        fields=tuple(fields),
        footer=t.plural("review.list_more", rest) if rest else "",
    )


async def _called(session: AsyncSession, t: Translator, post: Post) -> str:
    if post.country:
        return contact.title(t, post, t.country(post.country))
    body = await institutions.get(session, post.institution) if post.institution else None
    return contact.title(t, post, words.full_name(t, body) if body is not None else "")
