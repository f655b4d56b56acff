"""What those who owe a deadline say of it: the forms, and what becomes of a press that comes too late."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from bot.cards import deadline as cards
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards.deadline_forms import due_field, today
from bot.command import Context, Problems, Value
from bot.contract import Button, Card, Choice, FieldKind, Form, FormField, Reply, action
from bot.fetching import Fetched
from bot.i18n import Translator, message
from bot.permission import refusal
from directory.editing.checks import is_url
from reminders.deadlines import LARGEST_FILE, Deadline, File, Owner, State, reading
from reminders.vague import VagueDate

_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9.+-]{1,50}/[A-Za-z0-9.+-]{1,60}")
#: The longest note and reason, in characters.
NOTE: Final = 1000
LINK: Final = 400
#: The longest that somebody may have themselves left alone about one deadline, in days.
LONGEST_SNOOZE: Final = 366
#: The days of the buttons; 0 stands for the next Monday.
DAYS: Final[Mapping[str, str]] = {
    "1": message("deadline.snooze_one"),
    "3": message("deadline.snooze_three"),
    "0": message("deadline.snooze_monday"),
}
#: The button that asks for a day.
ON_A_DAY: Final = "day"


def number(arguments: Sequence[str]) -> int | None:
    """The number that a button or a form is about."""
    text = arguments[0] if arguments else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


async def found(context: Context, arguments: Sequence[str]) -> Deadline | Reply:
    """The deadline that a button or a form is about, where the asker may answer for it; else what to say."""
    at = number(arguments)
    deadline = await reading.get(context.session, at) if at is not None else None
    if deadline is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return deadline if await rights.may_answer(context, deadline) else refusal(context)


async def over(context: Context, deadline: Deadline) -> Reply:
    """What happened in the meantime to a deadline that is no longer open."""
    key = "deadline.meanwhile_done" if deadline.state is State.DONE else "deadline.meanwhile_cancelled"
    return Reply(await cards.card(context, deadline, context.t(key)))


def done_form(t: Translator, deadline: Deadline) -> Form:
    """A note and a link as evidence; a file that is sent instead sends the form."""
    done = deadline.state is State.DONE
    return Form(
        action(cards.DONE, str(deadline.number)),
        said.named(t, deadline),
        (
            FormField("note", t("deadline.note"), FieldKind.LONG_TEXT, required=False, max_length=NOTE),
            FormField("link", t("deadline.link"), hint="https://", required=False, max_length=LINK),
        ),
        t("deadline.add_evidence") if done else t("deadline.done_submit"),
        t("deadline.done_text", size=t.number(LARGEST_FILE >> 20)),
    )


def evidence(
    context: Context, given: Mapping[str, Value], files: Sequence[Fetched]
) -> tuple[str, str, File | None] | Problems:
    """The note, the link and the file that were given, or what is wrong with one of them."""
    t = context.t
    note, link = str(given.get("note") or "").strip(), str(given.get("link") or "").strip()
    if link and not is_url(link):
        return Problems({"link": t("deadline.bad_link")})
    if not files:
        return note, link, None
    if len(files) > 1:
        return Problems({"note": t("deadline.one_file")})
    content, ref = files[0].content, files[0].ref
    if content is None or len(content) > LARGEST_FILE:
        return Problems({"note": t("deadline.file_too_large", size=t.number(LARGEST_FILE >> 20))})
    name = re.sub(r"[^\w .()-]+", "_", ref.name).strip(" .")[-120:] or "file"
    # What a sender says of it ends up in a header one day.
    known = _MEDIA_TYPE.fullmatch(ref.media_type)
    return note, link, File(name, ref.media_type if known else "application/octet-stream", content)


def snooze_card(t: Translator, deadline: Deadline) -> Card:
    """For how long somebody does not want to be reminded."""
    buttons = [Button(t(key), action(cards.SNOOZE, str(deadline.number), days)) for days, key in DAYS.items()]
    buttons.append(Button(t("deadline.snooze_day"), action(cards.SNOOZE, str(deadline.number), ON_A_DAY)))
    return Card(
        title=said.named(t, deadline),
        text=t("deadline.snooze_text"),
        buttons=(tuple(buttons[:2]), tuple(buttons[2:])),
    )


def snooze_form(t: Translator, deadline: Deadline, value: date) -> Form:
    """The day on which somebody wants to be reminded again."""
    return Form(
        action(cards.SNOOZE, str(deadline.number)),
        said.named(t, deadline),
        (FormField("until", t("deadline.snooze_until"), FieldKind.DATE, value=value.isoformat()),),
        t("deadline.snooze_submit"),
        t("deadline.snooze_text"),
    )


def snoozed_until(choice: str, day: date) -> date | None:
    """The day on which somebody who chose a button is reminded again."""
    if choice not in DAYS:
        return None
    return day + timedelta(days=int(choice) or 7 - day.weekday())


def time_form(
    t: Translator, deadline: Deadline, due: str = "", reason: str = "", readings: Sequence[VagueDate] = ()
) -> Form:
    """Until when more time is asked for, and why."""
    return Form(
        action(cards.TIME, str(deadline.number)),
        said.named(t, deadline),
        (
            due_field(t, due, readings),
            FormField("reason", t("deadline.reason"), FieldKind.LONG_TEXT, value=reason, max_length=NOTE),
        ),
        t("deadline.ask"),
        t("deadline.time_text", due=said.due(t, deadline.due)),
    )


async def other_form(
    context: Context, deadline: Deadline, owner: str = "", reason: str = "", among: Sequence[Owner] = ()
) -> Form:
    """Who owes it instead, and why."""
    t = context.t
    if among:
        choices: tuple[Choice, ...] = await owning.choices(context.session, t, among)
        asked = FormField("owner", t("deadline.which_one"), FieldKind.CHOICE, choices=choices)
    else:
        hint = t("deadline.owner_hint")
        asked = FormField("owner", t("deadline.other_owner"), hint=hint, value=owner, max_length=120)
    return Form(
        action(cards.OTHER, str(deadline.number)),
        said.named(t, deadline),
        (
            asked,
            FormField("reason", t("deadline.reason"), FieldKind.LONG_TEXT, value=reason, max_length=NOTE),
        ),
        t("deadline.propose"),
        t("deadline.other_text"),
    )


def latest_day(context: Context) -> date:
    """The last day until which somebody may have themselves left alone."""
    return today(context) + timedelta(days=LONGEST_SNOOZE)
