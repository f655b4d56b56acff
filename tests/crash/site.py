"""Where kills happen: a database, a local server in its own process, the program's processes between them."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks.local_servers import LocalServer, local_server
from bot.contract import PlaceKind
from directory import schema
from directory.database import Database
from reminders import outbox
from reminders.outbox import OutboxRow, State
from tests.crash.nursery import Child, Nursery
from tests.support.crashing import Order
from tests.support.postgres import on_server, url_of

ENGINES: Final = ("sqlite", "postgresql")
PLATFORMS: Final = ("telegram", "slack")
#: How a platform's local server is started: what it prints, and the bot's account there.
_LINES: Final = {"telegram": 2, "slack": 4}
ACCOUNTS: Final = {"telegram": "700001", "slack": "T0LOCAL01"}
KINDS: Final = {"telegram": PlaceKind.DIRECT, "slack": PlaceKind.CHANNEL}
#: The method that puts out a new message.
POSTS: Final = {"telegram": "sendMessage", "slack": "chat.postMessage"}
#: How long anything may take that takes seconds at most, in seconds.
PATIENCE: Final = 120.0


@dataclass
class Ground:
    """What all sites of a run share: a folder, the nursery, and an empty database of each engine to copy."""

    folder: Path
    nursery: Nursery
    _templates: dict[str, str] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Ground]:
        """A ground; its databases are dropped at the end."""
        async with Nursery.open() as nursery:
            ground = cls(folder, nursery)
            try:
                yield ground
            finally:
                if name := ground._templates.get("postgresql"):
                    await on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _template(self, engine: str) -> str:
        async with self._making:
            if engine not in self._templates:
                name = f"enlace_crash_{uuid.uuid4().hex[:10]}"
                url = f"sqlite+aiosqlite:///{self.folder / name}.db"
                if engine == "postgresql":
                    await on_server(f"CREATE DATABASE {name}")
                    url = url_of(name)
                database = Database(url)
                await schema.upgrade(database)
                await database.close()
                self._templates[engine] = name
        return self._templates[engine]

    @contextlib.asynccontextmanager
    async def database(self, engine: str) -> AsyncIterator[str]:
        """The address of a migrated database."""
        template, name = await self._template(engine), f"enlace_crash_{uuid.uuid4().hex[:10]}"
        if engine == "sqlite":
            path = self.folder / f"{name}.db"
            shutil.copyfile(self.folder / f"{template}.db", path)
            yield f"sqlite+aiosqlite:///{path}"
            return
        async with self._making:  # A template can be copied once at a time.
            await on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield url_of(name)
        finally:
            await on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextlib.asynccontextmanager
    async def site(self, engine: str, platform: str, **settings: str) -> AsyncIterator[Site]:
        """A database of its own and a local server of its own."""
        async with self.database(engine) as url, local_server(platform, _LINES[platform]) as server:
            database = Database(url)
            try:
                yield Site(self, engine, platform, server, database, url, settings)
            finally:
                await database.close()


@dataclass
class Site:
    """One database and one local server."""

    ground: Ground
    engine: str
    platform: str
    server: LocalServer
    database: Database
    url: str
    more: dict[str, str]
    #: How often something new was said in each place, as far as the server's log was read.
    said: Counter[str] = field(default_factory=Counter)
    _read: int = 0

    @property
    def name(self) -> str:
        """As tables call it."""
        return f"{self.engine} {self.platform}"

    @property
    def account(self) -> str:
        """The bot's account."""
        return ACCOUNTS[self.platform]

    @property
    def settings(self) -> dict[str, str]:
        """The program's settings."""
        printed = self.server.printed
        found = {"ENLACE_DATABASE_URL": self.url, "ENLACE_WEB_PORT": "0"}
        if self.platform == "telegram":
            found |= {"ENLACE_TELEGRAM_API_URL": printed[0], "ENLACE_TELEGRAM_TOKEN": printed[1]}
        else:
            found |= {"ENLACE_SLACK_API_URL": printed[0], "ENLACE_SLACK_BOT_TOKEN": printed[1]}
            found |= {"ENLACE_SLACK_APP_TOKEN": printed[2]}
        return found | self.more

    async def start(
        self, point: str = "", passage: int = 1, *, web: bool = False, shift: float = 0.0
    ) -> Child:
        """A process of the program."""
        log = self.ground.folder / f"{self.engine}-{self.platform}-{id(self)}.log"
        return await self.ground.nursery.start(Order(self.settings, str(log), web, point, passage, shift))

    async def states(self) -> dict[str, State]:
        """Where the deliveries stand, by their place."""
        async with self.database.reading() as session:
            rows = await session.execute(sa.select(OutboxRow.destination, OutboxRow.state))
            return {row.destination: row.state for row in rows}

    async def tally(self) -> Counter[str]:
        """How often something new was said in each place."""
        for number, place, _ in await self.server.get("said", since=self._read):
            self.said[place] += 1
            self._read = number + 1
        return self.said

    async def until_settled(self, but: int = 0) -> None:
        """Wait until only ``but`` deliveries have not ended."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.database.reading() as session:
                    deliveries = await outbox.count(session)
                if sum(deliveries[state] for state in outbox.UNSETTLED) <= but:
                    return
                await asyncio.sleep(0.05)
