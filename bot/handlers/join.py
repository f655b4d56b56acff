"""``/join CODE``: redeem an invitation, or link a further account; a code typed in a group is burnt."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import contact, entry, examples, platforms
from bot.cards.enrolling import networks_of
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import Translator, message
from directory import accounts, audit, invitations, lookups, people, posts
from directory.access import PlaceClass, Subject
from directory.invitations import Invitation, Joined, Refusal, codes, proposals
from directory.people import NAME_LEVEL


async def run(context: Context, argument: str) -> Replies:
    """Try the code; every code that opens nothing is answered alike."""
    t, incoming = context.t, context.incoming
    if not incoming.sender.person or incoming.relayed:
        return Reply(Card(text=t("join.type_yourself")))
    if not argument:
        await _propose(context)
        return Reply(Card(text=t("join.how", example="K7QM-2F9R-XW3T")))
    joined = await invitations.redeem(context.session, argument, context.asker.account, context.now)
    match joined:
        case Refusal.LIMITED:
            await _warn(context)
            return Reply(Card(text=t("join.limited")))
        case Refusal.TAKEN:
            return Reply(Card(text=t("join.taken", command=examples.typed(context, "unlink"))))
        case Refusal.INVALID:
            return Reply(Card(text=t("join.invalid")))
    return Reply(await _welcome(context, joined))


async def _warn(context: Context) -> None:
    """Tell the operators, once an hour, that strangers' guesses keep everybody from joining."""
    if await invitations.guesses.first_warning(context.session, context.now):
        for operator in await lookups.overseers(context.session, [], ""):
            context.tell(operator, message("join.guesses_told"), number=str(invitations.guesses.LIMIT))


async def _welcome(context: Context, joined: Joined) -> Card:
    invitee = joined.invitation.invitee
    # The account is somebody's from here on, who can be written to where they are.
    await accounts.reached(context.session, context.asker.account, context.place.account, context.place.id)
    await _record(context, joined)
    t = context.t
    if invitee is not None and not context.asker.account.language and invitee.language:
        t = Translator(invitee.language, t.zone)
    person = await people.get(context.session, joined.person, NAME_LEVEL)
    name = person.name if person is not None else ""
    mine = Button(t("join.my_entry"), action(entry.BACK))
    if invitee is None:
        if not context.asker.account.language:
            # What is written to this account from now on is in the language that it speaks.
            await accounts.choose(context.session, replace(context.asker.account, language=t.language))
        context.tell(
            joined.person, message("link.linked_told"), platform=platforms.proper(context.place.platform)
        )
        return Card(text=t("join.linked", name=name), buttons=((mine,),))
    post = await posts.get(context.session, invitee.post)
    called = await contact.called(context, post) if post is not None else ""
    status = t("join.verified") if joined.verified else t("join.not_verified")
    key = message("join.told_verified") if joined.verified else message("join.told")
    if joined.invitation.invited_by:
        context.tell(joined.invitation.invited_by, key, name=name, person=joined.person)
    return Card(
        title=t("join.title", name=name),
        text="\n".join((t("join.welcome", post=called), status)),
        footer=t("join.privacy"),
        buttons=((mine,),),
    )


async def _record(context: Context, joined: Joined) -> None:
    invitation, account = joined.invitation, context.asker.account
    invitee = invitation.invitee
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "join" if invitee is not None else "link",
        audit.PERSON,
        joined.person,
        None,
        {
            "account": f"{account.platform}:{account.team}:{account.user}",
            "post": invitee.post if invitee is not None else None,
            "invitation": invitation.id,
            "confirmed": joined.verified,
        },
        invitee.network if invitee is not None else None,
    )


async def _propose(context: Context) -> None:
    """Propose an account to the coordinators where its profile has somebody's office address.

    Whoever asks learns nothing of it: the answer is the same.
    """
    sender = context.incoming.sender
    if not sender.email or sender.guest or context.asker.account.person_key is not None:
        return
    person = await invitations.with_email(context.session, sender.email)
    if person is None:
        return
    known = context.asker.account
    if await proposals.propose(context.session, known, sender.name, person, context.now):
        networks = await networks_of(context, person)
        for overseer in await lookups.overseers(context.session, networks, person):
            context.tell(
                overseer, message("join.proposed_told"), platform=platforms.proper(context.place.platform)
            )


async def burnt(context: Context, argument: str) -> Replies:
    """Where others read along a code is made void at once, the message taken away, the inviter told."""
    t = context.t
    answers: list[Reply] = []
    if codes.read(argument):
        found = await invitations.burn(context.session, argument, context.asker.account, context.now)
        answers.append(Reply(deletes=True))
        if found is not None:
            await _tell_burnt(context, found)
    if context.place_class is not PlaceClass.OTHER:
        text = t("join.burnt") if answers else t("join.only_direct")
        answers.append(Reply(Card(text=text)))
    return answers


async def _tell_burnt(context: Context, found: Invitation) -> None:
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "burn invitation",
        "invitation",
        str(found.id),
        {"state": "open"},
        {"state": "burnt"},
        found.invitee.network if found.invitee is not None else None,
    )
    if found.invitee is None:
        context.tell(found.invited_by, message("link.burnt_told"))
    elif found.invited_by:
        context.tell(found.invited_by, message("join.burnt_told"), name=found.invitee.name)


def is_code(text: str) -> bool:
    """Whether a text without a command's name is a code."""
    return bool(codes.read(text))


COMMAND = Command(
    name="join",
    subject=Subject.REDEEM,
    run=run,
    summary="join.summary",
    usage="join.usage",
    aliases={"es": ("unirse",), "fr": ("rejoindre",), "pt": ("entrar",)},
    recognises=is_code,
    refused=burnt,
    order=62,
    writes=True,
)
