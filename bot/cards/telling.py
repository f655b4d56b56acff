"""Tells the coordination of a network what happened to one of its posts."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import contact
from bot.command import Context
from bot.i18n import Translator, negotiate
from directory import lookups, people, reviews
from directory.people import NAME_LEVEL
from directory.posts import Post


async def person(context: Context, key: str, post: Post, message: str, **values: str) -> None:
    """Send ``message`` to one person; ``{post}`` is the post's name in their language."""
    known = await people.get(context.session, key, NAME_LEVEL)
    if known is not None:
        t = Translator(negotiate(*known.languages))
        context.tell(key, message, post=await contact.called(replace(context, t=t), post), **values)


async def coordination(context: Context, post: Post, key: str, **values: str) -> None:
    """Send ``key`` to every coordinator of the post's network but the asker; ``{post}`` is its name there."""
    coordinators = (await reviews.coordinators(context.session)).get(post.network or "", [])
    for one in coordinators:
        if one != context.asker.person_key:
            await person(context, one, post, key, **values)


async def in_charge(context: Context, post: Post, key: str, **values: str) -> None:
    """The same to those who decide: the other coordinators, and where there are none the other operators."""
    networks = [post.network] if post.network else []
    for one in await lookups.overseers(context.session, networks, context.asker.person_key or ""):
        await person(context, one, post, key, **values)
