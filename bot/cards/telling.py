"""Tells the coordination of a network what happened to one of its posts."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import contact
from bot.command import Context
from bot.i18n import Translator, negotiate
from directory import people, reviews
from directory.people import NAME_LEVEL
from directory.posts import Post


async def person(context: Context, key: str, post: Post, message: str) -> None:
    """Send ``message`` to one person; ``{post}`` is the post's name in their language."""
    known = await people.get(context.session, key, NAME_LEVEL)
    if known is not None:
        t = Translator(negotiate(*known.languages))
        context.tell(key, message, post=await contact.called(replace(context, t=t), post))


async def coordination(context: Context, post: Post, key: str, **values: str) -> None:
    """Send ``key`` to every coordinator of the post's network but the asker; ``{post}`` is its name there."""
    coordinators = (await reviews.coordinators(context.session)).get(post.network or "", [])
    known = await people.several(context.session, coordinators, NAME_LEVEL)
    for person in known.values():
        if person.key == context.asker.person_key:
            continue
        t = Translator(negotiate(*person.languages))
        called = await contact.called(replace(context, t=t), post)
        context.tell(person.key, key, post=called, **values)
