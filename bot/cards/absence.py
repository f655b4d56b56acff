"""Who of those named to a post is away, until when, and who stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.command import Context
from bot.contract import Field
from directory import entries, handover
from directory.posts import Nomination


async def fields(context: Context, present: Sequence[Nomination], names: Mapping[str, str]) -> list[Field]:
    """A field for each who is away; ``names`` has the names that may be shown, by person."""
    t = context.t
    absent = await entries.away(context.session, [item.person for item in present], context.now.date())
    shown = []
    for item in present:
        name, until = names.get(item.person, ""), absent.get(item.person)
        if not name or until is None:
            continue
        acting = handover.first_of(present, absent)
        stand_in = names.get(acting.person, "") if acting is not None else ""
        shown.append(Field(t("away.label"), _said(context, name, until, stand_in)))
    return shown


def _said(context: Context, name: str, until: date, stand_in: str) -> str:
    t = context.t
    if stand_in:
        return t("away.with_stand_in", name=name, day=t.day(until), stand_in=stand_in)
    return t("away.without_stand_in", name=name, day=t.day(until))
