"""One meeting on four platforms at once: four rooms, four languages, four zones, and one tally."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.cards import meeting as meeting_card
from bot.contract import Card
from bot.demo import NETWORK
from bot.i18n import Translator, zone
from directory import meetings, people
from directory.access import Role
from directory.audit import Actor
from directory.meetings import Answer, Meeting, Seat, State, Unit, UnitKind, When, standing
from directory.people import NAME_LEVEL
from directory.texts import local
from tests.support.everywhere import ROOMS, Everywhere, everywhere
from tests.support.scenario import play

SCENARIO: Final = (Path(__file__).parent / "everywhere" / "meeting.talk").read_text("utf-8")
#: How long an announcement can be taken back, and a little, in seconds.
MINUTE: Final = 61
PATIENCE: Final = 20.0
#: What is the same on either database; the races are run on both.
ON_ONE: Final = pytest.mark.parametrize("demo_url", ["sqlite"], indirect=True)
LINK: Final = "https://meet.example.org/guidelines"
COORDINATOR: Final = Actor("telegram", "", "1", "demo-coordinator", Role.COORDINATOR, "direct")
#: Whose posts have holders.
FOCAL_POINTS: Final = (
    *("ag", "bs", "bb", "bz", "co", "cr", "cu", "dm", "do", "sv"),
    *("gd", "gt", "ht", "hn", "jm", "mx", "pa", "kn", "lc", "vc"),
)


async def shown(here: Everywhere, number: int) -> meeting_card.View:
    async with here.app.database.reading() as session:
        found = await meeting_card.view(session, number)
    assert found is not None
    return found


def said(card: Card) -> list[str]:
    """Every word of a card that a reader sees, buttons left out."""
    parts = [card.title, card.subtitle, card.text, card.footer]
    parts += [part for item in card.fields for part in (item.label, item.value)]
    return [part for part in parts if part]


async def wanting(here: Everywhere, number: int) -> list[tuple[str, str]]:
    """What a room's card should say and does not; every room has one card of the meeting."""
    view, now = await shown(here, number), here.watch.now()
    found = []
    for name, room in (await here.rooms()).items():
        t = Translator(room.language, zone(room.time_zone))
        cards = [text for text in here.cards()[name] if f"{view.meeting.code} " in text]
        assert len(cards) <= 1, (name, cards)
        there = cards[0].replace("\u2060", "") if cards else ""
        found += [(name, part) for part in said(meeting_card.card(t, view, now)) if part not in there]
    return found


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - others write
            await asyncio.sleep(0.1)


async def until_cards_are_right(here: Everywhere, number: int) -> None:
    missing: list[tuple[str, str]] = []

    async def right() -> bool:
        missing[:] = await wanting(here, number)
        return not missing

    try:
        await until(right)
    except TimeoutError:
        raise AssertionError(f"{missing}\n{here.cards()}") from None


async def nothing_private_in_rooms(here: Everywhere) -> None:
    """Neither the link nor anybody's name stands in a room."""
    async with here.app.database.reading() as session:
        everybody = [await people.get(session, f"demo-{code}", NAME_LEVEL) for code in FOCAL_POINTS]
    private = [LINK, *(person.family_name for person in everybody if person is not None)]
    for room, texts in here.cards().items():
        assert not [part for text in texts for part in private if part in text], room


async def announced(here: Everywhere, *, capacity: int = 0) -> int:
    """A meeting of everybody in four rooms, and its cards stand there."""
    number = await drafted(here, capacity=capacity)
    async with here.app.database.writing() as session:
        await meetings.announce(session, COORDINATOR, here.watch.now(), number)
    here.watch.passes(MINUTE)
    await until_cards_are_right(here, number)
    return number


async def drafted(here: Everywhere, *, capacity: int = 0) -> int:
    now = here.watch.now()
    starts = (now + timedelta(days=30)).replace(tzinfo=None, microsecond=0)
    when = When(starts, starts + timedelta(hours=8), "America/Mexico_City")
    async with here.app.database.writing() as session:
        units = await standing.everybody(session, NETWORK, now.date())
        wanted = Meeting(0, NETWORK, local(en="Races"), when, link=LINK, capacity=capacity)
        rooms = [room.id for room in (await here.rooms()).values()]
        stored = await meetings.draft(session, COORDINATOR, now, wanted, units, rooms)
    return stored.number


def rounds() -> list[tuple[str, str]]:
    """Twenty focal points, five in each room."""
    names = list(ROOMS)
    return [(speaker, names[place % len(names)]) for place, speaker in enumerate(FOCAL_POINTS)]


@ON_ONE
async def test_announced_once_answered_anywhere_and_the_same_everywhere(demo_url: str) -> None:
    making, answering = SCENARIO.split("\n---\n")
    async with everywhere(demo_url) as here:
        await play(making, here.meet)
        here.watch.passes(MINUTE)
        await play(answering, here.meet)
        await until_cards_are_right(here, 3)
        view = await shown(here, 3)
        given = {unit.key: reply.answer for unit, reply in view.replies.items()}
        assert given == {
            "MX": Answer.ONLINE,
            "HT": Answer.MAYBE,
            "TT": Answer.ONLINE,
            "CO": Answer.CANNOT,
            "CU": Answer.ONLINE,
        }
        assert (view.tally.answered, view.tally.coming, view.tally.silent) == (5, 3, 0)
        await nothing_private_in_rooms(here)


