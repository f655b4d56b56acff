"""The wire vocabulary between platforms and the rest: what comes in, what goes out, what a platform is.

Everything here is plain data that survives a trip through JSON, because events wait in the inbox and
messages in the outbox. Text is text: a platform escapes all of it, none of it is markup.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Protocol, runtime_checkable

from pydantic import Discriminator, TypeAdapter

from bot.message import (
    ACTION_BYTES,
    Attachment,
    Button,
    Card,
    Choice,
    Field,
    FieldKind,
    Form,
    FormField,
    Money,
    OpenForm,
    Reply,
    Section,
    Where,
    action,
)
from reminders.outcome import DeliveryError, Gone, InDoubt, Moved, Refused, Retry

__all__ = [
    "ACTION_BYTES",
    "CARDS",
    "INCOMING",
    "Attachment",
    "Button",
    "Card",
    "Choice",
    "ConfigurationError",
    "DeliveryError",
    "Event",
    "Fetching",
    "Field",
    "FieldKind",
    "FileRef",
    "Form",
    "FormField",
    "FormStyle",
    "Gone",
    "Happened",
    "HttpRequest",
    "HttpResponse",
    "InDoubt",
    "Incoming",
    "Inline",
    "Lifecycle",
    "Menu",
    "MenuEntry",
    "Money",
    "Moved",
    "OpenForm",
    "Opened",
    "Operation",
    "Outgoing",
    "Place",
    "PlaceKind",
    "Platform",
    "Pressed",
    "Rate",
    "Receive",
    "Refused",
    "Reply",
    "Retry",
    "Route",
    "Said",
    "Section",
    "Sender",
    "Submitted",
    "Where",
    "action",
    "as_json",
]


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
    """A change of the place itself; ``detail`` is the new id where it migrated."""

    what: Lifecycle
    detail: str = ""
    kind: Literal["happened"] = "happened"


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


class Operation(enum.StrEnum):
    """What a platform is asked to do with a message."""

    POST = "post"
    EDIT = "edit"
    INLINE = "inline"
    HOME = "home"
    FORM = "form"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for a platform to send.

    ``id`` is the program's own id of the delivery. ``target``: the message to edit (EDIT), the query to
    answer (INLINE), or the message to take away (DELETE), which need not be the bot's own and is left where
    the platform does not let the bot. ``user``: whose page (HOME) or who asked. ``reply_to``: the message
    answered. INLINE has several cards, DELETE none, every other operation exactly one. FORM shows ``form``,
    in the place of the message ``target`` where there is one; its card announces the form and has the button
    that opens it, for when it cannot be shown at once. ``trigger``: see ``Incoming``.
    """

    id: str
    operation: Operation
    place: Place
    cards: tuple[Card, ...]
    language: str
    target: str = ""
    user: str = ""
    reply_to: str = ""
    reply_token: str = field(default="", repr=False)
    form: OpenForm | None = None
    trigger: str = field(default="", repr=False)


class FormStyle(enum.StrEnum):
    """How a platform shows a form."""

    STEPS = "steps"
    """Not at all: it is asked field by field, as cards in the direct chat."""
    PAGE = "page"
    """Whole, as a message of the direct chat."""
    DIALOG = "dialog"
    """Whole, over whatever the person sees, with the right that an event brought."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in ``seconds``."""

    count: float
    seconds: float


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to one of a platform's routes; header names are lower case, the body is raw."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer to it."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """A path that the web server serves for a platform (POST)."""

    path: str
    handle: Callable[[HttpRequest], Awaitable[HttpResponse]]


class Receive(Protocol):
    """Stores events and returns when they are on disk; only then may they be acknowledged."""

    async def __call__(self, events: Sequence[Incoming]) -> None:
        """Store all of ``events`` in one transaction; repeats are recognised and ignored."""
        ...


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One command as menus and manifests show it, in one language."""

    name: str
    summary: str
    usage: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """All commands per language, for Telegram's command menu and Slack's manifest.

    ``private`` holds the commands for direct chats, ``group`` those for groups; keys are languages.
    """

    private: Mapping[str, tuple[MenuEntry, ...]]
    group: Mapping[str, tuple[MenuEntry, ...]]


class Platform(Protocol):
    """One way in. The file that implements it translates and transports, nothing else."""

    #: "telegram", "slack", "browser", "terminal".
    name: str
    #: The bot's own account, known once :meth:`start` returned.
    account: str
    #: Whether sending the same ``Outgoing.id`` twice has the effect of sending it once.
    idempotent: bool
    #: How it shows a form.
    forms: FormStyle

    async def start(self, receive: Receive) -> None:
        """Make ready to send: learn the own account, check the credentials. Raises ``ConfigurationError``."""
        ...

    async def listen(self) -> None:
        """Receive until cancelled (polling, a socket); returns at once where routes do it."""
        ...

    async def stop(self) -> None:
        """Let go of connections. Called after :meth:`listen` has ended."""
        ...

    async def send(self, message: Outgoing) -> str:
        """Send one message; returns the platform's id of it (empty where it has none).

        Raises:
            Retry, Refused, Gone, Moved, InDoubt: how it ended otherwise.
        """
        ...

    async def confirm(self, message: Outgoing) -> str | None:
        """For a delivery in doubt: the message's id, ``""`` if certainly not sent, ``None`` if unknown."""
        ...

    def routes(self) -> Sequence[Route]:
        """The paths it wants served."""
        ...

    def rates(self, place: Place) -> Sequence[tuple[str, Rate]]:
        """The limits a message to ``place`` falls under: a key (account, place) and its rate."""
        ...


@runtime_checkable
class Fetching(Protocol):
    """A platform from which files that came with messages can be had."""

    async def fetch(self, file: FileRef) -> bytes:
        """The bytes of a file that one of its messages named.

        Raises:
            Exception: it is gone, too large, or the platform cannot be reached.
        """
        ...


class ConfigurationError(Exception):
    """A setting is wrong. ``variable`` names it; the text never holds its value."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


INCOMING: Final[TypeAdapter[Incoming]] = TypeAdapter(Incoming)
CARDS: Final[TypeAdapter[tuple[Card, ...]]] = TypeAdapter(tuple[Card, ...])


def as_json(adapter: TypeAdapter[Any], value: object) -> str:
    """The JSON text of a value of this vocabulary."""
    return adapter.dump_json(value).decode()
