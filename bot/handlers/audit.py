"""``/audit``: the trail by time, by person and by object, as far as the policy lets the asker read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot import parsing
from bot.cards import examples, found, looking, trail
from bot.command import Command, Context, Replies
from bot.contract import ACTION_BYTES, Button, Card, Reply
from bot.i18n import message
from directory import audit, dates
from directory.access import NO_NETWORK, Decision, Subject
from directory.audit import Entry, Scope
from directory.search import Hit, Kind

TURN: Final = "audit"
#: How many entries stand on a page.
PAGE: Final = 8
KINDS: Final = (Kind.PERSON, Kind.PROJECT, Kind.INSTITUTION, Kind.POST)
#: The views: everything by time; what a person did; what was done to an object; who saw a person.
TIME, PERSON, OBJECT, LOOKS = "t", "p", "o", "l"
_TITLES: Final = {
    TIME: message("audit.title"),
    PERSON: message("audit.title_by"),
    OBJECT: message("audit.title_of"),
    LOOKS: message("audit.title_looks"),
}
_PEOPLE_VIEWS: Final = (
    (OBJECT, message("audit.show_changes")),
    (PERSON, message("audit.show_done")),
    (LOOKS, message("audit.show_looks")),
)


@dataclass(frozen=True, slots=True)
class View:
    """What is read: a view, its kind and key (a day for the one by time), and before which entry."""

    view: str
    kind: str = ""
    key: str = ""
    before: int | None = None


async def run(context: Context, argument: str) -> Replies:
    """The newest entries; of a day, a person or an object where one is named."""
    t = context.t
    if not argument:
        return Reply(await _card(context, View(TIME)))
    if (day := _day(context, argument)) is not None:
        return Reply(await _card(context, View(TIME, key=day.isoformat())))
    hits = found.near(await looking.find(context, argument, kinds=KINDS))
    best = found.meant(hits, argument)
    if best is not None:
        return Reply(await _card(context, View(OBJECT, best.kind, best.key)))
    shown = parsing.echo(argument)
    if not hits:
        example = examples.typed(context, "audit", "ACS-SF-001")
        text = t("audit.none_found", text=shown, example=example)
        return Reply(Card(text=text, footer=looking.notice(context)))
    names = {row.label: row for row in await _choices(context, hits)}
    return Reply(
        Card(
            text=t.plural("audit.several", len(names), text=shown),
            buttons=tuple((button,) for button in names.values()),
            footer=looking.notice(context),
        )
    )


async def _choices(context: Context, hits: Sequence[Hit]) -> list[Button]:
    """The hits as buttons with the names that the asker may know."""
    card = await found.list_card(context, hits, "-")
    choices = []
    for row in card.buttons:
        for button in row:
            _, kind, key = button.action.split(":", 2)
            if (action := _action(View(OBJECT, kind, key))) is not None:
                choices.append(Button(button.label, action))
    return choices


def _day(context: Context, text: str) -> date | None:
    """The one day that ``text`` says, if it says one."""
    today = context.now.astimezone(context.t.zone).date()
    try:
        days = dates.days(text, today)
    except dates.NotADay:
        return None
    return days[0] if len(days) == 1 else None


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Another page or another view."""
    view = _view(arguments)
    if view is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _card(context, view), replaces=True)


def _view(arguments: Sequence[str]) -> View | None:
    if len(arguments) != 4 or arguments[0] not in (TIME, PERSON, OBJECT, LOOKS):
        return None
    view, kind, key, before = arguments
    if before and not (before.isascii() and before.isdecimal() and len(before) <= 18):
        return None
    if view == TIME and key:
        try:
            date.fromisoformat(key)
        except ValueError:
            return None
    return View(view, kind, key, int(before) if before else None)


def _action(view: View) -> str | None:
    """The action of a button to a view; ``None`` where the key does not fit."""
    before = "" if view.before is None else str(view.before)
    text = ":".join((TURN, view.view, view.kind, view.key, before))
    fits = len(text.encode()) <= ACTION_BYTES and ":" not in view.kind + view.key
    return text if fits else None


