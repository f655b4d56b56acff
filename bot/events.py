"""What comes in: events, who sent them and where. A part of the wire vocabulary of :mod:`bot.contract`."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Discriminator


def scrub(text: str) -> str:
    """``text`` without what no database keeps: NUL characters and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


class PlaceKind(enum.StrEnum):
    """Who can read a place."""

    DIRECT = "direct"
    GROUP = "group"
    CHANNEL = "channel"
    BROADCAST = "broadcast"
    """Everybody reads, nobody speaks: nothing is ever answered there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: ``id`` is the platform's own (chat id, channel id), ``topic`` a thread in it.

    ``account`` is the bot's own account on the platform (bot id, workspace), so that two never mix.
    In a direct place ``id`` may be the platform's id of the person.
    """

    platform: str
    account: str
    kind: PlaceKind
    id: str
    topic: str = ""

    @property
    def shared(self) -> bool:
        """Whether its readers cannot be known."""
        return self.kind is not PlaceKind.DIRECT

    @property
    def conversation(self) -> str:
        """The key within which order is kept."""
        return f"{self.platform}:{self.account}:{self.id}:{self.topic}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did something: an account of a platform, never a name.

    ``language`` (IETF tag) and ``time_zone`` (IANA name) are hints of the platform and may be empty.
    ``person`` is false for anonymous administrators, channels and other bots. ``guest``: the platform let
    them in from outside, or does not say whether it did, which carries no right. ``email``: the address
    that the platform vouches for, where it tells.
    """

    platform: str
    team: str
    user: str
    name: str = ""
    language: str = ""
    time_zone: str = ""
    person: bool = True
    guest: bool = False
    email: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "name", scrub(self.name))
        object.__setattr__(self, "email", scrub(self.email))
        object.__setattr__(self, "language", scrub(self.language))
        object.__setattr__(self, "time_zone", scrub(self.time_zone))


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that came with a message: where it is, never what is in it.

    ``size`` is in bytes, 0 where the platform does not say. ``handle`` is the platform's own way to it.
    """

    name: str
    media_type: str
    size: int
    handle: str = field(repr=False)

    def __post_init__(self) -> None:
        """Take out what no database keeps, and what a name is not."""
        object.__setattr__(self, "name", scrub(self.name).replace("\\", "/").rsplit("/", 1)[-1][:200])
        object.__setattr__(self, "media_type", scrub(self.media_type)[:200])
        object.__setattr__(self, "handle", scrub(self.handle))


@dataclass(frozen=True, slots=True)
class Said:
    """A message to the bot. ``addressed``: it was a command or a mention, or the place is direct.

    ``files`` came with it; a platform that can fetch them implements ``Fetching``.
    """

    text: str
    addressed: bool = True
    files: tuple[FileRef, ...] = ()
    kind: Literal["said"] = "said"

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "text", scrub(self.text))


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed: its ``action`` as sent, and the message that carries it."""

    action: str
    message_id: str
    kind: Literal["pressed"] = "pressed"

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "action", scrub(self.action))


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form was sent whole: its key and, by field name, what was typed or chosen, as it was.

    ``message_id`` is the message that shows the form, empty where none does.
    """

    key: str
    values: Mapping[str, str]
    message_id: str = ""
    kind: Literal["submitted"] = "submitted"

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "key", scrub(self.key))
        object.__setattr__(self, "values", {scrub(name): scrub(value) for name, value in self.values.items()})


@dataclass(frozen=True, slots=True)
class Inline:
    """A query typed after the bot's name in any chat; answered by a list, at once or not at all."""

    query: str
    query_id: str
    kind: Literal["inline"] = "inline"

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "query", scrub(self.query))


@dataclass(frozen=True, slots=True)
class Opened:
    """The bot's own page on the platform was opened (Slack's App Home)."""

    kind: Literal["opened"] = "opened"


class Lifecycle(enum.StrEnum):
    """What happened to the bot's place in a conversation, or to the account of whoever it is with."""

    JOINED = "joined"
    REMOVED = "removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    DEPARTED = "departed"
    """The sender's account was closed; who gets it next is not known."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of the place itself; ``detail`` is the new id where it migrated.

    ``title`` is what the place is called there, ``handle`` its public name without the ``@``, if it has one.
    """

    what: Lifecycle
    detail: str = ""
    title: str = ""
    handle: str = ""
    kind: Literal["happened"] = "happened"

    def __post_init__(self) -> None:
        """Take out what no database keeps."""
        object.__setattr__(self, "title", scrub(self.title))
        object.__setattr__(self, "handle", scrub(self.handle))


Event = Annotated[Said | Pressed | Submitted | Inline | Opened | Happened, Discriminator("kind")]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. ``event_id`` is the platform's own id of it, unique within ``place.account``.

    ``message_id`` is the message that was sent (for a reply to hang on), ``reply_token`` a short-lived
    address the platform gave for answering (Slack's response_url), ``trigger`` a right to open one form
    within seconds (Slack's trigger_id). ``relayed`` marks forwarded, edited and other second-hand text,
    which never carries a right. ``sent_at`` is the platform's own time.
    """

    event_id: str
    place: Place
    sender: Sender
    event: Event
    sent_at: datetime
    message_id: str = ""
    reply_token: str = ""
    relayed: bool = False
    trigger: str = field(default="", repr=False)
