"""What is known of people when it is decided whom to remind: who is there, and what they were told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import people
from directory.access import Decision, PlaceClass, Standing, decide
from directory.access import Subject as Right
from directory.backup import restorations
from directory.posts import NominationRow, PostRow
from reminders.nudging import quiet
from reminders.nudging.calendars import Calendars
from reminders.nudging.recipients import Sent
from reminders.nudging.records import Herald, Matter
from reminders.nudging.schedule import Hours
from reminders.nudging.tables import NudgeRow, QuietKind, State

#: How many keys one statement is given; databases take some 32,000 values.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class View:
    """The working hours of whoever can be written to and wants to, and what each person was told.

    ``told`` is by kind and key, by person and by the key of the occasion. What came up until ``restored_at``
    may have been told by the database that was lost.
    """

    hours: Mapping[str, Hours]
    standings: Mapping[str, Standing]
    told: Mapping[tuple[str, str], Mapping[str, Mapping[str, Sent]]] = field(default_factory=dict)
    restored_at: datetime | None = None

    def there(self, matter: Matter) -> frozenset[str]:
        """Who of those whom a matter concerns can be told of it: it is theirs to see in their direct chat."""
        return frozenset(
            person
            for person in matter.people
            if person in self.hours and _may_know(self.standings[person], matter)
        )


def _may_know(standing: Standing, matter: Matter) -> bool:
    """Whether somebody may see it in their direct chat."""
    return decide(standing, PlaceClass.DIRECT, Right.MEETINGS, matter.network) is Decision.ALLOWED


async def knowing(session: AsyncSession, person: str, day: date) -> Callable[[Matter], bool]:
    """Tells whether a matter concerns a person who wants to be told of it and may know of it."""
    hushed = await quiet.among(session, [person], QuietKind.NUDGES, day)
    standing = await people.standing(session, person)
    return lambda matter: person in matter.people and not hushed and _may_know(standing, matter)


async def look(
    session: AsyncSession, herald: Herald, calendars: Calendars, matters: Iterable[Matter], now: datetime
) -> View:
    """What is known of everybody whom these concern."""
    wanted = list(matters)
    keys = sorted({person for matter in wanted for person in matter.people})
    zones = await herald.zones(session, keys)
    hushed = await quiet.among(session, list(zones), QuietKind.NUDGES, now.date())
    present = sorted(zones.keys() - hushed)
    countries = await _countries(session, present, now.date())
    years = {now.year} | {item.day.year for matter in wanted for item in matter.occasions}
    await calendars.load(set(countries.values()), years)
    return View(
        {person: Hours(zones[person], calendars.of(countries.get(person))) for person in present},
        {person: await people.standing(session, person) for person in present},
        await _told(session, wanted),
        await restorations.restored_at(session),
    )


async def _countries(session: AsyncSession, persons: Collection[str], day: date) -> dict[str, str]:
    """The country of the first post that each of them holds."""
    if not persons:
        return {}
    rows: sa.Result[str, str | None] = await session.execute(
        sa.select(NominationRow.person, PostRow.country)
        .join(PostRow, PostRow.key == NominationRow.post)
        .where(
            NominationRow.person.in_(list(persons)),
            PostRow.country.is_not(None),
            NominationRow.since <= day,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > day),
        )
        .order_by(NominationRow.id.desc())
    )
    return {person: country for person, country in rows if country}


async def _told(
    session: AsyncSession, matters: Collection[Matter]
) -> dict[tuple[str, str], dict[str, dict[str, Sent]]]:
    found: dict[tuple[str, str], dict[str, dict[str, Sent]]] = {}
    for kind in sorted({matter.kind for matter in matters}):
        keys = [matter.key for matter in matters if matter.kind == kind]
        rows: sa.Result[str, str, str, date, datetime | None] = await session.execute(
            sa.select(NudgeRow.key, NudgeRow.person, NudgeRow.occasion, NudgeRow.day, NudgeRow.sent_at).where(
                NudgeRow.kind == kind, NudgeRow.key.in_(keys), NudgeRow.state == State.SENT
            )
        )
        for key, person, occasion, day, sent_at in rows:
            if sent_at is not None:
                found.setdefault((kind, key), {}).setdefault(person, {})[occasion] = Sent(day, sent_at)
    return found
