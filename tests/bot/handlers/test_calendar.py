"""Calendar files on a button, links to calendars, and replies of calendar programs that count as answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.app import Enlace, open_app
from bot.calendars import feeds as calendars
from bot.cards.meeting import ANSWER, CALENDAR
from bot.contract import Card, FileRef, Pressed, Said
from bot.web.app import build
from directory import accounts, feeds, meetings, people
from directory.access import Role
from directory.accounts import Account
from directory.audit import Actor
from directory.meetings import Answer, Unit, UnitKind
from directory.suspensions import SuspensionRow
from tests.bot.calendars.test_replies import REPLY
from tests.support import ical
from tests.support.recording import Recording
from tests.support.web import Counters, ready, serving

MX = Unit(UnitKind.COUNTRY, "MX")
COORDINATOR = Actor("recording", "", "boss", "demo-coordinator", Role.COORDINATOR, "direct")
PUBLIC = "https://enlace.example"


class Filed(Recording):
    """Files come with their content as their handle."""

    async def fetch(self, file: FileRef) -> bytes:
        return file.handle.encode()


@asynccontextmanager
async def talking(url: str, public_url: str = PUBLIC) -> AsyncIterator[tuple[Enlace, Filed]]:
    """The program with Mexico's focal point as ``u-mx`` and the coordinator as ``boss``."""
    recording = Filed()
    async with open_app(url, public_url=public_url) as app:
        async with app.database.writing() as session:
            for user, key in (("u-mx", "demo-mx"), ("boss", "demo-coordinator")):
                await accounts.save_account(session, Account("recording", "", user, key, "en"))
        async with app.running([recording]):
            await app.until_up(recording)
            yield app, recording


async def heard(recording: Filed, event: Said | Pressed, user: str = "u-mx") -> list[Card]:
    """What is answered to an event in the direct chat."""
    count = len(recording.sent)
    await recording.receive(recording.event(event, place=f"p-{user}", user=user))
    await recording.until(count + 1)
    return [card for message in recording.sent[count:] for card in message.cards]


async def drops(recording: Filed, content: str, name: str = "reply.ics") -> Card:
    """What is answered to a file."""
    file = FileRef(name, "text/calendar; method=REPLY", len(content), content)
    (card,) = await heard(recording, Said("", files=(file,)))
    return card


async def reply_to(app: Enlace, number: int = 2, partstat: str = "ACCEPTED", less: int = 0) -> str:
    """What a calendar program writes about a meeting as it is."""
    async with app.database.reading() as session:
        meeting = await meetings.get(session, number)
    assert meeting is not None
    text = REPLY.replace("3f2b@enlace", meeting.uid).replace("ACCEPTED", partstat)
    return text.replace("SEQUENCE:3", f"SEQUENCE:{meeting.sequence - less}")


async def answered(app: Enlace) -> Answer | None:
    async with app.database.reading() as session:
        reply = await meetings.reply(session, 2, MX)
    return reply.answer if reply is not None else None


def address_of(card: Card) -> str:
    (field,) = [field for field in card.fields if field.url]
    assert field.url.startswith(f"{PUBLIC}/calendar/ecal_")
    return field.url.removeprefix(PUBLIC)


@asynccontextmanager
async def looked_at(app: Enlace) -> AsyncIterator[httpx.AsyncClient]:
    """The web server, as a calendar program sees it."""

    async def read(token: str) -> calendars.Calendar | None:
        async with app.database.reading() as session:
            feed = await feeds.opened(session, token)
            return await calendars.read(session, feed, app.now()) if feed is not None else None

    served = build(
        routes=(),
        chat=None,
        readiness=ready,
        metrics=Counters(),
        on_loopback=True,
        public_metrics=False,
        calendar=read,
    )
    async with serving(served) as base, httpx.AsyncClient(base_url=base) as client:
        yield client


def numbers(response: httpx.Response) -> list[str]:
    """Which meetings a calendar holds, by the code at the head of their descriptions."""
    assert response.status_code == 200
    found = ical.read(response.content).all("VEVENT")
    return [event["DESCRIPTION"].text.partition(" ")[0] for event in found]


