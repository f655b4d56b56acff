"""Who may see, answer for and change a deadline: what the policy is asked, and in which case."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Context
from directory import networks, posts
from directory.access import Condition, Decision, Subject
from directory.posts import Post
from reminders.deadlines.records import Deadline, Owner, OwnerKind

#: It may be done, here or in the direct chat.
_YES = (Decision.ALLOWED, Decision.DIRECT_CHAT)


async def networks_seen(context: Context) -> list[str]:
    """The networks whose deadlines may be shown here: the room's own, or all of the asker's."""
    if context.place.shared:
        room = context.room
        return [room.network] if room is not None and room.network and may_see(context, room.network) else []
    return [body.code for body in await networks.every(context.session) if may_see(context, body.code)]


async def own_networks(context: Context, seen: Sequence[str]) -> list[str]:
    """Those of ``seen`` that the asker coordinates or holds a post of; all of them where there is none."""
    held = {post.network for post in await own_posts(context)}
    own = [code for code in seen if code in held or coordinates(context, code)]
    return own or list(seen)


def may_see(context: Context, network: str) -> bool:
    """Whether the deadlines of a network may be shown here."""
    here = context.room.network if context.place.shared and context.room is not None else network
    return here == network and context.decide(Subject.MEETINGS, network) is Decision.ALLOWED


def coordinates(context: Context, network: str) -> bool:
    """Whether the asker plans for a whole network."""
    return context.decide(Subject.PLAN, network) in _YES


async def own_posts(context: Context, person: str | None = None) -> list[Post]:
    """The posts that the asker holds today, or stands in for, by a confirmed nomination; or somebody else."""
    key = person or context.asker.person_key
    if key is None:
        return []
    today = context.now.date()
    held = [post for post in await posts.of_person(context.session, key) if post.retired_on is None]
    named = await posts.nominations(context.session, [post.key for post in held])
    return [
        post
        for post in held
        if any(
            item.person == key and item.confirmed_on is not None and item.holds_on(today)
            for item in named.get(post.key, ())
        )
    ]


def owed_by(post: Post, deadline: Deadline) -> Owner | None:
    """The owner of a deadline that a post is, or is of."""
    own = {Owner(OwnerKind.POST, post.key)}
    if post.country and post.network == deadline.network:
        own.add(Owner(OwnerKind.COUNTRY, post.country))
    if post.institution and post.network in (deadline.network, None):
        own.add(Owner(OwnerKind.INSTITUTION, post.institution))
    return next((owner for owner in deadline.owners if owner in own), None)


async def owned(context: Context, deadline: Deadline) -> Owner | None:
    """The owner in whose place the asker may speak; ``None`` where the asker owes nothing of it."""
    return next(
        (owner for post in await own_posts(context) if (owner := owed_by(post, deadline)) is not None), None
    )


async def may_answer(context: Context, deadline: Deadline) -> bool:
    """Whether the asker may say that it is done, ask for more time, or say that somebody else owes it."""
    meets = {Condition.OWED} if await owned(context, deadline) is not None else set()
    return context.decide(Subject.ANSWER_DEADLINE, deadline.network, meets) in _YES


async def may_see_all(context: Context, deadline: Deadline) -> bool:
    """Whether the asker may see what is not for everybody, here: evidence and requests."""
    meets = {Condition.INVITED} if await owned(context, deadline) is not None else set()
    return context.decide(Subject.MEETING_DETAILS, deadline.network, meets) is Decision.ALLOWED


async def may_plan(context: Context, network: str, owners: Sequence[Owner]) -> bool:
    """Whether the asker may set a deadline of a network for these owners.

    It is their own country's where every owner is that country, or a post of it.
    """
    if coordinates(context, network):
        return True
    own = [post for post in await own_posts(context) if post.country and post.network == network]
    keys = [owner.key for owner in owners if owner.kind is OwnerKind.POST]
    known = await posts.several(context.session, keys) if keys else {}
    countries = {_country(owner, known.get(owner.key)) for owner in owners}
    meets = {Condition.OWN_COUNTRY} if any(countries == {post.country} for post in own) else set()
    return context.decide(Subject.PLAN, network, meets) in _YES


def _country(owner: Owner, post: Post | None) -> str | None:
    if owner.kind is OwnerKind.COUNTRY:
        return owner.key
    return post.country if post is not None and owner.kind is OwnerKind.POST else None


async def may_change(context: Context, deadline: Deadline) -> bool:
    """Whether the asker may change, move, cancel or reopen it.

    What the coordination set for a country is the network's; a country's own is what somebody of it set.
    """
    if coordinates(context, deadline.network):
        return True
    if not deadline.created_by or not await may_plan(context, deadline.network, deadline.owners):
        return False
    own = {post.country for post in await own_posts(context)}
    theirs = {post.country for post in await own_posts(context, deadline.created_by)}
    return deadline.created_by == context.asker.person_key or bool((own & theirs) - {None})
