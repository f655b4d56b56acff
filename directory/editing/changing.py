"""Records are added, changed, retired and put back, each change with its trace in the trail.

Everything happens in the caller's write transaction. Who may do it is asked by the caller.
"""

from __future__ import annotations

import enum
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit, contact_values, institutions, networks, posts, projects
from directory.audit import Actor, Entry
from directory.editing import checks, nouns
from directory.editing.nouns import Noun, Record
from directory.institutions import Institution
from directory.keys import LONGEST
from directory.networks import Membership, Network
from directory.people import Contact, ContactKind, ContactRow, Person
from directory.posts import Post
from directory.problems import Invalid, Reason
from directory.projects import ProjectSheet
from directory.search import fold

ADD: Final = "add"
EDIT: Final = "edit"
RETIRE: Final = "retire"
RESTORE: Final = "restore"
UNDO: Final = "undo"

ACTIONS: Final = (ADD, EDIT, RETIRE, RESTORE, UNDO)

#: The room that a network's code has (and what else stands beside it in a button).
NETWORK_CODE: Final = 16
_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


class Kept(enum.StrEnum):
    """Why a change was not undone."""

    CHANGED_SINCE = "changed_since"
    """What it changed was changed again."""
    IN_USE = "in_use"
    """Other records refer to what it added."""
    ERASED = "erased"
    """The values before it were erased with the person they were of."""
    NOT_POSSIBLE = "not_possible"
    """The entry is of something that is not undone in this way."""


