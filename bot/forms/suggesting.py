"""What may be meant by the beginning of an answer: countries, and people whom the asker may know.

As with every other search, whoever may know nobody finds nobody, each name that is shown counts as a look
and goes into the trail, and beyond the week's budget there is nothing.
"""

from __future__ import annotations

from typing import Final

from bot.cards import found, looking
from bot.command import Context
from bot.forms.values import clean
from bot.message import COMPLETED_FROM, Choice, FieldKind, FormField
from directory import search
from directory.people import NAME_LEVEL
from directory.search import Kind

#: Longer beginnings are not looked for, in characters.
LONGEST: Final = 100


async def suggestions(field: FormField, text: str, context: Context) -> tuple[Choice, ...]:
    """The likeliest answers to ``field`` that ``text`` begins, the likeliest first."""
    text = clean(text)
    least = COMPLETED_FROM.get(field.kind)
    if least is None or not least <= len(text) <= LONGEST:
        return ()
    if field.kind is FieldKind.COUNTRY:
        return await _countries(text, context)
    return await _people(text, context)


async def _countries(text: str, context: Context) -> tuple[Choice, ...]:
    hits = await search.find(context.session, text, kinds=(Kind.COUNTRY,), limit=10, max_level=0)
    return tuple(Choice(hit.key, context.t.country(hit.key)) for hit in found.near(hits))


async def _people(text: str, context: Context) -> tuple[Choice, ...]:
    # The answer to what is found nowhere takes as long as the answer to what may not be known.
    context.looking.unfound = True
    level = min(context.contact_level, NAME_LEVEL)
    if level < NAME_LEVEL:
        return ()
    hits = found.near(await looking.find(context, text, kinds=(Kind.PERSON,)))
    keys = [hit.key for hit in hits[: found.OFFERED]]
    names = await looking.see(context, keys, level, names_only=True)
    context.looking.unfound = not names
    return tuple(Choice(key, names[key].name) for key in keys if key in names)
