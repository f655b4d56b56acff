"""A day until which something holds, as people type it behind a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot import parsing
from bot.command import Context
from bot.contract import Card
from directory import dates
from directory.search import fold

#: The furthest day, in days from today.
LONGEST: Final = 366
#: Words that may stand before the day, folded, in the four languages.
_UNTIL: Final = frozenset({"until", "till", "to", "hasta", "el", "jusqu", "au", "a", "jusque", "ate"})


def read(context: Context, text: str, example: str, out_of_range: Callable[[str], str]) -> date | Card:
    """The day that is meant, between today and a year from now, or a card that says what to type instead.

    ``out_of_range`` gives the words where the day, as the reader would write it, lies elsewhere.
    """
    t = context.t
    today = context.now.astimezone(t.zone).date()
    text = _day_in(text)
    try:
        meant = dates.days(text, today)
    except dates.NotADay:
        return Card(text=t("away.unclear", text=parsing.echo(text), example=example))
    # Of two readings the one that is possible is meant; where both are, it is asked.
    possible = [day for day in meant if today <= day <= today + timedelta(LONGEST)]
    if len(possible) > 1:
        one, other = (t.day(day) for day in possible)
        return Card(text=t("away.which", one=one, other=other, example=example))
    return possible[0] if possible else Card(text=out_of_range(t.day(meant[0])))


def _day_in(argument: str) -> str:
    """What stands after "until" and its like."""
    words = argument.replace("'", "' ").replace("’", "' ").split()
    while len(words) > 1 and fold(words[0]) in _UNTIL:
        words = words[1:]
    return " ".join(words)
