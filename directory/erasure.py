"""Forgetting: what the directory's own tables hold of a person is deleted or loses their name.

The history of a post stays without the name: nominations go over to one nameless person. What other parts
of the program hold (messages under way, the chat's transcript) is theirs to erase; see ``bot.traces``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import accounts, audit, handover, posts, revision, search
from directory.accounts import Account, AccountRow, Reach
from directory.audit.tables import PartyRow
from directory.database import Base, BigId, Instant
from directory.entries import ConsentRow, EntryRow
from directory.feeds import FeedRow
from directory.importing.rows import ImportChangeRow, ImportRow
from directory.invitations.tables import AlternateRow, GuessRow, InvitationRow, InvitationState, ProposalRow
from directory.letters import LetterRow
from directory.lookups import NoticeRow
from directory.meetings import erasing as meetings
from directory.meetings import polls
from directory.people import NOBODY, ContactRow, GrantRow, PersonRow
from directory.posts import NominationRow, Post
from directory.rooms import ProposalRow as RoomProposalRow
from directory.rooms import RoomRow
from directory.search import Kind
from directory.suspensions import SuspensionRow

#: A contact value shorter than this may be part of another and is not looked for in texts, in characters.
SHORTEST: Final = 5
_PLAIN: Final = {"synchronize_session": False}


class ErasureRow(Base):
    """Table ``erasure``: that somebody was erased, and when nothing of them was left in the files either.

    It does not say who.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Instant)
    scrubbed_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased: the accounts, the texts that gave the person away, the posts they leave vacant."""

    reaches: tuple[Reach, ...]
    texts: tuple[str, ...]
    left: tuple[Post, ...] = ()


async def forget(session: AsyncSession, person_key: str, today: date, now: datetime) -> Forgotten:
    """Erase a person from the directory, the trail and the search index, in the caller's write transaction.

    Raises:
        LookupError: there is no such person.
    """
    texts = await telling(session, person_key)
    if not texts:
        raise LookupError("there is no such person")
    reaches = tuple(await accounts.of_person(session, person_key))
    await audit.erase(session, person_key)
    left = await _leave_posts(session, person_key, today)
    for reach in reaches:
        await forget_account(session, reach.account)
    await _empty_invitations(session, person_key, texts, now)
    await _empty_imports(session, person_key, texts)
    await _unname(session, person_key)
    theirs = (ContactRow, GrantRow, ConsentRow, EntryRow, SuspensionRow, ProposalRow, LetterRow, FeedRow)
    for row in theirs:
        await session.execute(sa.delete(row).where(row.person == person_key), execution_options=_PLAIN)
    await meetings.forget(session, person_key, texts)
    await polls.forget(session, person_key)
    await _empty_letters(session, texts)
    await search.remove(session, Kind.PERSON, person_key)
    await session.execute(sa.delete(PersonRow).where(PersonRow.key == person_key), execution_options=_PLAIN)
    await revision.bump(session)
    await note(session, now)
    return Forgotten(reaches, texts, left)


async def note(session: AsyncSession, now: datetime) -> None:
    """Somebody was erased: the files are to be scrubbed."""
    await session.execute(sa.insert(ErasureRow).values(erased_at=now))


async def telling(session: AsyncSession, person_key: str) -> tuple[str, ...]:
    """The texts that give a person away wherever they stand; none where there is no such person.

    That is the full name, the contact values, and the key as buttons and documents hold it. One name alone
    may be part of something else ("Rico" of "Puerto Rico"), which must not go with it.
    """
    row = (
        await session.execute(
            sa.select(PersonRow.given_name, PersonRow.family_name).where(PersonRow.key == person_key)
        )
    ).one_or_none()
    if row is None:
        return ()
    given, family = row
    names = [f"{given} {family}", f"{family}, {given}"] if given and family else []
    values = await session.execute(sa.select(ContactRow.value).where(ContactRow.person == person_key))
    keys = (f'"{person_key}"', f':{person_key}"', f":{person_key}:")
    return tuple(
        dict.fromkeys((*keys, *names, *(value for value in values.scalars() if len(value) >= SHORTEST)))
    )


async def forget_account(session: AsyncSession, account: Account) -> None:
    """Erase what the directory's tables hold of an account, whoever's it is."""
    for row in (AccountRow, GuessRow, ProposalRow):
        await session.execute(sa.delete(row).where(_is(row, account)), execution_options=_PLAIN)
    await session.execute(
        sa.update(PartyRow)
        .where(_is(PartyRow, account))
        .values(platform=None, team=None, user=None, person=None, who_salt=None),
        execution_options=_PLAIN,
    )
    told = (f"{account.platform}:{account.team}:{account.user}"[:160], f"person:{account.person_key}")
    await session.execute(sa.delete(NoticeRow).where(NoticeRow.account.in_(told)), execution_options=_PLAIN)


def _is(row: Any, account: Account) -> sa.ColumnElement[bool]:
    return sa.and_(row.platform == account.platform, row.team == account.team, row.user == account.user)


async def _leave_posts(session: AsyncSession, person_key: str, today: date) -> tuple[Post, ...]:
    """End every nomination, and let what was go over to nobody; the posts that were held until now."""
    left = []
    for post in await posts.of_person(session, person_key):
        ended = await handover.leave(session, post.key, person_key, today)
        if any(item.since <= today for item in ended):
            left.append(post)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(PersonRow)
        .values(
            key=NOBODY,
            given_name="",
            family_name="",
            languages=[],
            time_zone="",
            invented=False,
            retired_on=today,
        )
        .on_conflict_do_nothing()
    )
    await session.execute(
        sa.update(NominationRow).where(NominationRow.person == person_key).values(person=NOBODY),
        execution_options=_PLAIN,
    )
    return tuple(left)


async def _empty_invitations(
    session: AsyncSession, person_key: str, texts: Sequence[str], now: datetime
) -> None:
    """Those for the person lose every value and can be used no more; those by the person lose the key."""
    theirs = sa.or_(
        InvitationRow.person == person_key,
        InvitationRow.email.in_(texts),
        (InvitationRow.given_name + " " + InvitationRow.family_name).in_(texts),
    )
    await session.execute(
        sa.update(InvitationRow)
        .where(theirs, InvitationRow.state == InvitationState.OPEN)
        .values(state=InvitationState.REVOKED, ended_at=now),
        execution_options=_PLAIN,
    )
    await session.execute(
        sa.update(InvitationRow).where(theirs).values(person=None, given_name="", family_name="", email=""),
        execution_options=_PLAIN,
    )
    named = sa.or_(
        AlternateRow.email.in_(texts),
        (AlternateRow.given_name + " " + AlternateRow.family_name).in_(texts),
    )
    await session.execute(sa.delete(AlternateRow).where(named), execution_options=_PLAIN)


async def _unname(session: AsyncSession, person_key: str) -> None:
    """Where the person only decided something, the key goes and the decision stays."""
    for column in (
        NominationRow.confirmed_by,
        InvitationRow.invited_by,
        ProposalRow.decided_by,
        AlternateRow.proposed_by,
        AlternateRow.decided_by,
        SuspensionRow.suspended_by,
        RoomRow.bound_by,
        RoomRow.confirmed_by,
        RoomRow.added_by,
        RoomProposalRow.proposed_by,
    ):
        await session.execute(
            sa.update(column.class_).where(column == person_key).values({column.key: ""}),
            execution_options=_PLAIN,
        )


async def _empty_letters(session: AsyncSession, texts: Sequence[str]) -> None:
    """Letters that wait for others and name the person are not sent any more."""
    waiting = await session.execute(sa.select(LetterRow.id, LetterRow.values))
    named = [row_id for row_id, values in waiting if _names(values, texts)]
    if named:
        await session.execute(sa.delete(LetterRow).where(LetterRow.id.in_(named)), execution_options=_PLAIN)


async def _empty_imports(session: AsyncSession, person_key: str, texts: Sequence[str]) -> None:
    """What imports keep for undoing forgets the person; undoing one never brings them back.

    Files that wait to be imported go too: whose data they hold cannot be told.
    """
    await session.execute(sa.delete(sa.table("upload")))
    await session.execute(
        sa.update(ImportRow).where(ImportRow.owner.contains(person_key, autoescape=True)).values(owner=""),
        execution_options=_PLAIN,
    )
    kept = await session.execute(
        sa.select(
            ImportChangeRow.import_id,
            ImportChangeRow.position,
            ImportChangeRow.noun,
            ImportChangeRow.key,
            ImportChangeRow.before,
            ImportChangeRow.after,
        ).where(
            sa.or_(
                ImportChangeRow.key == person_key,
                *(_holds(column, texts) for column in (ImportChangeRow.before, ImportChangeRow.after)),
            )
        )
    )
    for import_id, position, noun, key, before, after in kept.all():
        row = sa.and_(ImportChangeRow.import_id == import_id, ImportChangeRow.position == position)
        if noun == Kind.PERSON.value and (key == person_key or _names([before, after], texts)):
            await session.execute(sa.delete(ImportChangeRow).where(row), execution_options=_PLAIN)
            continue
        await session.execute(
            sa.update(ImportChangeRow)
            .where(row)
            .values(before=_without(before, person_key), after=_without(after, person_key)),
            execution_options=_PLAIN,
        )


def _holds(column: sa.orm.InstrumentedAttribute[Any], texts: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a JSON document holds one of the texts, written plainly or in ASCII as JSON may have it."""
    document = sa.cast(column, sa.Text)
    forms = {form for text in texts for form in (text, json.dumps(text)[1:-1])}
    return sa.or_(*(document.contains(form, autoescape=True) for form in sorted(forms)))


def _without(state: Any, person_key: str) -> Any:
    """A state with nobody in the person's place."""
    if isinstance(state, Mapping):
        return {name: _without(value, person_key) for name, value in state.items()}
    if isinstance(state, list):
        return [_without(item, person_key) for item in state]
    return NOBODY if state == person_key else state


def _names(value: Any, texts: Sequence[str]) -> bool:
    if isinstance(value, Mapping):
        return any(_names(item, texts) for item in value.values())
    if isinstance(value, list):
        return any(_names(item, texts) for item in value)
    return isinstance(value, str) and any(text.casefold() in f'"{value}"'.casefold() for text in texts)
