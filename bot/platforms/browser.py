"""The browser chat as a platform: messages are rows of a transcript, pages are told when it changes."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.contract import (
    Choice,
    FileRef,
    FormStyle,
    Incoming,
    OpenForm,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Rate,
    Receive,
    Refused,
    Route,
    Said,
    Sender,
    Submitted,
    Suggest,
    scrub,
)
from bot.web import transcript, uploads
from bot.web.watch import Watch
from directory.database import Database
from directory.notices import Notices

PLATFORM: Final = "browser"
#: Who can speak where the page lets one choose; the page itself does not offer the operator.
SPEAKERS: Final = ("visitor", "focal", "coordinator", "operator")
#: Messages older than this are deleted.
KEEP: Final = timedelta(days=30)
PRUNE_SECONDS: Final = 3600.0
#: The topic of notices that something was written to a page, for the process that shows it.
PAGE: Final = "page"

_GROUP: Final = Place(PLATFORM, PLATFORM, PlaceKind.GROUP, "group")
_MENTION: Final = re.compile(r"(?<!\S)@enlace\b[\s,:;]*", re.IGNORECASE)


class NotReadyError(Exception):
    """The platform was not started yet, so nothing can be stored."""


class StaleError(Exception):
    """The pressed button is not on the message (any more)."""


def group() -> Place:
    """The room that all speakers share."""
    return _GROUP


def direct(handle: str) -> Place:
    """The direct chat of a speaker."""
    return Place(PLATFORM, PLATFORM, PlaceKind.DIRECT, handle)


def room_of(place: Place) -> str:
    """A place's key in the transcript."""
    return f"{place.kind.value}:{place.id}"


