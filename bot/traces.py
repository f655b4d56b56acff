"""What the conversation leaves of somebody: events that wait, messages under way, forms, the transcript.

The directory erases what it keeps itself (``directory.erasure``); this is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from bot.contract import Card, Incoming, as_json
from bot.forms.rows import FormRow, Outcome
from bot.i18n import Translator
from bot.inbox import InboxRow, InboxState
from bot.outgoing import Body
from bot.web.transcript import MessageRow
from directory import room_members
from directory.accounts import Reach
from directory.rooms import RoomRow
from reminders.deadlines import erasure as deadlines_erasure
from reminders.nudging import erasure as nudging_erasure
from reminders.outbox import OutboxRow, State

_PLAIN: Final = {"synchronize_session": False}
_BODY: Final[TypeAdapter[Body]] = TypeAdapter(Body)


class Conversations:
    """Implements ``bot.command.Traces``."""

    async def read(
        self, session: AsyncSession, reaches: Sequence[Reach], person: str | None = None
    ) -> Mapping[str, Any]:
        """What is kept of these accounts' conversations, and of what ``person`` is reminded of, as JSON."""
        found: dict[str, list[dict[str, Any]]] = {
            "deliveries": [],
            "events": [],
            "forms": [],
            "rooms": [],
            "browser_chat": [],
        }
        for reach in reaches:
            for state, body, created_at in await session.execute(
                sa.select(OutboxRow.state, OutboxRow.body, OutboxRow.created_at)
                .where(_sent_to(reach))
                .order_by(OutboxRow.id)
            ):
                found["deliveries"].append(
                    {"state": str(state), "message": body, "at": created_at.isoformat()}
                )
            for body, received_at in await session.execute(
                sa.select(InboxRow.body, InboxRow.received_at)
                .where(_heard_from(reach), InboxRow.body != "")
                .order_by(InboxRow.id)
            ):
                found["events"].append({"event": body, "at": received_at.isoformat()})
            for form, progress, created_at in await session.execute(
                sa.select(FormRow.form, FormRow.progress, FormRow.created_at)
                .where(_asked_of(reach), FormRow.outcome == Outcome.OPEN)
                .order_by(FormRow.id)
            ):
                found["forms"].append({"form": form, "answers": progress, "at": created_at.isoformat()})
            for platform, name, heard_on in await room_members.rooms_of(session, reach.account):
                found["rooms"].append({"platform": platform, "room": name, "at": heard_on.isoformat()})
            if reach.account.platform == "browser":
                for author, text, card, created_at in await session.execute(
                    sa.select(MessageRow.author, MessageRow.text, MessageRow.card, MessageRow.created_at)
                    .where(_written_with(reach))
                    .order_by(MessageRow.id)
                ):
                    found["browser_chat"].append(
                        {"author": author, "text": text, "card": card, "at": created_at.isoformat()}
                    )
        if person is not None:
            found["deadlines"] = await deadlines_erasure.known(session, person)
            found["reminders"] = await nudging_erasure.known(session, person)
        return found

    async def erase(
        self,
        session: AsyncSession,
        reaches: Sequence[Reach],
        texts: Sequence[str],
        keep: Incoming | None,
        person: str | None,
    ) -> None:
        """Erase it, and wherever else one of ``texts`` stands in it, in the caller's write transaction.

        ``keep`` is the event that is being answered, if any: its row ends with its answer.
        ``person`` is whose all of it is, where they were in the directory.
        """
        if person is not None:
            await deadlines_erasure.erase(session, person, texts)
            await nudging_erasure.erase(session, person)
        present = _present(keep)
        for reach in reaches:
            await session.execute(
                sa.delete(InboxRow).where(
                    _heard_from(reach), InboxRow.state == InboxState.PENDING, sa.not_(present)
                ),
                execution_options=_PLAIN,
            )
            # The event's number stays for a week, to recognise a repeat; whose it was goes.
            await session.execute(
                sa.update(InboxRow)
                .where(_heard_from(reach), sa.not_(present))
                .values(conversation="", body=""),
                execution_options=_PLAIN,
            )
            await session.execute(sa.delete(OutboxRow).where(_sent_to(reach)), execution_options=_PLAIN)
            await session.execute(sa.delete(FormRow).where(_asked_of(reach)), execution_options=_PLAIN)
            await session.execute(
                sa.delete(RoomRow).where(
                    RoomRow.platform == reach.account.platform, RoomRow.place.in_(_chats(reach))
                ),
                execution_options=_PLAIN,
            )
            if reach.account.platform == "browser":
                await session.execute(
                    sa.delete(MessageRow).where(_written_with(reach)), execution_options=_PLAIN
                )
        await self._erase_texts(session, texts)

    async def _erase_texts(self, session: AsyncSession, texts: Sequence[str]) -> None:
        """What others were told, began to answer, and see in the browser chat.

        What they asked and is not answered yet stays, because no event is lost: its words go with its answer.
        """
        if not texts:
            return
        await session.execute(
            sa.delete(MessageRow).where(
                sa.or_(
                    _holds(MessageRow.text, texts),
                    _holds(MessageRow.card, texts),
                    _holds(MessageRow.form, texts),
                )
            ),
            execution_options=_PLAIN,
        )
        await session.execute(
            sa.delete(FormRow).where(sa.or_(_holds(FormRow.form, texts), _holds(FormRow.progress, texts))),
            execution_options=_PLAIN,
        )
        told = await session.execute(
            sa.select(OutboxRow.id, OutboxRow.state, OutboxRow.body).where(_holds(OutboxRow.body, texts))
        )
        for row_id, state, body in told.all():
            # A message that was not begun is not sent at all. What became of one that was stays open:
            # only its words go.
            values: dict[str, Any] = {"state": State.FAILED, "reason": "erased", "body": "", "worker": ""}
            if state in (State.SENDING, State.IN_DOUBT):
                values = {"body": _emptied(body)}
            await session.execute(
                sa.update(OutboxRow).where(OutboxRow.id == row_id).values(**values), execution_options=_PLAIN
            )


