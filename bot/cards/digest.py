"""Cards of what a room is told: the deadlines of a day, how things stand, and whom that concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.cards import deadline_words as said
from bot.cards import words
from bot.contract import Attachment, Card, Field, Mention, Section
from bot.i18n import Translator, message
from directory.networks import Network
from reminders.deadlines import Deadline, Owner
from reminders.digests.drawing import Cell, Chart
from reminders.digests.records import Digest, Listed
from reminders.digests.tables import Kind

#: Telegram notifies about so many people who are mentioned in one message.
NOTIFIED: Final = 5
#: A picture goes with a digest that has at least so many deadlines in it.
PICTURED: Final = 6
#: So many owners of one deadline are named.
_OWNERS: Final = 3
_TITLES: Final[Mapping[Kind, str]] = {
    Kind.DAILY: message("digest.daily_title"),
    Kind.WEEKLY: message("digest.weekly_title"),
    Kind.CATCH_UP: message("digest.catch_up_title"),
}
_DUE: Final[Mapping[Kind, str]] = {
    Kind.DAILY: message("digest.coming"),
    Kind.WEEKLY: message("digest.due_this_week"),
    Kind.CATCH_UP: message("digest.due_within_days"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how in the reader's language: the network, and owners."""

    network: Network | None
    owners: Mapping[Owner, str]


def card(t: Translator, digest: Digest, names: Names, beside: Sequence[Section] = ()) -> Card:
    """A digest; ``beside`` is what else it tells of."""
    network = words.short_name(t, names.network) if names.network is not None else digest.network
    lists = (
        (message("digest.overdue"), digest.overdue),
        (_DUE[digest.kind], digest.due),
        (message("digest.done"), digest.done),
        (message("digest.undesignated"), digest.undesignated),
    )
    sections = [_section(t, digest, heading, listed, names) for heading, listed in lists if listed.count]
    return Card(
        title=t(_TITLES[digest.kind], network=network, day=t.day(_monday(digest.day))),
        subtitle=t.day(digest.day) if digest.kind is not Kind.WEEKLY else "",
        text=t("digest.after_outage") if digest.after_outage else "",
        sections=(*sections, *beside),
        footer=t("digest.how", code=digest.shown[0].code) if digest.shown else "",
        summary=" · ".join(section.heading for section in (*sections, *beside)),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _section(t: Translator, digest: Digest, heading: str, listed: Listed, names: Names) -> Section:
    fields = [_field(t, digest, item, names) for item in listed.shown]
    if listed.more:
        fields.append(Field("", t.plural("digest.more", listed.more)))
    return Section(t(heading, number=t.number(listed.count)), fields=tuple(fields))


def _field(t: Translator, digest: Digest, deadline: Deadline, names: Names) -> Field:
    """What nobody owes yet is nobody's fault: of that it says when it is due, and not how late it is."""
    owners = _owners(t, deadline, names)
    if not owners and deadline.is_open:
        return Field(said.named(t, deadline), said.due(t, deadline.due))
    state = said.state(t, deadline, digest.day)
    return Field(said.named(t, deadline), f"{owners} · {state}" if owners else state)


def _owners(t: Translator, deadline: Deadline, names: Names) -> str:
    called = [names.owners.get(owner, owner.key) for owner in deadline.owners]
    if len(called) <= _OWNERS + 1:
        return t.list(called) if called else ""
    others = len(called) - _OWNERS
    return t.plural("digest.and_others", others, names=", ".join(called[:_OWNERS]))


def mentioning(t: Translator, shown: Card, mentions: Sequence[Mention]) -> list[Card]:
    """A card and those that follow it, each mentioning as many people as are notified of one message."""
    groups = [tuple(mentions[at : at + NOTIFIED]) for at in range(0, len(mentions), NOTIFIED)]
    if not groups:
        return [shown]
    label = t("digest.attention")
    follow = [
        Card(text=t("digest.attention_too"), mentions=group, mentions_label=label) for group in groups[1:]
    ]
    return [replace(shown, mentions=groups[0], mentions_label=label), *follow]


def chart(t: Translator, digest: Digest) -> Chart | None:
    """The calendar that goes with a digest; ``None`` where words say as much."""
    if digest.kind is not Kind.WEEKLY or sum(digest.ahead) < PICTURED:
        return None
    monday = _monday(digest.day)
    days = [monday + timedelta(days=number) for number in range(len(digest.ahead))]
    cells = tuple(
        Cell(
            t.day_of_month(day) if not number or day.day == 1 else str(day.day),
            count,
            day.weekday() >= 5,
        )
        for number, (day, count) in enumerate(zip(days, digest.ahead, strict=True))
    )
    return Chart(
        t("digest.chart_title"),
        t.weekdays(),
        cells,
        t(
            "digest.chart_caption",
            overdue=t.number(digest.overdue.count),
            done=t.number(digest.done.count),
        ),
        (digest.day - monday).days,
    )


def described(t: Translator, digest: Digest) -> str:
    """The picture in words, for whoever does not see it."""
    monday = _monday(digest.day)
    days = [
        t.plural("digest.chart_day", count, day=t.day_of_month(monday + timedelta(days=number)))
        for number, count in enumerate(digest.ahead)
        if count
    ]
    return t("digest.chart_alt", days=", ".join(days))


def pictured(t: Translator, digest: Digest, shown: Card, picture: bytes) -> Card:
    """A card with its picture, which says in words what it shows."""
    return replace(shown, picture=Attachment("calendar.png", "image/png", picture, described(t, digest)))
