"""The cards of forms: one question, the review, how it ended, and the one that opens a whole form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards.buttons import label as short
from bot.forms.rows import Asked, Outcome, Progress
from bot.forms.values import hint
from bot.i18n import Translator, message
from bot.message import Button, Card, Choice, Field, Form, FormField, action
from bot.registry import FORM_BUTTON

#: Choices are set side by side, as many to a row, while their labels are this short.
PER_ROW: Final = ((12, 3), (26, 2))
#: So many choices have buttons; the others can be typed.
MOST: Final = 40

#: What a button of a form does: the first argument after its key.
ANSWER, OPTION, SKIP, CLEAR, BACK, EDIT, SEND, CANCEL, OPEN = (
    "c",
    "o",
    "s",
    "n",
    "b",
    "e",
    "send",
    "x",
    "open",
)
#: A form with more fields than this is long: on a phone nobody skips twenty questions.
LONG: Final = 10


def press(key: str, verb: str, *arguments: object) -> str:
    """The action of a form's button."""
    return action(FORM_BUTTON, key, verb, *map(str, arguments))


def in_turn(form: Form) -> tuple[FormField, ...]:
    """The fields that are asked one after the other.

    Of a long form only what it needs and does not know: the rest can be opened from the review.
    """
    if len(form.fields) <= LONG:
        return form.fields
    return tuple(field for field in form.fields if field.required and not field.value)


def question(
    asked: Asked, form: Form, progress: Progress, t: Translator, *, now: str = "", noted: Sequence[Field] = ()
) -> Card:
    """One field: what is asked, what is wrong with the last answer, what stands there ``now``.

    ``noted`` is how the answer before it was understood.
    """
    names = [field.name for field in form.fields]
    number = names.index(progress.at)
    field = form.fields[number]
    turns = [item.name for item in in_turn(form)]
    counted = names if progress.reviewed or field.name not in turns else turns
    problem = progress.problems.get(field.name, "")
    above = form.text if counted[0] == field.name and not progress.reviewed and not problem else ""
    lines = [problem, above, hint(field, t)]
    fields = [*noted]
    if now and not problem:
        fields.append(Field(t("form.now"), now))
    return Card(
        title=t("form.step", number=counted.index(field.name) + 1, count=len(counted), label=field.label),
        subtitle=form.title,
        text="\n".join(line for line in lines if line),
        fields=tuple(fields),
        footer="" if field.required else t("form.optional"),
        buttons=tuple(_question_buttons(asked, field, number, progress, t, now)),
        summary=f"{form.title} · {field.label}",
    )


def _question_buttons(
    asked: Asked, field: FormField, number: int, progress: Progress, t: Translator, now: str
) -> list[tuple[Button, ...]]:
    key = asked.key
    rows: list[tuple[Button, ...]] = []
    if progress.options:
        rows += _side_by_side(progress.options, key, OPTION, number, "")
    else:
        rows += _side_by_side(field.choices[:MOST], key, ANSWER, number, progress.answers.get(field.name, ""))
    way: list[Button] = []
    if now and field.name not in progress.problems:
        way.append(Button(t("form.keep"), press(key, SKIP, number)))
        if not field.required:
            way.append(Button(t("form.clear"), press(key, CLEAR, number)))
    elif not field.required:
        way.append(Button(t("form.skip"), press(key, CLEAR, number)))
    if way:
        rows.append(tuple(way))
    end = [Button(t("form.cancel"), press(key, CANCEL))]
    if number > 0 or progress.reviewed:
        end.insert(0, Button(t("form.back"), press(key, BACK, number)))
    return [*rows, tuple(end)]


def _side_by_side(
    choices: Sequence[Choice], key: str, verb: str, number: int, chosen: str
) -> list[tuple[Button, ...]]:
    longest = max((len(choice.label) for choice in choices), default=0)
    per_row = next((count for length, count in PER_ROW if longest <= length), 1)
    made = [
        Button(short(choice.label), press(key, verb, number, at), selected=choice.value == chosen != "")
        for at, choice in enumerate(choices)
    ]
    return [tuple(made[at : at + per_row]) for at in range(0, len(made), per_row)]


def review(asked: Asked, form: Form, shown: Sequence[str], t: Translator) -> Card:
    """Everything that was answered, with the button that sends it and one for each field."""
    fields = tuple(
        Field(field.label, value) if value else Field(field.label, t("form.empty"), missing=True)
        for field, value in zip(form.fields, shown, strict=True)
    )
    changes = [
        Button(short(field.label), press(asked.key, EDIT, number)) for number, field in enumerate(form.fields)
    ]
    longest = max(len(button.label) for button in changes)
    per_row = 2 if longest <= 20 else 1
    return Card(
        title=form.title,
        subtitle=t("form.review"),
        text="\n".join(part for part in (form.text, t("form.change", submit=form.submit)) if part),
        fields=fields,
        buttons=(
            (Button(form.submit, press(asked.key, SEND)),),
            *(tuple(changes[at : at + per_row]) for at in range(0, len(changes), per_row)),
            (Button(t("form.cancel"), press(asked.key, CANCEL)),),
        ),
        summary=f"{form.title} · {t('form.review')}",
    )


def whole(asked: Asked, form: Form, problems: Sequence[tuple[str, str]], t: Translator) -> Card:
    """The card that stands for a whole form where it cannot be shown at once."""
    labels = {field.name: field.label for field in form.fields}
    return Card(
        title=form.title,
        text=t("form.problems") if problems else t("form.announced"),
        fields=tuple(Field(labels[name], problem) for name, problem in problems),
        buttons=(
            (Button(t("form.correct") if problems else t("form.open"), press(asked.key, OPEN)),),
            (Button(t("form.cancel"), press(asked.key, CANCEL)),),
        ),
        summary=form.title,
    )


def ended(title: str, outcome: Outcome, t: Translator) -> Card:
    """What stands in the place of a form that is over."""
    return Card(title=title, text=t(_ENDED[outcome]))


def refusal(asked: Asked | None, t: Translator) -> Card:
    """The answer to a button or a submission of a form that can no longer be answered, or never could."""
    if asked is None:
        return Card(text=t("form.not_yours"))
    if asked.outcome is Outcome.OPEN:
        return Card(text=t("form.expired"))
    return Card(text=t(_LATE[asked.outcome]))


_ENDED: Final = {
    Outcome.SENT: message("form.sent"),
    Outcome.CANCELLED: message("form.cancelled"),
}
_LATE: Final = {
    Outcome.SENT: message("form.already_sent"),
    Outcome.CANCELLED: message("form.already_cancelled"),
    Outcome.REPLACED: message("form.replaced"),
}
