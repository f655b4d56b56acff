"""The card of a person who was read at a level that may be shown."""

from __future__ import annotations

from bot.cards import contact, values, words
from bot.cards.buttons import opens
from bot.command import Context
from bot.contract import Card, Field
from bot.i18n import Translator
from directory import entries, institutions, posts
from directory.people import Person
from directory.posts import Nomination
from directory.search import Kind


async def card(context: Context, person: Person) -> Card:
    """The posts a person holds or held, how to reach them, and how fresh that is.

    Posts of networks in which the asker may not know who holds what are left out.
    """
    t, today, session = context.t, context.now.date(), context.session
    held = await contact.held_by(context, person.key)
    named = await posts.nominations(session, [post.key for post in held])
    of_institutions = await institutions.several(session, {p.institution for p in held if p.institution})
    fields: list[Field] = []
    buttons = values.file_button(context, person)
    for post in held:
        institution = of_institutions.get(post.institution or "")
        place = t.country(post.country) if post.country else ""
        called = contact.title(t, post, place or (words.full_name(t, institution) if institution else ""))
        fields += [
            Field(t(contact.STANDINGS[item.standing]), _term(t, called, item))
            for item in named.get(post.key, ())
            if item.person == person.key
        ]
        buttons.append(opens(Kind.POST, post.key, called))
    if (until := (await entries.away(session, [person.key], today)).get(person.key)) is not None:
        fields.append(Field(t("away.label"), t("entry.away_until", day=t.day(until))))
    fields += values.languages(t, person)
    fields += values.local_time(context, person.time_zone)
    fields += values.contact_fields(t, person.contacts, today)
    return Card(
        title=person.name,
        text=words.retired(t, person.retired_on),
        fields=tuple(fields),
        footer=t("contact.invented") if person.invented else "",
        buttons=tuple(buttons),
    )


def _term(t: Translator, called: str, item: Nomination) -> str:
    if item.until is None:
        return t("contact.since", name=called, day=t.day(item.since))
    return t("contact.earlier_line", name=called, since=t.month(item.since), until=t.month(item.until))
