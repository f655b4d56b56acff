"""What the local Slack knows: people, channels, messages, files, response addresses, the log."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Final, Literal

TEAM: Final = "T0LOCAL01"
BOT_USER: Final = "U0ENLACE1"
BOT_ID: Final = "B0ENLACE1"
APP_ID: Final = "A0ENLACE1"
ChannelKind = Literal["channel", "group", "im", "mpim"]
#: How long, and how often, a response_url may be used (docs.slack.dev, handling user interaction).
HOOK_SECONDS: Final = 1800.0
HOOK_USES: Final = 5
#: How long a trigger_id may be used, once (docs.slack.dev, modals).
TRIGGER_SECONDS: Final = 3.0


@dataclass(slots=True)
class User:
    """A person (or a bot) of a workspace."""

    id: str
    name: str
    locale: str = "en-US"
    tz: str = "America/New_York"
    team: str = TEAM
    is_bot: bool = False
    deleted: bool = False
    email: str = ""
    #: ``is_restricted``, ``is_ultra_restricted`` or ``is_stranger``: not a full member of the workspace.
    guest: str = ""

    def json(self, *, locale: bool = False) -> dict[str, Any]:
        """As ``users.info`` writes it."""
        found: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.lower().replace(" ", "."),
            "deleted": self.deleted,
            "real_name": self.name,
            "tz": self.tz,
            "is_bot": self.is_bot,
            "profile": {"real_name": self.name, "display_name": self.name, "team": self.team},
        }
        if self.email:
            found["profile"]["email"] = self.email
        if self.guest:
            found[self.guest] = True
        if locale:
            found["locale"] = self.locale
        return found


@dataclass(slots=True)
class Channel:
    """A conversation. ``members`` are user ids, with the bot's among them where it is in."""

    id: str
    kind: ChannelKind
    members: set[str]
    name: str = ""
    archived: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """A request that took effect. ``at``: seconds of the monotonic clock. ``result`` as answered."""

    number: int
    at: float
    method: str
    arguments: dict[str, Any]
    result: Any


@dataclass(slots=True)
class Hook:
    """A response_url: where it answers, and how often it still may."""

    channel: str
    user: str
    message: str
    until: float
    uses: int = HOOK_USES


@dataclass(slots=True)
class File:
    """A file on its way: announced, then its bytes, then shared."""

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    uploaded: bool = False
    shared: bool = False


class World:
    """The state behind the methods."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {BOT_USER: User(BOT_USER, "Enlace", is_bot=True)}
        self.channels: dict[str, Channel] = {}
        self.hooks: dict[str, Hook] = {}
        self.files: dict[str, File] = {}
        #: What people sent, by the file's id.
        self.given: dict[str, bytes] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        #: When each trigger_id expires and whom it belongs to; used ones stay to be recognised.
        self.triggers: dict[str, tuple[float, str]] = {}
        self.exchanged: set[str] = set()
        #: The modals that are open, by id, and the last one that was opened for each person.
        self.views: dict[str, dict[str, Any]] = {}
        self.modals: dict[str, str] = {}
        self.log: list[Applied] = []
        self.refused: list[tuple[str, dict[str, Any], str]] = []
        self.changed = asyncio.Condition()
        self.skew = 0.0
        self._numbers = itertools.count(1)
        self._last_stamp = 0

    def now(self) -> float:
        """The clock: monotonic, and what a test moved it on by."""
        return time.monotonic() + self.skew

    def fresh(self, prefix: str) -> str:
        """A new id."""
        return f"{prefix}0{next(self._numbers):08d}"

    def stamp(self) -> str:
        """A new ``ts``: always later than the one before."""
        micro = max(int((time.time() + self.skew) * 1_000_000), self._last_stamp + 1)
        self._last_stamp = micro
        return f"{micro // 1_000_000}.{micro % 1_000_000:06d}"

    def direct(self, user: str) -> Channel:
        """The bot's direct conversation with a user, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == {user, BOT_USER}:
                return channel
        return self.open("im", {user, BOT_USER})

    def open(self, kind: ChannelKind, members: set[str], name: str = "") -> Channel:
        """A new conversation."""
        prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(self.fresh(prefix), kind, members, name)
        self.channels[channel.id] = channel
        return channel

    def hook(self, channel: str, user: str, message: str = "") -> str:
        """A new response address; its secret part."""
        secret = self.fresh("hook")
        self.hooks[secret] = Hook(channel, user, message, self.now() + HOOK_SECONDS)
        return secret

    def trigger(self, user: str, name: str = "") -> str:
        """A new trigger_id of something that ``user`` did."""
        name = name or self.fresh("trigger")
        self.triggers[name] = (self.now() + TRIGGER_SECONDS, user)
        return name

    def post(self, channel: Channel, **fields: Any) -> dict[str, Any]:
        """Put a message into a channel."""
        message: dict[str, Any] = {"type": "message", "ts": self.stamp(), **fields}
        channel.messages[message["ts"]] = message
        return message

    async def record(self, method: str, arguments: dict[str, Any], result: Any) -> None:
        """A request took effect."""
        self.log.append(Applied(len(self.log), self.now(), method, arguments, result))
        async with self.changed:
            self.changed.notify_all()
