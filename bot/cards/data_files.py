"""What is known of somebody as two files: JSON for programs, plain text to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.contract import Attachment
from bot.i18n import Translator, message

#: What each part is called in the file that is read, in the order of the file.
PARTS: Final[Mapping[str, str]] = {
    "person": message("data.person"),
    "contact_values": message("data.contact_values"),
    "entry": message("data.entry"),
    "posts": message("data.posts"),
    "roles": message("data.roles"),
    "account": message("data.account"),
    "accounts": message("data.accounts"),
    "consents": message("data.consents"),
    "invitations": message("data.invitations"),
    "proposed_links": message("data.proposed_links"),
    "guesses_of_codes": message("data.guesses"),
    "proposed_alternates": message("data.proposed_alternates"),
    "suspensions": message("data.suspensions"),
    "meetings": message("data.meetings"),
    "calendar_links": message("data.calendar_links"),
    "letters_waiting": message("data.letters"),
    "changes_by_you": message("data.changes_by_you"),
    "changes_about_you": message("data.changes_about_you"),
    "lookups_of_you": message("data.lookups_of_you"),
    "trail": message("data.trail"),
    "deliveries": message("data.deliveries"),
    "events": message("data.events"),
    "forms": message("data.forms"),
    "rooms": message("data.rooms"),
    "deadlines": message("data.deadlines"),
    "reminders": message("data.reminders"),
    "browser_chat": message("data.browser_chat"),
}


def files(t: Translator, data: Mapping[str, Any], made: str) -> tuple[Attachment, Attachment]:
    """Both files; ``made`` is when, in words."""
    plain = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False)
    return (
        Attachment("enlace-my-data.json", "application/json", plain.encode()),
        Attachment("enlace-my-data.txt", "text/plain", "\n".join(_lines(t, data, made)).encode()),
    )


def _lines(t: Translator, data: Mapping[str, Any], made: str) -> Iterator[str]:
    yield t("data.title")
    yield made
    for part, name in PARTS.items():
        if part not in data:
            continue
        heading = t(name)
        yield from ("", heading, "-" * len(heading))
        value = data[part]
        if not value:
            yield t("data.nothing")
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield f"{number}."
                yield from _fields(item, "   ")
        else:
            yield from _fields(value, "")
    yield ""


def _fields(item: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _fields(value, indent + "   ")
        elif isinstance(value, list):
            yield f"{indent}{name}: {', '.join(str(part) for part in value)}"
        elif value not in (None, ""):
            yield f"{indent}{name}: {value}"
