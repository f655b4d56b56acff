"""The letter that reminds somebody: one deadline with what can be done about it, or a list of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.cards import deadline as cards
from bot.cards import deadline_words as said
from bot.cards.buttons import label
from bot.contract import Button, Card, Field, action
from bot.i18n import Translator, message
from reminders.deadlines import Deadline
from reminders.nudging.records import Why

#: A letter names this many deadlines; the rest is counted.
LISTED: Final = 12
#: So many of them get a button.
BUTTONS: Final = 5
#: Why somebody is told who owes it: they know for whom.
OWN: Final = frozenset({Why.OWES, Why.STANDS_IN})

_WHY: Final[Mapping[Why, str]] = {
    Why.OWES: message("nudge.owes"),
    Why.STANDS_IN: message("nudge.stands_in"),
    Why.OVERDUE: message("nudge.overdue"),
    Why.NOBODY: message("nudge.nobody"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A deadline that a letter tells of, why, and who owes it in the reader's words."""

    deadline: Deadline
    why: Why
    owners: str = ""


def card(t: Translator, items: Sequence[Item], today: date) -> Card:
    """The letter about these deadlines, in their order."""
    if len(items) == 1:
        return _one(t, items[0], today)
    fields = [Field(said.named(t, item.deadline), _line(t, item, today)) for item in items[:LISTED]]
    rest = len(items) - len(fields)
    own = any(item.why in OWN for item in items)
    return Card(
        title=t.plural("nudge.several", len(items)),
        text=t("nudge.several_own") if own else t("nudge.several_coordinated"),
        fields=tuple(fields),
        footer=_footer(t, rest),
        buttons=tuple((cards.show_button(t, item.deadline),) for item in items[:BUTTONS]),
    )


def _one(t: Translator, item: Item, today: date) -> Card:
    deadline = item.deadline
    fields = [
        Field(t("deadline.state"), said.state(t, deadline, today)),
        Field(t("deadline.due"), said.due(t, deadline.due)),
    ]
    own = item.why in OWN
    if item.owners and not own:
        fields.append(Field(t.plural("deadline.owners", len(deadline.owners)), item.owners))
    return Card(
        title=said.named(t, deadline),
        text=t(_WHY[item.why]),
        fields=tuple(fields),
        footer=_footer(t, 0),
        buttons=cards.nudge_buttons(t, deadline) if own else ((cards.show_button(t, deadline),),),
    )


def _line(t: Translator, item: Item, today: date) -> str:
    parts = [said.state(t, item.deadline, today), said.due(t, item.deadline.due)]
    if item.why not in OWN:
        parts.append(item.owners)
    return " · ".join(part for part in parts if part)


def _footer(t: Translator, rest: int) -> str:
    quiet = t("nudge.quiet")
    return f"{t.plural('nudge.more', rest)} {quiet}" if rest else quiet


def undesignated(t: Translator, network: str, found: Sequence[Deadline], count: int) -> Card:
    """The list for a coordinator of what nobody is designated for, once a month."""
    fields = [Field(said.named(t, deadline), said.due(t, deadline.due)) for deadline in found[:LISTED]]
    rest = count - len(fields)
    return Card(
        title=t("nudge.undesignated_title", network=network),
        text=t.plural("nudge.undesignated", count),
        fields=tuple(fields),
        footer=_footer(t, rest),
        buttons=tuple(
            (
                Button(
                    label(t("nudge.designate", code=deadline.code)),
                    action(cards.ASSIGN, str(deadline.number)),
                ),
            )
            for deadline in found[:BUTTONS]
        ),
    )
