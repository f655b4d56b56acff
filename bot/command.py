"""What a handler sees: a command, the context of a question, and nothing of any platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.contract import Incoming, Money, Place, Reply
from directory.access import Decision, PlaceClass, Role, Subject, contact_level, decide

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.i18n import Translator
    from bot.registry import Registry
    from directory.accounts import Account, Room

Replies = Reply | Sequence[Reply]
#: Something to write in the transaction that stores the answer.
Effect = Callable[["AsyncSession"], Awaitable[None]]
#: An answer of a form, read by its field's kind; ``None`` where an optional field was left empty.
#: text, long text, choice, person, country and e-mail are ``str``, a number is a ``Decimal``.
Value = str | date | time | Money | Decimal | None


@dataclass(frozen=True, slots=True)
class Problems:
    """What a handler says of answers that it cannot take: a message for each field, already translated.

    The form is shown again with these at their fields and everything else kept. Whatever the handler wrote
    before it returned this is undone.
    """

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the account, the person behind it where one is linked, and their role."""

    account: Account
    role: Role
    person_key: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a handler may use. ``session`` is a read snapshot unless the command ``writes``.

    ``effects`` are carried out in the transaction that stores the answer, whichever kind the command is:
    what a reading command must leave behind (a trace of the look, a form's state) goes there.
    """

    session: AsyncSession
    t: Translator
    asker: Asker
    place: Place
    room: Room | None
    incoming: Incoming
    now: datetime
    registry: Registry
    bot_name: str = ""
    effects: list[Effect] = field(default_factory=list)

    @property
    def place_class(self) -> PlaceClass:
        """The kind of place for the policy table."""
        return PlaceClass.BOUND if self.place.shared else PlaceClass.DIRECT

    @property
    def contact_level(self) -> int:
        """The highest level of contact values that may be shown here."""
        return contact_level(self.asker.role, self.place_class)

    @property
    def direct_contact_level(self) -> int:
        """The highest level that may be shown to this asker in their direct chat."""
        return contact_level(self.asker.role, PlaceClass.DIRECT)

    def decide(self, subject: Subject) -> Decision:
        """The policy's word on this subject, for this asker, here."""
        return decide(self.asker.role, self.place_class, subject)


Run = Callable[[Context, str], Awaitable[Replies]]
Press = Callable[[Context, Sequence[str]], Awaitable[Replies]]
Submit = Callable[[Context, Sequence[str], Mapping[str, Value]], Awaitable["Replies | Problems"]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its names, what it is about for the policy, and what it does.

    ``run`` gets the text after the command's name, stripped. ``actions`` maps the names of this
    command's buttons to what a press does; it gets the action's arguments. ``forms`` maps the names of this
    command's forms to what is done with the answers; it gets the action's arguments and the values by field
    name, always in a write transaction, in the direct chat. ``summary`` and ``usage``
    are keys of the catalogues (a line each), ``examples`` are questions that work as they stand in the
    demo network. ``order`` sorts menus. ``writes`` commands run in a write transaction, and so must not wait
    for anything but the database.
    """

    name: str
    subject: Subject
    run: Run
    summary: str
    usage: str
    examples: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: Mapping[str, Press] = field(default_factory=dict)
    forms: Mapping[str, Submit] = field(default_factory=dict)
    order: int = 100
    writes: bool = False
    in_menu: bool = True

    def names(self) -> tuple[str, ...]:
        """The name and all aliases."""
        return (self.name, *(alias for aliases in self.aliases.values() for alias in aliases))

    def name_in(self, language: str) -> str:
        """The name that a reader of this language would type."""
        return next(iter(self.aliases.get(language, ())), self.name)
