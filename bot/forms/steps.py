"""A form field by field: from progress and an answer to progress and a card.

The order is the form's. Once everything was reviewed, or while there are problems to correct, an answered
field leads to the next problem or back to the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.command import Context
from bot.forms import cards
from bot.forms.rows import Asked, Progress
from bot.forms.values import Unclear, Understood, read
from bot.message import Card, Field, Form, FormField


def filled(form: Form) -> Progress:
    """A form as it stands before anything was answered."""
    return Progress(answers={field.name: field.value for field in form.fields if field.value})


def begin(form: Form) -> Progress:
    """Where a form begins: at its first field, or at the review where nothing is left to be answered."""
    progress, turns = filled(form), cards.in_turn(form)
    needed = [field for field in form.fields if field.required and not field.value]
    if not turns or (progress.answers and not needed):
        return replace(progress, reviewed=True)
    return replace(progress, at=turns[0].name)


def correct(form: Form, progress: Progress) -> Progress:
    """Ask for the first of the answers that could not be taken."""
    first = next(field.name for field in form.fields if field.name in progress.problems)
    return replace(progress, at=first, reviewed=True, options=())


async def card(context: Context, asked: Asked, progress: Progress, *, noted: Sequence[Field] = ()) -> Card:
    """What is shown at this point of a form."""
    form = _form(asked)
    if not progress.at:
        shown = [await _shown(context, field, progress) for field in form.fields]
        return cards.review(asked, form, shown, context.t)
    field = _field(form, progress.at)
    now = "" if field.name in progress.problems else await _shown(context, field, progress)
    return cards.question(asked, form, progress, context.t, now=now, noted=noted)


async def answer(context: Context, asked: Asked, text: str) -> tuple[Progress, Sequence[Field]]:
    """Take ``text`` as the answer to the present field; the new progress and how it was understood."""
    form, progress = _form(asked), asked.progress
    if not progress.at:
        return progress, ()
    field = _field(form, progress.at)
    reading = await read(field, text, context)
    if isinstance(reading, Unclear):
        problems = {**progress.problems, field.name: reading.message}
        return replace(progress, problems=problems, options=reading.options), ()
    return _next(form, progress, field, reading)


async def press(
    context: Context, asked: Asked, verb: str, arguments: Sequence[str]
) -> tuple[Progress, Sequence[Field]]:
    """What a button of the present card does. A button of an earlier card changes nothing."""
    form, progress = _form(asked), asked.progress
    numbers = [int(part) for part in arguments if part.isascii() and part.isdecimal() and len(part) < 4]
    number = numbers[0] if numbers else -1
    if not 0 <= number < len(form.fields):
        return progress, ()
    field = form.fields[number]
    if verb == cards.EDIT:
        return (replace(progress, at=field.name, options=()), ()) if not progress.at else (progress, ())
    if field.name != progress.at:
        return progress, ()
    if verb == cards.BACK:
        earlier = [item.name for item in cards.in_turn(form) if form.fields.index(item) < number]
        before = "" if progress.reviewed else earlier[-1] if earlier else field.name
        problems = {name: text for name, text in progress.problems.items() if name != field.name}
        return replace(progress, at=before, problems=problems, options=()), ()
    if verb == cards.CLEAR and not field.required:
        return _next(form, progress, field, Understood(None, "", ""))
    if verb == cards.SKIP and progress.answers.get(field.name) and field.name not in progress.problems:
        return _next(form, progress, field, None)
    offered = progress.options if verb == cards.OPTION else field.choices if verb == cards.ANSWER else ()
    if len(numbers) == 2 and numbers[1] < len(offered):
        return await answer(context, asked, offered[numbers[1]].value)
    return progress, ()


def _next(
    form: Form, progress: Progress, field: FormField, reading: Understood | None
) -> tuple[Progress, Sequence[Field]]:
    """Go on after a field; without a ``reading`` it stays as it was."""
    answers = dict(progress.answers)
    if reading is not None:
        answers[field.name] = reading.written
    problems = {name: text for name, text in progress.problems.items() if name != field.name}
    names = [item.name for item in form.fields]
    following = [
        item.name for item in cards.in_turn(form) if names.index(item.name) > names.index(field.name)
    ]
    left = [name for name in names if name in problems]
    at = left[0] if left else "" if progress.reviewed or not following else following[0]
    noted = [Field(field.label, reading.shown)] if reading is not None and reading.shown and at else []
    return Progress(answers, at, progress.reviewed or not at, problems), noted


async def _shown(context: Context, field: FormField, progress: Progress) -> str:
    """An answer as a reader sees it; as it was written where it can no longer be read."""
    written = progress.answers.get(field.name, "")
    if not written:
        return ""
    reading = await read(field, written, context)
    return reading.shown if isinstance(reading, Understood) else written


def _field(form: Form, name: str) -> FormField:
    return next(field for field in form.fields if field.name == name)


def _form(asked: Asked) -> Form:
    if asked.form is None:
        raise LookupError("the form is over")
    return asked.form