async def test_twenty_press_for_the_last_seat_then_it_is_cancelled_among_answers(demo_url: str) -> None:
    async with everywhere(demo_url) as here:
        number = await announced(here, capacity=1)
        for speaker, room in rounds():
            await here.user(room.split()[0], speaker, "en")
        # Every event comes twice, and some of Slack's come late.
        here.telegram.world.duplicates = here.slack.inbound.duplicates = 10
        here.slack.inbound.reorder = 3
        here.telegram.world.reorder = True
        for speaker, room in rounds():
            await here.press(speaker, room, f":{number}:attending")
        await until_answered(here, number, Answer.ATTENDING)
        await until_cards_are_right(here, number)
        seats = [reply.seat for reply in (await shown(here, number)).replies.values()]
        assert (seats.count(Seat.SEATED), seats.count(Seat.WAITING)) == (1, 19)
        await until_each_was_told(here, 1)

        # Now all of them answer something else while the meeting is called off.
        async def cancel() -> None:
            async with here.app.database.writing() as session:
                await meetings.cancel(session, COORDINATOR, here.watch.now(), number, "")

        for place, (speaker, room) in enumerate(rounds()):
            await here.press(speaker, room, f":{number}:maybe")
            if place == 10:
                calling_off = asyncio.create_task(cancel())
        await calling_off
        await until_each_was_told(here, 2)
        await until_cards_are_right(here, number)
        view = await shown(here, number)
        assert view.meeting.state is State.CANCELLED
        assert {reply.answer for reply in view.replies.values()} <= {Answer.ATTENDING, Answer.MAYBE}
        for speaker, room in rounds():
            reply = view.replies[Unit(UnitKind.COUNTRY, speaker.upper())]
            answer = here.told(room.split()[0], speaker)
            assert any("is recorded" in text for text in answer[1:]) == (reply.answer is Answer.MAYBE)
        assert sum(reply.seat is Seat.SEATED for reply in view.replies.values()) <= 1
        await nothing_private_in_rooms(here)


async def until_answered(here: Everywhere, number: int, given: Answer) -> None:
    async def all_have() -> bool:
        replies = (await shown(here, number)).replies.values()
        return [reply.answer for reply in replies].count(given) == len(FOCAL_POINTS)

    await until(all_have)


async def until_each_was_told(here: Everywhere, times: int) -> None:
    """Every press was answered once, however often its event came; letters are told apart by their words."""

    def answers(speaker: str, room: str) -> int:
        told = here.told(room.split()[0], speaker)
        return sum("is recorded" in text or "no answers are taken" in text for text in told)

    async def all_were() -> bool:
        return all(answers(*pair) >= times for pair in rounds())

    with contextlib.suppress(TimeoutError):
        await until(all_were)
    assert {pair: answers(*pair) for pair in rounds()} == dict.fromkeys(rounds(), times)


async def test_holder_and_alternate_at_once_and_the_same_person_twice(demo_url: str) -> None:
    async with everywhere(demo_url) as here:
        number = await announced(here)
        await here.press("mx", "telegram es", f":{number}:attending")
        await here.press("mx-alt", "slack en", f":{number}:cannot")
        for _ in range(3):
            await here.press("ht", "slack pt", f":{number}:online")
            await here.press("ht", "telegram fr", f":{number}:online")

        async def both() -> bool:
            view = await shown(here, number)
            told = [*here.told("telegram", "mx"), *here.told("slack", "mx-alt"), *here.told("slack", "ht")]
            return view.tally.answered == 2 and len(told) >= 6

        await until(both)
        await until_cards_are_right(here, number)
        view = await shown(here, number)
        reply = view.replies[Unit(UnitKind.COUNTRY, "MX")]
        last = {"demo-mx": Answer.ATTENDING, "demo-mx-alt": Answer.CANNOT}
        assert reply.answer is last[reply.by]
        # Whoever was first knows that it is different now.
        first = ("slack", "mx-alt") if reply.by == "demo-mx" else ("telegram", "mx")

        async def knows() -> bool:
            return len(here.told(*first)) == 2

        await until(knows)
        assert view.replies[Unit(UnitKind.COUNTRY, "HT")].answer is Answer.ONLINE


@ON_ONE
async def test_taken_back_at_second_59_nothing_was_ever_said(demo_url: str) -> None:
    async with everywhere(demo_url) as here:
        number = await drafted(here)
        press = f"@ coordinator, telegram, en\n> M-{number}\n< M-{number}\n! Announce\n< It is announced at"
        await play(press, here.meet)
        here.watch.passes(MINUTE - 2)
        await play(
            f"@ coordinator, telegram, en\n> M-{number}\n< M-{number}\n! Take it back\n= Announce", here.meet
        )
        here.watch.passes(MINUTE)
        # So often that whatever was due would be out.
        await asyncio.sleep(2.5)
        assert (await shown(here, number)).meeting.state is State.DRAFT
        assert not any(here.cards().values())
