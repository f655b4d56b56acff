"""Imports as rows: planned, carried out whole or not at all, undone where nothing has changed since."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import bulk, revision
from directory.importing import indexing, states
from directory.importing.rows import ImportChangeRow, ImportRow, ImportState
from directory.importing.states import Change, Noun

#: A plan that nobody confirmed is forgotten after this time, with the values in it.
PLAN_KEPT: Final = timedelta(hours=24)
#: For how long an import can be undone; then the values that it replaced are forgotten.
UNDO_KEPT: Final = timedelta(days=30)
#: Changes that are read, checked and written together.
STEP: Final = 2_000
_LEARN_AFTER: Final = (2, 8, 40)

_PLACE: Final = (ImportChangeRow.noun, ImportChangeRow.key)


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is listed. ``owner`` is who may confirm the plan and who undoes it in the chat."""

    id: int
    kind: str
    state: ImportState
    file_name: str
    network: str
    owner: str
    counts: Mapping[str, int]
    planned_at: datetime
    done_at: datetime | None = None
    undone_at: datetime | None = None


class ChangedSinceError(Exception):
    """Records are no longer as the plan, or the import, left them; nothing was done.

    ``records`` names some of them as noun and key.
    """

    def __init__(self, records: Sequence[tuple[Noun, str]]) -> None:
        super().__init__(f"{len(records)} records have changed")
        self.records = tuple(records)


class NotPossibleError(Exception):
    """The import is not in the state that is needed, or what was needed for it is gone."""


async def get(session: AsyncSession, number: int) -> Import | None:
    """The import with this number."""
    row = await session.get(ImportRow, number)
    return None if row is None else _import(row)


async def latest(session: AsyncSession, owner: str | None = None) -> Import | None:
    """The import that was carried out last, of this owner or of anybody."""
    wanted = sa.select(ImportRow).where(ImportRow.state == ImportState.DONE)
    if owner is not None:
        wanted = wanted.where(ImportRow.owner == owner)
    # By time: numbers of imports from a chat are drawn, not counted.
    newest = wanted.order_by(ImportRow.done_at.desc(), ImportRow.id.desc()).limit(1)
    row = (await session.execute(newest)).scalar_one_or_none()
    return None if row is None else _import(row)


def _import(row: ImportRow) -> Import:
    return Import(
        row.id,
        row.kind,
        ImportState(row.state),
        row.file_name,
        row.network,
        row.owner,
        row.counts,
        row.planned_at,
        row.done_at,
        row.undone_at,
    )


async def new(
    session: AsyncSession,
    now: datetime,
    *,
    kind: str,
    file_name: str,
    network: str,
    owner: str,
    counts: Mapping[str, int],
    number: int | None = None,
) -> int:
    """Store an import as planned, and return its number, which is the next one unless it is given."""
    made = await session.execute(
        sa.insert(ImportRow)
        .values(
            kind=kind,
            state=ImportState.PLANNED,
            file_name=file_name[:200],
            network=network,
            owner=owner[:200],
            counts=dict(counts),
            planned_at=now,
            **({} if number is None else {"id": number}),
        )
        .returning(ImportRow.id)
    )
    return made.scalar_one()


async def count(session: AsyncSession, number: int, counts: Mapping[str, int]) -> None:
    """Note how many records of the file had each result."""
    await session.execute(
        sa.update(ImportRow).where(ImportRow.id == number).values(counts=dict(counts)),
        execution_options={"synchronize_session": False},
    )


async def drop(session: AsyncSession, number: int) -> None:
    """Forget an import: a plan that was declined, or one that changed nothing."""
    await session.execute(sa.delete(ImportChangeRow).where(ImportChangeRow.import_id == number))
    await session.execute(sa.delete(ImportRow).where(ImportRow.id == number))


async def plan(session: AsyncSession, number: int, changes: Sequence[Change]) -> None:
    """Keep the changes of a planned import until it is confirmed."""
    rows = [_row(number, position, change) for position, change in enumerate(changes)]
    if rows:
        await bulk.insert(session, ImportChangeRow, rows)


