"""``/invitations``: what is out and was not used, with its buttons; proposals to decide on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import alternate_naming, alternates, enrolling, invitation
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import audit, invitations, people, posts
from directory.access import Decision, Subject
from directory.invitations import Invitation, proposals
from directory.invitations.alternates import Alternate
from directory.invitations.proposals import Proposal
from directory.people import NAME_LEVEL, Person
from directory.posts import Post


async def run(context: Context, argument: str) -> Replies:
    """The list; nobody but coordinators and operators has one."""
    if context.decide(Subject.ENROL) is not Decision.ALLOWED:
        return Reply(Card(text=context.t("dispatch.refused")))
    return Reply(await _list(context))


async def shown(context: Context, _arguments: Sequence[str]) -> Replies:
    """The list, by a button."""
    return await run(context, "")


async def _list(context: Context, note: str = "") -> Card:
    out = await invitations.unused(context.session, None)
    mine = [item for item in out if item.invitee is not None and enrolling.may(context, item.invitee.network)]
    proposed: list[tuple[Proposal, Person]] = []
    for proposal in await proposals.waiting(context.session):
        person = await people.get(context.session, proposal.person, NAME_LEVEL)
        if person is not None and await enrolling.may_govern(context, person.key):
            proposed.append((proposal, person))
            context.look(person.key, NAME_LEVEL)
    return await invitation.listed(context, mine, proposed, await alternates.listed(context), note)


async def _own(context: Context, arguments: Sequence[str]) -> Invitation | None:
    """The invitation of a button, where the asker enrols people of its network."""
    number = arguments[0] if len(arguments) == 1 else ""
    found = await invitations.get(context.session, int(number)) if _is_number(number) else None
    if found is None or found.invitee is None or not enrolling.may(context, found.invitee.network):
        return None
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


async def resent(context: Context, arguments: Sequence[str]) -> Replies:
    """A new code; the old one is void."""
    found = await _own(context, arguments)
    renewed = await invitations.resend(context.session, found.id, context.now) if found else None
    if found is None or renewed is None or renewed[0].invitee is None:
        return Reply(Card(text=context.t("invite.over")))
    made, code = renewed
    await _note(context, found, "resend invitation", {"expires_at": made.expires_at})
    note = context.t("invite.old_void")
    return Reply(await invitation.made(context, made, renewed[0].invitee, code, note))


async def revoked(context: Context, arguments: Sequence[str]) -> Replies:
    """No code opens anything any more."""
    found = await _own(context, arguments)
    if found is None or not await invitations.revoke(context.session, found.id, context.now):
        return Reply(Card(text=context.t("invite.over")))
    await _note(context, found, "revoke invitation", {"state": "revoked"})
    name = found.invitee.name if found.invitee is not None else ""
    return Reply(await _list(context, context.t("invite.revoked", name=name)), replaces=True)


async def _note(context: Context, found: Invitation, act: str, after: dict[str, object]) -> None:
    before: dict[str, object] = {"expires_at": found.expires_at, "state": found.state}
    network = found.invitee.network if found.invitee is not None else None
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        act,
        "invitation",
        str(found.id),
        {name: before[name] for name in after},
        after,
        network,
    )


async def confirmed(context: Context, arguments: Sequence[str]) -> Replies:
    """The account that was proposed is the person's."""
    return await _decided(context, arguments, confirm=True)


async def declined(context: Context, arguments: Sequence[str]) -> Replies:
    """The account that was proposed is not the person's; it is not proposed again."""
    return await _decided(context, arguments, confirm=False)


async def _decided(context: Context, arguments: Sequence[str], *, confirm: bool) -> Replies:
    t = context.t
    number = arguments[0] if len(arguments) == 1 else ""
    found = await proposals.get(context.session, int(number)) if _is_number(number) else None
    person = await people.get(context.session, found.person, NAME_LEVEL) if found is not None else None
    if found is None or person is None or not await enrolling.may_govern(context, person.key):
        return Reply(Card(text=t("dispatch.stale_button")))
    by = context.asker.person_key or ""
    done = await proposals.decide(context.session, found.id, by, context.now, confirm=confirm)
    if confirm and done:
        await audit.changed(
            context.session,
            context.actor,
            context.now,
            "link",
            audit.PERSON,
            person.key,
            None,
            {"account": f"{found.account.platform}:{found.account.team}:{found.account.user}"},
        )
        context.tell(person.key, message("link.confirmed_told"))
    if not done:
        note = t("invite.proposal_taken")
    elif confirm:
        note = t("invite.confirmed", name=person.name)
    else:
        note = t("invite.declined", name=person.name)
    return Reply(await _list(context, note), replaces=True)


async def alternate_named(context: Context, arguments: Sequence[str]) -> Replies:
    """The coordination agrees: the alternate is named, unconfirmed, and invited where there is no account."""
    found = await _alternate(context, arguments)
    if found is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await alternate_naming.named(context, *found)


async def alternate_declined(context: Context, arguments: Sequence[str]) -> Replies:
    """The coordination does not agree."""
    found = await _alternate(context, arguments)
    if found is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    note = await alternate_naming.declined(context, *found)
    return Reply(await _list(context, note), replaces=True)


async def _alternate(context: Context, arguments: Sequence[str]) -> tuple[Post, Alternate] | None:
    """What a button is about, while it waits, where the asker decides about it."""
    number = arguments[0] if len(arguments) == 1 else ""
    item = await invitations.alternates.get(context.session, int(number)) if _is_number(number) else None
    post = await posts.get(context.session, item.post) if item is not None else None
    if item is None or post is None or not alternates.decides(context, post, item):
        return None
    return post, item


COMMAND = Command(
    name="invitations",
    subject=Subject.ENROL,
    cases=frozenset(),
    run=run,
    summary="invite.list_summary",
    usage="invite.list_usage",
    aliases={"es": ("invitaciones",), "pt": ("convites",)},
    actions={
        invitation.LIST: shown,
        invitation.RESEND: resent,
        invitation.REVOKE: revoked,
        invitation.CONFIRM: confirmed,
        invitation.DECLINE: declined,
        alternates.YES: alternate_named,
        alternates.NO: alternate_declined,
    },
    order=65,
    writes=True,
)
