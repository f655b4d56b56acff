"""Binds rooms to networks: the form that proposes it, the card that decides it, who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import languages, looking, platforms, words, zones
from bot.command import Context
from bot.contract import Button, Card, Choice, Field, FieldKind, Form, FormField, action
from bot.i18n import LANGUAGES, Translator, message
from directory import audit, lookups, networks, rooms
from directory.access import Condition, Decision, Subject
from directory.people import NAME_LEVEL
from directory.rooms import Proposal, Receives, Room

#: The button that offers to connect a broadcast channel; its argument is the room.
OFFER: Final = "bindroom"
#: The form that proposes, and the buttons that decide; their arguments are the room and a proposal's mark.
PROPOSE: Final = "bind"
CONFIRM: Final = "bindyes"
DECLINE: Final = "bindno"
#: The kind of a room in the trail.
ROOM: Final = "room"

RECEIVES: Final[Mapping[Receives, str]] = {
    Receives.EVERYTHING: message("bind.receives_everything"),
    Receives.ANNOUNCEMENTS: message("bind.receives_announcements"),
    Receives.NOTHING: message("bind.receives_nothing"),
}


async def proposable(context: Context) -> list[networks.Network]:
    """The networks in use for which the asker may propose a room."""
    return [
        network
        for network in await networks.every(context.session)
        if network.retired_on is None
        and context.decide(Subject.BIND, network.code, {Condition.PROPOSAL}) is Decision.ALLOWED
    ]


def may_decide(context: Context, proposal: Proposal) -> bool:
    """Whether the asker may confirm or decline what is proposed, here."""
    others = proposal.proposed_by != context.asker.person_key
    meets = {Condition.SECONDED} if others else set()
    return context.decide(Subject.BIND, proposal.network, meets) is Decision.ALLOWED


def form(context: Context, room: Room, offered: Sequence[networks.Network], wanted: str) -> Form:
    """What is asked about a stored room; ``wanted`` is the network that was typed."""
    t = context.t
    codes = [network.code for network in offered]
    first = next((code for code in codes if code.casefold() == wanted.casefold()), room.network or codes[0])
    return Form(
        action(PROPOSE, str(room.id)),
        t("bind.title"),
        (
            FormField(
                "network",
                t("bind.network"),
                FieldKind.CHOICE,
                value=first,
                choices=tuple(Choice(item.code, words.short_name(t, item)) for item in offered),
            ),
            FormField("name", t("bind.name"), hint=t("bind.name_hint"), value=room.name, max_length=120),
            FormField(
                "language",
                t("bind.language"),
                FieldKind.CHOICE,
                value=room.language or t.language,
                choices=tuple(Choice(code, languages.own_name(code)) for code in LANGUAGES),
            ),
            FormField("zone", t("bind.zone"), hint=t("bind.zone_hint"), value=room.time_zone or t.zone.key),
            *(() if room.broadcast else (_receives(t, room),)),
        ),
        t("bind.submit"),
        t("bind.text_broadcast") if room.broadcast else t("bind.text"),
    )


def _receives(t: Translator, room: Room) -> FormField:
    return FormField(
        "receives",
        t("bind.receives"),
        FieldKind.CHOICE,
        value=room.receives,
        choices=tuple(Choice(item, t(RECEIVES[item])) for item in Receives),
    )


async def offer(context: Context, room: Room) -> Card:
    """That a broadcast channel can be connected, for whoever may propose it."""
    t = context.t
    button = Button(t("bind.offer_button"), action(OFFER, str(room.id)))
    text = t("bind.offer", room=room.name or room.place)
    return Card(title=t("bind.title"), text=text, buttons=((button,),))


def mark(proposal: Proposal) -> str:
    """Tells one proposal for a room from the next, in a button."""
    return str(int(proposal.proposed_at.timestamp()))


async def card(context: Context, proposal: Proposal, room: Room, note: str = "") -> Card:
    """What is proposed, with the buttons that decide it for whoever may."""
    t = context.t
    by = await looking.see(context, [proposal.proposed_by], NAME_LEVEL, names_only=True)
    fields = [
        Field(t("bind.network"), await network_name(context, proposal.network)),
        Field(t("bind.where"), platforms.named(t, room.platform)),
        Field(t("bind.language"), languages.own_name(proposal.language)),
        Field(t("bind.zone"), zones.label(proposal.time_zone, t, context.now)),
        Field(t("bind.receives"), t(RECEIVES[proposal.receives])),
    ]
    if proposal.proposed_by in by:
        fields.insert(0, Field(t("bind.proposed_by"), by[proposal.proposed_by].name))
    buttons: tuple[tuple[Button, ...], ...] = ()
    if may_decide(context, proposal):
        arguments = (str(room.id), mark(proposal))
        buttons = (
            (
                Button(t("bind.confirm"), action(CONFIRM, *arguments)),
                Button(t("bind.decline"), action(DECLINE, *arguments)),
            ),
        )
    else:
        note = "\n".join(part for part in (note, t("bind.waits")) if part)
    return Card(title=proposal.name, text=note, fields=tuple(fields), buttons=buttons)


async def network_name(context: Context, code: str) -> str:
    """What a network is called."""
    network = await networks.get(context.session, code)
    return words.full_name(context.t, network) if network is not None else code


def read_zone(t: Translator, text: str) -> str | None:
    """The one zone that was typed."""
    found = zones.named(text.strip())
    return found[0] if len(found) == 1 else None


async def propose(context: Context, wanted: Proposal) -> None:
    """Store a proposal and tell those who decide."""
    before = await rooms.proposal(context.session, wanted.room)
    await rooms.propose(context.session, wanted)
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "edit",
        ROOM,
        str(wanted.room),
        _trail(before),
        _trail(wanted),
        wanted.network,
    )
    for person in await deciders(context, wanted):
        context.tell(person, message("bind.told_proposed"), room=wanted.name, network=wanted.network)


async def deciders(context: Context, proposal: Proposal) -> list[str]:
    """Who decides: the other coordinators of the network, and operators."""
    key = proposal.proposed_by
    of_network = await lookups.overseers(context.session, [proposal.network], key)
    operators = await lookups.overseers(context.session, [], key)
    return list(dict.fromkeys((*of_network, *operators)))


async def decided(context: Context, proposal: Proposal, *, confirmed: bool) -> None:
    """Bind the room or drop the proposal, and tell who proposed it."""
    session, by = context.session, context.asker.person_key or ""
    room = await rooms.by_id(session, proposal.room)
    before = _bound(room) if room is not None else None
    if confirmed:
        await rooms.bind(session, proposal, by, context.now)
        after = _bound(await rooms.by_id(session, proposal.room))
    else:
        await rooms.dismiss(session, proposal.room)
        before, after = _trail(proposal), None
    await audit.changed(
        session, context.actor, context.now, "edit", ROOM, str(proposal.room), before, after, proposal.network
    )
    if proposal.proposed_by != by:
        told = message("bind.told_confirmed") if confirmed else message("bind.told_declined")
        context.tell(proposal.proposed_by, told, room=proposal.name, network=proposal.network)


async def unbind(context: Context, room: Room) -> None:
    """Bind a room to nothing any more, and tell who had proposed it."""
    await rooms.unbind(context.session, room.id)
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "edit",
        ROOM,
        str(room.id),
        _bound(room),
        _bound(await rooms.by_id(context.session, room.id)),
        room.network,
    )
    if room.bound_by and room.bound_by != context.asker.person_key:
        context.tell(room.bound_by, message("unbind.told"), room=room.name, network=room.network or "")


def _trail(proposal: Proposal | None) -> dict[str, object] | None:
    return None if proposal is None else {"proposed": proposal.network, "receives": proposal.receives}


def _bound(room: Room | None) -> dict[str, object] | None:
    return None if room is None else {"network": room.network, "receives": room.receives}
