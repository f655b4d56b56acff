"""From an event to its answers: who is asking, may they, which command, one transaction.

The one place where an error becomes a reply.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, parsing
from bot.command import BACKUP_DAYS, Command, Context, Tell
from bot.contract import (
    Card,
    Choice,
    Event,
    FormStyle,
    Happened,
    Incoming,
    Inline,
    Lifecycle,
    Opened,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Said,
    Submitted,
)
from bot.departing import departed
from bot.entering import entered
from bot.fetching import Fetch, Fetched, fetched, has_files
from bot.finishing import Finisher
from bot.forms.desk import Desk, Out, is_sending
from bot.hearing import Hearing
from bot.i18n import Translator, negotiate
from bot.identity import Known, identify
from bot.inbox import InboxState, Pending
from bot.losing import lose
from bot.outgoing import drafts
from bot.permission import carry_out, denied, is_closed, several
from bot.registry import FORM_BUTTON, Registry
from bot.traces import Conversations
from directory import accounts, rooms
from directory.access import ANY_CASE, Decision, PlaceClass, Subject, decide
from directory.accounts import Account
from directory.database import Database
from directory.lookups import WEEKLY
from directory.search import fold
from reminders import outbox
from reminders.delivery import Deliverer, Point, nowhere
from reminders.outbox import Delivery, Draft

#: A handler that takes longer is given up, in seconds.
PATIENCE: Final = 15.0
#: That nothing was found is said this long after it was asked at the earliest, in seconds: longer than the
#: search takes, and hardly longer than what still feels immediate.
UNFOUND: Final = 0.25
#: An unknown command is taken for the nearest known one up to this many typing errors.
NEAR: Final = 2


class _AnsweredElsewhere(Exception):
    """Another worker has dealt with the event in the meantime."""


class Dispatcher:
    """Handles one stored event at a time; knows nothing of platforms or of order."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        deliverer: Deliverer,
        *,
        now: Callable[[], datetime],
        bot_name: Callable[[str], str] = lambda _platform: "",
        form_style: Callable[[str], FormStyle] = lambda _platform: FormStyle.STEPS,
        fetch: Fetch | None = None,
        post: Tell | None = None,
        weekly_lookups: int = WEEKLY,
        backup_days: int = BACKUP_DAYS,
        public_url: str = "",
        point: Point = nowhere,
    ) -> None:
        self._database = database
        self._registry = registry
        self._now = now
        self._bot_name = bot_name
        self._fetch = fetch
        self._post = post
        self._weekly_lookups = weekly_lookups
        self._backup_days = backup_days
        self._public_url = public_url
        self._traces = Conversations()
        self._hearing = Hearing()
        self._desk = Desk(registry, form_style)
        self._point = point
        self._deliverer = deliverer
        self._finisher = Finisher(database, deliverer, now=now, point=point)
        self._log = structlog.get_logger("bot.dispatch")

    async def handle(self, pending: Pending) -> None:
        """Answer an event: the change, the replies and the mark in one transaction.

        Raises:
            Exception: whatever a handler raised; nothing was changed.
        """
        incoming, begun = pending.incoming, time.monotonic()
        files, awaited = await self._files(pending) if has_files(incoming) else ((), False)
        async with asyncio.timeout(PATIENCE):
            if awaited or self._writes(incoming):
                with contextlib.suppress(_AnsweredElsewhere):
                    async with self._database.writing() as session:
                        replies, context = await self.answer(session, pending, files)
                        given, claimed = await self._finish(session, pending, replies, context)
                    self._deliverer.hand_over(given, claimed)
                await self._point("answered")
                return
            async with self._database.reading() as session:
                replies, context = await self.answer(session, pending, files)
            await even_out(context, begun)
        given = drafts(incoming, replies, context.t.language)
        await self._finisher.finish(pending.id, given, context.effects)
        await self._point("answered")

    async def park(self, pending: Pending, error: BaseException) -> str:
        """Put a poison event aside, politely; returns the reference that also stands in the log."""
        reference = secrets.token_hex(3).upper()
        incoming = pending.incoming
        self._log.error(
            "event_parked",
            reference=reference,
            inbox_id=pending.id,
            platform=incoming.place.platform,
            kind=incoming.event.kind,
            error=type(error).__name__,
            exc_info=error,
        )
        language = negotiate(incoming.sender.language)
        try:
            async with self._database.reading() as session:
                language = (await identify(session, incoming)).t.language
        except Exception:
            self._log.warning("asker_unknown", reference=reference, exc_info=True)
        replies: Sequence[Reply] = ()
        if not isinstance(incoming.event, Happened | Inline):
            text = Translator(language)("dispatch.failed", reference=reference)
            replies = (Reply(Card(text=text)),)
        now, given = self._now(), drafts(incoming, replies, language)
        async with self._database.writing() as session:
            if await inbox.settle(session, pending.id, InboxState.PARKED, now, reference):
                await outbox.enqueue(session, given, now)
            await self._point("in_answer")
        self._deliverer.hand_over(given, ())
        return reference

    async def _finish(
        self, session: AsyncSession, pending: Pending, replies: Sequence[Out], context: Context
    ) -> tuple[Sequence[Draft], Sequence[Delivery]]:
        now, given = self._now(), drafts(pending.incoming, replies, context.t.language)
        if not await inbox.settle(session, pending.id, InboxState.DONE, now):
            # Another worker was faster: what this one changed must not stand beside its change.
            raise _AnsweredElsewhere
        claimed = await outbox.enqueue(session, given, now, self._deliverer.taker)
        for effect in context.effects:
            await effect(session)
        await self._point("in_answer")
        return given, claimed

    def _writes(self, incoming: Incoming) -> bool:
        event = incoming.event
        if isinstance(event, Happened) or is_sending(event):
            return True
        if isinstance(event, Pressed):
            found = self._registry.press(event.action.split(":", 1)[0])
            return found is not None and found[0].writes
        if isinstance(event, Said) and has_files(incoming):
            taking = self._registry.taking(event.files)
            return taking is not None and taking.writes
        if isinstance(event, Said):
            command, _ = self._command(parsing.clean(event.text[: parsing.MAX_TEXT]), incoming)
            return command is not None and command.writes
        return False

    async def _files(self, pending: Pending) -> tuple[tuple[Fetched, ...], bool]:
        """The files of a message, and whether a form of its sender's waits for one.

        They are fetched then and where the sender may do what they are for, which is to import unless a
        command takes them; nothing is fetched for anybody else.
        """
        incoming = pending.incoming
        async with self._database.reading() as session:
            known = await identify(session, incoming, pending.received_at)
            awaited = await self._desk.awaiting_file(session, incoming, self._now()) is not None
        taking = self._registry.taking(incoming.event.files) if isinstance(incoming.event, Said) else None
        subject = taking.subject if taking is not None else Subject.IMPORT
        may = decide(known.asker.standing, PlaceClass.DIRECT, subject, meets=ANY_CASE)
        if self._fetch is None or (may is not Decision.ALLOWED and not awaited):
            return (), awaited
        return await fetched(incoming, self._fetch), awaited

    async def answer(
        self, session: AsyncSession, pending: Pending, files: tuple[Fetched, ...] = ()
    ) -> tuple[Sequence[Out], Context]:
        """What is answered to an event, and what goes with it; nothing is stored."""
        incoming = pending.incoming
        known = await identify(session, incoming, pending.received_at)
        context = self._context(session, incoming, known, files)
        place, reach = incoming.place, known.reach
        here = (place.account, place.id)
        if not place.shared and reach.account.person_key and (reach.bot, reach.chat) != here:
            context.effects.append(partial(_reached, account=reach.account, place=place))
        self._hearing.hear(context)
        replies = await self._replies(context, incoming.event)
        return await self._desk.lay_out(context, replies), context

    async def suggest(self, incoming: Incoming, field: str) -> Sequence[Choice]:
        """What may be meant by what is being typed into a field of an open form. See ``Suggest``."""
        begun = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            async with self._database.reading() as session:
                context = self._context(session, incoming, await identify(session, incoming))
                choices = await self._desk.suggested(context, field, _refusal)
            if context.effects:
                # Names are shown only once it stands in the trail.
                async with self._database.writing() as session:
                    for effect in context.effects:
                        await effect(session)
            await even_out(context, begun)
        return choices

    def _context(
        self, session: AsyncSession, incoming: Incoming, known: Known, files: tuple[Fetched, ...] = ()
    ) -> Context:
        return Context(
            session=session,
            t=known.t,
            asker=known.asker,
            place=incoming.place,
            room=known.room,
            incoming=incoming,
            now=self._now(),
            registry=self._registry,
            bot_name=self._bot_name(incoming.place.platform),
            telegram_name=self._bot_name("telegram"),
            weekly_lookups=self._weekly_lookups,
            post=self._post,
            files=files,
            traces=self._traces,
            backup_days=self._backup_days,
            public_url=self._public_url,
        )

    async def _replies(self, context: Context, event: Event) -> Sequence[Out]:
        if isinstance(event, Happened):
            return await self._happened(context, event)
        if context.place.kind is PlaceKind.BROADCAST:
            return ()
        if isinstance(event, Submitted):
            return await self._desk.submitted(context, event, _refusal)
        if isinstance(event, Pressed):
            name, *arguments = parsing.clean(event.action).split(":")
            if name == FORM_BUTTON:
                return await self._desk.pressed(context, event, arguments, _refusal)
            return await self._pressed(context, name, arguments)
        if isinstance(event, Inline):
            return await self._run("find", context, parsing.clean(event.query))
        if isinstance(event, Opened):
            return await self._run("start", context, "")
        answered = None if has_files(context.incoming) else await self._desk.said(context, event)
        return answered if answered is not None else await self._said(context, event)

    async def _run(self, name: str, context: Context, argument: str) -> Sequence[Reply]:
        command = self._registry.named(name)
        if command is None:
            raise LookupError(f"the command {name!r} is not installed")
        if command.refused is not None and denied(command, context) is not None:
            return several(await command.refused(context, argument))
        return await carry_out(command, context, lambda place: command.run(place, argument))

    async def _said(self, context: Context, event: Said) -> Sequence[Out]:
        text = parsing.clean(event.text[: parsing.MAX_TEXT])
        command, argument = self._command(text, context.incoming)
        if has_files(context.incoming):
            if (taken := await self._desk.brought(context, _refusal)) is not None:
                return taken
            if (taking := self._registry.taking(event.files)) is not None:
                return await self._run(taking.name, context, "")
            # A file is brought to be imported, whatever the words beside it are called.
            named = command is not None and command.name == "import"
            return await self._run("import", context, argument if named else text)
        if command is not None and len(event.text) <= parsing.MAX_TEXT:
            return await self._run(command.name, context, argument)
        if is_closed(context):
            return ()
        t, line = context.t, parsing.parse(text)
        if len(event.text) > parsing.MAX_TEXT:
            return (Reply(Card(text=t("dispatch.too_long", limit=t.number(parsing.MAX_TEXT)))),)
        if not text or text == "/":
            return (Reply(Card(text=t("dispatch.empty"))),)
        if line.word:
            return (Reply(Card(text=self._unknown(t, line.word))),)
        return await self._run("find", context, text)

    async def _pressed(self, context: Context, name: str, arguments: Sequence[str]) -> Sequence[Reply]:
        found = self._registry.press(name)
        if found is not None:
            command, press = found
            return await carry_out(command, context, lambda place: press(place, arguments))
        return () if is_closed(context) else (Reply(Card(text=context.t("dispatch.stale_button"))),)

    async def _happened(self, context: Context, event: Happened) -> Sequence[Reply]:
        place, session = context.place, context.session
        if event.what is Lifecycle.DEPARTED:
            await departed(context)
            return ()
        if event.what is Lifecycle.MIGRATED:
            await rooms.move(session, place.platform, place.account, place.id, event.detail)
            await outbox.move(session, place.platform, place.account, place.id, event.detail)
            return ()
        if event.what in (Lifecycle.REMOVED, Lifecycle.BLOCKED):
            await lose(session, context.post, context.now, place.platform, place.account, place.id)
            return ()
        room = await rooms.get(session, place.platform, place.account, place.id)
        await rooms.open_again(session, room)
        if place.kind is PlaceKind.BROADCAST:
            return await entered(context, event)
        if event.what is Lifecycle.JOINED and place.shared and not (room.id and room.active):
            return await self._run("start", context, "")
        return ()

    def _command(self, text: str, incoming: Incoming) -> tuple[Command | None, str]:
        """The command that a line names; a slash may be left out in a direct chat or after a mention."""
        line = parsing.parse(text)
        command = self._registry.named(line.word) if line.word else None
        if line.word and (command is None or command.name != "start"):
            return command, line.rest
        # A deep link's payload comes as /start PAYLOAD.
        recognising = self._registry.recognising(line.rest)
        if recognising is not None or line.word:
            return recognising or command, line.rest
        word, rest = parsing.first_word(text)
        command = self._registry.named(word)
        return (command, rest) if command is not None else (None, text)

    def _unknown(self, t: Translator, word: str) -> str:
        shown = "/" + parsing.echo(word)
        names = list(self._registry.names)
        found = process.extractOne(fold(word), names, scorer=DamerauLevenshtein.distance, score_cutoff=NEAR)
        if found is None:
            return t("dispatch.unknown_command_plain", command=shown)
        command = self._registry.names[found[0]]
        return t("dispatch.unknown_command", command=shown, nearest="/" + command.name_in(t.language))


async def _reached(session: AsyncSession, account: Account, place: Place) -> None:
    await accounts.reached(session, account, place.account, place.id)


async def even_out(context: Context, begun: float) -> None:
    """Where nothing was found, wait until a moment that is the same whatever was looked through for it.

    Words that name somebody who may not be known are searched for faster, or more slowly, than words that
    name nobody. ``begun`` is the monotonic clock's time at the beginning.
    """
    if context.looking.unfound:
        await asyncio.sleep(UNFOUND - (time.monotonic() - begun))


async def _refusal(command: Command, context: Context) -> Reply | None:
    """``None`` where a form of a command may be answered, in its direct chat, else the refusal."""
    return next(iter(denied(command, context) or ()), None)
