"""Tells people what became of a deadline, each in their own language; the letters carry the buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.cards import deadline_owners as owning
from bot.cards import deadline_words as said
from bot.command import Context
from bot.i18n import Translator, negotiate
from directory import people, reviews
from directory.people import NAME_LEVEL
from reminders.deadlines import Deadline, Owner, concerning
from reminders.vague import VagueDate


async def tell(
    context: Context,
    keys: Iterable[str],
    message: str,
    deadline: Deadline,
    *,
    dates: Mapping[str, VagueDate] | None = None,
    owners: Mapping[str, tuple[Owner, ...]] | None = None,
    **values: str,
) -> None:
    """Send ``message`` to people, but not to the asker; ``{deadline}`` is its code and title.

    ``dates`` and ``owners`` are values that are put into words for each reader.
    """
    wanted = [key for key in dict.fromkeys(keys) if key != context.asker.person_key]
    known = await people.several(context.session, wanted, NAME_LEVEL)
    for person in known.values():
        t = Translator(negotiate(*person.languages))
        given = {name: said.due(t, when) for name, when in (dates or {}).items()}
        for name, some in (owners or {}).items():
            listed = await owning.listed(context.session, t, some)
            given[name] = listed or t("deadline.not_designated")
        context.tell(
            person.key,
            message,
            deadline=said.named(t, deadline),
            number=str(deadline.number),
            **given,
            **values,
        )


async def coordinators(context: Context, deadline: Deadline) -> list[str]:
    """The people who coordinate the network of a deadline."""
    return (await reviews.coordinators(context.session)).get(deadline.network, [])


async def first_to_turn_to(context: Context, deadline: Deadline) -> list[str]:
    """For each post that owes a deadline its holder, or whoever stands in."""
    whom = await concerning.concerned(context.session, deadline, context.now.date())
    return [person for post in whom.posts if (person := post.first) is not None]