def _emptied(body: str) -> str:
    """A message's body with a neutral sentence for its words; its outcome can still be found out."""
    known = _BODY.validate_json(body)
    card = Card(text=Translator(known.language)("forget.message_erased"))
    return as_json(_BODY, replace(known, cards=(card,), form=None, user="", reply_token=""))


def _chats(reach: Reach) -> list[str]:
    """The platform's ids of an account's direct chat: where it spoke last, and its own."""
    return [name for name in dict.fromkeys((reach.chat, reach.account.user)) if name]


def _sent_to(reach: Reach) -> sa.ColumnElement[bool]:
    return sa.and_(
        OutboxRow.platform == reach.account.platform,
        OutboxRow.destination.in_(_chats(reach)),
    )


def _present(keep: Incoming | None) -> sa.ColumnElement[bool]:
    if keep is None:
        return sa.false()
    return sa.and_(
        InboxRow.platform == keep.place.platform,
        InboxRow.account == keep.place.account,
        InboxRow.event_id == keep.event_id,
    )


def _heard_from(reach: Reach) -> sa.ColumnElement[bool]:
    platform = reach.account.platform
    sender = f'"user":"{reach.account.user}"'
    direct = sa.or_(
        *(
            InboxRow.conversation.like(f"{_escaped(platform)}:%:{_escaped(chat)}:%", escape="/")
            for chat in _chats(reach)
        )
    )
    return sa.and_(
        InboxRow.platform == platform, sa.or_(direct, InboxRow.body.contains(sender, autoescape=True))
    )


def _asked_of(reach: Reach) -> sa.ColumnElement[bool]:
    account = reach.account
    return sa.and_(
        FormRow.platform == account.platform, FormRow.team == account.team, FormRow.user == account.user
    )


def _written_with(reach: Reach) -> sa.ColumnElement[bool]:
    """The transcript of the account's own room, and what it said in a shared one."""
    rooms = [f"direct:{chat}" for chat in _chats(reach)]
    return sa.or_(MessageRow.room.in_(rooms), MessageRow.author == reach.account.user)


def _holds(column: Any, texts: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.icontains(text, autoescape=True) for text in texts))


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
