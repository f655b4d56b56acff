"""What a restored database needs before it is worked with: nothing is sent a second time.

Between the backup and its restoration the lost database went on answering and sending; the restored one does
not know of it. So whatever waits in it counts as done: it is listed, for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.forms.rows import FormRow, Outcome
from bot.i18n import zone
from bot.inbox import InboxRow, InboxState
from bot.web.transcript import SecretRow
from directory import audit, reviews
from directory.accounts import AccountRow
from directory.audit import Actor
from directory.backup import Manifest, restorations, runs
from directory.invitations.tables import InvitationRow, InvitationState
from directory.letters import LetterRow
from directory.meetings.records import State as MeetingState
from directory.meetings.tables import MeetingRow, RoomCardRow
from directory.rooms import RoomRow
from reminders.digests.tables import DigestRow, Kind
from reminders.nudging.tables import NudgeRow
from reminders.nudging.tables import State as NudgeState
from reminders.outbox import UNSETTLED, OutboxRow, State
from reminders.senders import SenderRow

#: Why a message that waited in a backup was not sent, and an event not answered.
REASON: Final = "restored"
_PLAIN: Final = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that waited when the backup was made: where it was to go, since when, and in which state."""

    platform: str
    destination: str
    created_at: datetime
    state: State


@dataclass
class Settlement:
    """Settles a database that is being restored. Implements ``directory.backup.Settle``.

    ``unsent`` are afterwards the messages that are not sent any more.
    """

    name: str
    actor: Actor
    now: datetime
    unsent: Sequence[Unsent] = field(default=())

    async def __call__(self, session: AsyncSession, manifest: Manifest) -> Mapping[str, int]:
        """Settle everything that waits; returns how much of what."""
        self.unsent = await self._messages(session)
        counts = {
            "messages": len(self.unsent),
            "events": await self._events(session),
            "letters": await _taken(session, sa.delete(LetterRow).returning(LetterRow.id)),
            "forms": await _taken(
                session, sa.delete(FormRow).where(FormRow.outcome == Outcome.OPEN).returning(FormRow.id)
            ),
            "link codes": await self._link_codes(session),
            "nudges": await self._nudges(session),
            "announcements": await self._announcements(session),
        }
        await self._digests(session)
        await self._reviews(session)
        await session.execute(sa.delete(SenderRow), execution_options=_PLAIN)
        # Whoever has the browser chat open begins anew: its cookies were signed with what is gone.
        await session.execute(sa.delete(SecretRow), execution_options=_PLAIN)
        await runs.drop_unfinished(session)
        await restorations.note(session, self.name, manifest.made_at, self.now)
        told = {
            "made_at": manifest.made_at,
            "program": manifest.program,
            "schema": manifest.revision,
            **counts,
        }
        await audit.changed(session, self.actor, self.now, "restore backup", "backup", self.name, None, told)
        return counts

    async def _messages(self, session: AsyncSession) -> list[Unsent]:
        """What waits, was being sent or is in doubt: what became of it is known to nobody any more."""
        ended = await session.execute(
            sa.select(OutboxRow.platform, OutboxRow.destination, OutboxRow.created_at, OutboxRow.state)
            .where(OutboxRow.state.in_((*UNSETTLED, State.IN_DOUBT)))
            .order_by(OutboxRow.id)
        )
        found = [Unsent(*row) for row in ended]
        await session.execute(
            sa.update(OutboxRow)
            .where(OutboxRow.state.in_((*UNSETTLED, State.IN_DOUBT)))
            .values(
                state=State.FAILED,
                reason=REASON,
                body="",
                worker="",
                lease_until=None,
                finished_at=self.now,
            ),
            execution_options=_PLAIN,
        )
        return found

    async def _events(self, session: AsyncSession) -> int:
        """What was not answered: whoever asked has asked again by now, or been answered."""
        parked = (
            sa.update(InboxRow)
            .where(InboxRow.state == InboxState.PENDING)
            .values(state=InboxState.PARKED, finished_at=self.now, reference=REASON, body="")
            .returning(InboxRow.id)
        )
        return await _taken(session, parked)

    async def _link_codes(self, session: AsyncSession) -> int:
        revoked = (
            sa.update(InvitationRow)
            .where(InvitationRow.linking, InvitationRow.state == InvitationState.OPEN)
            .values(state=InvitationState.REVOKED, ended_at=self.now)
            .returning(InvitationRow.id)
        )
        return await _taken(session, revoked)

    async def _nudges(self, session: AsyncSession) -> int:
        """What came up until now is not planned again; see ``reminders.nudging.view``."""
        passed = (
            sa.delete(NudgeRow)
            .where(NudgeRow.state == NudgeState.PLANNED, NudgeRow.due_at <= self.now)
            .returning(NudgeRow.id)
        )
        return await _taken(session, passed)

    async def _announcements(self, session: AsyncSession) -> int:
        """Meetings that were to be announced by now are drafts again; cards in rooms stay as they are."""
        withdrawn = (
            sa.update(MeetingRow)
            .where(MeetingRow.state == MeetingState.ANNOUNCING, MeetingRow.announce_at <= self.now)
            .values(state=MeetingState.DRAFT, announce_at=None)
            .returning(MeetingRow.id)
        )
        version = sa.select(MeetingRow.version).where(MeetingRow.id == RoomCardRow.meeting).scalar_subquery()
        await session.execute(
            sa.update(RoomCardRow).where(RoomCardRow.shown < version).values(shown=version),
            execution_options=_PLAIN,
        )
        return await _taken(session, withdrawn)

    async def _digests(self, session: AsyncSession) -> None:
        """Rooms count as told today: they may have been."""
        known = await session.execute(sa.select(DigestRow.room, DigestRow.day))
        told = {(room, day) for room, day in known}
        rooms = await session.execute(
            sa.select(RoomRow.id, RoomRow.time_zone, RoomRow.network).where(
                RoomRow.network.is_not(None), RoomRow.active
            )
        )
        rows = []
        for room, time_zone, network in rooms.all():
            today = self.now.astimezone(zone(time_zone)).date()
            if (room, today) not in told:
                rows.append(
                    {
                        "room": room,
                        "day": today,
                        "kind": Kind.DAILY,
                        "network": network,
                        "subjects": [],
                        "messages": 0,
                        "made_at": self.now,
                    }
                )
        if rows:
            await session.execute(sa.insert(DigestRow), rows)

    async def _reviews(self, session: AsyncSession) -> None:
        """Whoever is due to be asked about their entry, and lists of this month, count as asked and sent."""
        today = self.now.date()
        platforms = set(await session.scalars(sa.select(AccountRow.platform).distinct()))
        for item in await reviews.to_ask(session, today, platforms, limit=1_000_000):
            await reviews.claim(session, item.person, item.asked_on, today)
        for network in await reviews.coordinators(session):
            if not await reviews.is_listed(session, network, today):
                await reviews.claim_list(session, network, today, self.now)


async def _taken(session: AsyncSession, statement: sa.UpdateBase) -> int:
    """How many rows a statement changed that returns their numbers."""
    changed = await session.execute(statement, execution_options=_PLAIN)
    return len(changed.all())
