"""Whether the time of an answer tells who is in the directory: people who may not be known, and nobody."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from benchmarks.program import database_url, percentile
from benchmarks.report import Row
from bot.app import Enlace, open_app, prepare
from bot.contract import Event, Incoming, Place, PlaceKind, Pressed, Said, Sender
from bot.demo import bind_room
from bot.dispatch import even_out
from bot.inbox import Pending
from directory import people, posts
from directory.database import Database
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local

#: How many people there are who may not be known to those who ask.
COUNT: Final = 1_000
ASKED: Final = 20
#: Most milliseconds by which the 95th percentiles may differ.
GOAL: Final = 50.0
_ids: Final = itertools.count(1)
_FAMILIES: Final = ("Vexmoor", "Quixley", "Tollimund", "Pembrixo", "Oxterquist", "Kwestor", "Zembrano")


def _name(number: int, *, known: bool) -> tuple[str, str]:
    """Given and family name of somebody there, or of nobody: made alike, never the same."""
    return (f"{'Qwen' if known else 'Brum'}{number:04d}a", f"{_FAMILIES[number % 7]}{number % 97:02d}")


async def measure() -> list[Row]:
    """Ask as a stranger and as a focal point of another network, in a direct chat and in a room."""
    rows: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="enlace-bench-") as folder:
            async with database_url(engine, Path(folder), "probing") as url, open_app(url) as app:
                await prepare(app.database, demo=True)
                await _fill(app.database)
                for who, where in (("visitor", "direct"), ("focal", "direct"), ("focal", "room")):
                    rows.append(await _compare(app, engine, who, where))
    return rows


async def _fill(database: Database) -> None:
    crowd, named, since = [], [], date(2024, 1, 2)
    post = Post("oas-crowd", local(en="Focal point"), network="OAS", institution="acs")
    for number in range(COUNT):
        given, family = _name(number, known=True)
        mail = Contact(ContactKind.EMAIL, f"crowd-{number}@example.org", 1)
        crowd.append(Person(f"crowd-{number}", given, family, contacts=(mail,)))
        named.append(Nomination(post.key, f"crowd-{number}", Standing.HOLDER, since, confirmed_on=since))
    async with database.writing() as session:
        await people.add(session, crowd)
        await posts.add(session, [post], named)
        await bind_room(session, "browser", "browser", "group")


def _questions(number: int, *, known: bool) -> Iterator[Event]:
    given, family = _name(number, known=known)
    key = f"crowd-{number}" if known else f"nobody-{number}"
    yield Said(f"/contact {given} {family}")
    yield Said(f"{given} {family}")
    yield Pressed(f"open:person:{key}", "m1")
    yield Pressed(f"vcf:{key}", "m1")


async def _compare(app: Enlace, engine: str, who: str, where: str) -> Row:
    direct = Place("browser", "browser", PlaceKind.DIRECT, who)
    place = direct if where == "direct" else Place("browser", "browser", PlaceKind.GROUP, "group")
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ASKED):
        # In turns, so that whatever else the machine does falls on both.
        for known in (True, False) if number % 2 else (False, True):
            for event in _questions(number, known=known):
                taken[known].append(await _one(app, place, who, event))
    apart = abs(percentile(taken[True], 0.95) - percentile(taken[False], 0.95))
    name = f"{who} in a {where}, {engine}: unauthorised and unknown apart (95 %)"
    return Row(name, apart, "ms", f"< {GOAL:g} ms", apart < GOAL)


async def _one(app: Enlace, place: Place, who: str, event: Event) -> float:
    now = datetime.now(UTC)
    incoming = Incoming(f"probe-{next(_ids)}", place, Sender("browser", "", who), event, now)
    pending = Pending(0, place.conversation, 0, now, incoming)
    begun, started = time.perf_counter(), time.monotonic()
    async with app.database.reading() as session:
        _, context = await app.dispatcher.answer(session, pending)
    await even_out(context, started)
    return (time.perf_counter() - begun) * 1000