def _scope(context: Context) -> Scope | None:
    """What the asker may read: everything (``None``), some networks, or what is by or about themselves."""
    own = Scope(person=context.asker.person_key)
    # Asked in a room, the answer goes to the direct chat with what every linked person may read.
    if context.incoming.place.shared:
        return own
    if context.decide(Subject.AUDIT, NO_NETWORK) is Decision.ALLOWED:
        return None
    networks = frozenset(
        network
        for network in context.asker.standing.coordinates
        if context.decide(Subject.AUDIT, network) is Decision.ALLOWED
    )
    return Scope(networks, context.asker.person_key)


async def _entries(context: Context, view: View, scope: Scope | None) -> Sequence[Entry]:
    session, before, limit = context.session, view.before, PAGE + 1
    match view.view:
        case "p":
            return await audit.by_person(session, view.key, scope=scope, before=before, limit=limit)
        case "l":
            return await audit.looks_at(session, view.key, scope=scope, before=before, limit=limit)
        case "o":
            return await audit.history(session, view.kind, view.key, scope=scope, before=before, limit=limit)
    since = until = None
    if view.key:
        since = datetime.combine(date.fromisoformat(view.key), time(), context.t.zone)
        until = since + timedelta(days=1)
    return await audit.by_time(
        session, since, until, scope=scope, without=(audit.READ_TRAIL,), before=before, limit=limit
    )


async def _card(context: Context, view: View) -> Card:
    t, scope = context.t, _scope(context)
    entries = await _entries(context, view, scope)
    shown = entries[:PAGE]
    broad = scope is None or bool(scope.networks)
    known = await trail.names(context, shown, [(view.kind, view.key)] if view.kind else [], looks=not broad)
    rows: list[tuple[Button, ...]] = []
    if len(entries) > PAGE:
        older = _action(View(view.view, view.kind, view.key, shown[-1].number))
        rows += [(Button(t("audit.older"), older),)] if older else []
    if view.kind == Kind.PERSON:
        rows += [
            (Button(t(label), action),)
            for name, label in _PEOPLE_VIEWS
            if name != view.view and (action := _action(View(name, view.kind, view.key))) is not None
        ]
    if broad:
        context.effects.append(lambda session: _note_reading(session, context, view, sorted(known.people)))
    subject = known.of(view.kind, view.key) or t("audit.somebody")
    if view.view == TIME and view.key:
        subject = t.day(date.fromisoformat(view.key))
    key = message("audit.title_day") if view.view == TIME and view.key else _TITLES[view.view]
    return Card(
        title=t(key, object=subject),
        subtitle=_reach(context, scope),
        text="" if shown else t("audit.nothing"),
        fields=tuple(trail.field(t, entry, known, context.asker.person_key) for entry in shown),
        footer=looking.notice(context),
        buttons=tuple(rows),
    )


def _reach(context: Context, scope: Scope | None) -> str:
    """What this reader sees of the trail, said once on the card."""
    t = context.t
    if scope is None:
        return t("audit.reach_all")
    if scope.networks:
        return t("audit.reach_networks", networks=t.list(sorted(scope.networks)))
    return t("audit.reach_own")


async def _note_reading(session: AsyncSession, context: Context, view: View, named: Sequence[str]) -> None:
    """Whoever reads about others leaves a trace too: one entry a page, with the people whom it named."""
    read = {"view": view.view, "kind": view.kind, "key": view.key, "named": list(named)}
    await audit.changed(session, context.actor, context.now, audit.READ_TRAIL, "trail", view.view, None, read)


COMMAND = Command(
    name="audit",
    subject=Subject.AUDIT,
    run=run,
    summary="audit.summary",
    usage="audit.usage",
    examples=("/audit", "/audit ACS-SF-001"),
    aliases={"es": ("auditoria",), "fr": ("journal",), "pt": ("auditoria",)},
    actions={TURN: pressed},
    order=90,
)
