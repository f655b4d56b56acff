"""``/calendar``: links to calendars of meetings, and replies that calendar programs wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.calendars import feeds as calendars
from bot.calendars import replies
from bot.cards import buttons, examples, meeting_calendar
from bot.cards.deadline_rights import may_see, networks_seen, own_networks
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from directory import feeds, meetings
from directory.access import Condition, Subject

#: Buttons: a new link, a link no more; the network, or that it is of one's own meetings.
MAKE: Final = "calendar-link"
REVOKE: Final = "calendar-end"
OWN: Final = "own"
#: So many networks are offered.
MOST: Final = 6


async def run(context: Context, argument: str) -> Replies:
    """The asker's links; with a file the answer that it holds, with a meeting's code its file."""
    if context.files:
        return await meeting_calendar.replied(context)
    number = meetings.read_code(argument)
    if number is not None:
        return await meeting_calendar.give(context, number)
    return Reply(await _card(context))


async def made(context: Context, arguments: Sequence[str]) -> Replies:
    """Make a link, in place of the one there was."""
    t, network, person = context.t, _network(arguments), context.asker.person_key
    if person is None or not _may_have(context, network) or not context.public_url:
        return Reply(await _card(context), replaces=True)
    token = await feeds.make(context.session, context.actor, context.now, person, network)
    address = f"{context.public_url.rstrip('/')}/calendar/{token}.ics"
    return Reply(
        Card(
            title=calendars.name(t, network),
            text=t("calendar.made"),
            fields=(Field(t("calendar.link"), address, url=address),),
            footer=t("calendar.made_footer"),
            buttons=((_revoke(context, network),),),
        ),
        replaces=True,
    )


async def revoked(context: Context, arguments: Sequence[str]) -> Replies:
    """Let a link open nothing any more."""
    person = context.asker.person_key
    if person is not None:
        await feeds.revoke(context.session, context.actor, context.now, person, _network(arguments))
    return Reply(await _card(context), replaces=True)


async def _card(context: Context) -> Card:
    t, person = context.t, context.asker.person_key or ""
    has = {feed.network: feed for feed in await feeds.of_person(context.session, person)}
    seen = await own_networks(context, await networks_seen(context))
    offered = dict.fromkeys(("", *seen[:MOST])) if context.public_url else {}
    rows = []
    for network in dict.fromkeys((*offered, *has)):
        row = [_revoke(context, network)] if network in has else []
        if network in offered:
            key = "calendar.again" if network in has else "calendar.make"
            words = buttons.label(t(key, calendar=calendars.name(t, network)))
            row.insert(0, Button(words, action(MAKE, network or OWN)))
        rows.append(tuple(row))
    return Card(
        title=t("calendar.title"),
        text=t("calendar.how") if context.public_url else t("calendar.no_address"),
        fields=tuple(
            Field(calendars.name(t, feed.network), t("calendar.since", day=t.day(feed.made_at)))
            for feed in has.values()
        ),
        footer=t("calendar.footer", example=examples.typed(context, "calendar", "M-1")),
        buttons=tuple(rows),
    )


def _revoke(context: Context, network: str) -> Button:
    t = context.t
    words = t("calendar.revoke", calendar=calendars.name(t, network))
    return Button(buttons.label(words), action(REVOKE, network or OWN))


def _network(arguments: Sequence[str]) -> str:
    return "" if not arguments or arguments[0] == OWN else arguments[0]


def _may_have(context: Context, network: str) -> bool:
    return not network or may_see(context, network)


COMMAND = Command(
    name="calendar",
    subject=Subject.MEETING_DETAILS,
    run=run,
    summary="calendar.summary",
    usage="calendar.usage",
    examples=("/calendar",),
    aliases={"es": ("calendario",), "fr": ("calendrier", "agenda"), "pt": ("calendario", "agenda")},
    actions={MAKE: made, REVOKE: revoked},
    files=replies.is_calendar,
    cases=frozenset((Condition.INVITED,)),
    order=33,
    writes=True,
)