def _row(number: int, position: int, change: Change, *, keep_after: bool = True) -> dict[str, Any]:
    return {
        "import_id": number,
        "position": position,
        "noun": change.noun.value,
        "key": change.key,
        "before": change.before,
        "after": change.after if keep_after else None,
        "digest": states.digest(change.after),
    }


async def networks_of(session: AsyncSession, number: int) -> set[str]:
    """The networks whose posts and projects a kept plan changes; ``""`` for those of none."""
    rows = await session.execute(
        sa.select(ImportChangeRow.after).where(
            ImportChangeRow.import_id == number,
            ImportChangeRow.noun.in_((Noun.POST.value, Noun.PROJECT.value)),
        )
    )
    return {state["network"] or "" for state in rows.scalars() if state is not None}


async def confirm(session: AsyncSession, number: int, now: datetime) -> list[Change]:
    """Carry a kept plan out, and return what was changed.

    Raises:
        NotPossibleError: it was carried out before, or it is forgotten.
        ChangedSinceError: a record is no longer as it was when the plan was made.
    """
    await _take(session, number, ImportState.PLANNED, ImportState.DONE, done_at=now)
    done: list[Change] = []
    async for changes in _kept(session, number):
        await _expect(
            session, {(change.noun, change.key): states.digest(change.before) for change in changes}
        )
        await _write(session, changes)
        done += changes
    await session.execute(
        sa.update(ImportChangeRow).where(ImportChangeRow.import_id == number).values(after=None),
        execution_options={"synchronize_session": False},
    )
    await revision.bump(session)
    return done


async def carry_out(
    session: AsyncSession, number: int, changes: AsyncIterator[Sequence[Change]], now: datetime
) -> int:
    """Carry changes out as they come, keep what undoing needs, and return how many there were.

    They must come from states read in this transaction.
    """
    await _take(session, number, ImportState.PLANNED, ImportState.DONE, done_at=now)
    position, batches = 0, 0
    async for batch in changes:
        await _write(session, batch)
        batches += 1
        await _learn(session, batches)
        rows = [_row(number, position + index, item, keep_after=False) for index, item in enumerate(batch)]
        if rows:
            await bulk.insert(session, ImportChangeRow, rows)
        position += len(rows)
    if position:
        await revision.bump(session)
    return position


async def undo(session: AsyncSession, number: int, now: datetime) -> list[Change]:
    """Restore what an import changed, and return what that changed.

    Raises:
        NotPossibleError: it was undone before, never carried out, or is too long ago.
        ChangedSinceError: a record is no longer as the import left it, or something refers to one that
            the import added. The transaction must be rolled back.
    """
    await _take(session, number, ImportState.DONE, ImportState.UNDONE, undone_at=now)
    positions = await session.execute(
        sa.select(sa.func.max(ImportChangeRow.position)).where(ImportChangeRow.import_id == number)
    )
    last = positions.scalar_one()
    if last is None:
        raise NotPossibleError
    undone: list[Change] = []
    # Backwards, so that what was added last goes first: a post before the person who holds it.
    for end in range(last + 1, 0, -STEP):
        rows = await session.execute(
            sa.select(
                ImportChangeRow.noun, ImportChangeRow.key, ImportChangeRow.before, ImportChangeRow.digest
            )
            .where(
                ImportChangeRow.import_id == number,
                ImportChangeRow.position >= max(0, end - STEP),
                ImportChangeRow.position < end,
            )
            .order_by(ImportChangeRow.position.desc())
        )
        kept = [(Noun(noun), key, before, digest) for noun, key, before, digest in rows]
        now_there = await _expect(session, {(noun, key): digest for noun, key, _, digest in kept})
        changes = [Change(noun, key, now_there.get((noun, key)), before) for noun, key, before, _ in kept]
        await _attached(session, [change for change in changes if change.after is None])
        try:
            await _write(session, changes)
            await session.flush()
        except sa.exc.IntegrityError as error:
            gone = [(change.noun, change.key) for change in changes if change.after is None]
            raise ChangedSinceError(gone[:5]) from error
        undone += changes
    await session.execute(sa.delete(ImportChangeRow).where(ImportChangeRow.import_id == number))
    await revision.bump(session)
    return undone


