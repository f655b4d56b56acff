"""People are shown: within the weekly budget of lookups, and never without a trace in the trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Context
from bot.i18n import message
from directory import audit, lookups, people
from directory.letters import Letter
from directory.people import NAME_LEVEL, Person


async def see(
    context: Context,
    keys: Collection[str],
    level: int,
    network: str | None = None,
    *,
    names_only: bool = False,
    whole: bool = False,
) -> dict[str, Person]:
    """People for an answer that shows their values up to ``level``, or only their names.

    Every one of them goes into the trail. Who is beyond the week's budget is left out (with ``whole`` all of
    them are, where one is) and :func:`notice` then says so.
    """
    if level < NAME_LEVEL or not keys:
        return {}
    found = await people.several(context.session, keys, NAME_LEVEL if names_only else level)
    own = {context.asker.person_key} & found.keys()
    others = found.keys() - own
    allowed = lookups.admitted(await _seen(context), sorted(others), context.weekly_lookups)
    if len(allowed) < len(others):
        _withhold(context)
        if whole:
            return {}
    for key in allowed:
        shown = max((item.level for item in found[key].contacts), default=NAME_LEVEL)
        context.look(key, NAME_LEVEL if names_only else max(NAME_LEVEL, shown), network)
    return {key: person for key, person in found.items() if key in allowed or key in own}


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
    network = (await lookups.networks_of(session, [key])).get(key)
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
