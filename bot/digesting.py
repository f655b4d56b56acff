"""Puts digests into words for a room, in its language, and draws the attention of those whom they concern."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import deadline_owners, words
from bot.cards import digest as cards
from bot.contract import Mention, Place, PlaceKind, Section
from bot.i18n import Translator, negotiate, zone
from bot.outgoing import letter_draft
from directory import institutions, networks, people, posts, room_members
from directory.access import PUBLIC, Decision, PlaceClass, Subject, decide
from directory.accounts import Account
from directory.posts import Post
from directory.rooms import Room
from reminders.digests.drawing import Chart
from reminders.digests.records import Digest, Telling
from reminders.digests.tables import Kind
from reminders.nudging import quiet
from reminders.nudging.tables import QuietKind
from reminders.outbox import Draft

#: So many people are mentioned in one digest; all of them are written to themselves.
MOST_MENTIONS: Final = 15


#: What is told: rooms of one network share it.
_Key = tuple[str, Kind, date]


class Contributor(Protocol):
    """What else than deadlines a room is told: new meetings, invitations that nobody answered."""

    async def sections(
        self, session: AsyncSession, t: Translator, network: str, kind: Kind, day: date
    ) -> Sequence[Section]:
        """What to tell a room of that network on a day; everything in it is public to its members."""
        ...

    async def turned_to(
        self, session: AsyncSession, network: str, kind: Kind, day: date
    ) -> Mapping[str, str]:
        """Whom it concerns, and for which post: those of them who were heard in the room are mentioned."""
        ...


class RoomWriter:
    """Implements ``reminders.digests.records.Writer``."""

    def __init__(self, contributors: Sequence[Contributor] = ()) -> None:
        self._contributors = contributors

    def chart(self, room: Room, digest: Digest) -> Chart | None:
        """The picture that goes with a digest; ``None`` where words say as much."""
        return cards.chart(_voice(room), digest)

    async def write(
        self, session: AsyncSession, tellings: Sequence[Telling], pictures: Mapping[Chart, bytes]
    ) -> list[list[Draft]]:
        """See ``Writer``. Rooms that read the same language share what things are called."""
        turned = await self._turned(session, tellings)
        heard = await _heard(session, tellings, turned)
        known: dict[tuple[str, str, date, Kind], cards.Names] = {}
        also: dict[tuple[str, str, str, date, Kind], list[Section]] = {}
        written: list[list[Draft]] = []
        for telling in tellings:
            t, digest = _voice(telling.room), telling.digest
            key = (t.language, digest.network, digest.day, digest.kind)
            if (there := (str(t.zone), *key)) not in also:
                also[there] = await self._beside(session, t, digest)
            beside = also[there]
            if (digest.is_empty and not beside) or not _may_be_read(digest.network):
                written.append([])
                continue
            if key not in known:
                known[key] = await _names(session, t, digest)
            mentions = await _mentions(
                session, t, digest, turned[_key(digest)], heard.get(telling.room.id, {})
            )
            shown = cards.mentioning(t, cards.card(t, digest, known[key], beside), mentions)
            drawn = cards.chart(t, digest)
            if drawn is not None and drawn in pictures:
                shown[0] = cards.pictured(t, digest, shown[0], pictures[drawn])
            place = Place(telling.room.platform, telling.room.account, PlaceKind.GROUP, telling.room.place)
            written.append([letter_draft(place, item, t.language, guard=telling.guard) for item in shown])
        return written

    async def _turned(self, session: AsyncSession, tellings: Sequence[Telling]) -> dict[_Key, dict[str, str]]:
        """Whoever is to see to something, and for which post, by what is told."""
        found: dict[_Key, dict[str, str]] = {}
        for telling in tellings:
            digest = telling.digest
            if _key(digest) in found:
                continue
            turned = _turned_to(digest)
            for contributor in self._contributors:
                turned = (
                    dict(await contributor.turned_to(session, digest.network, digest.kind, digest.day))
                    | turned
                )
            found[_key(digest)] = turned
        return found

    async def _beside(self, session: AsyncSession, t: Translator, digest: Digest) -> list[Section]:
        return [
            section
            for contributor in self._contributors
            for section in await contributor.sections(session, t, digest.network, digest.kind, digest.day)
        ]


def _key(digest: Digest) -> _Key:
    return (digest.network, digest.kind, digest.day)


def _may_be_read(network: str) -> bool:
    return decide(PUBLIC, PlaceClass.BOUND, Subject.MEETINGS, network) is Decision.ALLOWED


def _voice(room: Room) -> Translator:
    return Translator(negotiate(room.language), zone(room.time_zone))


async def _names(session: AsyncSession, t: Translator, digest: Digest) -> cards.Names:
    owners = {owner for item in digest.shown for owner in item.owners}
    return cards.Names(
        await networks.get(session, digest.network), await deadline_owners.names(session, t, owners)
    )


def _turned_to(digest: Digest) -> dict[str, str]:
    """Whoever is to see to something that is named, and for which post; what is most overdue first."""
    found: dict[str, str] = {}
    for item in digest.shown:
        concerned = digest.concerned.get(item.number)
        for post in concerned.posts if concerned is not None else ():
            if post.first is not None and post.first not in digest.snoozed.get(item.number, ()):
                found.setdefault(post.first, post.post)
    return found


async def _heard(
    session: AsyncSession, tellings: Sequence[Telling], turned: Mapping[_Key, Mapping[str, str]]
) -> dict[int, dict[str, Account]]:
    """By room, the accounts that were heard there of people whom its digest concerns."""
    people = {person for concerned in turned.values() for person in concerned}
    if not people:
        return {}
    days = [telling.digest.day for telling in tellings]
    known = await room_members.accounts_of(
        session, [telling.room.id for telling in tellings], people, max(days)
    )
    found: dict[int, dict[str, Account]] = {}
    for (room, person), account in known.items():
        found.setdefault(room, {})[person] = account
    return found


async def _mentions(
    session: AsyncSession,
    t: Translator,
    digest: Digest,
    concerned: Mapping[str, str],
    heard: Mapping[str, Account],
) -> list[Mention]:
    """Those whom it concerns, were heard in the room and want to be mentioned, each once.

    They are called by their country or institution: names of people have no place in a room.
    """
    turned_to = {person: post for person, post in concerned.items() if person in heard}
    if not turned_to:
        return []
    hushed = await quiet.among(session, list(turned_to), QuietKind.DIGESTS, digest.day)
    there = [person for person in turned_to if person not in hushed]
    there = [person for person in there if not (await people.standing(session, person)).suspended]
    labels = await _labels(session, t, {turned_to[person] for person in there})
    return [Mention(heard[person].user, labels[turned_to[person]]) for person in there][:MOST_MENTIONS]


async def _labels(session: AsyncSession, t: Translator, keys: Collection[str]) -> dict[str, str]:
    """By post, its country or institution."""
    held = await posts.several(session, keys)
    bodies = {post.institution for post in held.values() if post.institution and not post.country}
    known = await institutions.several(session, bodies)

    def label(post: Post) -> str:
        if post.country:
            return t.country(post.country)
        body = known.get(post.institution or "")
        return words.short_name(t, body) if body is not None else words.plain(t, post.titles)

    return {key: label(post) for key, post in held.items()}
