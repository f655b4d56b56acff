"""A thousand people with eight values each, none of which any shared place, page or log ever shows."""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs
from bot.contract import CARDS, Card, Event, Inline, Place, PlaceKind, Pressed, Said, Sender, as_json
from bot.demo import bind_room
from bot.platforms.browser import Browser
from directory import accounts, people, posts
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local
from tests.support.asking import registry
from tests.support.front import Answer, Front, incoming
from tests.support.web import application, serving

COUNT: Final = 1000
#: How many people hold or held each post.
EACH: Final = 4
#: The kinds and levels of everybody's values.
KINDS: Final = (
    (ContactKind.EMAIL, 1),
    (ContactKind.PHONE, 1),
    (ContactKind.EMAIL, 1),
    (ContactKind.PHONE, 1),
    (ContactKind.MOBILE, 2),
    (ContactKind.HANDLE, 2),
    (ContactKind.MOBILE, 3),
    (ContactKind.HANDLE, 3),
)
#: What all values and names, and nothing else in the world, look like.
CANARY: Final = re.compile(r"(?:cnry|vxqz)\d{4}[a-z]|\+997\D?\d{4}\D?\d{2}", re.IGNORECASE)
#: Who asks: a stranger, somebody linked, and one of each role.
ASKERS: Final = {
    "901": None,
    "902": "demo-mx-past",
    **{str(903 + n): k for n, k in enumerate(DEMO_PEOPLE.values())},
}
ROOMS: Final = {
    "bound group": (PlaceKind.GROUP, "-1001"),
    "bound channel": (PlaceKind.CHANNEL, "-1002"),
    "other group": (PlaceKind.GROUP, "-1003"),
    "other channel": (PlaceKind.CHANNEL, "-1004"),
}


def _value(number: int, place: int, kind: ContactKind) -> str:
    if kind in (ContactKind.PHONE, ContactKind.MOBILE):
        return f"+997 {number:04d} {place:02d}"
    token = f"cnry{number:04d}{'abcdefgh'[place]}"
    return f"{token}@example.org" if kind is ContactKind.EMAIL else f"@{token}"


def somebody(number: int) -> Person:
    """One of the thousand."""
    contacts = tuple(
        Contact(kind, _value(number, place, kind), level, datetime.now(UTC).date())
        for place, (kind, level) in enumerate(KINDS)
    )
    return Person(f"canary-{number:04d}", f"Vxqz{number:04d}g", f"Vxqz{number:04d}f", ("en",), "", contacts)