async def test_the_file_of_a_meeting_is_for_those_invited(demo_url: str) -> None:
    async with talking(demo_url) as (_app, recording):
        (card,) = await heard(recording, Pressed(f"{CALENDAR}:2", "m1"))
        (file,) = card.attachments
        assert (file.name, file.media_type) == ("M-2.ics", "text/calendar")
        (event,) = ical.read(file.content).all("VEVENT")
        assert event["SUMMARY"].text == card.title == "Second Meeting of Focal Points (demo)"
        (card,) = await heard(recording, Pressed(f"{CALENDAR}:2", "m1"), user="stranger")
        assert card.attachments == ()
        (card,) = await heard(recording, Said("/calendar M-2"))
        assert [file.name for file in card.attachments] == ["M-2.ics"]
        (card,) = await heard(recording, Said("/calendar M-99"))
        assert card.attachments == ()
        assert "M-99" in card.text


async def test_a_link_shows_ones_own_meetings_until_it_is_revoked(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording), looked_at(app) as client:
        (card,) = await heard(recording, Said("/calendar"))
        assert [button.action for row in card.buttons for button in row] == [
            "calendar-link:own",
            "calendar-link:ACS",
        ]
        (card,) = await heard(recording, Pressed("calendar-link:own", "m1"))
        path = address_of(card)
        first = await client.get(path)
        assert numbers(first) == ["M-2"]
        assert first.headers["content-type"] == "text/calendar; charset=utf-8"
        assert first.headers["cache-control"] == "private, no-cache"
        assert first.headers["last-modified"].endswith("GMT")
        again = await client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")

        async with app.database.writing() as session:
            await meetings.answer(session, COORDINATOR, app.now(), 2, MX, Answer.CANNOT, on_behalf=True)
        declined = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert numbers(declined) == []

        (card,) = await heard(recording, Pressed("calendar-link:own", "m1"))
        newer = address_of(card)
        assert (await client.get(path)).status_code == 404
        assert (await client.get(newer)).status_code == 200
        (card,) = await heard(recording, Pressed("calendar-end:own", "m1"))
        assert card.fields == ()
        assert (await client.get(newer)).status_code == 404


async def test_a_network_s_link_shows_what_is_declined_and_what_is_cancelled(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording), looked_at(app) as client:
        (card,) = await heard(recording, Pressed("calendar-link:ACS", "m1"))
        path = address_of(card)
        async with app.database.writing() as session:
            await meetings.answer(session, COORDINATOR, app.now(), 2, MX, Answer.CANNOT, on_behalf=True)
            known = await meetings.get(session, 2)
            assert known is not None
            await meetings.change(session, COORDINATOR, app.now(), replace(known, link="https://m.example/1"))
        assert b"https://m.example/1" in (await client.get(path)).content
        async with app.database.writing() as session:
            await meetings.drop_unit(session, 2, MX)
        shown = await client.get(path)
        assert numbers(shown) == ["M-2"]
        assert b"m.example" not in shown.content
        async with app.database.writing() as session:
            await meetings.cancel(session, COORDINATOR, app.now(), 2, "Postponed.")
        (event,) = ical.read((await client.get(path)).content).all("VEVENT")
        assert event["STATUS"].raw == "CANCELLED"


async def test_whoever_loses_their_rights_is_shown_nothing_any_more(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording), looked_at(app) as client:
        paths = []
        for button in ("own", "ACS"):
            (card,) = await heard(recording, Pressed(f"calendar-link:{button}", "m1"))
            paths.append(address_of(card))
        async with app.database.writing() as session:
            session.add(SuspensionRow(person="demo-mx", since=app.now()))
            assert (await people.get(session, "demo-mx", 1)) is not None
        for path in paths:
            assert numbers(await client.get(path)) == []


