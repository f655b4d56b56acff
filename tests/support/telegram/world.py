"""What the local Telegram knows: people, chats, messages, the bot's queue of updates, the log."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, Literal

State = Literal["member", "blocked", "deactivated", "kicked", "stranger"]
ChatType = Literal["private", "group", "supergroup", "channel"]
#: How long an update waits to be fetched, in seconds, by its kind (telegram-bot-api, Client.cpp).
LIFETIMES: Final = {"callback_query": 150.0, "inline_query": 30.0}
LIFETIME: Final = 86_400.0
#: What a bot is not told unless it asks (Bot API, getUpdates).
NOT_BY_DEFAULT: Final = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(slots=True)
class User:
    """A person (or another bot)."""

    id: int
    first_name: str
    language_code: str = ""
    username: str = ""
    is_bot: bool = False

    def json(self) -> dict[str, Any]:
        """As the Bot API writes it."""
        found: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.language_code:
            found["language_code"] = self.language_code
        if self.username:
            found["username"] = self.username
        return found


@dataclass(slots=True)
class Message:
    """A message; ``mine``: the bot sent it."""

    id: int
    data: dict[str, Any]
    mine: bool


@dataclass(slots=True)
class Chat:
    """A chat. ``state`` is the bot's place in it; ``topics`` are those of a forum."""

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    person: User | None = None
    state: State = "member"
    topics: set[int] = field(default_factory=set)
    is_forum: bool = False
    bot_deletes: bool = False
    migrated_to: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def json(self) -> dict[str, Any]:
        """As the Bot API writes it."""
        found: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.person is not None:
            found["first_name"] = self.person.first_name
        if self.title:
            found["title"] = self.title
        if self.username:
            found["username"] = self.username
        if self.is_forum:
            found["is_forum"] = True
        return found


@dataclass(frozen=True, slots=True)
class Applied:
    """A request that took effect. ``at``: seconds of the monotonic clock. ``result`` as answered."""

    number: int
    at: float
    method: str
    arguments: dict[str, Any]
    result: Any


@dataclass(slots=True)
class Issued:
    """An update of the bot's queue; ``at``: put there, ``fetched``: first handed out."""

    data: dict[str, Any]
    at: float
    fetched: float = 0.0

    @property
    def id(self) -> int:
        """Its ``update_id``."""
        number: int = self.data["update_id"]
        return number

    @property
    def kind(self) -> str:
        """The field that it carries."""
        return next(key for key in self.data if key != "update_id")


class World:
    """The state behind the methods."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.me = User(int(token.partition(":")[0]), "Enlace", username=username, is_bot=True)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queue: deque[Issued] = deque()
        self.issued: dict[int, Issued] = {}
        self.queries: dict[str, float] = {}
        #: By id: the path under which a file is handed out, and what is in it.
        self.files: dict[str, tuple[str, bytes]] = {}
        #: Paths that ``getFile`` gave out; no other is served.
        self.handed_out: set[str] = set()
        self.inline_queries: dict[str, float] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] = {}
        self.allowed: tuple[str, ...] | None = None
        self.log: list[Applied] = []
        self.refused: list[tuple[str, dict[str, Any], str]] = []
        self.news = asyncio.Event()
        self.changed = asyncio.Condition()
        self.duplicates = 0
        self.reorder = False
        self.skew = 0.0
        self._update_ids = itertools.count(700_000_001)
        self._query_ids = itertools.count(10**15)

    def file_at(self, path: str) -> bytes | None:
        """What is at a path that ``getFile`` gave out."""
        return next((content for its_path, content in self.files.values() if its_path == path), None)

    def now(self) -> float:
        """The clock: monotonic, and what a test moved it on by."""
        return time.monotonic() + self.skew

    def date(self) -> int:
        """The time of day, in Unix seconds."""
        return int(time.time() + self.skew)

    def query_id(self) -> str:
        """A fresh id for a callback or inline query."""
        return str(next(self._query_ids))

    def issue(self, **update: Any) -> int | None:
        """Put an update into the bot's queue; its id, or ``None`` if the bot does not want its kind."""
        (kind,) = update
        if kind in NOT_BY_DEFAULT if not self.allowed else kind not in self.allowed:
            return None
        number = next(self._update_ids)
        issued = Issued({"update_id": number, **update}, self.now())
        self.issued[number] = issued
        for _ in range(2 if self.duplicates > 0 else 1):
            self.queue.append(issued)
        self.duplicates = max(0, self.duplicates - 1)
        self.news.set()
        return number

    def jump(self, update_id: int) -> None:
        """The next update gets this id, as after a quiet week."""
        self._update_ids = itertools.count(update_id)

    def expire(self) -> None:
        """Drop what waited too long."""
        now = self.now()
        if any(now - item.at > LIFETIMES.get(item.kind, LIFETIME) for item in self.queue):
            self.queue = deque(
                item for item in self.queue if now - item.at <= LIFETIMES.get(item.kind, LIFETIME)
            )

    async def record(self, method: str, arguments: dict[str, Any], result: Any) -> None:
        """A request took effect."""
        self.log.append(Applied(len(self.log), self.now(), method, arguments, result))
        async with self.changed:
            self.changed.notify_all()
