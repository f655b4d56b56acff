"""``/bind``: a room answers for a network once a coordinator proposed it and somebody else confirmed it.

In a broadcast channel nobody can type a command: it is proposed in a direct chat, by its public name or by
the button that whoever let the bot in is sent. It gets announcements, and nothing is answered there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import binding
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.permission import refusal
from directory import rooms
from directory.access import Condition, Decision, Subject
from directory.rooms import Proposal, Receives

#: How many broadcast channels are offered.
OFFERED: Final = 5


async def run(context: Context, argument: str) -> Replies:
    """In a room the form that proposes it; in a direct chat what waits for a decision."""
    if not context.place.shared:
        return await _named(context, argument) if argument.startswith("@") else await _waiting(context)
    offered = await binding.proposable(context)
    place = context.place
    known = await rooms.get(context.session, place.platform, place.account, place.id)
    if not offered or not _may_rebind(context, known):
        return refusal(context)
    if not known.id:
        await rooms.save(context.session, known)
        known = await rooms.get(context.session, place.platform, place.account, place.id)
    return Reply(form=binding.form(context, known, offered, argument))


def _may_rebind(context: Context, room: rooms.Room) -> bool:
    """What is bound already is let go only by those whose network it is."""
    decided = context.decide(Subject.BIND, room.network, {Condition.PROPOSAL})
    return room.network is None or decided is Decision.ALLOWED


async def _named(context: Context, handle: str) -> Replies:
    """The form for the broadcast channel of this public name."""
    if not await binding.proposable(context):
        return refusal(context)
    room = await rooms.broadcast_called(context.session, handle)
    if room is None:
        return Reply(Card(text=context.t("bind.no_channel", text=parsing.echo(handle))))
    return await _form(context, room)


async def offered(context: Context, arguments: Sequence[str]) -> Replies:
    """The form for a broadcast channel, by the button that the one who let the bot in got."""
    number = arguments[0] if len(arguments) == 1 else ""
    room = await rooms.by_id(context.session, int(number)) if number.isdecimal() else None
    mine = room is not None and room.added_by == context.asker.person_key
    if room is None or not (mine and room.broadcast and room.active):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await _form(context, room)


async def _form(context: Context, room: rooms.Room) -> Replies:
    networks = await binding.proposable(context)
    if not networks or not _may_rebind(context, room):
        return refusal(context)
    return Reply(form=binding.form(context, room, networks, ""))


async def _waiting(context: Context) -> Replies:
    t, own = context.t, context.asker.person_key
    shown = []
    for proposal in await rooms.proposals(context.session):
        room = await rooms.by_id(context.session, proposal.room)
        if room is not None and (binding.may_decide(context, proposal) or proposal.proposed_by == own):
            shown.append(Reply(await binding.card(context, proposal, room)))
    if own and await binding.proposable(context):
        waiting = {proposal.room for proposal in await rooms.proposals(context.session)}
        free = [room for room in await rooms.broadcasts(context.session, own) if room.id not in waiting]
        shown += [Reply(await binding.offer(context, room)) for room in free[:OFFERED]]
    return shown or Reply(Card(title=t("bind.title"), text=t("bind.nothing_waits")))


async def proposed(
    context: Context, arguments: Sequence[str], values: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent."""
    t = context.t
    room = await rooms.by_id(context.session, int(arguments[0]))
    network, zone = str(values["network"]), binding.read_zone(t, str(values["zone"]))
    allowed = context.decide(Subject.BIND, network, {Condition.PROPOSAL}) is Decision.ALLOWED
    if room is None or not allowed or not _may_rebind(context, room):
        return refusal(context)
    if zone is None:
        return Problems({"zone": t("bind.zone_unknown")})
    wanted = Proposal(
        room.id,
        network,
        str(values["name"]).strip(),
        str(values["language"]),
        zone,
        Receives.ANNOUNCEMENTS if room.broadcast else Receives(str(values["receives"])),
        context.asker.person_key or "",
        context.now,
    )
    await binding.propose(context, wanted)
    return Reply(await binding.card(context, wanted, room, t("bind.proposed")))


async def confirmed(context: Context, arguments: Sequence[str]) -> Replies:
    """It was confirmed."""
    return await _decided(context, arguments, confirmed=True)


async def declined(context: Context, arguments: Sequence[str]) -> Replies:
    """It was declined."""
    return await _decided(context, arguments, confirmed=False)


async def _decided(context: Context, arguments: Sequence[str], *, confirmed: bool) -> Replies:
    t = context.t
    number, mark = (*arguments, "", "")[:2]
    proposal = await rooms.proposal(context.session, int(number)) if number.isdecimal() else None
    if proposal is None or binding.mark(proposal) != mark or not binding.may_decide(context, proposal):
        return Reply(Card(text=t("dispatch.stale_button")))
    await binding.decided(context, proposal, confirmed=confirmed)
    text = t("bind.confirmed") if confirmed else t("bind.declined")
    return Reply(Card(title=proposal.name, text=text), replaces=True)


COMMAND = Command(
    name="bind",
    subject=Subject.BIND,
    run=run,
    summary="bind.summary",
    usage="bind.usage",
    aliases={"es": ("vincular",), "fr": ("rattacher",), "pt": ("vincular",)},
    actions={binding.CONFIRM: confirmed, binding.DECLINE: declined, binding.OFFER: offered},
    forms={binding.PROPOSE: proposed},
    order=84,
    writes=True,
)
