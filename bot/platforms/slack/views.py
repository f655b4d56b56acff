"""From a form to a modal, and from what was filled in back to texts.

Limits: docs.slack.dev/reference/views, /block-kit and /block-elements. Of the form a modal carries nothing
but its key, in ``private_metadata``; what people wrote stands in ``plain_text`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.contract import COMPLETED_FROM, Card, Choice, FieldKind, FormField, OpenForm
from bot.plain import ELLIPSIS, clean, is_visible, one_line, shorten, units

Json = dict[str, Any]
CALLBACK: Final = "enlace_form"
MAX_TITLE: Final = 24
MAX_HEADER: Final = 150
MAX_SECTION: Final = 3000
MAX_LABEL: Final = 2000
MAX_OPTION: Final = 75
MAX_VALUE: Final = 150

_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK: Final = re.compile(r"\d{2}:\d{2}")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def modal(shown: OpenForm, card: Card) -> Json:
    """The modal of a form; ``card`` stands for it elsewhere and names the way out on its last button."""
    form = shown.form
    title = one_line(form.title)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": shown.key,
        "title": _plain(title, MAX_TITLE),
        "submit": _plain(one_line(form.submit), MAX_TITLE),
        "close": _plain(one_line(card.buttons[-1][-1].label), MAX_TITLE),
        "blocks": list(_blocks(shown, card, title)),
    }


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(text, limit) or ELLIPSIS, "emoji": False}


def _blocks(shown: OpenForm, card: Card, title: str) -> Iterator[Json]:
    if units(title) > MAX_TITLE:
        yield {"type": "header", "text": _plain(title, MAX_HEADER)}
    problems = dict(shown.problems)
    for text in (shown.form.text, card.text if problems else ""):
        if is_visible(text):
            yield {"type": "section", "text": _plain(clean(text).strip(), MAX_SECTION)}
    for field in shown.form.fields:
        if (problem := problems.get(field.name, "")) and is_visible(problem):
            # An input has no room for what is wrong with it: it stands above, like a line of its own.
            yield {"type": "section", "text": _plain(f"⚠ {clean(problem).strip()}", MAX_SECTION)}
        yield _input(field, wrong=field.name in problems)


def _input(field: FormField, *, wrong: bool) -> Json:
    found: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(one_line(field.label), MAX_LABEL),
        "element": {"action_id": field.name, **_element(field, wrong=wrong)},
        "optional": not field.required,
    }
    if is_visible(field.hint):
        found["hint"] = _plain(clean(field.hint).strip(), MAX_LABEL)
    return found


def _element(field: FormField, *, wrong: bool) -> Json:
    value = clean(field.value).strip()
    match field.kind:
        case FieldKind.CHOICE:
            return _select(field)
        case FieldKind.COUNTRY | FieldKind.PERSON:
            return _search(field, "" if wrong else one_line(value))
        case FieldKind.DATE:
            return {"type": "datepicker"} | ({"initial_date": value} if _ISO_DAY.fullmatch(value) else {})
        case FieldKind.TIME:
            return {"type": "timepicker"} | ({"initial_time": value} if _CLOCK.fullmatch(value) else {})
        case FieldKind.EMAIL:
            return {"type": "email_text_input"} | ({"initial_value": value} if value else {})
        case FieldKind.NUMBER:
            typed = {"initial_value": value} if _NUMBER.fullmatch(value) else {}
            return {"type": "number_input", "is_decimal_allowed": True} | typed
    found: Json = {"type": "plain_text_input", "max_length": field.limit}
    if field.kind is FieldKind.LONG_TEXT:
        found["multiline"] = True
    if value:
        found["initial_value"] = shorten(value, field.limit)
    return found


def option(choice: Choice) -> Json:
    """One of the answers that a select offers."""
    return {"text": _plain(one_line(choice.label), MAX_OPTION), "value": choice.value}


def _search(field: FormField, value: str) -> Json:
    """A select whose options are asked for while something is typed; what stands there is a name."""
    found: Json = {"type": "external_select", "min_query_length": COMPLETED_FROM[field.kind]}
    if value and units(value) <= MAX_VALUE:
        found["initial_option"] = {"text": _plain(value, MAX_OPTION), "value": value}
    return found


def _select(field: FormField) -> Json:
    options = [option(choice) for choice in field.choices]
    found: Json = {"type": "static_select", "options": options}
    for choice, offered in zip(field.choices, options, strict=True):
        if choice.value == field.value:
            found["initial_option"] = offered
    return found


def filled_in(values: Any) -> Mapping[str, str]:
    """What was filled in, by field name: ``view.state.values`` as texts; empty where nothing was."""
    found: dict[str, str] = {}
    for block, actions in values.items() if isinstance(values, dict) else ():
        for state in actions.values() if isinstance(actions, dict) else ():
            if isinstance(state, dict):
                found[str(block)] = _text(state)
    return found


def _text(state: Json) -> str:
    chosen = state.get("selected_option")
    for value in (
        state.get("value"),
        chosen.get("value") if isinstance(chosen, dict) else None,
        state.get("selected_date"),
        state.get("selected_time"),
    ):
        if isinstance(value, str):
            return value
    return ""
