"""Whether the record of changes and looks is whole, for the command line."""

from __future__ import annotations

import re
from typing import Final

from bot.contract import ConfigurationError
from directory import audit, schema
from directory.audit import Head
from directory.database import Database

_HEAD: Final = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class NotAHead(ValueError):
    """The text is not the end of a record, as :func:`state` prints it."""


def noted(text: str) -> Head:
    """An end of the record that was noted earlier.

    Raises:
        NotAHead: the text is none.
    """
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise NotAHead(text)
    return Head(int(found[1]), found[2])


async def state(database: Database, known: Head | None = None) -> tuple[bool, str]:
    """Whether every link closes, and a line that says so, with the record's end or the first broken link."""
    async with database.reading() as session:
        broken = await audit.verify(session, known)
        end = await audit.head(session)
    if broken is not None or end is None:
        number, reason = (broken.number, broken.reason) if broken else (0, "the end is not recorded")
        return False, f"record: BROKEN at entry {number}, which {reason}"
    return True, f"record: whole, {end.number} entries, its end is {end.number}:{end.hash}"


async def examine(url: str, known: Head | None) -> tuple[bool, str]:
    """:func:`state` of the database at an address.

    Raises:
        ConfigurationError: the database is not at this program's schema.
    """
    database = Database(url)
    try:
        if await schema.current_revision(database) != schema.newest_revision():
            raise ConfigurationError("ENLACE_DATABASE_URL", "is not ready (run: enlace db upgrade)")
        return await state(database, known)
    finally:
        await database.close()
