"""A post changes hands: who holds it, who stands in, who leaves it and who follows.

One holder at a time. What hangs on a post points at the post, so it follows by itself; what somebody may do
for a post is asked of nominations that hold, so it ends with them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import entries, posts, revision
from directory.posts import Nomination, NominationRow, Standing

#: The execution options of statements whose rows no session holds.
_PLAIN = {"synchronize_session": False}


class CannotHandOver(ValueError):
    """The post cannot pass on like this.

    ``reason`` is ``"same"`` (the successor is the holder) or ``"planned"`` (from ``day`` on somebody else
    is or will be the holder).
    """

    def __init__(self, reason: str, day: date) -> None:
        super().__init__(reason)
        self.reason = reason
        self.day = day


@dataclass(frozen=True, slots=True)
class Passed:
    """What handing over did: the new nomination, and those that end with it, as they were before."""

    new: Nomination
    ended: tuple[Nomination, ...]


async def present(session: AsyncSession, post: str, day: date) -> list[Nomination]:
    """The nominations to a post that hold on a day."""
    named = (await posts.nominations(session, [post])).get(post, [])
    return [item for item in named if item.holds_on(day)]


async def holds(session: AsyncSession, post: str, person: str, day: date) -> bool:
    """Whether a person holds a post on a day, in whatever standing."""
    return any(item.person == person for item in await present(session, post, day))


async def hand_over(
    session: AsyncSession,
    post: str,
    successor: str,
    since: date,
    *,
    reference: str = "",
    letter_on: date | None = None,
    confirmed_on: date | None = None,
    confirmed_by: str = "",
) -> Passed:
    """Name the next holder of a post from a day on; whoever held it until then ends the day before.

    Who acted for the holder ends as well, and what else the successor was to the post. ``confirmed_on`` is
    set where a coordinator names the successor; without it the nomination waits to be confirmed.

    Raises:
        CannotHandOver: the successor is the holder, or somebody's time as a holder begins that day or later.
    """
    named = (await posts.nominations(session, [post])).get(post, [])
    for item in named:
        if item.standing is not Standing.HOLDER or (item.until is not None and item.until <= since):
            continue
        if item.person == successor:
            raise CannotHandOver("same", item.since)
        if item.since >= since:
            raise CannotHandOver("planned", item.since)
    ending = [item for item in named if _ends(item, successor, since)]
    for item in ending:
        await _end(session, item, since)
    new = Nomination(
        post,
        successor,
        Standing.HOLDER,
        since,
        None,
        reference,
        letter_on,
        confirmed_on,
        confirmed_by,
    )
    await posts.add(session, [], [new])
    return Passed(new, tuple(ending))


def _ends(item: Nomination, successor: str, since: date) -> bool:
    if item.until is not None and item.until <= since:
        return False
    if item.standing is Standing.ALTERNATE:
        return item.person == successor
    return True


async def leave(session: AsyncSession, post: str, person: str, today: date) -> list[Nomination]:
    """A person has left a post: what they were named to it ends today; what had not begun never does.

    Returns the nominations as they were; none where the person was not named to it.
    """
    named = (await posts.nominations(session, [post])).get(post, [])
    ending = [item for item in named if item.person == person and (item.until is None or item.until > today)]
    for item in ending:
        await _end(session, item, today)
    if ending:
        await revision.bump(session)
    return ending


async def _end(session: AsyncSession, item: Nomination, day: date) -> None:
    same = sa.and_(
        NominationRow.post == item.post,
        NominationRow.person == item.person,
        NominationRow.standing == item.standing,
        NominationRow.since == item.since,
    )
    if item.since >= day:
        # It never held: there is no history of it to keep.
        await session.execute(sa.delete(NominationRow).where(same), execution_options=_PLAIN)
        return
    await session.execute(
        sa.update(NominationRow)
        .where(same, sa.or_(NominationRow.until.is_(None), NominationRow.until > day))
        .values(until=day),
        execution_options=_PLAIN,
    )


async def standing_in(session: AsyncSession, post: str, day: date) -> Nomination | None:
    """Whom to turn to for a post on a day.

    That is its holder; while the holder is away, or where there is none, whoever acts, else the alternate
    who is not away either. ``None`` where nobody is there.
    """
    there = await present(session, post, day)
    absent = await entries.away(session, [item.person for item in there], day)
    return first_of(there, absent)


def first_of(there: Sequence[Nomination], absent: Container[str] = ()) -> Nomination | None:
    """The first of the nominations that hold whose person is not among the ``absent``.

    The holder goes before who acts, who acts before the alternate.
    """
    order = (Standing.HOLDER, Standing.ACTING, Standing.ALTERNATE)
    return next(
        (
            item
            for standing in order
            for item in there
            if item.standing is standing and item.person not in absent
        ),
        None,
    )
