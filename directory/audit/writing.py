"""Entries are appended, and values erased. Nothing else ever changes the trail."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import bulk
from directory.audit import chain
from directory.audit.belonging import completed
from directory.audit.records import LOOK, PERSON, Actor, Change, Look
from directory.audit.tables import EntryRow, HeadRow, PartyRow, Side, ValueRow


class TrailDamaged(RuntimeError):
    """The row that says where the trail ends is gone; nothing can be appended before that is looked into."""


async def changed(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    action: str,
    kind: str,
    key: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    network: str | None = None,
    *,
    note: str = "",
    about: str | None = None,
    level: int | None = None,
) -> int:
    """Append what was done to an object, in the caller's write transaction; returns the entry's number.

    Only fields that differ are kept, each as JSON. Of a person's entry without ``network`` that of their
    newest post is taken. ``note`` is a reason in words. ``about`` is the person
    whom the values are about where ``kind`` is not ``"person"``.

    Raises:
        TypeError: a value has no form in JSON.
    """
    change = Change(action, kind, key, before, after, network, note, about, level)
    return (await changed_many(session, actor, now, [change]))[0]


async def look(session: AsyncSession, actor: Actor, now: datetime, looks: Sequence[Look]) -> list[int]:
    """Append that ``actor`` saw values of people, one entry a person, in the caller's write transaction."""
    return await changed_many(
        session,
        actor,
        now,
        [Change(LOOK, PERSON, item.person, network=item.network, level=item.level) for item in looks],
    )


async def changed_many(
    session: AsyncSession, actor: Actor, now: datetime, changes: Sequence[Change]
) -> list[int]:
    """Append several changes in order; returns their numbers.

    The end of the chain stays locked until the transaction ends: long ones append last.
    """
    if not changes:
        return []
    changes = await completed(session, changes)
    head = (
        await session.execute(
            sa.select(HeadRow.number, HeadRow.hash).where(HeadRow.id == 1).with_for_update()
        )
    ).one_or_none()
    if head is None:
        raise TrailDamaged("the end of the trail is not recorded")
    number, previous = head
    entries: list[dict[str, object]] = []
    parties: list[dict[str, object]] = []
    values: list[dict[str, object]] = []
    for change in changes:
        number += 1
        party = _party(number, actor, change)
        beside = _values(number, change)
        entry = _entry(number, previous, actor, now, change, party, beside)
        previous = str(entry["hash"])
        entries.append(entry)
        parties.append(party)
        values += beside
    await bulk.insert(session, EntryRow, entries)
    await bulk.insert(session, PartyRow, parties)
    await bulk.insert(session, ValueRow, values)
    await session.execute(
        sa.update(HeadRow).where(HeadRow.id == 1).values(number=number, hash=previous),
        execution_options={"synchronize_session": False},
    )
    return list(range(number - len(changes) + 1, number + 1))


def _salt() -> str:
    return secrets.token_hex(chain.SALT_BYTES)


def _party(number: int, actor: Actor, change: Change) -> dict[str, object]:
    return {
        "number": number,
        "platform": actor.platform,
        "team": actor.team,
        "user": actor.user,
        "person": actor.person_key,
        "who_salt": _salt(),
        "key": change.key,
        "key_salt": _salt(),
    }


def _values(number: int, change: Change) -> list[dict[str, object]]:
    about = change.about or (change.key if change.kind == PERSON else None)
    before = {name: chain.text_of(value) for name, value in (change.before or {}).items()}
    after = {name: chain.text_of(value) for name, value in (change.after or {}).items()}
    same = {name for name, value in before.items() if after.get(name) == value}
    sides = (
        (Side.BEFORE, before),
        (Side.AFTER, after),
        (Side.NOTE, {"note": chain.text_of(change.note)} if change.note else {}),
    )
    return [
        {"number": number, "side": side, "name": name, "about": about, "value": value, "salt": _salt()}
        for side, fields in sides
        for name, value in fields.items()
        if side is Side.NOTE or name not in same
    ]


def _entry(
    number: int,
    previous: str,
    actor: Actor,
    now: datetime,
    change: Change,
    party: Mapping[str, object],
    values: Sequence[Mapping[str, object]],
) -> dict[str, object]:
    seals = chain.seals(
        who=chain.seal(str(party["who_salt"]), chain.who(party)),
        key=chain.seal(str(party["key_salt"]), change.key),
        values={
            (str(item["side"]), str(item["name"])): chain.seal(str(item["salt"]), str(item["value"]))
            for item in values
        },
    )
    network, role, place = change.network or "", str(actor.role), actor.place[:160]
    return {
        "number": number,
        "at": now,
        "action": change.action,
        "kind": change.kind,
        "network": network,
        "role": role,
        "place": place,
        "level": change.level,
        "seals": seals,
        "previous": previous,
        "hash": chain.link(
            previous, number, now, change.action, change.kind, network, role, place, change.level, seals
        ),
    }