@pytest.fixture
def copied(tmp_path: Path, sqlite_demo_template: Path) -> str:
    """The address of a fresh database with the demo network."""
    path = tmp_path / "enlace.db"
    path.write_bytes(sqlite_demo_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def crowd(copied: str) -> AsyncIterator[Database]:
    """The demo network with a thousand people more, who hold or held posts in two networks."""
    database = Database(copied)
    today = datetime.now(UTC).date()
    begun, over = today - timedelta(days=400), today - timedelta(days=30)
    countries = ("MX", "CO", "BZ", "HT", "JM")
    titles = local(en="Canary post", es="Puesto canario", fr="Poste canari", pt="Posto canário")
    async with database.writing() as session:
        await people.add(session, [somebody(number) for number in range(COUNT)])
        new, named = [], []
        for number in range(0, COUNT, EACH):
            key = f"canary-post-{number:04d}"
            country = countries[number // EACH % 5] if number % 20 == 0 else None
            network = "OAS" if number % 40 == 0 else "ACS"
            new.append(Post(key, titles, network=network, country=country, institution="acs"))
            holder, alternate, acting, past = (f"canary-{number + place:04d}" for place in range(EACH))
            named += [
                Nomination(key, holder, Standing.HOLDER, begun, confirmed_on=begun),
                Nomination(key, alternate, Standing.ALTERNATE, begun, confirmed_on=begun),
                Nomination(key, acting, Standing.ACTING, begun),
                Nomination(key, past, Standing.HOLDER, begun, over, confirmed_on=begun),
            ]
        await posts.add(session, new, named)
        for user, person in ASKERS.items():
            if person is not None:
                await accounts.save_account(session, Account("telegram", "", user, person))
        for where, (_, name) in ROOMS.items():
            if where.startswith("bound"):
                await bind_room(session, "telegram", "4242", name)
    yield database
    await database.close()


@dataclass
class Looked:
    """What was looked through: events, cards, characters; and what was found that must not be there."""

    events: int = 0
    cards: int = 0
    privately: int = 0
    found: list[tuple[str, str, str]] | None = None

    def at(self, where: str, event: Event, answer: Answer) -> None:
        """Look through all that the room sees of an answer, beyond what was said in it."""
        self.events += 1
        self.cards += len(answer.here)
        self.privately += len(CANARY.findall(_all_of(answer.private)))
        asked = {item.lower() for item in CANARY.findall(as_text(event))}
        leaked = {item.lower() for item in CANARY.findall(_all_of(answer.here))} - asked
        if leaked:
            self.found = [*(self.found or ()), (where, as_text(event), ", ".join(sorted(leaked)))]


def as_text(event: Event) -> str:
    """What was said."""
    match event:
        case Said():
            return event.text
        case Pressed():
            return event.action
        case Inline():
            return event.query
    return ""


def _all_of(cards: tuple[Card, ...]) -> str:
    """Every character that leaves the program with these cards, files and buttons' arguments included."""
    files = (item for card in cards for item in (card.picture, *card.attachments) if item is not None)
    plain = " ".join(f"{item.name} {item.content.decode('utf-8', 'replace')}" for item in files)
    return f"{json.dumps(json.loads(as_json(CARDS, cards)), ensure_ascii=False)} {plain}"


def _questions() -> Iterator[Event]:
    """Every command with nothing, with its examples, and with people by every name and value they have."""
    some = somebody(123)
    arguments = [
        "",
        "ACS",
        "Canary post",
        some.key,
        some.name,
        f"{some.family_name[:-1]}x",
        some.contacts[0].value,
        "person " + some.key,
        "post canary-post-0120",
        "Lucía Demoreda",
    ]
    for command in registry().commands:
        yield from (Said(example) for example in command.examples)
        yield from (Said(f"/{command.name} {argument}".strip()) for argument in arguments)
        for action in command.actions:
            keys = (
                "",
                some.key,
                "post:canary-post-0120",
                f"person:{some.key}",
                "country:MX",
                "canary-post-0120",
            )
            yield from (Pressed(f"{action}:{key}".rstrip(":"), "m1") for key in keys)
    yield from (Said(argument) for argument in arguments)


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Logging as it was, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def _ask(session: AsyncSession, front: Front, user: str, where: str, event: Event) -> Answer:
    kind, name = ROOMS[where]
    place, sender = Place("telegram", "4242", kind, name), Sender("telegram", "", user, language="en")
    async with session.begin_nested() as savepoint:
        answer = await front.answer(session, incoming(place, sender, event))
        await savepoint.rollback()
    return answer


@pytest.mark.parametrize("where", ROOMS)
async def test_no_shared_place_shows_a_value_or_a_name(
    crowd: Database, where: str, capsys: pytest.CaptureFixture[str], restored_logging: None
) -> None:
    logs.configure("debug", "json")
    front, looked = Front(crowd), Looked()
    # Whoever may see the most asks everything; in one room all others ask a third of it each, in turn.
    users = ["904", *(user for user in ASKERS if user != "904" and where == "bound group")]
    async with crowd.writing() as session:
        for turn, user in enumerate(users):
            asked = itertools.islice(_questions(), turn % 3, None, 3) if turn else _questions()
            for event in asked:
                looked.at(where, event, await _ask(session, front, user, where, event))
        await session.rollback()
    assert looked.found is None
    rounds = 1 + (len(users) - 1) / 3
    assert looked.events > 400 * rounds
    if where.startswith("bound"):
        assert looked.cards > 200 * rounds
        assert looked.privately > 100, "the same questions do show values in the direct chat"
    structlog.get_logger("canaries").debug("the end of the test")
    written = capsys.readouterr().err
    assert "the end of the test" in written
    assert CANARY.findall(written) == []


async def test_nobody_of_the_thousand_is_shown_to_a_room(crowd: Database) -> None:
    """Everybody is asked for, by the one who may see the most."""
    front, looked = Front(crowd), Looked()
    coordinator = next(user for user, person in ASKERS.items() if person == DEMO_PEOPLE["coordinator"])
    async with crowd.writing() as session:
        for number in range(COUNT):
            person = somebody(number)
            asked: list[Event] = [Pressed(f"open:person:{person.key}", "m1"), Said(f"/contact {person.name}")]
            for event in asked[: 1 + (number % 10 == 0)]:
                looked.at("bound group", event, await _ask(session, front, coordinator, "bound group", event))
        await session.rollback()
    assert looked.found is None
    assert looked.events == COUNT + COUNT // 10


async def test_no_list_that_is_made_while_typing_shows_anybody(crowd: Database) -> None:
    front, place = Front(crowd), Place("telegram", "4242", PlaceKind.GROUP, "inline-905")
    async with crowd.writing() as session:
        for user, number in itertools.product(ASKERS, range(0, COUNT, 50)):
            person = somebody(number)
            for query in (person.name, person.key, person.contacts[0].value, "canary"):
                sender = Sender("telegram", "", user, language="en")
                answer = await front.answer(session, incoming(place, sender, Inline(query, "q1")))
                assert not answer.private
                assert CANARY.findall(_all_of(answer.here)) == []
        await session.rollback()


async def test_no_page_shows_anybody_who_was_asked_for_in_the_shared_room(crowd: Database) -> None:
    """The page, the shared room's transcript as anybody reads it, health and metrics."""
    browser = await Browser.open(crowd, demo_speakers=True)
    front = Front(crowd)
    person, place = somebody(11), Place("browser", "browser", PlaceKind.GROUP, "group")
    sender = Sender("browser", "", "coordinator", language="en")
    async with crowd.writing() as session:
        for text in ("/contact Mexico", f"/contact {person.key}", "/find Canary post", "/help", "/audit"):
            answer = await front.answer(session, incoming(place, sender, Said(text)))
            assert CANARY.findall(_all_of(answer.here)) in ([], [person.key])
    async with serving(application(browser)) as address, httpx.AsyncClient(base_url=address) as client:
        for path in ("/", "/?as=coordinator&room=group", "/healthz", "/readyz", "/metrics", "/nonsense"):
            page = await client.get(path)
            assert CANARY.findall(page.text) == [], path
    await browser.stop()