async def _learn(session: AsyncSession, batch: int) -> None:
    """Let PostgreSQL look at what this transaction has added so far.

    Otherwise its statistics know nothing of it, and it reads whole tables, which grow with every batch, to
    find a few rows of the search index.
    """
    if batch in _LEARN_AFTER and session.get_bind().dialect.name == "postgresql":
        await session.execute(sa.text("ANALYZE search_entry, search_name, search_word"))


async def _take(
    session: AsyncSession, number: int, state: ImportState, to: ImportState, **values: datetime
) -> None:
    taken = await session.execute(
        sa.update(ImportRow)
        .where(ImportRow.id == number, ImportRow.state == state)
        .values(state=to, **values)
        .returning(ImportRow.id),
        execution_options={"synchronize_session": False},
    )
    if taken.first() is None:
        raise NotPossibleError


async def _kept(session: AsyncSession, number: int) -> AsyncIterator[list[Change]]:
    for start in range(0, 1 << 31, STEP):
        rows = await session.execute(
            sa.select(
                ImportChangeRow.noun, ImportChangeRow.key, ImportChangeRow.before, ImportChangeRow.after
            )
            .where(
                ImportChangeRow.import_id == number,
                ImportChangeRow.position >= start,
                ImportChangeRow.position < start + STEP,
            )
            .order_by(ImportChangeRow.position)
        )
        changes = [Change(Noun(noun), key, before, after) for noun, key, before, after in rows]
        if not changes:
            return
        yield changes


async def _expect(
    session: AsyncSession, wanted: Mapping[tuple[Noun, str], str]
) -> dict[tuple[Noun, str], states.State]:
    """The present states of these records, which must have these digests."""
    found: dict[tuple[Noun, str], states.State] = {}
    for noun in Noun:
        keys = [key for its_noun, key in wanted if its_noun is noun]
        if keys:
            loaded = await states.load(session, noun, keys)
            found.update({(noun, key): state for key, state in loaded.items()})
    different = [place for place, digest in wanted.items() if states.digest(found.get(place)) != digest]
    if different:
        raise ChangedSinceError(different)
    return found


async def _attached(session: AsyncSession, going: Sequence[Change]) -> None:
    """Raise where an account was linked to a person who is to go: no foreign key would say so."""
    from directory.accounts import AccountRow

    people = [change.key for change in going if change.noun is Noun.PERSON]
    for chunk in states.chunks(people):
        linked = await session.execute(
            sa.select(AccountRow.person_key).where(AccountRow.person_key.in_(chunk)).limit(5)
        )
        if keys := [key for key in linked.scalars() if key is not None]:
            raise ChangedSinceError([(Noun.PERSON, key) for key in keys])


async def _write(session: AsyncSession, changes: Sequence[Change]) -> None:
    await states.store(session, changes)
    await indexing.put(session, changes)


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget plans that nobody confirmed, and the values of imports that are too old to be undone."""
    old_plans = sa.select(ImportRow.id).where(
        ImportRow.state == ImportState.PLANNED, ImportRow.planned_at < now - PLAN_KEPT
    )
    too_old = sa.select(ImportRow.id).where(
        ImportRow.state == ImportState.DONE, ImportRow.done_at < now - UNDO_KEPT
    )
    for numbers in (old_plans, too_old):
        await session.execute(
            sa.delete(ImportChangeRow).where(ImportChangeRow.import_id.in_(numbers)),
            execution_options={"synchronize_session": False},
        )
    await session.execute(
        sa.delete(ImportRow).where(
            ImportRow.state == ImportState.PLANNED, ImportRow.planned_at < now - PLAN_KEPT
        ),
        execution_options={"synchronize_session": False},
    )
