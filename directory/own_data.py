"""Everything that the directory's tables hold of somebody, for that person to read: plain data, all of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts, audit, entries, people, posts
from directory.accounts import Account, Reach
from directory.audit.tables import EntryRow as TrailRow
from directory.audit.tables import PartyRow
from directory.feeds import FeedRow
from directory.invitations.tables import AlternateRow, GuessRow, InvitationRow, ProposalRow
from directory.letters import LetterRow
from directory.meetings import erasing as meetings
from directory.meetings import polls
from directory.people import NAME_LEVEL
from directory.suspensions import SuspensionRow

#: Of the trail at most so many entries of each kind are given.
MOST: Final = 5000

Data = dict[str, Any]


async def of_account(session: AsyncSession, account: Account) -> Data:
    """What is stored of an account, whoever's it is."""
    reach = await accounts.reach(session, account.platform, account.team, account.user)
    return {
        "account": _account(reach),
        "guesses_of_codes": await _rows(session, GuessRow, _is(GuessRow, account)),
        "proposed_links": await _rows(session, ProposalRow, _is(ProposalRow, account)),
        "trail": await _by_account(session, account),
    }


async def of_person(session: AsyncSession, person_key: str) -> Data:
    """What is stored of a person, with all their accounts.

    Raises:
        LookupError: there is no such person.
    """
    entry = await entries.get(session, person_key)
    if entry is None:
        raise LookupError("there is no such person")
    person = entry.person
    reaches = await accounts.of_person(session, person_key)
    return {
        "person": {
            "key": person.key,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "languages": list(person.languages),
            "time_zone": person.time_zone,
            "invented": person.invented,
        },
        "contact_values": [
            {
                "kind": str(item.contact.kind),
                "value": item.contact.value,
                "level": item.contact.level,
                "confirmed_on": _plain(item.contact.confirmed_on),
            }
            for item in entry.values
        ],
        "posts": await _posts(session, person_key),
        "roles": [{"role": str(role), "network": network} for role, network in entry.roles],
        "accounts": [_account(reach) for reach in reaches],
        "consents": [
            {
                "wording": item.wording,
                "language": item.language,
                "text": item.text,
                "given_at": _plain(item.given_at),
                "withdrawn_at": _plain(item.withdrawn_at),
            }
            for item in entry.consents
        ],
        "entry": {
            "confirmed_on": _plain(entry.confirmed_on),
            "asked_on": _plain(entry.asked_on),
            "away_until": _plain(entry.away_until),
        },
        "invitations": await _rows(
            session,
            InvitationRow,
            sa.or_(InvitationRow.person == person_key, InvitationRow.invited_by == person_key),
            "code_hash",
        ),
        "proposed_links": await _rows(session, ProposalRow, ProposalRow.person == person_key),
        "proposed_alternates": await _rows(session, AlternateRow, AlternateRow.proposed_by == person_key),
        "suspensions": await _rows(session, SuspensionRow, SuspensionRow.person == person_key),
        "calendar_links": await _rows(session, FeedRow, FeedRow.person == person_key, "token_hash"),
        "meetings": await meetings.known(session, person_key),
        "polls": await polls.known(session, person_key),
        "letters_waiting": await _rows(session, LetterRow, LetterRow.person == person_key),
        "guesses_of_codes": [
            row for reach in reaches for row in await _rows(session, GuessRow, _is(GuessRow, reach.account))
        ],
        "changes_by_you": await _trail(
            session, lambda before: audit.by_person(session, person_key, before=before, limit=500)
        ),
        "changes_about_you": await _trail(
            session, lambda before: audit.history(session, audit.PERSON, person_key, before=before, limit=500)
        ),
        "lookups_of_you": await _trail(
            session, lambda before: audit.looks_at(session, person_key, before=before, limit=500)
        ),
    }


def _account(reach: Reach) -> Data:
    known = reach.account
    return {
        "platform": known.platform,
        "team": known.team,
        "user": known.user,
        "language": known.language,
        "time_zone": known.time_zone,
        "direct_chat": reach.chat,
        "linked_at": _plain(reach.linked_at),
    }


async def _posts(session: AsyncSession, person_key: str) -> list[Data]:
    held = {post.key: post for post in await posts.of_person(session, person_key)}
    named = await posts.nominations(session, held)
    return [
        {
            "post": post.key,
            "title": dict(post.titles.by_language),
            "country": post.country,
            "institution": post.institution,
            "network": post.network,
            "standing": str(item.standing),
            "since": _plain(item.since),
            "until": _plain(item.until),
            "reference": item.reference,
            "letter_on": _plain(item.letter_on),
            "confirmed_on": _plain(item.confirmed_on),
        }
        for post in held.values()
        for item in named.get(post.key, ())
        if item.person == person_key
    ]


async def _trail(
    session: AsyncSession, read: Callable[[int | None], Awaitable[list[audit.Entry]]]
) -> list[Data]:
    found: list[audit.Entry] = []
    page = await read(None)
    while page and len(found) < MOST:
        found += page
        page = await read(page[-1].number)
    keys = {item.actor.person_key for item in found if item.actor and item.actor.person_key}
    names = {key: person.name for key, person in (await _people(session, keys)).items()}
    return [
        {
            "at": _plain(item.at),
            "by": names.get(item.actor.person_key or "", "") if item.actor else "",
            "role": item.role,
            "place": item.place.partition(":")[0],
            "action": item.action,
            "kind": item.kind,
            "key": item.key,
            "network": item.network,
            "level": item.level,
            "before": dict(item.before),
            "after": dict(item.after),
            "note": item.note,
        }
        for item in found[:MOST]
    ]


async def _people(session: AsyncSession, keys: set[str]) -> dict[str, people.Person]:
    return await people.several(session, keys, NAME_LEVEL)


async def _by_account(session: AsyncSession, account: Account) -> list[Data]:
    rows = await session.execute(
        sa.select(TrailRow.at, TrailRow.action, TrailRow.kind, PartyRow.key)
        .join(PartyRow, PartyRow.number == TrailRow.number)
        .where(_is(PartyRow, account))
        .order_by(TrailRow.number.desc())
        .limit(MOST)
    )
    return [{"at": _plain(at), "action": action, "kind": kind, "key": key} for at, action, kind, key in rows]


def _is(row: Any, account: Account) -> sa.ColumnElement[bool]:
    return sa.and_(row.platform == account.platform, row.team == account.team, row.user == account.user)


async def _rows(
    session: AsyncSession, row: Any, condition: sa.ColumnElement[bool], *without: str
) -> list[Data]:
    found = await session.execute(sa.select(row.__table__).where(condition))
    return [
        {name: _plain(value) for name, value in item.items() if name not in ("id", *without)}
        for item in found.mappings()
    ]


def _plain(value: Any) -> Any:
    """A value in terms of JSON."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)
