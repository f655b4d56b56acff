"""The wire vocabulary between platforms and the rest: what comes in, what goes out, what a platform is.

Everything here is plain data that survives a trip through JSON, because events wait in the inbox and
messages in the outbox. Text is text: a platform escapes all of it, none of it is markup.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

from pydantic import TypeAdapter

from bot.events import (
    Event,
    FileRef,
    Happened,
    Incoming,
    Inline,
    Lifecycle,
    Opened,
    Place,
    PlaceKind,
    Pressed,
    Said,
    Sender,
    Submitted,
    scrub,
)
from bot.message import (
    ACTION_BYTES,
    COMPLETED_FROM,
    Attachment,
    Button,
    Card,
    Choice,
    Field,
    FieldKind,
    Form,
    FormField,
    Mention,
    Money,
    OpenForm,
    Reply,
    Section,
    Where,
    action,
)
from reminders.outcome import DeliveryError, Gone, InDoubt, Moved, Refused, Retry, Throttled, retry_after

__all__ = [
    "ACTION_BYTES",
    "CARDS",
    "COMPLETED_FROM",
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
    "Mention",
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
    "Suggest",
    "Suggesting",
    "Throttled",
    "Where",
    "action",
    "as_json",
    "retry_after",
    "scrub",
]


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
    """At most ``count`` requests in any ``seconds``.

    ``spread``: what nobody waits for is spread evenly over them, so that an answer soon finds room.
    """

    count: float
    seconds: float
    spread: bool = False


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
    #: Whether only one process may :meth:`listen` for an account.
    listens_alone: bool
    #: Whether :meth:`confirm` can ever tell.
    can_confirm: bool
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

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        """The limits that a message falls under: a key (account, place, method) and its rate."""
        ...

    def requests(self, message: Outgoing) -> int:
        """How many requests that count against these limits it takes to send a message."""
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


#: What may be meant by what is being typed: the event is a :class:`Submitted` with the key of an open form
#: (empty for the one that is asked step by step) and the text so far; the other argument names the field.
Suggest = Callable[[Incoming, str], Awaitable[Sequence[Choice]]]


@runtime_checkable
class Suggesting(Protocol):
    """A platform on which answers are completed while they are typed."""

    def complete(self, suggest: Suggest) -> None:
        """Called once, before the platform is started."""
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
