"""Lists of meetings: those to come, those that a text may mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from bot import parsing
from bot.cards import buttons, paging, words
from bot.cards import meeting as card
from bot.cards.deadline_rights import networks_seen
from bot.command import Context
from bot.contract import Button, Card, Field, action
from directory import meetings
from directory.meetings import Meeting
from directory.search import fold

#: The action of the page that begins somewhere.
Turn = Callable[[int], str]
#: So many stand on one page.
PAGE: Final = 8
#: From this likeness (0 to 100) a title is taken for what was typed.
LIKE: Final = 75


async def coming(context: Context) -> Card:
    """The meetings to come of the networks that the asker may see here."""
    found = await meetings.listing(
        context.session, networks=await networks_seen(context), begins=context.now, limit=PAGE
    )
    t = context.t
    if not found:
        return Card(text=t("meeting.none_coming"))
    return listing(context, t("meeting.coming"), found, 0, lambda start: action(card.SHOW, str(start)))


async def named(context: Context, text: str) -> Card:
    """The meetings whose titles are like a text, the likeliest first."""
    t = context.t
    seen = await meetings.listing(context.session, networks=await networks_seen(context))
    titles = {meeting.number: fold(" ".join(meeting.titles.by_language.values())) for meeting in seen}
    likely = process.extract(fold(text), titles, scorer=fuzz.token_set_ratio, score_cutoff=LIKE, limit=PAGE)
    by_number = {meeting.number: meeting for meeting in seen}
    found = [by_number[number] for _, _, number in likely]
    if not found:
        return Card(text=t("meeting.not_found", text=parsing.echo(text)))
    return listing(context, t("meeting.meant"), found, 0, lambda start: action(card.SHOW, str(start)))


def listing(context: Context, heading: str, found: Sequence[Meeting], start: int, turn: Turn) -> Card:
    """One page of a list: title, day and place of each, and a button that shows it."""
    t = context.t
    page = found[start : start + PAGE]
    row, shown = paging.turns(t, start, PAGE, len(found), turn)
    return Card(
        title=heading,
        fields=tuple(Field(card.title(t, meeting), _line(context, meeting)) for meeting in page),
        footer=shown,
        buttons=(
            *(
                (Button(buttons.label(card.title(t, meeting)), action(card.SHOW, str(meeting.number))),)
                for meeting in page
            ),
            *((row,) if row else ()),
        ),
    )


def _line(context: Context, meeting: Meeting) -> str:
    t = context.t
    parts = [
        meeting.code,
        t.day(meeting.starts_at.astimezone(t.zone)),
        words.plain(t, meeting.places),
        t("meeting.over") if meeting.is_over(context.now) else "",
    ]
    return " · ".join(part for part in parts if part)
