"""A program with commands of a test's own, and a look into its queues."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.app import Enlace
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.inbox import InboxState
from bot.metrics import Metrics
from bot.registry import Registry
from directory import accounts
from directory.access import Subject
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.support.recording import Recording


def say(text: str) -> Reply:
    return Reply(Card(text=text))


async def echo(_context: Context, argument: str) -> Replies:
    return say(f"echo {argument}")


async def slow(_context: Context, argument: str) -> Replies:
    await asyncio.sleep(2.0)
    return say(f"slow {argument}")


async def broken(_context: Context, argument: str) -> Replies:
    raise ZeroDivisionError(argument)


async def note(context: Context, argument: str) -> Replies:
    await accounts.save_account(context.session, replace(context.asker.account, language="fr"))
    if argument == "fail":
        raise ZeroDivisionError
    return say("noted")


async def trace(context: Context, argument: str) -> Replies:
    async def leave(session: AsyncSession) -> None:
        await accounts.save_account(session, replace(context.asker.account, time_zone=argument))

    context.effects.append(leave)
    return say("traced")


async def two(_context: Context, _argument: str) -> Replies:
    return (say("one"), say("two"))


async def turn(_context: Context, arguments: Sequence[str]) -> Replies:
    return Reply(Card(text=f"page {arguments[0]}"), replaces=True)


def command(name: str, run: object, **more: object) -> Command:
    return Command(name, Subject.HELP, run, "start.summary", "start.usage", **more)  # type: ignore[arg-type]


def commands() -> list[Command]:
    return [
        command("echo", echo, actions={"page": turn}),
        command("slow", slow),
        command("broken", broken),
        command("note", note, writes=True),
        command("trace", trace),
        command("two", two),
        command("find", echo),
        command("start", echo),
    ]


@contextlib.asynccontextmanager
async def running(database: Database, platform: Recording, *, alone: bool = False) -> AsyncIterator[Enlace]:
    app = Enlace(database, Registry(commands()), Metrics(database))
    async with app.running([platform], alone=alone):
        async with asyncio.timeout(5):
            await app.until_up(platform)
        yield app


async def states(database: Database) -> tuple[dict[InboxState, int], dict[State, int]]:
    async with database.reading() as session:
        return await inbox.count(session), await outbox.count(session)