@pytest.mark.parametrize("path", ["ecal_no", "ecal_" + "x" * 43, "ecal_" + "x" * 500, "../readyz", "%00"])
async def test_what_is_no_link_opens_nothing(demo_url: str, path: str) -> None:
    async with open_app(demo_url) as app, looked_at(app) as client:
        assert (await client.get(f"/calendar/{path}.ics")).status_code == 404


async def test_without_a_public_address_there_are_no_links(demo_url: str) -> None:
    async with talking(demo_url, "") as (app, recording):
        (card,) = await heard(recording, Said("/calendar"))
        assert "ENLACE_PUBLIC_URL" in card.text
        assert card.buttons == ()
        await heard(recording, Pressed("calendar-link:own", "m1"))
        async with app.database.reading() as session:
            assert await feeds.of_person(session, "demo-mx") == []


async def test_links_are_for_those_who_have_a_post(demo_url: str) -> None:
    async with talking(demo_url) as (_app, recording):
        for event in (
            Said("/calendar"),
            Pressed("calendar-link:own", "m1"),
            Pressed("calendar-link:ACS", "m1"),
        ):
            (card,) = await heard(recording, event, user="stranger")
            assert not card.buttons
            assert not card.fields


async def test_a_reply_that_is_dropped_counts_as_an_answer(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        for partstat, expected in (
            ("DECLINED", Answer.CANNOT),
            ("TENTATIVE", Answer.MAYBE),
            ("ACCEPTED", Answer.ATTENDING),
        ):
            card = await drops(recording, await reply_to(app, partstat=partstat))
            assert card.title == "Second Meeting of Focal Points (demo)"
            assert await answered(app) is expected
        async with app.database.writing() as session:
            await meetings.answer(session, COORDINATOR, app.now(), 2, MX, Answer.ONLINE)
        await drops(recording, await reply_to(app))
        assert await answered(app) is Answer.ONLINE


async def test_a_reply_to_what_has_changed_since_is_asked_again(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        async with app.database.writing() as session:
            known = await meetings.get(session, 2)
            assert known is not None
            await meetings.move(session, COORDINATOR, app.now(), 2, known.when.moved_by(7))
            moved = await meetings.get(session, 2)
        assert moved is not None
        text = REPLY.replace("3f2b@enlace", moved.uid).replace("ACCEPTED", "DECLINED")
        card = await drops(recording, text.replace("SEQUENCE:3", f"SEQUENCE:{known.sequence}"))
        assert moved.sequence > known.sequence
        assert await answered(app) is Answer.ATTENDING
        assert card.buttons[0][0].action == f"{ANSWER}:2:attending"


async def test_files_that_are_no_reply_are_declined_with_what_to_do(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        before = await answered(app)
        for content, said in (
            ("nothing", "cannot be read"),
            (await reply_to(app) + "x" * 70_000, "too large"),
            ((await reply_to(app)).replace("METHOD:REPLY", "METHOD:REQUEST"), "is no reply"),
            (REPLY, "no meeting that is known here"),
        ):
            assert said in (await drops(recording, content)).text
        assert await answered(app) is before


async def test_a_calendar_s_file_is_not_fetched_for_a_stranger(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        file = FileRef("reply.ics", "text/calendar", 10, await reply_to(app, partstat="DECLINED"))
        (card,) = await heard(recording, Said("", files=(file,)), user="stranger")
        assert "calendar" not in card.text.lower()
        assert await answered(app) is Answer.ATTENDING


async def test_a_token_is_kept_as_a_hash_and_traced_without_it(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        (card,) = await heard(recording, Pressed("calendar-link:own", "m1"))
        token = address_of(card).removeprefix("/calendar/").removesuffix(".ics")
        async with app.database.reading() as session:
            (feed,) = await feeds.of_person(session, "demo-mx")
            opened = await feeds.opened(session, token)
            assert opened == feed
            assert feed.made_at > datetime.now(UTC) - timedelta(minutes=1)
            stored = (await session.execute(feeds.FeedRow.__table__.select())).one()
        assert token not in str(stored)
        assert len(stored.token_hash) == 64
