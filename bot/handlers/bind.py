"""``/bind``: a room answers for a network once a coordinator proposed it and somebody else confirmed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards import binding
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.permission import refusal
from directory import rooms
from directory.access import Condition, Decision, Subject
from directory.rooms import Proposal, Receives


async def run(context: Context, argument: str) -> Replies:
    """In a room the form that proposes it; in a direct chat what waits for a decision."""
    if not context.place.shared:
        return await _waiting(context)
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


async def _waiting(context: Context) -> Replies:
    t, own = context.t, context.asker.person_key
    shown = []
    for proposal in await rooms.proposals(context.session):
        room = await rooms.by_id(context.session, proposal.room)
        if room is not None and (binding.may_decide(context, proposal) or proposal.proposed_by == own):
            shown.append(Reply(await binding.card(context, proposal, room)))
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
        Receives(str(values["receives"])),
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
    actions={binding.CONFIRM: confirmed, binding.DECLINE: declined},
    forms={binding.PROPOSE: proposed},
    order=84,
    writes=True,
)
