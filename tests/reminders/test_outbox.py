"""What the outbox lets out next: answers first, rooms not too often, what is newest, only by the sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from directory.database import Database
from reminders import outbox
from reminders.outbox import Draft, OutboxRow, Priority, State
from reminders.senders import SenderRow

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNTS = (("chat", "bot"),)
ANSWER, LETTER, AUTOMATIC = Priority.ANSWER, Priority.LETTER, Priority.AUTOMATIC


def draft(text: str, place: str, priority: Priority = ANSWER, coalesce: str = "") -> Draft:
    return Draft("chat", "bot", place, text, priority, coalesce=coalesce)


async def put(database: Database, *drafts: Draft) -> None:
    async with database.writing() as session:
        await outbox.enqueue(session, drafts, NOW)


async def claimed(
    database: Database, limit: int = 10, now: datetime = NOW, unasked: int | None = None
) -> list[str]:
    async with database.writing() as session:
        taken = await outbox.claim(session, "me", ACCOUNTS, limit, now, unasked=unasked)
        return [delivery.body for delivery in taken]


async def end(
    database: Database, bodies: Sequence[str], state: State = State.SENT, at: datetime = NOW
) -> None:
    async with database.writing() as session:
        await session.execute(
            sa.update(OutboxRow).where(OutboxRow.body.in_(bodies)).values(state=state, finished_at=at)
        )


async def test_answers_go_first_then_letters_then_what_rooms_are_sent_unasked(database: Database) -> None:
    await put(
        database,
        draft("room", "g1", AUTOMATIC),
        draft("letter", "p1", LETTER),
        draft("answer", "p2"),
        draft("later", "p3"),
    )
    assert await claimed(database, 1) == ["answer"]
    assert await claimed(database, 2) == ["later", "letter"]
    assert await claimed(database) == ["room"]


async def test_room_is_left_for_answers(database: Database) -> None:
    await put(database, *(draft(f"letter {number}", f"p{number}", LETTER) for number in range(3)))
    await put(database, draft("answer", "p9"))
    assert await claimed(database, 10, unasked=1) == ["answer", "letter 0"]


async def test_in_a_place_an_answer_passes_what_is_automatic_and_nothing_else(database: Database) -> None:
    await put(database, draft("automatic", "g1", AUTOMATIC), draft("first", "g1"), draft("second", "g1"))
    assert await claimed(database) == ["first"]
    assert await claimed(database) == []
    await end(database, ["first"])
    assert await claimed(database) == ["second"]
    await end(database, ["second"])
    assert await claimed(database) == ["automatic"]
    await put(database, draft("letter", "p1", LETTER), draft("answer", "p1"))
    assert await claimed(database) == ["letter"]


async def test_a_place_is_sent_six_automatic_messages_an_hour(database: Database) -> None:
    await put(database, *(draft(f"a{number}", "g1", AUTOMATIC) for number in range(10)))
    await put(database, draft("other", "g2", AUTOMATIC))
    ended = [State.SENT, State.SENT, State.FAILED, State.IN_DOUBT, State.SENT, State.SENT, State.SENT]
    for number, state in enumerate(ended):
        assert f"a{number}" in await claimed(database)
        await end(database, [f"a{number}"], state)
    assert await claimed(database) == []
    await put(database, draft("answer", "g1"))
    assert await claimed(database) == ["answer"]
    await end(database, ["answer"])
    assert await claimed(database, now=NOW + timedelta(minutes=61)) == ["a7"]


async def test_only_the_latest_of_what_waits_is_sent(database: Database) -> None:
    await put(database, draft("before", "g1"), draft("v1", "g1", AUTOMATIC, "edit:5"))
    await put(
        database,
        draft("v2", "g1", AUTOMATIC, "edit:5"),
        draft("other message", "g1", AUTOMATIC, "edit:6"),
        draft("elsewhere", "g2", AUTOMATIC, "edit:5"),
        draft("v3", "g1", AUTOMATIC, "edit:5"),
    )
    assert await claimed(database) == ["before", "elsewhere"]
    await end(database, ["before"])
    assert await claimed(database) == ["v3"]
    # What is under way already cannot be changed any more.
    await put(database, draft("v4", "g1", AUTOMATIC, "edit:5"))
    await end(database, ["v3"])
    assert await claimed(database) == ["other message"]
    await end(database, ["other message"])
    assert await claimed(database) == ["v4"]


async def test_only_the_sender_begins(database: Database) -> None:
    await put(database, draft("x", "p1"))
    await claimed(database)
    async with database.writing() as session:
        await session.execute(
            sa.insert(SenderRow).values(
                platform="chat", account="bot", holder="another", lease_until=NOW, since=NOW
            )
        )
        (row,) = await session.scalars(sa.select(OutboxRow.id))
    async with database.transaction() as connection:
        assert await outbox.begin(connection, "me", [row], NOW, fenced=True) == set()
        await connection.execute(sa.update(SenderRow).values(holder="me"))
        assert await outbox.begin(connection, "me", [row], NOW, fenced=True) == {row}


async def test_a_delivery_is_repeated_once(database: Database) -> None:
    again = Draft("chat", "bot", "p1", "again", LETTER, repeats=7)
    await put(database, again)
    try:
        await put(database, again)
    except sa.exc.IntegrityError:
        return
    raise AssertionError("it was repeated twice")
