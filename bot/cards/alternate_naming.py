"""What becomes of a proposed alternate: named and invited, or not."""

from __future__ import annotations

from bot.cards import contact, enrolling, invitation, telling
from bot.command import Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import accounts, audit, handover, invitations, people, posts
from directory.invitations import Invitee, alternates
from directory.invitations.alternates import Alternate
from directory.posts import Nomination, Post, Standing


async def named(context: Context, post: Post, item: Alternate) -> Replies:
    """Name the alternate, whose letter is still to be confirmed, and invite them; the proposer is told.

    Where who proposed no longer holds the post, or the address is by now their own, the proposal is over.
    """
    t, session, today = context.t, context.session, context.now.date()
    person = await invitations.with_email(session, item.email)
    holds = await handover.holds(session, post.key, item.proposed_by, today)
    if post.retired_on is not None or not holds or person == item.proposed_by:
        await declined(context, post, item)
        return Reply(Card(text=t("alternate.lapsed")))
    if person is not None and not await enrolling.may_govern(context, person):
        return Reply(Card(text=t("invite.email_elsewhere")))
    if person is None:
        person = await people.add_newcomer(
            session, item.given_name, item.family_name, item.email, item.language
        )
    await _nominate(context, post, item, person)
    await alternates.decide(session, item.id, context.asker.person_key or "", context.now, confirm=True)
    await telling.person(context, item.proposed_by, post, message("alternate.told_yes"), name=item.name)
    if await accounts.of_person(session, person):
        await telling.person(context, person, post, message("alternate.told_named"))
        called = await contact.called(context, post)
        return Reply(Card(text=t("alternate.named", name=item.name, post=called)), replaces=True)
    invitee = Invitee(
        post.key,
        post.network,
        item.given_name,
        item.family_name,
        item.email,
        item.language,
        Standing.ALTERNATE,
        person=person,
    )
    by = context.asker.person_key or ""
    made, code = await invitations.invite(session, invitee, by, context.now)
    await invitation.record(context, made, invitee)
    return Reply(await invitation.made(context, made, invitee, code), replaces=True)


async def _nominate(context: Context, post: Post, item: Alternate, person: str) -> None:
    """Name a person to the post unless they are; the letter's reference stands there, unconfirmed."""
    today = context.now.date()
    if await handover.holds(context.session, post.key, person, today):
        return
    new = Nomination(post.key, person, Standing.ALTERNATE, today, reference=item.reference)
    await posts.add(context.session, [], [new])
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "nominate",
        "nomination",
        post.key,
        None,
        {"person": person, "standing": new.standing, "since": new.since, "reference": new.reference},
        post.network,
        about=person,
    )


async def declined(context: Context, post: Post, item: Alternate) -> str:
    """Nobody is named; the proposer is told. Returns what to say of it."""
    by = context.asker.person_key or ""
    await alternates.decide(context.session, item.id, by, context.now, confirm=False)
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "decline",
        "nomination",
        post.key,
        {"standing": Standing.ALTERNATE},
        {"standing": None},
        post.network,
    )
    await telling.person(context, item.proposed_by, post, message("alternate.told_no"), name=item.name)
    return context.t("alternate.declined", name=item.name)
