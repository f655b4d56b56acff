"""The cards of records that are being edited: their parts, the items of a list, the languages of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.cards import editing_words as called
from bot.cards import languages, project_words, words
from bot.cards.buttons import label
from bot.cards.editing_records import (
    EDIT,
    HISTORY,
    NONE,
    REMOVE,
    RESTORE,
    RETIRE,
    UNDO,
    may_retire,
    named,
)
from bot.command import Context
from bot.contract import Button, Card, Field, action
from bot.i18n import LANGUAGES
from directory import editing, projects
from directory.editing import Record, Section
from directory.networks import Membership
from directory.people import Contact, Person

#: How many items a list offers at once; more would not fit on a phone.
ITEMS: Final = 20


async def card(context: Context, record: Record, note: str = "", *, undo: int = 0) -> Card:
    """A record and what can be changed of it; ``undo`` is the change just made, which a button takes back."""
    t, noun = context.t, editing.noun_of(record)
    parts = [
        Button(called.section_name(t, part.name), named(EDIT, record, part.code))
        for part in editing.SECTIONS[noun]
    ]
    retired = None if isinstance(record, Membership) else record.retired_on
    last = [Button(t("edit.history"), named(HISTORY, record))]
    if await may_retire(context, record):
        gone = retired is not None or (
            isinstance(record, Membership) and not record.holds_on(context.now.date())
        )
        last.append(
            Button(t("edit.restore"), named(RESTORE, record))
            if gone
            else Button(t("edit.retire"), named(RETIRE, record))
        )
    lines = [note, t("edit.retired_since", day=t.day(retired)) if retired else "", t("edit.which_part")]
    return Card(
        title=await called.called(context, record),
        subtitle=t(called.NOUNS[noun]),
        text="\n".join(line for line in lines if line),
        buttons=(*((undo_row(context, undo),) if undo else ()), *_pairs(parts), tuple(last)),
    )


def undo_row(context: Context, number: int) -> tuple[Button, ...]:
    """The button that takes a change back."""
    return (Button(context.t("edit.undo"), action(UNDO, str(number))),)


def _pairs(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


async def visible(context: Context, record: Record, part: Section) -> list[int]:
    """The places of the items of a list that the asker may see."""
    items = part.items(record)
    if not isinstance(record, Person):
        return list(range(len(items)))
    owners = await editing.networks_of(context.session, record)
    level = context.contact_level_for(*sorted(owners))
    seen = [place for place, item in enumerate(items) if item.level <= level]
    if seen:
        context.look(record.key, max(items[place].level for place in seen))
    return seen


async def list_card(context: Context, record: Record, part: Section, note: str = "") -> Card:
    """The items of a list, each with a button, and one for a new item."""
    t = context.t
    places = await visible(context, record, part)
    rows = []
    for place in places[:ITEMS]:
        name = await item_name(context, part.items(record)[place])
        rows.append((Button(label(name), named(EDIT, record, part.code, str(place))),))
    lines = [*((note,) if note else ()), t("edit.which_item") if rows else t("edit.no_items")]
    if len(places) > ITEMS:
        lines.append(t("edit.more_items", number=t.number(ITEMS), count=t.number(len(places))))
    new = Button(t("edit.add_item"), named(EDIT, record, part.code, NONE, t.language))
    return Card(
        title=called.section_name(t, part.name),
        subtitle=await called.called(context, record),
        text="\n".join(lines),
        buttons=(*rows, (new,), (_back(context, record),)),
    )


def _back(context: Context, record: Record, *more: str) -> Button:
    return Button(context.t("edit.back"), named(EDIT, record, *more))


async def item_card(
    context: Context, record: Record, part: Section, place: int, fields: Sequence[Field]
) -> Card:
    """One item of a list: what it says, in which languages it can be changed, and its removal."""
    t = context.t
    changes = _languages(context, record, part, str(place))
    mark = part.digest(record, t.language, place)
    remove = Button(t("edit.remove"), named(REMOVE, record, part.code, str(place), mark))
    return Card(
        title=called.section_name(t, part.name),
        subtitle=await called.called(context, record),
        fields=tuple(fields),
        buttons=(*changes, (remove,), (_back(context, record, part.code),)),
    )


async def languages_card(context: Context, record: Record, part: Section, fields: Sequence[Field]) -> Card:
    """The texts of a section as the asker reads them, and a button for each language of them."""
    t = context.t
    return Card(
        title=called.section_name(t, part.name),
        subtitle=await called.called(context, record),
        text=t("edit.which_language"),
        fields=tuple(fields),
        buttons=(*_languages(context, record, part, NONE), (_back(context, record),)),
    )


def _languages(context: Context, record: Record, part: Section, place: str) -> tuple[tuple[Button, ...], ...]:
    if not part.spoken:
        change = named(EDIT, record, part.code, place, context.t.language)
        return ((Button(context.t("edit.change"), change),),)
    buttons = [
        Button(languages.own_name(code), named(EDIT, record, part.code, place, code)) for code in LANGUAGES
    ]
    return _pairs(buttons)


async def item_name(context: Context, item: Any) -> str:
    """One item of a list in a few words."""
    t = context.t
    match item:
        case projects.Funding():
            return project_words.funding_line(t, item)
        case projects.Party():
            who = project_words.name(t, item, short=True)
            return f"{called.choice(t, 'role', item.role.value)}: {who}"
        case projects.Progress():
            text = words.plain(t, item.text)
            return f"{t.day(item.on)}: {text}" if item.on is not None else text
        case projects.Theme():
            return words.plain(t, item.name)
        case projects.Component() | projects.Phase() | projects.Document():
            return words.plain(t, item.title)
        case Contact():
            return f"{called.choice(t, 'kind', item.kind.value)}: {item.value}"
        case _:
            return words.plain(t, item)
