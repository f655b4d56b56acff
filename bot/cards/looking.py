"""People are shown: within the weekly budget of lookups, and never without a trace in the trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Context
from bot.i18n import message
from directory import audit, belonging, lookups, people, search
from directory.letters import Letter
from directory.people import NAME_LEVEL, Person
from directory.search import Hit, Kind

#: The most hits that are looked through for those that may be shown.
MOST: Final = 160


async def see(
    context: Context,
    keys: Collection[str],
    level: int,
    network: str | None = None,
    *,
    names_only: bool = False,
    whole: bool = False,
    recorded: bool = True,
) -> dict[str, Person]:
    """People for an answer that shows their values up to ``level``, or only their names.

    Of each only as much is read as the asker may see of somebody of their networks, here; who may not be
    known at all is left out. Everybody else goes into the trail. Who is beyond the week's budget is left out
    (with ``whole`` all of them are, where one is) and :func:`notice` then says so. ``recorded`` is false
    where the caller itself appends to the trail whom it names.
    """
    if level < NAME_LEVEL or not keys:
        return {}
    found = await _read(context, keys, NAME_LEVEL if names_only else level)
    own = {context.asker.person_key} & found.keys()
    others = found.keys() - own
    allowed = lookups.admitted(await _seen(context), sorted(others), context.weekly_lookups)
    if len(allowed) < len(others):
        _withhold(context)
        if whole:
            return {}
    for key in allowed if recorded else ():
        shown = max((item.level for item in found[key].contacts), default=NAME_LEVEL)
        context.look(key, NAME_LEVEL if names_only else max(NAME_LEVEL, shown), network)
    return {key: person for key, person in found.items() if key in allowed or key in own}


async def _read(context: Context, keys: Collection[str], level: int) -> dict[str, Person]:
    """People as far as the policy lets the asker see each of them, at most to ``level``."""
    by_level: dict[int, set[str]] = {}
    for key, allowed in (await _levels(context, keys, level)).items():
        by_level.setdefault(allowed, set()).add(key)
    found: dict[str, Person] = {}
    for highest, group in by_level.items():
        for key, person in (await people.several(context.session, group, abs(highest))).items():
            found[key] = person if highest > 0 else replace(person, languages=(), time_zone="", contacts=())
    return found


async def _levels(context: Context, keys: Collection[str], level: int) -> dict[str, int]:
    """How much may be shown of each person, at most ``level``; who may not be known is left out.

    ``-NAME_LEVEL`` is the name alone: of whoever held a post in a network, whose history the asker may know.
    """
    belonging_of = await belonging.of(context.session, keys, context.now.date())
    levels: dict[str, int] = {}
    for key in keys:
        theirs = belonging_of.get(key, belonging.NOWHERE)
        own = key == context.asker.person_key
        allowed = level if own else min(level, context.contact_level_for(*theirs.present))
        if allowed >= NAME_LEVEL:
            levels[key] = allowed
        elif theirs.past and min(level, context.contact_level_for(*theirs.past)) >= NAME_LEVEL:
            levels[key] = -NAME_LEVEL
    return levels


async def find(
    context: Context, words: str, *, kinds: Collection[Kind] | None = None, limit: int = 10
) -> list[Hit]:
    """What words find, as if whoever may not be known to the asker were not in the directory."""
    level = await search_level(context)
    wanted = limit
    while True:
        hits = await search.find(context.session, words, kinds=kinds, limit=wanted, max_level=level)
        named = [hit.key for hit in hits if hit.kind is Kind.PERSON]
        known = await _levels(context, named, level) if named else {}
        seen = [hit for hit in hits if hit.kind is not Kind.PERSON or hit.key in known]
        # Who is left out must not take the place of what may be shown.
        if len(seen) >= limit or len(hits) < wanted or wanted >= MOST:
            return seen[:limit]
        wanted = min(MOST, wanted * 4)


async def search_level(context: Context) -> int:
    """The level at which words may be searched for: names are not, once the week's budget is used up.

    Otherwise whether something was found would still tell who is in the directory.
    """
    level = min(context.contact_level, NAME_LEVEL)
    if level >= NAME_LEVEL and len(await _seen(context)) >= context.weekly_lookups:
        _withhold(context)
        return 0
    return level


def notice(context: Context) -> str:
    """That the week's budget is used up and when it renews; empty where nothing was withheld."""
    if not context.looking.withheld:
        return ""
    seen, t = context.looking.seen or {}, context.t
    renewed = lookups.renews(seen, context.weekly_lookups)
    number = t.number(context.weekly_lookups)
    if renewed is None:
        return t("lookups.nearly_used_up", number=number)
    return t("lookups.used_up", number=number, when=t.moment(renewed))


async def _seen(context: Context) -> Mapping[str, object]:
    looking = context.looking
    if looking.seen is None:
        looking.seen = await lookups.seen(context.session, context.actor, context.now)
    # What this answer shows already counts too.
    return {**looking.seen, **looking.looks}


def _withhold(context: Context) -> None:
    if context.looking.withheld:
        return
    context.looking.withheld = True

    async def tell(session: AsyncSession) -> None:
        await _tell_coordinators(session, context)

    context.effects.append(tell)


async def _tell_coordinators(session: AsyncSession, context: Context) -> None:
    """Once a week for each person: the coordinators of their networks, else the operators."""
    actor, now = context.actor, context.now
    if not await lookups.first_notice(session, actor, now):
        return
    key = actor.person_key or ""
    person = await people.get(session, key, NAME_LEVEL)
    network = (await audit.networks_of(session, [key])).get(key)
    await audit.changed(session, actor, now, "lookups_used_up", audit.PERSON, key, None, None, network)
    standing = context.asker.standing
    told = await lookups.overseers(session, standing.verified_in | standing.coordinates, key)
    values = {
        "name": person.name if person is not None else key,
        "number": str(context.weekly_lookups),
    }
    for coordinator in told:
        if context.post is not None:
            await context.post(session, Letter(coordinator, message("lookups.told"), values, now))
