"""Who in the directory has an office e-mail address already."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.people import ContactKind, ContactRow, PersonRow

#: Office addresses are of level 1; nobody is recognised by what only coordinators may know.
_OFFICE: int = 1


async def with_email(session: AsyncSession, email: str) -> str | None:
    """The key of the one person in use whose office address this is, whatever its case."""
    found = await session.scalars(
        sa.select(ContactRow.person)
        .join(PersonRow, PersonRow.key == ContactRow.person)
        .where(
            ContactRow.kind == ContactKind.EMAIL,
            ContactRow.level <= _OFFICE,
            sa.func.lower(ContactRow.value) == email.strip().lower(),
            PersonRow.retired_on.is_(None),
        )
        .distinct()
    )
    people = list(found)
    return people[0] if len(people) == 1 else None
