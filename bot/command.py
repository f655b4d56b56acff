"""What a handler sees: a command, the context of a question, and nothing of any platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.contract import FileRef, Incoming, Inline, Money, Place, PlaceKind, Reply
from bot.fetching import Fetched
from directory import audit
from directory.access import (
    ANY_CASE,
    Condition,
    Decision,
    PlaceClass,
    Role,
    Standing,
    Subject,
    contact_level,
    decide,
    highest_level,
)
from directory.audit import Actor, Look
from directory.letters import Letter
from directory.lookups import WEEKLY

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.i18n import Translator
    from bot.registry import Registry
    from directory.accounts import Account, Reach
    from directory.rooms import Room

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
    """Who asks: the account, the person behind it where one is linked, and what they are to each network.

    ``person_key`` is empty where the message carries no right or the person is suspended.
    """

    account: Account
    standing: Standing
    person_key: str | None = None

    @property
    def role(self) -> Role:
        """The highest role, as the trail names it; what somebody may do is for ``Context.decide``."""
        return self.standing.role


#: Sends a letter to every account of its person, or keeps it until there is one.
Tell = Callable[["AsyncSession", Letter], Awaitable[None]]


#: For how long backups hold what was erased, unless the settings say otherwise, in days.
BACKUP_DAYS: Final = 30


class Traces(Protocol):
    """What the conversation itself leaves of accounts: events, messages under way, forms, a transcript."""

    async def read(
        self, session: AsyncSession, reaches: Sequence[Reach], person: str | None = None
    ) -> Mapping[str, Any]:
        """What is kept of these accounts, and of what ``person`` is reminded of, in terms of JSON."""
        ...

    async def erase(
        self,
        session: AsyncSession,
        reaches: Sequence[Reach],
        texts: Sequence[str],
        keep: Incoming | None,
        person: str | None,
    ) -> None:
        """Erase it, what ``person`` is reminded of, and all that holds one of ``texts``.

        ``keep`` is the event that is being answered: its row stays until then.
        """
        ...


@dataclass(slots=True)
class Looking:
    """What one answer shows of people: ``looks`` for the trail; ``seen`` is who was seen this week already.

    ``withheld``: something was left out because the week's lookups are used up. ``unfound``: nothing was
    found, so that the time that it took must not tell whether somebody is there who may not be known.
    """

    looks: dict[str, Look] = field(default_factory=dict)
    seen: Mapping[str, datetime] | None = None
    withheld: bool = False
    unfound: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a handler may use. ``session`` is a read snapshot unless the command ``writes``.

    ``effects`` are carried out in the transaction that stores the answer, whichever kind the command is:
    what a reading command must leave behind (a trace of the look, a form's state) goes there. ``bot_name`` is
    what the bot is called on the platform of the question, ``telegram_name`` on Telegram, for deep links.
    ``public_url`` is where the web server is reached from outside, empty where it is not.
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
    telegram_name: str = ""
    effects: list[Effect] = field(default_factory=list)
    weekly_lookups: int = WEEKLY
    looking: Looking = field(default_factory=Looking)
    post: Tell | None = None
    files: tuple[Fetched, ...] = ()
    traces: Traces | None = None
    backup_days: int = BACKUP_DAYS
    public_url: str = ""

    @property
    def place_class(self) -> PlaceClass:
        """The kind of place for the policy table.

        What is typed after the bot's name in any chat is asked as in a bound room: the list is public.
        """
        if not self.place.shared:
            return PlaceClass.DIRECT
        if self.place.kind is PlaceKind.BROADCAST:
            return PlaceClass.OTHER
        bound = self.room is not None and self.room.network is not None
        return PlaceClass.BOUND if bound or isinstance(self.incoming.event, Inline) else PlaceClass.OTHER

    def directly(self) -> Context:
        """The same question as if it had been asked in the asker's direct chat."""
        place = self.place
        if not place.shared:
            return self
        direct = Place(place.platform, place.account, PlaceKind.DIRECT, self.incoming.sender.user)
        return replace(self, place=direct, room=None)

    @property
    def contact_level(self) -> int:
        """The highest level that may be shown here of anybody; for one person see ``contact_level_for``."""
        return highest_level(self.asker.standing, self.place_class)

    @property
    def direct_contact_level(self) -> int:
        """The highest level that may be shown to this asker of anybody in their direct chat."""
        return highest_level(self.asker.standing, PlaceClass.DIRECT)

    def contact_level_for(self, *networks: str) -> int:
        """The highest level that may be shown here of a person who belongs to ``networks`` (or to none)."""
        return contact_level(self.asker.standing, self.place_class, *networks)

    def decide(
        self, subject: Subject, network: str | None = None, meets: Collection[Condition] = ()
    ) -> Decision:
        """The policy's word on this subject of a network, for this asker, here (see ``directory.access``)."""
        return decide(self.asker.standing, self.place_class, subject, network, meets)

    @property
    def actor(self) -> Actor:
        """Who does this, for the trail."""
        account, place = self.asker.account, self.place
        where = f"{place.kind}:{place.id}" if place.shared else str(place.kind)
        return Actor(
            account.platform, account.team, account.user, self.asker.person_key, self.asker.role, where
        )

    def look(self, person_key: str, level: int, network: str | None = None) -> None:
        """The answer shows values of a person up to ``level``: it goes into the trail, once an answer.

        Level 0 and one's own entry are nothing to be recorded. Without ``network`` the trail finds it out.
        """
        if level < 1 or person_key == self.asker.person_key:
            return
        looks = self.looking.looks
        if not looks:
            self.effects.append(self._record)
        known = looks.get(person_key)
        if known is None or known.level < level:
            looks[person_key] = Look(person_key, level, network or (known.network if known else None))

    def tell(self, person_key: str, message: str, **values: str) -> None:
        """Send a message of the catalogues to a person directly, once the answer is stored.

        It is put into words in each reader's own language, goes to all their accounts, and waits where they
        have none. It may use ``{when}``, which is now.
        """

        async def send(session: AsyncSession) -> None:
            if self.post is not None:
                await self.post(session, Letter(person_key, message, values, self.now))

        self.effects.append(send)

    async def _record(self, session: AsyncSession) -> None:
        await audit.look(session, self.actor, self.now, tuple(self.looking.looks.values()))


