"""``/deadlines [mine|country|network] [period]``: a list in pages, the earliest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot import parsing
from bot.cards import deadline as cards
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import examples, words
from bot.cards.deadline_filters import Scope, Wanted, Which, take_apart
from bot.cards.paging import turns
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from bot.i18n import message
from bot.permission import refusal
from directory import networks, posts
from directory.access import Subject
from directory.search import fold
from reminders.deadlines import Deadline, Owner, OwnerKind, State, reading
from reminders.deadlines.reading import Filters

PAGE: Final = "dls"
#: A title names so many networks; more are as good as all.
NAMED: Final = 2
#: Deadlines on a page.
SIZE: Final = 6
_WHICH: Final[Mapping[Which, str]] = {
    Which.OPEN: message("deadlines.open"),
    Which.OVERDUE: message("deadlines.overdue"),
    Which.DONE: message("deadlines.done"),
    Which.CANCELLED: message("deadlines.cancelled"),
    Which.NOT_DESIGNATED: message("deadlines.not_designated"),
    Which.ALL: message("deadlines.all"),
}
_STATES: Final[Mapping[Which, tuple[State, ...]]] = {
    Which.DONE: (State.DONE,),
    Which.CANCELLED: (State.CANCELLED,),
    Which.ALL: tuple(State),
}


async def run(context: Context, argument: str) -> Replies:
    """The first page, or what is wrong with the question."""
    t = context.t
    seen = await rights.networks_seen(context)
    if not seen:
        return refusal(context)
    wanted = await _meant(context, take_apart(argument, _today(context)), seen)
    if wanted.rest:
        text = t(
            "deadlines.not_understood",
            text=parsing.echo(wanted.rest),
            example=examples.typed(context, "deadlines", t("deadlines.example")),
        )
        return Reply(Card(text=text))
    if wanted.scope in (Scope.MINE, Scope.COUNTRY) and not wanted.key and not await _owners(context, wanted):
        network = examples.typed(context, "deadlines", t("deadlines.scope_network"))
        return Reply(Card(text=t("deadlines.no_post", network=network), buttons=examples.ask(network)))
    return Reply(await _page(context, wanted, 0, seen))


async def turned(context: Context, arguments: Sequence[str]) -> Replies:
    """Another page was chosen: the list turns in place."""
    start, scope, key, which, first, last = (*arguments, *[""] * 6)[:6]
    stale = Reply(Card(text=context.t("dispatch.stale_button")))
    seen = await rights.networks_seen(context)
    if not (start.isascii() and start.isdecimal() and len(start) <= 4 and seen):
        return stale
    try:
        wanted = Wanted(Scope(scope), key, Which(which), _day(first), _day(last))
    except ValueError:
        return stale
    return Reply(await _page(context, wanted, int(start), seen), replaces=True)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _today(context: Context) -> date:
    return context.now.astimezone(context.t.zone).date()


async def _meant(context: Context, wanted: Wanted, seen: Sequence[str]) -> Wanted:
    """The question with what it left open: whose deadlines, and in what state."""
    if wanted.rest:
        wanted = await _named(context, wanted, seen)
    if wanted.scope is None:
        mine = not context.place.shared and await rights.own_posts(context)
        wanted = replace(wanted, scope=Scope.MINE if mine else Scope.NETWORK)
    if wanted.which is None:
        over = wanted.last is not None and wanted.last < _today(context)
        wanted = replace(wanted, which=Which.ALL if over else Which.OPEN)
    return wanted


async def _named(context: Context, wanted: Wanted, seen: Sequence[str]) -> Wanted:
    """What the words that are left name: a network, a country, an institution."""
    folded = fold(wanted.rest)
    for code in seen:
        body = await networks.get(context.session, code)
        names = {fold(code)} | {fold(name) for name in (body.acronyms.by_language.values() if body else ())}
        if folded in names:
            return replace(wanted, scope=Scope.NETWORK, key=code, rest="")
    named = await owning.read(context.session, wanted.rest, seen[0])
    if len(named.owners) == 1 and not named.unclear and not named.unknown:
        (owner,) = named.owners
        if owner.kind is OwnerKind.POST:
            return wanted
        scope = Scope.COUNTRY if owner.kind is OwnerKind.COUNTRY else Scope.INSTITUTION
        return replace(wanted, scope=scope, key=owner.key, rest="")
    return wanted


async def _owners(context: Context, wanted: Wanted) -> list[Owner] | None:
    """Whose deadlines are wanted; ``None`` for everybody's, none where the asker has no post."""
    if wanted.scope is Scope.NETWORK:
        return None
    if wanted.scope is Scope.INSTITUTION:
        held = await posts.of_institution(context.session, wanted.key)
        return [Owner(OwnerKind.INSTITUTION, wanted.key), *_posts([post.key for post in held])]
    own = await rights.own_posts(context)
    if wanted.scope is Scope.MINE:
        return [
            *_posts([post.key for post in own]),
            *(Owner(OwnerKind.COUNTRY, post.country) for post in own if post.country),
            *(Owner(OwnerKind.INSTITUTION, post.institution) for post in own if post.institution),
        ]
    countries = [wanted.key] if wanted.key else [post.country for post in own if post.country]
    found: list[Owner] = []
    for country in dict.fromkeys(countries):
        held = await posts.of_country(context.session, country)
        found += [Owner(OwnerKind.COUNTRY, country), *_posts([post.key for post in held])]
    return found