class Browser:
    """Implements ``bot.contract.Platform``; the web application hands over what pages send.

    ``demo_speakers``: whoever opens the page may choose who is speaking, which is right on loopback only.
    Otherwise each browser is a visitor of its own, known by a cookie that is signed with ``secret``.
    """

    name = PLATFORM
    account = PLATFORM
    idempotent = True
    listens_alone = False
    can_confirm = False
    forms = FormStyle.PAGE

    def __init__(
        self,
        database: Database,
        *,
        demo_speakers: bool,
        secret: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database = database
        self.demo_speakers = demo_speakers
        self.secret = secret
        self.watch = Watch(database)
        self._notices = Notices(database)
        self._now = now
        self._receive: Receive | None = None
        self._suggest: Suggest | None = None

    @classmethod
    async def open(cls, database: Database, *, demo_speakers: bool) -> Browser:
        """A browser chat with the secret of its database."""
        async with database.writing() as session:
            secret = await transcript.secret(session)
        return cls(database, demo_speakers=demo_speakers, secret=secret)

    # Life

    async def start(self, receive: Receive) -> None:
        """See ``Platform``."""
        self._receive = receive

    async def listen(self) -> None:
        """See ``Platform``: looks for what other processes wrote, and forgets what is old."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.watch.run())
            tasks.create_task(
                self._notices.listen(lambda topic: self.watch.look() if topic == PAGE else None)
            )
            tasks.create_task(self._forget())

    async def _forget(self) -> None:
        while True:
            with contextlib.suppress(Exception):
                async with self.database.writing() as session:
                    await transcript.forget(session, self._now() - KEEP)
                    await uploads.forget(session, self._now())
            await asyncio.sleep(PRUNE_SECONDS)

    async def stop(self) -> None:
        """See ``Platform``: ends every open stream."""
        self.watch.close()

    def routes(self) -> Sequence[Route]:
        """See ``Platform``: the pages have routes of their own (``bot.web.chat``)."""
        return ()

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        """See ``Platform``: an own page has no limits."""
        return ()

    def requests(self, message: Outgoing) -> int:
        """See ``Platform``."""
        return 1

    # Out

    async def send(self, message: Outgoing) -> str:
        """See ``Platform``."""
        room = room_of(message.place)
        if message.operation is Operation.DELETE:
            async with self.database.writing() as session:
                await transcript.take_away(session, room, message.target)
            self.watch.ring([room])
            return ""
        if message.operation not in (Operation.POST, Operation.EDIT, Operation.FORM):
            raise Refused("not_offered")
        shown = transcript.Shown(message.cards[0], message.language, message.form)
        key, now = message.id, self._now()
        async with self.database.writing() as session:
            if not message.target:
                await transcript.add_card(session, room, key, shown, now)
            else:
                key = message.target
                if not await transcript.replace_card(session, room, key, shown, edit_key=message.id, now=now):
                    raise Refused("message_not_found")
        self.watch.ring([room])
        await self._notices.tell(PAGE)
        return key

    async def confirm(self, message: Outgoing) -> str | None:
        """See ``Platform``: the transcript knows."""
        if message.operation is Operation.DELETE:
            return ""
        editing = bool(message.target)
        key = message.target if editing else message.id
        async with self.database.reading() as session:
            found = await transcript.find(session, [room_of(message.place)], key)
        if found is None or (editing and found.edit_key != message.id):
            return ""
        return key

    # In

    async def say(self, place: Place, sender: Sender, text: str, event_id: str) -> None:
        """Somebody sent words. A repeat of ``event_id`` (unique to the sender) has no effect.

        Raises:
            NotReadyError: nothing can be stored yet.
        """
        text, room = scrub(text), room_of(place)
        event_id = f"{sender.user}:{event_id}"
        if self._receive is None:
            raise NotReadyError
        async with self.database.writing() as session:
            await transcript.add_words(
                session, room, f"said:{event_id}", author=sender.user, text=text, now=self._now()
            )
        self.watch.ring([room])
        asked, mentioned = (text, 0) if not place.shared else _MENTION.subn("", text)
        addressed = not place.shared or mentioned > 0 or asked.lstrip().startswith("/")
        await self._receive([self._incoming(event_id, place, sender, Said(asked, addressed))])

    async def bring(
        self,
        place: Place,
        sender: Sender,
        text: str,
        name: str,
        media_type: str,
        content: bytes,
        event_id: str,
    ) -> None:
        """Somebody sent a file with words beside it. A repeat of ``event_id`` has no effect.

        Raises:
            NotReadyError: nothing can be stored yet.
        """
        text, event_id = scrub(text), f"{sender.user}:{event_id}"
        room = room_of(place)
        if self._receive is None:
            raise NotReadyError
        async with self.database.writing() as session:
            shown = FileRef(name, media_type, len(content), "").name or "file"
            await transcript.add_words(
                session,
                room,
                f"said:{event_id}",
                author=sender.user,
                text="\n".join(part for part in (text, f"📎 {shown}") if part),
                now=self._now(),
            )
            key = await uploads.keep(session, sender.user, shown, media_type[:200], content, self._now())
        self.watch.ring([room])
        said = Said(text, not place.shared, (FileRef(shown, media_type, len(content), key),))
        await self._receive([self._incoming(event_id, place, sender, said)])

    async def fetch(self, file: FileRef) -> bytes:
        """See ``Fetching``.

        Raises:
            LookupError: the file is gone.
        """
        async with self.database.reading() as session:
            return await uploads.content(session, file.handle)

    async def press(self, place: Place, sender: Sender, action: str, message_key: str, event_id: str) -> None:
        """Somebody pressed a button. A repeat of ``event_id`` has no effect.

        Raises:
            NotReadyError: nothing can be stored yet.
            StaleError: the message has no such button (now).
        """
        if self._receive is None:
            raise NotReadyError
        async with self.database.reading() as session:
            found = await transcript.find(session, [room_of(place)], message_key)
        card = found.card if found is not None else None
        if card is None or all(button.action != action for row in card.buttons for button in row):
            raise StaleError
        event = Pressed(action, message_key)
        await self._receive([self._incoming(f"{sender.user}:{event_id}", place, sender, event)])

    async def submit(self, place: Place, sender: Sender, form: Submitted, event_id: str) -> None:
        """Somebody sent a form. A repeat of ``event_id`` has no effect.

        Raises:
            NotReadyError: nothing can be stored yet.
            StaleError: the message does not show this form (now).
        """
        if self._receive is None:
            raise NotReadyError
        shown = await self._shown_form(place, form)
        names = {field.name for field in shown.form.fields}
        form = replace(form, values={name: form.values[name] for name in names & form.values.keys()})
        await self._receive([self._incoming(f"{sender.user}:{event_id}", place, sender, form)])

    def complete(self, suggest: Suggest) -> None:
        """See ``Suggesting``."""
        self._suggest = suggest

    async def suggest(self, place: Place, sender: Sender, form: Submitted, field: str) -> Sequence[Choice]:
        """What may be meant by what somebody is typing into a field of a form; ``form`` has its text so far.

        Raises:
            NotReadyError: nothing can be answered yet.
            StaleError: the message does not show this form (now), or the form has no such field.
        """
        if self._suggest is None:
            raise NotReadyError
        shown = await self._shown_form(place, form)
        if field not in {one.name for one in shown.form.fields}:
            raise StaleError
        return await self._suggest(self._incoming("", place, sender, form), field)

    async def _shown_form(self, place: Place, form: Submitted) -> OpenForm:
        async with self.database.reading() as session:
            found = await transcript.find(session, [room_of(place)], form.message_id)
        if found is None or found.form is None or found.form.key != form.key:
            raise StaleError
        return found.form

    def _incoming(
        self, event_id: str, place: Place, sender: Sender, event: Said | Pressed | Submitted
    ) -> Incoming:
        message_id = f"said:{event_id}" if isinstance(event, Said) else event.message_id
        return Incoming(event_id, place, sender, event, self._now(), message_id=message_id)
