"""``/meetings [mine|country|network] [period]``: a list in pages, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot import parsing
from bot.cards import examples, meeting_files, meeting_lists
from bot.cards.deadline_filters import Scope, Wanted, take_apart
from bot.cards.deadline_rights import networks_seen
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply, action
from bot.permission import refusal
from directory import meetings, search
from directory.access import Subject
from directory.meetings import Meeting, State, Unit, UnitKind, standing
from directory.search import Kind

PAGE: Final = "mts"


async def run(context: Context, argument: str) -> Replies:
    """The first page, or what is wrong with the question."""
    t = context.t
    seen = await networks_seen(context)
    if not seen:
        return refusal(context)
    wanted = await _meant(context, take_apart(argument, _today(context)), seen)
    if wanted.rest:
        example = examples.typed(context, "meetings", t("meetings.example"))
        text = t("meetings.not_understood", text=parsing.echo(wanted.rest), example=example)
        return Reply(Card(text=text))
    return Reply(await _page(context, wanted, 0, seen))


async def turned(context: Context, arguments: Sequence[str]) -> Replies:
    """Another page was chosen: the list turns in place."""
    start, scope, key, first, last = (*arguments, *[""] * 5)[:5]
    seen = await networks_seen(context)
    stale = Reply(Card(text=context.t("dispatch.stale_button")))
    if not (start.isascii() and start.isdecimal() and len(start) <= 4 and seen):
        return stale
    try:
        wanted = Wanted(Scope(scope), key, None, _day(first), _day(last))
    except ValueError:
        return stale
    return Reply(await _page(context, wanted, int(start), seen), replaces=True)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _today(context: Context) -> date:
    return context.now.astimezone(context.t.zone).date()


async def _meant(context: Context, wanted: Wanted, seen: Sequence[str]) -> Wanted:
    """The question with what it left open; words that are left may name a network or a country."""
    if wanted.rest:
        if wanted.rest.upper() in seen:
            wanted = replace(wanted, scope=Scope.NETWORK, key=wanted.rest.upper(), rest="")
        else:
            found = await search.find(
                context.session, wanted.rest, kinds=(Kind.COUNTRY,), limit=1, max_level=0
            )
            if found:
                wanted = replace(wanted, scope=Scope.COUNTRY, key=found[0].key, rest="")
    return replace(wanted, scope=wanted.scope or Scope.NETWORK)


async def _units(context: Context, wanted: Wanted, seen: Sequence[str]) -> list[Unit] | None:
    if wanted.scope is Scope.COUNTRY and wanted.key:
        return [Unit(UnitKind.COUNTRY, wanted.key)]
    person = context.asker.person_key
    if wanted.scope is Scope.NETWORK or person is None:
        return None
    day = context.now.date()
    own = [unit for code in seen for unit in await standing.units_of(context.session, person, code, day)]
    return [unit for unit in own if wanted.scope is Scope.MINE or unit.kind is UnitKind.COUNTRY]


async def _page(context: Context, wanted: Wanted, start: int, seen: Sequence[str]) -> Card:
    t = context.t
    chosen = [wanted.key] if wanted.scope is Scope.NETWORK and wanted.key in seen else seen
    found = await meetings.listing(
        context.session,
        networks=chosen,
        units=await _units(context, wanted, seen),
        begins=_start_of(context, wanted.first) if wanted.first is not None else context.now,
        ends=_start_of(context, wanted.last + timedelta(days=1)) if wanted.last is not None else None,
        states=(State.ANNOUNCED, State.CANCELLED),
    )
    if not found:
        return Card(
            text=t("meetings.none", example=examples.typed(context, "meetings", t("meetings.example")))
        )
    heading = t("meetings.title") if wanted.first is not None else t("meeting.coming")
    return meeting_lists.listing(context, heading, found, _at(start, found), _turn(wanted))


def _at(start: int, found: Sequence[Meeting]) -> int:
    return start if start < len(found) else 0


def _start_of(context: Context, day: date) -> datetime:
    return datetime.combine(day, time(), context.t.zone).astimezone(UTC)


def _turn(wanted: Wanted) -> meeting_lists.Turn:
    def turn(start: int) -> str:
        days = [day.isoformat() if day is not None else "" for day in (wanted.first, wanted.last)]
        return action(PAGE, str(start), wanted.scope or Scope.NETWORK, wanted.key, *days)

    return turn


COMMAND = Command(
    name="meetings",
    subject=Subject.MEETINGS,
    run=run,
    summary="meetings.summary",
    usage="meetings.usage",
    examples=("/meetings",),
    aliases={"es": ("reuniones",), "fr": ("reunions",), "pt": ("reunioes",)},
    # Drawing waits for more than the database, so that it is for a command that does not write.
    actions={PAGE: turned, meeting_files.FILE: meeting_files.pressed},
    order=31,
)