class NotUndone(Exception):
    """A change stays as it is; ``reason`` says why."""

    def __init__(self, reason: Kept) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: the record's noun and key, it before and after as plain data, the trail's number.

    ``before`` is ``None`` where it was added, ``after`` where it was taken out.
    """

    noun: Noun
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    number: int

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ."""
        return differing(self.before or {}, self.after or {})


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that two plain records do not share."""
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


async def networks_of(session: AsyncSession, record: Record) -> frozenset[str]:
    """The networks that a record belongs to: the ones whose coordination keeps it true. None for some."""
    match record:
        case Network():
            return frozenset((record.code,))
        case Institution():
            return frozenset()
        case Person():
            held = await posts.of_person(session, record.key)
            return frozenset(post.network for post in held if post.network)
        case _:
            return frozenset((record.network,)) if record.network else frozenset()


async def add(
    session: AsyncSession, actor: Actor, now: datetime, record: Record, network: str | None = None
) -> Changed:
    """Store a new record; ``network`` is the one that the trail names where the record has none itself.

    Raises:
        Invalid: it cannot be, or there is already one of its key.
    """
    await _check(session, record, new=True)
    key = await nouns.write(session, record)
    return await _noted(session, actor, now, ADD, nouns.noun_of(record), key, None, network)


async def change(
    session: AsyncSession, actor: Actor, now: datetime, record: Record, network: str | None = None
) -> Changed | None:
    """Store a record in place of the one with its key; ``None`` where nothing differs.

    Raises:
        Invalid: it cannot be, or there is none with its key.
    """
    return await _change(session, actor, now, EDIT, record, network)


async def retire(
    session: AsyncSession, actor: Actor, now: datetime, record: Record, on: date, network: str | None = None
) -> Changed | None:
    """Take a record out of use since ``on``; a membership ends then. ``None`` where it already is."""
    if isinstance(record, Membership):
        if (record.since or date.min) > on:
            raise Invalid("until", Reason.BEFORE_START, record.begins.isoformat())
        ended = replace(record, until=on) if record.holds_on(on) else record
        return await _change(session, actor, now, RETIRE, ended, network)
    retired: Record = record if record.retired_on is not None else replace(record, retired_on=on)
    return await _change(session, actor, now, RETIRE, retired, network)


async def restore(
    session: AsyncSession, actor: Actor, now: datetime, record: Record, network: str | None = None
) -> Changed | None:
    """Put a retired record, or a membership that ended, back into use. ``None`` where it is in use."""
    back: Record
    if isinstance(record, Membership):
        back = replace(record, until=None, counted_until=None)
    else:
        back = replace(record, retired_on=None)
    return await _change(session, actor, now, RESTORE, back, network)


def undoable(entry: Entry) -> bool:
    """Whether an entry of the trail is a change of a record that :func:`undo` knows how to take back.

    Others write of the same objects in words of their own: a nomination, a role, a file that was read in.
    """
    if entry.action not in ACTIONS or entry.key is None or entry.kind not in list(Noun):
        return False
    fields, changed = nouns.fields(Noun(entry.kind)), {*entry.before, *entry.after, *entry.erased}
    if not changed or not changed <= fields:
        return False
    return changed == fields or bool(entry.before and entry.after) or bool(entry.erased)


async def undo(session: AsyncSession, actor: Actor, now: datetime, entry: Entry) -> Changed:
    """Put back what an entry of the trail changed. That is a change itself, and can be undone.

    Raises:
        NotUndone: it is not possible, or no longer.
    """
    if not undoable(entry) or entry.key is None:
        raise NotUndone(Kept.NOT_POSSIBLE)
    if entry.erased:
        raise NotUndone(Kept.ERASED)
    noun, key = Noun(entry.kind), entry.key
    await nouns.hold(session, noun, key)
    record = await nouns.read(session, noun, key)
    present = nouns.plain(record) if record is not None else None
    if not entry.before:
        if present is None or differing(present, entry.after):
            raise NotUndone(Kept.CHANGED_SINCE)
        await _take_out(session, noun, key)
        return await _noted(session, actor, now, UNDO, noun, key, present, entry.network)
    if not entry.after:
        if present is not None:
            raise NotUndone(Kept.CHANGED_SINCE)
        restored = dict(entry.before)
    else:
        if present is None or any(present.get(name) != value for name, value in entry.after.items()):
            raise NotUndone(Kept.CHANGED_SINCE)
        restored = present | dict(entry.before)
    try:
        async with session.begin_nested():
            await nouns.write(session, nouns.record(noun, restored))
    except (IntegrityError, ValueError) as error:
        # What it referred to is gone, or its code was given to another.
        raise NotUndone(Kept.CHANGED_SINCE) from error
    return await _noted(session, actor, now, UNDO, noun, key, present, entry.network)


async def _take_out(session: AsyncSession, noun: Noun, key: str) -> None:
    try:
        async with session.begin_nested():
            await nouns.remove(session, noun, key)
    except IntegrityError as error:
        raise NotUndone(Kept.IN_USE) from error


async def _change(
    session: AsyncSession, actor: Actor, now: datetime, action: str, record: Record, network: str | None
) -> Changed | None:
    noun, key = nouns.noun_of(record), nouns.key_of(record)
    await nouns.hold(session, noun, key)
    known = await nouns.read(session, noun, key)
    if known is None:
        raise Invalid("key", Reason.UNKNOWN, key)
    before = nouns.plain(known)
    if not differing(before, nouns.plain(record)):
        return None
    await _check(session, record, new=False)
    await nouns.write(session, record)
    return await _noted(session, actor, now, action, noun, key, before, network)


async def _noted(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    action: str,
    noun: Noun,
    key: str,
    before: Mapping[str, Any] | None,
    network: str | None,
) -> Changed:
    """Append to the trail what the record is now, as it is read back, beside what it was."""
    stored = await nouns.read(session, noun, key)
    after = nouns.plain(stored) if stored is not None else None
    if stored is not None:
        own = sorted(await networks_of(session, stored))
        network = network if network in own else (own[0] if own else network)
    number = await audit.changed(session, actor, now, action, noun.value, key, before, after, network)
    return Changed(noun, key, before, after, number)


async def _check(session: AsyncSession, record: Record, *, new: bool) -> None:
    """What can only be known with the others beside it.

    Raises:
        Invalid: naming the field.
    """
    match record:
        case ProjectSheet():
            checks.project(record)
            if new:
                await _check_code(session, record)
        case Institution():
            checks.institution(record)
            await _check_parent(session, record)
        case Post():
            checks.post(record)
        case Person():
            checks.person(record)
            await _check_contacts(session, record, new=new)
        case Network():
            checks.network(record)
            if new:
                if len(record.code) > NETWORK_CODE or not _CODE.fullmatch(record.code):
                    raise Invalid("code", Reason.NOT_A_CODE)
                if await networks.get(session, record.code) is not None:
                    raise Invalid("code", Reason.TAKEN, record.code)
        case Membership():
            checks.membership(record)
            await _check_overlap(session, record)


async def _check_code(session: AsyncSession, sheet: ProjectSheet) -> None:
    if len(sheet.code) > LONGEST or not _CODE.fullmatch(sheet.code):
        raise Invalid("code", Reason.NOT_A_CODE)
    if not projects.looks_like_code(sheet.code):
        # Nobody could ask for it by its code: there is no number in it, or too much else.
        raise Invalid("code", Reason.NOT_A_CODE)
    if (taken := await projects.code_of(session, sheet.code)) is not None:
        raise Invalid("code", Reason.TAKEN, taken)


async def _check_parent(session: AsyncSession, body: Institution) -> None:
    above, seen = body.parent, {body.key}
    while above:
        if above in seen:
            raise Invalid("parent", Reason.OWN_PART)
        seen.add(above)
        parent = await institutions.get(session, above)
        if parent is None:
            raise Invalid("parent", Reason.UNKNOWN, above)
        above = parent.parent


async def _check_contacts(session: AsyncSession, somebody: Person, *, new: bool) -> None:
    """An e-mail address is one person's: two entries with the same are one person entered twice.

    The values of a new person are asked in fields of their own (see :func:`contacts`).
    """
    for item in somebody.contacts:
        field = item.kind.value if new else "value"
        if new:
            try:
                checks.contact(item)
            except Invalid as problem:
                raise Invalid(field, problem.reason, problem.detail) from problem
        if item.kind is not ContactKind.EMAIL:
            continue
        taken = await session.execute(
            sa.select(ContactRow.person)
            .where(
                ContactRow.kind == ContactKind.EMAIL,
                sa.func.lower(ContactRow.value) == item.value.lower(),
                ContactRow.person != somebody.key,
            )
            .limit(1)
        )
        if (other := taken.scalar_one_or_none()) is not None:
            raise Invalid(field, Reason.TAKEN, other)


async def _check_overlap(session: AsyncSession, wanted: Membership) -> None:
    end = wanted.until or wanted.counted_until or date.max
    for other in await networks.memberships_of(session, wanted.country):
        if other.id == wanted.id or (other.network, other.country) != (wanted.network, wanted.country):
            continue
        if wanted.begins < (other.until or other.counted_until or date.max) and other.begins < end:
            raise Invalid("country", Reason.TAKEN, f"{other.network} {other.country}")


async def free_key(session: AsyncSession, noun: Noun, *names: str) -> str:
    """A key that no record of this noun has, made of the first name that letters can be taken from."""
    words = next((plain for name in names if (plain := _plain(name))), noun.value)
    stem = words[: LONGEST - 4].strip("-")
    if await nouns.read(session, noun, stem) is None:
        return stem
    for number in range(2, 100):
        if await nouns.read(session, noun, f"{stem}-{number}") is None:
            return f"{stem}-{number}"
    return f"{stem[: LONGEST - 9].strip('-')}-{secrets.token_hex(4)}"


def _plain(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", fold(name)))


def contacts(email: str, phone: str) -> tuple[Contact, ...]:
    """The contact values of a new person: office e-mail and telephone, seen by the network."""
    values: Sequence[tuple[ContactKind, str]] = ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone))
    return tuple(
        Contact(kind, contact_values.checked(kind, value) or value, 1) for kind, value in values if value
    )
