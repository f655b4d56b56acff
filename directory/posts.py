"""Posts and nominations: a focal point is a post that a person holds from a date, by a nomination.

The post is public; who holds it is not.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import countries, revision, search
from directory.database import Base, BigId, Json, one_of
from directory.keys import checked
from directory.search import Entry, Kind, Name
from directory.texts import LocalText


class Standing(enum.StrEnum):
    """In what capacity somebody was named."""

    HOLDER = "holder"
    ALTERNATE = "alternate"
    ACTING = "acting"


class PostRow(Base):
    """Table ``post``."""

    __tablename__ = "post"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    areas: Mapped[dict[str, str]] = mapped_column(Json)
    network: Mapped[str | None] = mapped_column(sa.ForeignKey("network.code"), index=True)
    country: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)
    institution: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.key"), index=True)
    retired_on: Mapped[date | None] = mapped_column(sa.Date)


class NominationRow(Base):
    """Table ``nomination``."""

    __tablename__ = "nomination"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post: Mapped[str] = mapped_column(sa.ForeignKey("post.key"), index=True)
    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), index=True)
    standing: Mapped[Standing] = mapped_column(one_of(Standing, "standing"))
    since: Mapped[date] = mapped_column(sa.Date)
    until: Mapped[date | None] = mapped_column(sa.Date)
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    letter_on: Mapped[date | None] = mapped_column(sa.Date)
    confirmed_on: Mapped[date | None] = mapped_column(sa.Date)
    confirmed_by: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")


@dataclass(frozen=True, slots=True)
class Post:
    """A post: of a country or of an institution, in an area, for a network. All of it is public.

    ``retired_on`` is the day since which there is no such post; what is known of it stays.
    """

    key: str
    titles: LocalText
    areas: LocalText = LocalText()  # noqa: RUF009 - immutable
    network: str | None = None
    country: str | None = None
    institution: str | None = None
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Nomination:
    """A person named to a post. ``until`` is the first day on which it no longer holds.

    ``reference`` and ``letter_on`` are the letter's; ``confirmed_on`` is when a coordinator confirmed it, and
    ``confirmed_by`` that coordinator's key as a person, empty where it is not known.
    """

    post: str
    person: str
    standing: Standing
    since: date
    until: date | None = None
    reference: str = ""
    letter_on: date | None = None
    confirmed_on: date | None = None
    confirmed_by: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the nomination holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)


_POST = (
    PostRow.key,
    PostRow.titles,
    PostRow.areas,
    PostRow.network,
    PostRow.country,
    PostRow.institution,
    PostRow.retired_on,
)


async def get(session: AsyncSession, key: str) -> Post | None:
    """The post with this key."""
    return next(iter(await _where(session, PostRow.key == key)), None)


async def several(session: AsyncSession, keys: Collection[str]) -> dict[str, Post]:
    """The posts with these keys, by key."""
    return {post.key: post for post in await _where(session, PostRow.key.in_(list(keys)))}


async def of_country(session: AsyncSession, country: str) -> list[Post]:
    """The posts of a country that are in use, by key."""
    in_use = PostRow.retired_on.is_(None)
    return await _where(session, sa.and_(PostRow.country == country.upper(), in_use))


async def of_institution(session: AsyncSession, institution: str) -> list[Post]:
    """The posts of an institution that are in use, by key."""
    in_use = PostRow.retired_on.is_(None)
    return await _where(session, sa.and_(PostRow.institution == institution, in_use))


async def of_person(session: AsyncSession, person: str) -> list[Post]:
    """The posts that a person holds or has held, by key."""
    named = sa.select(NominationRow.post).where(NominationRow.person == person)
    return await _where(session, PostRow.key.in_(named))


async def _where(session: AsyncSession, condition: sa.ColumnElement[bool]) -> list[Post]:
    rows = await session.execute(sa.select(*_POST).where(condition).order_by(PostRow.key))
    return [
        Post(key, LocalText(titles), LocalText(areas), network, country, institution, retired_on)
        for key, titles, areas, network, country, institution, retired_on in rows
    ]


async def nominations(session: AsyncSession, posts: Iterable[str]) -> dict[str, list[Nomination]]:
    """The nominations to these posts, past ones too, newest first; by post."""
    found: dict[str, list[Nomination]] = {}
    for row in await session.execute(
        sa.select(
            NominationRow.post,
            NominationRow.person,
            NominationRow.standing,
            NominationRow.since,
            NominationRow.until,
            NominationRow.reference,
            NominationRow.letter_on,
            NominationRow.confirmed_on,
            NominationRow.confirmed_by,
        )
        .where(NominationRow.post.in_(list(posts)))
        .order_by(NominationRow.since.desc(), NominationRow.id)
    ):
        found.setdefault(row[0], []).append(Nomination(*row))
    return found


async def add(session: AsyncSession, posts: Sequence[Post], named: Sequence[Nomination]) -> None:
    """Store new posts with nominations to them, or further nominations alone; posts become findable."""
    if rows := [_values(post) for post in posts]:
        await session.execute(sa.insert(PostRow), rows)
    if rows := [_named(item) for item in named]:
        await session.execute(sa.insert(NominationRow), rows)
    await _index(session, posts)
    await revision.bump(session)


async def replace(session: AsyncSession, post: Post, named: Sequence[Nomination]) -> None:
    """Store a post, in place of the one with its key where there is one, with all nominations to it.

    Raises ``ValueError`` where a nomination is to another post.
    """
    if any(item.post != post.key for item in named):
        raise ValueError(f"every nomination must be to {post.key}")
    known = sa.update(PostRow).where(PostRow.key == post.key)
    changed = await session.execute(known.values(_values(post)).returning(PostRow.key))
    if changed.first() is None:
        return await add(session, [post], named)
    await session.execute(sa.delete(NominationRow).where(NominationRow.post == post.key))
    await _index(session, [post])
    await add(session, [], named)


async def change(session: AsyncSession, post: Post) -> None:
    """Store a post in place of the one with its key, whose nominations stay; a new one where none is."""
    known = sa.update(PostRow).where(PostRow.key == post.key)
    changed = await session.execute(known.values(_values(post)).returning(PostRow.key))
    if changed.first() is None:
        return await add(session, [post], [])
    await _index(session, [post])
    await revision.bump(session)


async def confirm(
    session: AsyncSession,
    post: str,
    person: str,
    *,
    reference: str,
    letter_on: date | None,
    on: date,
    by: str,
) -> bool:
    """A coordinator (``by``) confirms on a day that a letter names the person to the post.

    Whether there was such a nomination that holds on that day. An empty reference leaves what is recorded.
    A post has one holder: whoever else held it, or acted for its holder, ends with the confirmation.
    """
    values: dict[str, object] = {"confirmed_on": on, "confirmed_by": by}
    if reference:
        values |= {"reference": reference, "letter_on": letter_on}
    confirmed = await session.execute(
        sa.update(NominationRow)
        .where(
            NominationRow.post == post,
            NominationRow.person == person,
            NominationRow.since <= on,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > on),
        )
        .values(**values)
        .returning(NominationRow.standing),
        execution_options={"synchronize_session": False},
    )
    standings = set(confirmed.scalars())
    if not standings:
        return False
    if Standing.HOLDER in standings:
        await _end_others(session, post, person, on)
    await revision.bump(session)
    return True


async def _end_others(session: AsyncSession, post: str, person: str, on: date) -> None:
    await session.execute(
        sa.update(NominationRow)
        .where(
            NominationRow.post == post,
            NominationRow.person != person,
            NominationRow.standing != Standing.ALTERNATE,
            NominationRow.since <= on,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > on),
        )
        .values(until=on),
        execution_options={"synchronize_session": False},
    )


async def remove(session: AsyncSession, key: str) -> None:
    """Take a post out as if it had never been added. One that somebody was named to cannot be.

    Raises:
        sqlalchemy.exc.IntegrityError: something refers to it.
    """
    await session.execute(sa.delete(PostRow).where(PostRow.key == key))
    await search.remove(session, Kind.POST, key)
    await revision.bump(session)


async def _index(session: AsyncSession, posts: Sequence[Post]) -> None:
    """Make findable what is in use, and nothing else."""
    await search.put(session, *(entry(post) for post in posts if post.retired_on is None))
    for post in posts:
        if post.retired_on is not None:
            await search.remove(session, Kind.POST, post.key)


def _values(post: Post) -> dict[str, object]:
    return {
        "key": checked(post.key),
        "titles": dict(post.titles.by_language),
        "areas": dict(post.areas.by_language),
        "network": post.network,
        "country": post.country,
        "institution": post.institution,
        "retired_on": post.retired_on,
    }


def _named(item: Nomination) -> dict[str, object]:
    if item.until is not None and item.until < item.since:
        raise ValueError("a nomination cannot end before it begins")
    return {
        "post": item.post,
        "person": item.person,
        "standing": item.standing,
        "since": item.since,
        "until": item.until,
        "reference": item.reference,
        "letter_on": item.letter_on,
        "confirmed_on": item.confirmed_on,
        "confirmed_by": item.confirmed_by,
    }


def entry(post: Post) -> Entry:
    """Everything a post is found by."""
    names = [Name(title, language) for language, title in post.titles.by_language.items()]
    if post.country is not None:
        places = {name.language: name.text for name in countries.names(post.country) if name.language}
        names += [
            Name(f"{title} {places.get(language, post.country)}", language)
            for language, title in post.titles.by_language.items()
        ]
    return Entry(Kind.POST, post.key, names)
