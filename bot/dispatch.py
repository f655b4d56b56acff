"""From an event to its answers: who is asking, may they, which command, one transaction.

The one place where an error becomes a reply.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, parsing
from bot.command import Command, Context, Replies
from bot.contract import (
    Card,
    Happened,
    Incoming,
    Inline,
    Lifecycle,
    Opened,
    Pressed,
    Reply,
    Said,
    Submitted,
)
from bot.finishing import Finisher
from bot.i18n import Translator, negotiate
from bot.identity import identify
from bot.inbox import InboxState, Pending
from bot.outgoing import drafts
from bot.registry import Registry
from directory import accounts
from directory.access import ANY_CASE, Decision
from directory.database import Database
from directory.search import fold
from reminders import outbox
from reminders.delivery import Deliverer, Point, nowhere
from reminders.outbox import Delivery, Draft

#: A handler that takes longer is given up, in seconds.
PATIENCE: Final = 15.0
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
        point: Point = nowhere,
    ) -> None:
        self._database = database
        self._registry = registry
        self._now = now
        self._bot_name = bot_name
        self._point = point
        self._deliverer = deliverer
        self._finisher = Finisher(database, deliverer, now=now, point=point)
        self._log = structlog.get_logger("bot.dispatch")

    async def handle(self, pending: Pending) -> None:
        """Answer an event: the change, the replies and the mark in one transaction.

        Raises:
            Exception: whatever a handler raised; nothing was changed.
        """
        incoming = pending.incoming
        async with asyncio.timeout(PATIENCE):
            if self._writes(incoming):
                with contextlib.suppress(_AnsweredElsewhere):
                    async with self._database.writing() as session:
                        replies, context = await self._answer(session, incoming)
                        given, claimed = await self._finish(session, pending, replies, context)
                    self._deliverer.hand_over(given, claimed)
                await self._point("answered")
                return
            async with self._database.reading() as session:
                replies, context = await self._answer(session, incoming)
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
        self, session: AsyncSession, pending: Pending, replies: Sequence[Reply], context: Context
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
        if isinstance(event, Happened):
            return True
        if isinstance(event, Pressed):
            found = self._registry.press(event.action.split(":", 1)[0])
            return found is not None and found[0].writes
        if isinstance(event, Said):
            command, _ = self._command(parsing.clean(event.text[: parsing.MAX_TEXT]), incoming)
            return command is not None and command.writes
        return False

    async def _answer(self, session: AsyncSession, incoming: Incoming) -> tuple[Sequence[Reply], Context]:
        known = await identify(session, incoming)
        context = Context(
            session=session,
            t=known.t,
            asker=known.asker,
            place=incoming.place,
            room=known.room,
            incoming=incoming,
            now=self._now(),
            registry=self._registry,
            bot_name=self._bot_name(incoming.place.platform),
        )
        event = incoming.event
        if isinstance(event, Happened):
            return await self._happened(context, event), context
        if isinstance(event, Pressed):
            return _several(await self._pressed(context, event)), context
        if isinstance(event, Submitted):
            return (Reply(Card(text=context.t("dispatch.stale_button"))),), context
        if isinstance(event, Inline):
            return _several(await self._run("find", context, parsing.clean(event.query))), context
        if isinstance(event, Opened):
            return _several(await self._run("start", context, "")), context
        return _several(await self._said(context, event)), context

    async def _run(self, name: str, context: Context, argument: str) -> Replies:
        command = self._registry.named(name)
        if command is None:
            raise LookupError(f"the command {name!r} is not installed")
        return await self._allowed(command, context) or await command.run(context, argument)

    async def _said(self, context: Context, event: Said) -> Replies:
        t = context.t
        if len(event.text) > parsing.MAX_TEXT:
            return Reply(Card(text=t("dispatch.too_long", limit=t.number(parsing.MAX_TEXT))))
        text = parsing.clean(event.text)
        if not text or text == "/":
            return Reply(Card(text=t("dispatch.empty")))
        command, argument = self._command(text, context.incoming)
        if command is not None:
            return await self._allowed(command, context) or await command.run(context, argument)
        line = parsing.parse(text)
        if line.word:
            return Reply(Card(text=self._unknown(t, line.word)))
        return await self._run("find", context, text)

    async def _pressed(self, context: Context, event: Pressed) -> Replies:
        name, *arguments = parsing.clean(event.action).split(":")
        found = self._registry.press(name)
        if found is None:
            return Reply(Card(text=context.t("dispatch.stale_button")))
        command, press = found
        return await self._allowed(command, context) or await press(context, arguments)

    async def _happened(self, context: Context, event: Happened) -> Sequence[Reply]:
        place, session = context.place, context.session
        if event.what is Lifecycle.MIGRATED:
            await accounts.move_room(session, place.platform, place.account, place.id, event.detail)
            await outbox.move(session, place.platform, place.account, place.id, event.detail)
            return ()
        room = await accounts.room(session, place.platform, place.account, place.id)
        if event.what in (Lifecycle.REMOVED, Lifecycle.BLOCKED):
            await accounts.close_room(session, place.platform, place.account, place.id)
            return ()
        await accounts.open_room(session, room)
        if event.what is Lifecycle.JOINED and place.shared:
            return _several(await self._run("start", context, ""))
        return ()

    async def _allowed(self, command: Command, context: Context) -> Reply | None:
        """``None`` where the command may run here, else the refusal.

        A command whose details may not be shown in this place runs all the same: it knows what to
        leave out, or to send to the direct chat.
        """
        if context.decide(command.subject, meets=ANY_CASE) in (Decision.REFUSED, Decision.IGNORED):
            return Reply(Card(text=context.t("dispatch.refused")))
        return None

    def _command(self, text: str, incoming: Incoming) -> tuple[Command | None, str]:
        """The command that a line names; a slash may be left out in a direct chat or after a mention."""
        line = parsing.parse(text)
        if line.word:
            return self._registry.named(line.word), line.rest
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


def _several(replies: Replies) -> Sequence[Reply]:
    return (replies,) if isinstance(replies, Reply) else replies
