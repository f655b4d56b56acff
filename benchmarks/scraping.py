"""How many of 1,000 people somebody can look up in a week who tries for all of them, in the whole program."""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks.program import database_url
from benchmarks.report import Row
from bot.app import Enlace, open_app, prepare
from bot.contract import Incoming, PlaceKind, Pressed, Said, Sender
from bot.platforms.terminal import Terminal, render
from directory import accounts, people, posts
from directory.accounts import Account
from directory.audit.tables import EntryRow
from directory.letters import LetterRow
from directory.lookups import WEEKLY
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local

PEOPLE: Final = 1000
#: So many accounts of one person share the work.
ACCOUNTS: Final = 10
#: A little less than a week, so that nothing is forgotten of its first questions at its end.
LASTS: Final = timedelta(days=6, hours=23)
#: How long an answer may take, in seconds.
PATIENCE: Final = 30.0
_ADDRESS: Final = re.compile(r"scraped-(\d+)@example\.org")
_SYLLABLES: Final = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "qua",
    "xi",
)


@dataclass
class _Clock:
    """The time of the program, moved by whoever asks."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now


async def measure() -> list[Row]:
    """One account, ten accounts of one person, forged buttons, a stranger; each with a fresh directory."""

    def contact(_number: int, name: str) -> Said:
        return Said(f"/contact {name}")

    def find(_number: int, name: str) -> Said:
        return Said(f"/find {name}")

    def forge(number: int, _name: str) -> Pressed:
        return Pressed(f"open:person:{_key(number)}", "1")

    attempts: Sequence[tuple[str, int, Callable[[int, str], Said | Pressed], int]] = (
        ("one account, by name", 1, contact, WEEKLY),
        (f"{ACCOUNTS} accounts of one person, by name", ACCOUNTS, find, WEEKLY),
        ("one account, with forged buttons", 1, forge, WEEKLY),
        ("a stranger, with forged buttons", 0, forge, 0),
    )
    rows: list[Row] = []
    for label, linked, question, most in attempts:
        async with _directory(linked) as (app, clock, terminals):
            seen = await _scrape(app, clock, terminals, question)
            told = await _count(app, sa.select(sa.func.count()).select_from(LetterRow))
            noted = await _count(app, sa.select(sa.func.count()).where(EntryRow.action == "lookups_used_up"))
        rows.append(Row(f"{label}: people seen in a week", seen, "of 1,000", f"<= {most}", seen <= most))
        if linked:
            good = told == noted == 1
            rows.append(Row(f"{label}: coordinators told", told, "", "once", good))
    return rows


def _key(number: int) -> str:
    return f"scraped-{number}"


def _names() -> Iterator[str]:
    chance, known = random.Random(3), set()
    while True:
        given, family = ("".join(chance.choices(_SYLLABLES, k=count)).title() for count in (2, 4))
        if family not in known:
            known.add(family)
            yield f"{given} {family}"


@asynccontextmanager
async def _directory(linked: int) -> AsyncIterator[tuple[Enlace, _Clock, list[Terminal]]]:
    """The demo network with 1,000 more focal points, and somebody with so many accounts."""
    clock = _Clock()
    with tempfile.TemporaryDirectory(prefix="enlace-bench-") as folder:
        async with database_url("sqlite", Path(folder), "scraping") as url, open_app(url, now=clock) as app:
            await prepare(app.database, demo=True)
            await _fill(app, linked)
            async with app.running([]):
                yield app, clock, [await _terminal(app, n) for n in range(max(1, linked))]


async def _terminal(app: Enlace, number: int) -> Terminal:
    terminal = Terminal(_handle(number), kind=PlaceKind.DIRECT, language="en")
    await app.start(terminal)
    return terminal


def _handle(number: int) -> str:
    return f"scraper-{number}"


async def _fill(app: Enlace, linked: int) -> None:
    names, since = _names(), datetime.now(UTC).date() - timedelta(days=9)
    everybody = [_person(n, next(names)) for n in range(PEOPLE)]
    held = [Post(f"scraped-post-{n}", local(en=f"Post {n}"), network="ACS") for n in range(PEOPLE)]
    named = [
        Nomination(post.key, person.key, Standing.HOLDER, since)
        for post, person in zip(held, everybody, strict=True)
    ]
    async with app.database.writing() as session:
        await people.add(session, everybody)
        await posts.add(session, held, named)
        for n in range(linked):
            await accounts.save_account(session, Account("terminal", "", _handle(n), "demo-mx"))


def _person(number: int, name: str) -> Person:
    given, family = name.split(" ")
    address = Contact(ContactKind.EMAIL, f"scraped-{number}@example.org", 1)
    return Person(_key(number), given, family, contacts=(address,))


async def _scrape(
    app: Enlace, clock: _Clock, terminals: Sequence[Terminal], question: Callable[[int, str], Said | Pressed]
) -> int:
    """Ask for everybody in turn, evenly over a week; how many were seen."""
    async with app.database.reading() as session:
        known = await people.several(session, [_key(n) for n in range(PEOPLE)], 1)
    seen: set[str] = set()
    began = clock.now
    for number in range(PEOPLE):
        clock.now = began + LASTS * number / PEOPLE
        at = number % len(terminals)
        sender = Sender("terminal", "", _handle(at), language="en")
        event = question(number, known[_key(number)].name)
        await app.receive([Incoming(f"q{number}", terminals[at].direct, sender, event, clock.now)])
        text = await _answer(terminals[at])
        seen |= {f"scraped-{found}" for found in _ADDRESS.findall(text)}
        # A name is worth something too, unless it is only the question that is repeated.
        seen |= {key for key, person in known.items() if key != _key(number) and person.name in text}
    return len(seen)


async def _answer(terminal: Terminal) -> str:
    """What is said next, with whatever else was said already."""
    heard = [await asyncio.wait_for(terminal.heard.get(), PATIENCE)]
    while not terminal.heard.empty():
        heard.append(terminal.heard.get_nowait())
    return "\n".join(render(card) for _, card in heard)


async def _count(app: Enlace, statement: sa.Select[int]) -> int:
    async with app.database.reading() as session:
        return (await session.execute(statement)).scalar_one()
