"""The forms of those who planned a deadline: other words, date or owners; its end, its return."""

from __future__ import annotations

from collections.abc import Sequence

from bot import parsing
from bot.cards import deadline as cards
from bot.cards import deadline_owners as owning
from bot.cards import deadline_words as said
from bot.cards import words
from bot.cards.deadline_answers import NOTE
from bot.cards.deadline_forms import ASKED, TITLE, due_field, lead_field
from bot.command import Context
from bot.contract import Choice, FieldKind, Form, FormField, action
from bot.i18n import Translator
from reminders.deadlines import Deadline
from reminders.vague import VagueDate

#: What of a series is cancelled: the one, or it and all that follow.
ONE, ALL = "one", "all"


def _reason(t: Translator, value: str = "", *, required: bool = False) -> FormField:
    return FormField(
        "reason", t("deadline.reason"), FieldKind.LONG_TEXT, value=value, required=required, max_length=NOTE
    )


def edit_form(t: Translator, deadline: Deadline) -> Form:
    """Title and description in the reader's language, and on which days people are reminded."""
    titles, texts = deadline.titles.by_language, deadline.descriptions.by_language
    return Form(
        action(cards.EDIT, str(deadline.number), t.language),
        said.named(t, deadline),
        (
            FormField("title", t("deadline.title"), value=titles.get(t.language, ""), max_length=TITLE),
            FormField(
                "description",
                t("deadline.description"),
                FieldKind.LONG_TEXT,
                value=texts.get(t.language, ""),
                required=False,
            ),
            lead_field(t, ", ".join(str(days) for days in deadline.lead)),
        ),
        t("deadline.save"),
        t("edit.in_language", language=t.language_name(t.language)),
    )


def move_form(
    t: Translator, deadline: Deadline, due: str = "", reason: str = "", readings: Sequence[VagueDate] = ()
) -> Form:
    """Another date, and why."""
    return Form(
        action(cards.MOVE, str(deadline.number)),
        said.named(t, deadline),
        (due_field(t, due, readings), _reason(t, reason)),
        t("deadline.move_submit"),
        t("deadline.time_text", due=said.due(t, deadline.due)),
    )


async def assign_form(
    context: Context, deadline: Deadline, value: str | None = None, named: owning.Named | None = None
) -> Form:
    """Who owes it; where a name could be several, which of them."""
    t, session = context.t, context.session
    present = deadline.owners if named is None else named.owners
    called = await owning.names(session, t, present)
    value = ", ".join(called[owner] for owner in present) if value is None or named is not None else value
    hint = t("deadline.owners_hint")
    fields = [FormField("owners", t("deadline.owners_field"), hint=hint, value=value[:300], required=False)]
    for number, (text, candidates) in enumerate((named.unclear if named is not None else {}).items(), 1):
        if number <= ASKED:
            label = t("deadline.which_owner", text=parsing.echo(text))
            choices = await owning.choices(session, t, candidates)
            fields.append(FormField(f"owner_{number}", label, FieldKind.CHOICE, choices=choices))
    return Form(
        action(cards.ASSIGN, str(deadline.number)),
        said.named(t, deadline),
        tuple(fields),
        t("deadline.assign_submit"),
        words.said(t, deadline.descriptions)[:500],
    )


def cancel_form(t: Translator, deadline: Deadline) -> Form:
    """Why it is cancelled; of a series, whether only this one."""
    fields = [_reason(t)]
    if deadline.series is not None:
        choices = (Choice(ONE, t("deadline.only_this")), Choice(ALL, t("deadline.this_and_following")))
        fields.insert(
            0, FormField("which", t("deadline.of_series"), FieldKind.CHOICE, value=ONE, choices=choices)
        )
    return Form(
        action(cards.CANCEL, str(deadline.number)),
        said.named(t, deadline),
        tuple(fields),
        t("deadline.cancel_submit"),
        t("deadline.cancel_text"),
    )


def reopen_form(t: Translator, deadline: Deadline) -> Form:
    """Why it is owed again."""
    return Form(
        action(cards.REOPEN, str(deadline.number)),
        said.named(t, deadline),
        (_reason(t),),
        t("deadline.reopen_submit"),
        t("deadline.reopen_text"),
    )