def _posts(keys: Sequence[str]) -> list[Owner]:
    return [Owner(OwnerKind.POST, key) for key in keys]


async def _page(context: Context, wanted: Wanted, start: int, seen: Sequence[str]) -> Card:
    t, session, today = context.t, context.session, _today(context)
    filters = await _filters(context, wanted, seen)
    total = await reading.count(session, filters)
    start = start if start < total else 0
    found = await reading.listing(session, filters, offset=start, limit=SIZE)
    title = await _title(context, wanted, filters.networks or ())
    other = await _others(context, wanted)
    if not found:
        return Card(title=title, text=t("deadlines.none"), buttons=other)
    fields = [Field(item.code, await _line(context, item, today)) for item in found]
    rows = [(cards.show_button(t, item),) for item in found]
    around, shown = turns(t, start, SIZE, total, lambda at: _action(wanted, at))
    return Card(
        title=title,
        text=t.plural("deadlines.number", total),
        fields=tuple(fields),
        footer=shown,
        buttons=(*rows, *((around,) if around else ()), *other),
    )


async def _filters(context: Context, wanted: Wanted, seen: Sequence[str]) -> Filters:
    today = _today(context)
    chosen = list(seen)
    if wanted.scope is Scope.NETWORK:
        chosen = [wanted.key] if wanted.key else await rights.own_networks(context, seen)
    last = wanted.last
    if wanted.which is Which.OVERDUE:
        last = min(last or date.max, today - timedelta(days=1))
    designated = {Which.NOT_DESIGNATED: False, Which.OVERDUE: True}.get(wanted.which or Which.OPEN)
    return Filters(
        networks=[code for code in chosen if code in seen],
        owners=await _owners(context, wanted),
        states=_STATES.get(wanted.which or Which.OPEN, (State.OPEN,)),
        first=wanted.first,
        last=last,
        designated=designated,
    )


async def _line(context: Context, item: Deadline, today: date) -> str:
    """A deadline in a list: what, when, who, where it stands."""
    t = context.t
    owners = await owning.listed(context.session, t, item.owners)
    parts = (words.said(t, item.titles), t.vague(item.due), owners, said.state(t, item, today))
    return " · ".join(part for part in parts if part)


async def _title(context: Context, wanted: Wanted, chosen: Collection[str]) -> str:
    t = context.t
    which = t(_WHICH[wanted.which or Which.OPEN])
    if wanted.scope is Scope.MINE:
        of = t("deadlines.of_mine")
    elif wanted.scope is Scope.NETWORK:
        of = t.list([await _called(context, code) for code in chosen]) if len(chosen) <= NAMED else ""
    elif wanted.key:
        kind = OwnerKind.COUNTRY if wanted.scope is Scope.COUNTRY else OwnerKind.INSTITUTION
        of = await owning.listed(context.session, t, [Owner(kind, wanted.key)])
    else:
        own = {post.country for post in await rights.own_posts(context) if post.country}
        of = t.list([t.country(code) for code in sorted(own)])
    when = ""
    if wanted.first is not None and wanted.last is not None:
        when = t("deadlines.between", first=t.day(wanted.first), last=t.day(wanted.last))
    return " · ".join(part for part in (which, of, when) if part)


async def _called(context: Context, network: str) -> str:
    body = await networks.get(context.session, network)
    return words.short_name(context.t, body) if body is not None else network


def _action(wanted: Wanted, start: int) -> str:
    days = [day.isoformat() if day is not None else "" for day in (wanted.first, wanted.last)]
    return action(PAGE, str(start), wanted.scope or "", wanted.key, wanted.which or "", *days)


async def _others(context: Context, wanted: Wanted) -> tuple[tuple[Button, ...], ...]:
    """The same list for others: mine, my country's, the network's; and what is overdue.

    In a room, where a list is everybody's, nobody makes it their own, and who has no post has none.
    """
    t = context.t
    own = not context.place.shared and bool(await rights.own_posts(context))
    row = [
        Button(t(key), _action(replace(wanted, scope=scope, key=""), 0))
        for scope, key in (
            (Scope.MINE, message("deadlines.mine_button")),
            (Scope.COUNTRY, message("deadlines.country_button")),
            (Scope.NETWORK, message("deadlines.network_button")),
        )
        if (wanted.scope is not scope or wanted.key) and (own or scope is Scope.NETWORK)
    ]
    if wanted.which is not Which.OVERDUE:
        late = replace(wanted, which=Which.OVERDUE, first=None, last=None)
        row.append(Button(t("deadlines.overdue_button"), _action(late, 0)))
    return (tuple(row),) if row else ()


COMMAND = Command(
    name="deadlines",
    subject=Subject.MEETINGS,
    run=run,
    summary="deadlines.summary",
    usage="deadlines.usage",
    examples=("/deadlines network",),
    aliases={"es": ("plazos",), "fr": ("echeances", "échéances"), "pt": ("prazos",)},
    actions={PAGE: turned},
    order=31,
)
