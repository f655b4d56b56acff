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
from directory.posts import Post
from directory.rooms import Room
from reminders.digests.drawing import Chart
from reminders.digests.records import Digest
from reminders.digests.tables import Kind
from reminders.nudging import quiet
from reminders.nudging.tables import QuietKind
from reminders.outbox import Draft

#: So many people are mentioned in one digest; all of them are written to themselves.
MOST_MENTIONS: Final = 15


class Contributor(Protocol):
    """What else than deadlines a room is told: new meetings, invitations that nobody answered."""

    async def sections(
        self, session: AsyncSession, t: Translator, network: str, kind: Kind, day: date
    ) -> Sequence[Section]:
        """What to tell a room of that network on a day; everything in it is public to its members."""
        ...


class RoomWriter:
    """Implements ``reminders.digests.records.Writer``."""

    def __init__(self, contributors: Sequence[Contributor] = ()) -> None:
        self._contributors = contributors

    def chart(self, room: Room, digest: Digest) -> Chart | None:
        """The picture that goes with a digest; ``None`` where words say as much."""
        return cards.chart(_voice(room), digest)

    async def write(
        self, session: AsyncSession, room: Room, digest: Digest, pictures: Mapping[Chart, bytes], guard: str
    ) -> list[Draft]:
        """The messages of a digest; none where there is nothing to say, or not there."""
        if decide(PUBLIC, PlaceClass.BOUND, Subject.MEETINGS, digest.network) is not Decision.ALLOWED:
            return []
        t = _voice(room)
        beside = [
            section
            for contributor in self._contributors
            for section in await contributor.sections(session, t, digest.network, digest.kind, digest.day)
        ]
        if digest.is_empty and not beside:
            return []
        owners = {owner for item in digest.shown for owner in item.owners}
        names = cards.Names(
            await networks.get(session, digest.network),
            await deadline_owners.names(session, t, owners),
        )
        mentions = await _mentions(session, t, room, digest)
        shown = cards.mentioning(t, cards.card(t, digest, names, beside), mentions)
        drawn = cards.chart(t, digest)
        if drawn is not None and drawn in pictures:
            shown[0] = cards.pictured(t, digest, shown[0], pictures[drawn])
        place = Place(room.platform, room.account, PlaceKind.GROUP, room.place)
        return [letter_draft(place, item, t.language, guard=guard) for item in shown]


def _voice(room: Room) -> Translator:
    return Translator(negotiate(room.language), zone(room.time_zone))


async def _mentions(session: AsyncSession, t: Translator, room: Room, digest: Digest) -> list[Mention]:
    """Whoever is to see to something that is named, was heard in the room and wants to be mentioned.

    Each once, by the name of their country or institution: names of people have no place in a room.
    """
    turned_to: dict[str, str] = {}
    for item in digest.shown:
        concerned = digest.concerned.get(item.number)
        for post in concerned.posts if concerned is not None else ():
            person = post.first
            if person is not None and person not in digest.snoozed.get(item.number, ()):
                turned_to.setdefault(person, post.post)
    if not turned_to:
        return []
    known = await room_members.accounts_of(session, room.id, turned_to, digest.day)
    hushed = await quiet.among(session, list(known), QuietKind.DIGESTS, digest.day)
    there = [person for person in turned_to if person in known and person not in hushed]
    there = [person for person in there if not (await people.standing(session, person)).suspended]
    labels = await _labels(session, t, {turned_to[person] for person in there})
    return [Mention(known[person].user, labels[turned_to[person]]) for person in there][:MOST_MENTIONS]


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
