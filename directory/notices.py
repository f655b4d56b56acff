"""Short notices between the processes that share a PostgreSQL database: that there is work for somebody else.

Nothing depends on them: whoever missed one finds the work at the next look at the table. On SQLite one
process does all the work, and nobody is to be told.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
import structlog

from directory.database import Database

CHANNEL: Final = "enlace"
#: The pause before a lost connection is opened again, in seconds.
PAUSE: Final = 2.0


class Notices:
    """PostgreSQL's LISTEN and NOTIFY, on one channel; a notice is a topic's name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = structlog.get_logger("directory.notices")

    async def tell(self, topic: str) -> None:
        """Tell the other processes; that it did not work is not worth an error."""
        if self._database.is_sqlite:
            return
        with contextlib.suppress(Exception):
            async with self._database.transaction() as connection:
                await connection.execute(sa.select(sa.func.pg_notify(CHANNEL, topic)))

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with the topic of every notice, until cancelled."""
        if self._database.is_sqlite:
            return
        while True:
            try:
                await self._listen(heard)
            except Exception as error:
                self._log.warning("notices_not_heard", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def _listen(self, heard: Callable[[str], None]) -> None:
        lost = asyncio.Event()

        def notice(_connection: object, _pid: int, _channel: str, topic: object) -> None:
            heard(str(topic))

        async with self._database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            if driver is None:
                raise ConnectionError("no connection")
            driver.add_termination_listener(lambda _connection: lost.set())
            await driver.add_listener(CHANNEL, notice)
            try:
                await lost.wait()
            finally:
                if not driver.is_closed():
                    await driver.remove_listener(CHANNEL, notice)
