"""What meetings know of a person, and the erasure of it; that a country answered stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings import reading, writing
from directory.meetings.records import Unit, UnitKind, code
from directory.meetings.tables import MeetingRow, ReplyRow, RequestRow, UnitRow

_PLAIN: Final = {"synchronize_session": False}


async def known(session: AsyncSession, person: str) -> list[dict[str, Any]]:
    """What meetings hold of a person, in terms of JSON.

    That is what they answered, or others answered with them as the delegate, where they are expected or asked
    to be, and what they called.
    """
    found: list[dict[str, Any]] = [
        {
            "meeting": code(number),
            "for": f"{reply.unit.kind} {reply.unit.key}",
            "answer": reply.answer.value,
            "at": reply.answered_at.isoformat(),
            "given_by_you": reply.by == person,
            "you_come": reply.delegate == person,
            "delegation": reply.size,
            "note": reply.note if reply.by == person else "",
        }
        for number, reply in await reading.with_person(session, person)
    ]
    for row, how in ((UnitRow, "expected"), (RequestRow, "asked_to_be_expected")):
        numbers = await session.scalars(sa.select(row.meeting).where(_theirs(row, person)))
        found += [{"meeting": code(number), "you": how} for number in sorted(numbers)]
    called = await session.scalars(sa.select(MeetingRow.id).where(MeetingRow.created_by == person))
    return found + [{"meeting": code(number), "you": "called_it"} for number in sorted(called)]


async def forget(session: AsyncSession, person: str, texts: Sequence[str] = ()) -> None:
    """Erase a person from answers: who gave them, who was to come, the names and the note beside them.

    ``texts`` are what gives the person away: names and notes in which one stands are emptied, whoever wrote
    them. Cards of meetings at which the person was expected are renewed.
    """
    expected = set(await session.scalars(sa.select(UnitRow.meeting).where(_theirs(UnitRow, person))))
    for row in (ReplyRow, UnitRow, RequestRow):
        await session.execute(sa.delete(row).where(_theirs(row, person)), execution_options=_PLAIN)
    for number in sorted(expected):
        await writing.touch(session, number)
    names = sa.cast(ReplyRow.names, sa.Text)
    named = [
        column.icontains(form, autoescape=True)
        for text in texts
        # A JSON list may hold it in ASCII.
        for column, form in (
            (ReplyRow.delegate_name, text),
            (ReplyRow.note, text),
            (names, text),
            (names, json.dumps(text)[1:-1]),
        )
    ]
    await session.execute(
        sa.update(ReplyRow)
        .where(sa.or_(ReplyRow.by == person, ReplyRow.delegate == person, *named))
        .values(delegate="", delegate_name="", names=[], note=""),
        execution_options=_PLAIN,
    )
    for column, gone in (
        (ReplyRow.by, person),
        (ReplyRow.proxy, Unit(UnitKind.PERSON, person).short),
        (MeetingRow.created_by, person),
    ):
        await session.execute(
            sa.update(column.class_).where(column == gone).values({column.key: ""}),
            execution_options=_PLAIN,
        )


def _theirs(row: Any, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(row.kind == UnitKind.PERSON, row.key == person)
