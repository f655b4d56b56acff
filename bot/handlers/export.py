"""``/export``: a network, one's own country or the directory as a file, as far as the policy allows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Command, Context, Replies
from bot.contract import Attachment, Button, Card, Reply, action
from bot.lists import exports
from directory import access, audit, networks
from directory.access import Condition, Decision, PlaceClass, Subject
from directory.exporting import Listing, Scope, focal_points, projects_of
from directory.importing import vocabulary
from directory.posts import NominationRow, PostRow

#: The button's name.
EXPORT: Final = "export"
#: What a button says instead of a network or a country that is not narrowed to.
ANY: Final = "all"
#: The largest file that a chat can carry; longer lists are for the command line.
LARGEST: Final = 5 * 1024 * 1024
#: Contact values above this level are never exported by somebody who exports only their own country.
OWN_COUNTRY_LEVEL: Final = 1


async def run(context: Context, argument: str) -> Replies:
    """Ask as which file, or what there is to choose from."""
    t = context.t
    if context.place.shared:
        return Reply(Card(text=t("dispatch.refused")))
    choices = await _choices(context)
    if not choices:
        return Reply(Card(text=t("dispatch.refused")))
    wanted = argument.strip()
    if not wanted:
        if len(choices) > 1:
            listed = ", ".join(_called(context, scope) for scope in choices)
            return Reply(Card(text=t("export.which", choices=listed)))
        return Reply(_formats(context, choices[0]))
    scope = await _meant(context, wanted)
    if scope is None or not await _may(context, scope):
        own = ", ".join(_called(context, scope) for scope in choices)
        return Reply(Card(text=t("export.which", choices=own)))
    return Reply(_formats(context, scope))


async def _choices(context: Context) -> list[Scope]:
    """What the asker may export: whole networks, or the countries of the posts that they hold."""
    every = await networks.every(context.session)
    whole = [Scope(item.code) for item in every if _whole(context, item.code)]
    return whole or [Scope(network, country) for network, country in await _own(context)]


def _whole(context: Context, network: str) -> bool:
    meets = (Condition.AUDITED,)
    return context.decide(Subject.EXPORT, network, meets) is Decision.ALLOWED


async def _own(context: Context) -> list[tuple[str, str]]:
    """Network and country of the confirmed posts that the asker holds and may export."""
    today = context.now.date()
    rows = await context.session.execute(
        sa.select(PostRow.network, PostRow.country)
        .join(NominationRow, NominationRow.post == PostRow.key)
        .where(
            NominationRow.person == (context.asker.person_key or ""),
            NominationRow.confirmed_on.is_not(None),
            NominationRow.since <= today,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > today),
            PostRow.network.is_not(None),
            PostRow.country.is_not(None),
        )
        .distinct()
        .order_by(PostRow.network, PostRow.country)
    )
    meets = (Condition.OWN_COUNTRY,)
    return [
        (network, country)
        for network, country in rows
        if network and country and context.decide(Subject.EXPORT, network, meets) is Decision.ALLOWED
    ]


async def _meant(context: Context, typed: str) -> Scope | None:
    """The network and the country among the words."""
    known = {item.code for item in await networks.every(context.session)}
    network, rest = "", []
    for word in typed.split():
        if word.upper() in known and not network:
            network = word.upper()
        else:
            rest.append(word)
    country = vocabulary.country(" ".join(rest)) if rest else ""
    if rest and not country:
        return None
    if country and not network:
        own = [scope for scope in await _choices(context) if scope.country in ("", country)]
        network = own[0].network if len({scope.network for scope in own}) == 1 else ""
    return Scope(network, country)


async def _may(context: Context, scope: Scope) -> bool:
    if not scope.network:
        # Everything: only who may export every network that there is.
        every = await networks.every(context.session)
        return bool(every) and all(_whole(context, item.code) for item in every)
    if _whole(context, scope.network):
        return True
    return (scope.network, scope.country) in await _own(context)


def _called(context: Context, scope: Scope) -> str:
    parts = [scope.network, context.t.country(scope.country) if scope.country else ""]
    return " ".join(part for part in parts if part) or context.t("export.whole")


def _formats(context: Context, scope: Scope) -> Card:
    t = context.t
    place = (scope.network or ANY, scope.country or ANY)
    people = tuple(
        Button(label, action(EXPORT, form, *place))
        for label, form in (
            (t("export.xlsx"), exports.Format.XLSX.value),
            (t("export.csv"), exports.Format.CSV.value),
            (t("export.vcard"), exports.Format.VCARD.value),
        )
    )
    projects = Button(t("export.projects"), action(EXPORT, "projects", *place))
    return Card(text=t("export.choose", what=_called(context, scope)), buttons=(people, (projects,)))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """The file, once the right to it was looked at again; it goes into the trail with everybody in it."""
    t = context.t
    if context.place.shared or len(arguments) != 3:
        return Reply(Card(text=t("dispatch.stale_button")))
    form, network, country = arguments
    scope = Scope("" if network == ANY else network, "" if country == ANY else country)
    if form not in ("projects", *exports.Format) or not await _may(context, scope):
        return Reply(Card(text=t("dispatch.refused")))
    if form == "projects":
        listing = await projects_of(context.session, scope, t.language)
        chosen = exports.Format.XLSX
    else:
        chosen = exports.Format(form)
        level_of = _level_of(context, scope)
        listing = await focal_points(context.session, scope, level_of, t.language, context.now.date())
    if not listing.rows:
        return Reply(Card(text=t("export.nothing", what=_called(context, scope))))
    content = exports.content(listing, chosen)
    if len(content) > LARGEST:
        return Reply(Card(text=t("export.too_large")))
    _record(context, scope, listing, form)
    parts = ("enlace", network, country, form if form == "projects" else ANY)
    name = "-".join(part.lower() for part in parts if part != ANY)
    attachment = Attachment(f"{name}.{chosen.value}", exports.MEDIA_TYPES[chosen], content)
    return Reply(
        Card(
            title=t("export.title", what=_called(context, scope)),
            text=t.plural("export.text", len(listing.rows)),
            attachments=(attachment,),
        )
    )


def _level_of(context: Context, scope: Scope) -> exports.LevelOf:
    """The highest level of each network that may be shown; of one's own country what the network sees."""
    whole = not scope.network or _whole(context, scope.network)

    def level(network: str) -> int:
        allowed = access.contact_level(context.asker.standing, PlaceClass.DIRECT, network)
        return allowed if whole else min(allowed, OWN_COUNTRY_LEVEL)

    return level


def _record(context: Context, scope: Scope, listing: Listing, form: str) -> None:
    shown = listing.networks or {}
    for person in listing.people:
        highest = max((contact.level for contact in person.contacts), default=1)
        context.look(person.key, highest, shown.get(person.key) or None)

    async def record(session: AsyncSession) -> None:
        said = {"format": form, "rows": len(listing.rows), "country": scope.country}
        await audit.changed(
            session,
            context.actor,
            context.now,
            "export",
            "export",
            scope.network or ANY,
            None,
            said,
            scope.network or None,
        )

    context.effects.append(record)


COMMAND = Command(
    name="export",
    subject=Subject.EXPORT,
    run=run,
    summary="export.summary",
    usage="export.usage",
    examples=("/export ACS",),
    aliases={"es": ("exportar",), "fr": ("exporter",), "pt": ("exportar",)},
    actions={EXPORT: pressed},
    order=86,
)
