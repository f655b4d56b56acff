"""What was changed of a record, said from its values before and after as the trail keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.cards import editing_words as called
from bot.i18n import Translator, message
from directory import audit, editing
from directory.audit import Entry
from directory.editing import Noun

#: Texts and lists are named, not repeated: only short values are shown before and after.
_DATES: Final = frozenset({"starts_on", "ends_on", "updated_on", "since", "until", "retired_on"})
_ACTIONS: Final[Mapping[str, str]] = {
    editing.ADD: message("history.added"),
    editing.EDIT: message("history.edited"),
    editing.RETIRE: message("history.retired"),
    editing.RESTORE: message("history.restored"),
    editing.UNDO: message("history.undone"),
}


def said(t: Translator, entry: Entry) -> str:
    """What an entry of the trail did, in a line."""
    names = tuple(dict.fromkeys((*entry.before, *entry.after)))
    whole = bool(names) and not (entry.before and entry.after)
    if entry.action == editing.UNDO and whole:
        return t("history.undone_back") if entry.after else t("history.undone_gone")
    key = _ACTIONS.get(entry.action)
    if key is None:
        return t("history.other", action=entry.action)
    if whole or entry.action in (editing.ADD, editing.RETIRE, editing.RESTORE):
        return t(key, fields="")
    fields = "; ".join(_field(t, entry, name) for name in names)
    erased = t("history.erased") if entry.erased else ""
    return t(key, fields="; ".join(part for part in (fields, erased) if part))


def _field(t: Translator, entry: Entry, name: str) -> str:
    label = called.label(t, name)
    before, after = entry.before.get(name), entry.after.get(name)
    if _is_text(before) or _is_text(after):
        codes = editing.differing(_texts(before), _texts(after))
        return t("history.in_languages", field=label, languages=t.list([t.language_name(c) for c in codes]))
    # Values of people are theirs: that one changed is said, what it was is not.
    if entry.kind == audit.PERSON or not (_short(before) and _short(after)):
        return label
    return t(
        "history.from_to",
        field=label,
        before=_value(t, entry.kind, name, before),
        after=_value(t, entry.kind, name, after),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and "by_language" in value


def _texts(value: Any) -> Mapping[str, str]:
    return value["by_language"] if _is_text(value) else {}


def _short(value: Any) -> bool:
    amount = isinstance(value, Mapping) and set(value) == {"value", "currency"}
    return value is None or amount or (isinstance(value, str) and len(value) <= 60)


def _value(t: Translator, kind: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return t("said.not_recorded")
    if isinstance(value, Mapping):
        from decimal import Decimal

        return t.money(Decimal(str(value["value"])), str(value["currency"]))
    if name in _DATES:
        return t.day(date.fromisoformat(value))
    if name == "country":
        return t.country(value)
    return called.choice(t, name, value)


def noun_of(entry: Entry) -> Noun | None:
    """The noun of an entry's object, where it is one that is edited."""
    return Noun(entry.kind) if entry.kind in list(Noun) else None
