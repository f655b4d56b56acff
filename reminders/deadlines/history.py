"""What happened to a deadline, from the trail. Who did it is left out: coordinators may read the trail."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Entry
from reminders.deadlines.records import Happened, Owner, OwnerKind, Step, code
from reminders.deadlines.writing import KIND
from reminders.vague import VagueDate


async def history(session: AsyncSession, number: int, *, limit: int = audit.PAGE) -> list[Step]:
    """The newest steps of a deadline's history, newest first."""
    entries = await audit.history(session, KIND, code(number), limit=limit)
    return list(_steps(entries))


def _steps(entries: Iterable[Entry]) -> Iterator[Step]:
    for entry in entries:
        # What a later version of the program wrote is left out rather than shown wrongly.
        with contextlib.suppress(ValueError):
            yield Step(
                entry.at,
                Happened(entry.action),
                entry.note,
                _date(entry.before.get("due")),
                _date(entry.after.get("due")),
                _owners(entry.before.get("owners")),
                _owners(entry.after.get("owners")),
            )


def _date(written: Any) -> VagueDate | None:
    return VagueDate.of_code(written) if isinstance(written, str) else None


def _owners(written: Any) -> tuple[Owner, ...]:
    if not isinstance(written, list):
        return ()
    parts = (str(item).partition(":") for item in written)
    return tuple(Owner(OwnerKind(kind), key) for kind, _, key in parts)
