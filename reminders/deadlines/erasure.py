"""What deadlines keep of a person: what they put off, asked, finished, set; read for them and erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.deadlines.records import code
from reminders.deadlines.tables import DeadlineRow, EvidenceRow, RequestRow, SnoozeRow

_PLAIN: Final = {"synchronize_session": False}
#: Where the person only did or decided something, their key goes and the rest stays.
_DID: Final = (
    DeadlineRow.created_by,
    DeadlineRow.done_by,
    EvidenceRow.by,
    RequestRow.by,
    RequestRow.decided_by,
)


async def known(session: AsyncSession, person: str) -> list[dict[str, Any]]:
    """What is kept of a person, in terms of JSON."""
    found: list[dict[str, Any]] = []
    for number, until in await session.execute(
        sa.select(SnoozeRow.deadline, SnoozeRow.until).where(SnoozeRow.person == person)
    ):
        found.append({"deadline": code(number), "put_off_until": until.isoformat()})
    for number, reason, at in await session.execute(
        sa.select(RequestRow.deadline, RequestRow.reason, RequestRow.at).where(RequestRow.by == person)
    ):
        found.append({"deadline": code(number), "asked": reason, "at": at.isoformat()})
    for number, note, link, name, at in await session.execute(
        sa.select(
            EvidenceRow.deadline, EvidenceRow.note, EvidenceRow.link, EvidenceRow.file_name, EvidenceRow.at
        ).where(EvidenceRow.by == person)
    ):
        given = {"note": note, "link": link, "file": name}
        found.append({"deadline": code(number), "evidence": given, "at": at.isoformat()})
    for column, did in ((DeadlineRow.created_by, "set"), (DeadlineRow.done_by, "done")):
        numbers = await session.execute(sa.select(DeadlineRow.id).where(column == person))
        found += [{"deadline": code(number), "did": did} for number in numbers.scalars()]
    return found


async def erase(session: AsyncSession, person: str, texts: Sequence[str] = ()) -> None:
    """Forget a person, in the caller's write transaction; ``texts`` are what gives them away.

    What they put off goes. What they did for a post stays without them: the post owes it. The reasons and
    notes that they wrote are emptied, and those of others in which one of ``texts`` stands.
    """
    await session.execute(sa.delete(SnoozeRow).where(SnoozeRow.person == person), execution_options=_PLAIN)
    for written, by in ((RequestRow.reason, RequestRow.by), (EvidenceRow.note, EvidenceRow.by)):
        names = [written.icontains(text, autoescape=True) for text in texts]
        await session.execute(
            sa.update(written.class_).where(sa.or_(by == person, *names)).values({written.key: ""}),
            execution_options=_PLAIN,
        )
    for column in _DID:
        await session.execute(
            sa.update(column.class_).where(column == person).values({column.key: ""}),
            execution_options=_PLAIN,
        )
