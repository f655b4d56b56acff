"""Messages of the transcript as the page gets them: plain JSON, files without their content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.contract import COMPLETED_FROM, Attachment, Button, Card, Field, OpenForm
from bot.web.transcript import Message


def message(shown: Message) -> dict[str, Any]:
    """One message; ``n`` is the number of its last change."""
    return {
        "n": shown.change,
        "position": shown.position,
        "key": shown.key,
        "author": shown.author,
        "text": shown.text,
        "card": None if shown.card is None else card(shown.card),
        "form": None if shown.form is None else form(shown.form),
        "language": shown.language,
        "at": shown.created_at.isoformat(),
        "edited": None if shown.edited_at is None else shown.edited_at.isoformat(),
    }


def card(shown: Card) -> dict[str, Any]:
    """A card."""
    return {
        "title": shown.title,
        "subtitle": shown.subtitle,
        "text": shown.text,
        "fields": _fields(shown.fields),
        "sections": [
            {"heading": section.heading, "text": section.text, "fields": _fields(section.fields)}
            for section in shown.sections
        ],
        "mentions": _mentions(shown),
        "footer": shown.footer,
        "picture": None if shown.picture is None else _picture(shown.picture),
        "attachments": [_file(attachment) for attachment in shown.attachments],
        "buttons": [[_button(button) for button in row] for row in shown.buttons if row],
    }


def _mentions(shown: Card) -> str:
    """Nobody is notified here: the page shows who is meant."""
    labels = ", ".join(item.label for item in shown.mentions)
    return f"{shown.mentions_label} {labels}".strip() if labels else ""


def form(shown: OpenForm) -> dict[str, Any]:
    """A form, whole, with what is wrong with the answers that were sent."""
    asked = shown.form
    return {
        "key": shown.key,
        "title": asked.title,
        "text": asked.text,
        "submit": asked.submit,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "kind": field.kind.value,
                "hint": field.hint,
                "value": field.value,
                "required": field.required,
                "limit": field.limit,
                "completed_from": COMPLETED_FROM.get(field.kind, 0),
                "choices": [{"value": choice.value, "label": choice.label} for choice in field.choices],
            }
            for field in asked.fields
        ],
        "problems": dict(shown.problems),
    }


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {"label": field.label, "value": field.value, "url": field.url, "missing": field.missing}
        for field in fields
    ]


def _file(file: Attachment) -> dict[str, Any]:
    return {"name": file.name, "size": len(file.content)}


def _picture(file: Attachment) -> dict[str, Any]:
    return _file(file) | {"description": file.description or file.name}


def _button(button: Button) -> dict[str, Any]:
    return {
        "label": button.label,
        "action": button.action,
        "url": button.url,
        "selected": button.selected,
    }
