"""``/status``: how deliveries stand; for operators also who sends, the program, the database, the backup."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from importlib.metadata import version
from typing import Final

from bot.cards import delivering
from bot.command import Command, Context, Replies
from bot.contract import Card, Field, Reply, Section
from bot.i18n import message
from directory import rooms
from directory.access import Decision, Subject
from directory.backup import runs
from directory.rooms import Room
from directory.size import size
from reminders import outbox
from reminders.outbox import Address, State
from reminders.senders import senders

#: How many deliveries are listed, and how far back.
LISTED: Final = 8
SINCE: Final = timedelta(days=30)
_STATES: Final = {
    State.QUEUED: message("status.queued"),
    State.SENT: message("status.sent"),
    State.DROPPED: message("status.dropped"),
    State.FAILED: message("status.failed"),
    State.IN_DOUBT: message("status.in_doubt"),
}


async def run(context: Context, _argument: str) -> Replies:
    """All of it for operators; for coordinators what is in doubt in the rooms of their networks."""
    t = context.t
    if context.decide(Subject.SYSTEM) is Decision.ALLOWED:
        sections = (
            await _listed(context, State.IN_DOUBT, None),
            await _listed(context, State.FAILED, None),
            await _working(context),
        )
        fields = await _counts(context)
        return Reply(Card(title=t("status.title"), fields=fields, sections=_filled(sections)))
    networks = [
        code
        for code in sorted(context.asker.standing.coordinates)
        if context.decide(Subject.IN_DOUBT, code) is Decision.ALLOWED
    ]
    found = {
        (room.platform, room.account, room.place): room
        for room in await rooms.bound_to(context.session, networks)
    }
    section = await _listed(context, State.IN_DOUBT, found)
    text = t("status.doubt_meaning") if section.fields else t("status.no_doubt", networks=t.list(networks))
    return Reply(Card(title=t("status.title"), text=text, sections=_filled((section,))))


def _filled(sections: Collection[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.fields)


async def _counts(context: Context) -> tuple[Field, ...]:
    t, counts = context.t, await outbox.count(context.session)
    under_way = counts[State.CLAIMED] + counts[State.SENDING]
    fields = [Field(t(key), t.number(counts[state])) for state, key in _STATES.items()]
    fields.insert(1, Field(t("status.under_way"), t.number(under_way)))
    if (oldest := await outbox.oldest_waiting(context.session)) is not None:
        fields.insert(1, Field(t("status.oldest"), t.moment(oldest)))
    return tuple(fields)


async def _listed(context: Context, state: State, known: dict[Address, Room] | None) -> Section:
    """The newest deliveries in a state, in the rooms that are ``known``, or everywhere."""
    t, session = context.t, context.session
    found, total = await outbox.troubled(session, state, context.now - SINCE, LISTED, known)
    if known is None:
        known = {}
        for one in found:
            room = await rooms.get(session, one.platform, one.account, one.destination)
            if room.id and (room.name or room.network):
                known[one.platform, one.account, one.destination] = room
    more = t.plural("status.more", total - len(found)) if total > len(found) else ""
    return Section(t(_STATES[state]), more, delivering.lines(t, found, known))


async def _working(context: Context) -> Section:
    t, session = context.t, context.session
    sqlite = session.get_bind().dialect.name == "sqlite"
    megabytes = t.number(round(await size(session, sqlite=sqlite) / 1_000_000, 1))
    backup = await runs.last_good(session)
    fields = [
        Field(t("status.version"), version("enlace")),
        Field(t("status.database"), f"{'SQLite' if sqlite else 'PostgreSQL'}, {megabytes} MB"),
        Field(
            t("status.backup"),
            t.moment(backup.finished_at) if backup and backup.finished_at else t("status.none"),
            missing=backup is None,
        ),
    ]
    fields += [
        Field(
            f"{one.platform} {one.account}",
            t(
                "status.sends_since" if one.lease_until > context.now else "status.nobody_sends",
                since=t.moment(one.since),
            ),
        )
        for one in await senders(session)
    ]
    return Section(t("status.working"), fields=tuple(fields))


COMMAND = Command(
    name="status",
    subject=Subject.IN_DOUBT,
    run=run,
    summary="status.summary",
    usage="status.usage",
    aliases={"es": ("estado",), "fr": ("etat",), "pt": ("estado",)},
    order=94,
)