Run = Callable[[Context, str], Awaitable[Replies]]
Press = Callable[[Context, Sequence[str]], Awaitable[Replies]]
Submit = Callable[[Context, Sequence[str], Mapping[str, Value]], Awaitable["Replies | Problems"]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its names, what it is about for the policy, and what it does.

    ``run`` gets the text after the command's name, stripped. ``actions`` maps the names of this
    command's buttons to what a press does; it gets the action's arguments. ``forms`` maps the names of this
    command's forms to what is done with the answers; it gets the action's arguments and the values by field
    name, always in a write transaction, in the direct chat. ``file_forms`` are those that a file sends as
    they stand where it comes while they are open; it is in the context then. ``recognises`` tells whether a
    text without a command's name is for this command, ``files`` whether a file is, whatever the words beside
    it. ``refused`` is what must be done, and answered instead
    of the neutral words, where the policy does not let the command run. ``cases`` are the policy's conditions
    that it can meet at all: help offers it to nobody else. ``summary`` and ``usage``
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
    file_forms: frozenset[str] = frozenset()
    recognises: Callable[[str], bool] | None = None
    files: Callable[[FileRef], bool] | None = None
    refused: Run | None = None
    cases: frozenset[Condition] = ANY_CASE
    order: int = 100
    writes: bool = False
    in_menu: bool = True

    def names(self) -> tuple[str, ...]:
        """The name and all aliases."""
        return (self.name, *(alias for aliases in self.aliases.values() for alias in aliases))

    def name_in(self, language: str) -> str:
        """The name that a reader of this language would type."""
        return next(iter(self.aliases.get(language, ())), self.name)
