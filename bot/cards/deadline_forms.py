"""The form of a new deadline: what was typed, how it is read, what is asked where it could be two things."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from bot import parsing
from bot.cards import deadline_line as line
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import words
from bot.cards.deadline import reminders_text
from bot.command import Context, Value
from bot.contract import Choice, FieldKind, Form, FormField
from bot.i18n import Translator
from directory import networks
from directory.search import fold
from directory.texts import LocalText
from reminders import vague
from reminders.deadlines import LEAD, Deadline, Owner, Source, SourceKind, number_of, repeating
from reminders.deadlines import reading as stored
from reminders.deadlines.repeating import NotARule
from reminders.vague import VagueDate

#: The form; its argument is the mark of the reading that it shows.
NEW: Final = "dl-new"
TITLE: Final = 200
#: How many owners are asked about that could be several.
ASKED: Final = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """A deadline as it was typed, before anything is made of it."""

    title: str = ""
    due: str = ""
    owners: str = ""
    network: str = ""
    description: str = ""
    lead: str = ""
    after: str = ""
    repeat: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What it was read as. ``problems`` by field; ``dates`` and ``owners`` are readings to choose from."""

    deadline: Deadline | None = None
    rule: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    dates: Sequence[VagueDate] = ()
    named: tuple[Owner, ...] = ()
    owners: Mapping[str, tuple[Owner, ...]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Tells one reading from another: what was shown from what is sent."""
        made = self.deadline
        if made is None:
            return ""
        told = (made.network, made.due.code, made.owners, made.lead, made.after, self.rule)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]

    @property
    def is_clear(self) -> bool:
        """Whether nothing has to be asked."""
        return not self.dates and not self.owners


def today(context: Context) -> date:
    """The reader's day."""
    return context.now.astimezone(context.t.zone).date()


def typed(given: Mapping[str, Value]) -> Typed:
    """What was filled in; owners that were chosen stand behind those that were typed."""
    names = ["owners", *(f"owner_{number}" for number in range(1, ASKED + 1))]
    return Typed(
        title=_text(given, "title"),
        due=_text(given, "due"),
        owners=", ".join(text for name in names if (text := _text(given, name))),
        network=_text(given, "network"),
        description=_text(given, "description"),
        lead=_text(given, "lead"),
        after=_text(given, "after"),
        repeat=_text(given, "repeat"),
        source=_text(given, "source"),
    )


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def of_line(taken: line.Line) -> Typed:
    """What stands on one line."""
    parts = taken.parts
    return Typed(
        taken.title,
        taken.due,
        owners=parts.get(line.OWNERS, ""),
        network=parts.get(line.NETWORK, ""),
        description=parts.get(line.DESCRIPTION, ""),
        lead=parts.get(line.LEAD, ""),
        after=parts.get(line.AFTER, ""),
        repeat=parts.get(line.REPEAT, ""),
        source=parts.get(line.SOURCE, ""),
    )


def read_due(context: Context, text: str) -> tuple[Sequence[VagueDate], str]:
    """The readings of a date, or none and what is wrong with it."""
    t = context.t
    try:
        return vague.read(text, today(context)), ""
    except vague.NoYear:
        problem = t("deadline.date_no_year", text=parsing.echo(text))
    except vague.NoSuchDate:
        problem = t("deadline.date_no_such", text=parsing.echo(text))
    except vague.NotADate:
        problem = t("deadline.date_unknown", text=parsing.echo(text))
    return (), problem


async def planned_networks(context: Context) -> dict[str, str]:
    """The networks for which the asker may set deadlines at all, with their names."""
    own = {post.network for post in await rights.own_posts(context) if post.country}
    return {
        body.code: words.short_name(context.t, body) or body.code
        for body in await networks.every(context.session)
        if rights.coordinates(context, body.code) or body.code in own
    }


async def read(context: Context, wanted: Typed) -> Reading:
    """What a deadline that was typed is; whatever is wrong or could be several, by field."""
    t, session = context.t, context.session
    problems: dict[str, str] = {}
    offered = await planned_networks(context)
    network = _network(wanted.network, offered)
    if not network:
        problems["network"] = t("deadline.network_unknown", networks=t.list(sorted(offered)))
    if not wanted.title:
        problems["title"] = t("form.needed")
    dates, problem = read_due(context, wanted.due)
    if problem:
        problems["due"] = problem
    named = await owning.read(session, wanted.owners, network)
    if named.unknown:
        problems["owners"] = t("deadline.owner_unknown", text=parsing.echo(named.unknown[0]))
    elif len(named.owners) + len(named.unclear) > owning.MOST or len(named.unclear) > ASKED:
        problems["owners"] = t("deadline.owners_too_many", number=t.number(owning.MOST))
    elif network and not named.unclear and not await rights.may_plan(context, network, named.owners):
        problems["owners"] = t("deadline.owner_foreign")
    lead = line.leads(wanted.lead) if wanted.lead else LEAD
    if lead is None:
        problems["lead"] = t("deadline.lead_unknown", text=parsing.echo(wanted.lead))
    after, problem = await _after(context, wanted.after, network)
    if problem:
        problems["after"] = problem
    rule = ""
    if wanted.repeat and dates:
        try:
            rule = _rule(wanted.repeat, dates[0])
        except NotARule:
            problems["repeat"] = t("deadline.repeat_unknown", text=parsing.echo(wanted.repeat))
    if problems:
        return Reading(problems=problems)
    if len(dates) > 1 or named.unclear:
        return Reading(dates=dates if len(dates) > 1 else (), named=named.owners, owners=named.unclear)
    made = Deadline(
        0,
        network,
        LocalText({t.language: wanted.title}),
        dates[0],
        LocalText({t.language: wanted.description} if wanted.description else {}),
        named.owners,
        read_source(t, wanted.source),
        lead=lead or LEAD,
        after=after,
    )
    return Reading(made, rule, named=named.owners)


def _rule(text: str, due: VagueDate) -> str:
    """How often it comes, reckoned from its first day."""
    rule = line.rule(text, due.first)
    if repeating.following(rule, due.first, due.first, due) is None:
        raise NotARule("nothing follows")
    return rule


def _network(text: str, offered: Mapping[str, str]) -> str:
    """The network that was named, or the only one there is."""
    if not text:
        return next(iter(offered)) if len(offered) == 1 else ""
    folded = fold(text)
    return next((code for code, name in offered.items() if folded in (fold(code), fold(name))), "")


async def _after(context: Context, text: str, network: str) -> tuple[int | None, str]:
    if not text:
        return None, ""
    number = number_of(text)
    before = await stored.get(context.session, number) if number is not None else None
    if before is None or before.network != network:
        return None, context.t("deadline.after_unknown", text=parsing.echo(text))
    return before.number, ""


def read_source(t: Translator, text: str) -> Source:
    """Where it comes from, in words; "Decision of the Council" is known to be a decision."""
    if not text:
        return Source()
    known = (kind for kind, key in said.SOURCES.items() if fold(text).startswith(fold(t(key))))
    return Source(next(known, SourceKind.NONE), "", LocalText({t.language: text}))


async def form(
    context: Context,
    wanted: Typed,
    reading: Reading | None = None,
    *,
    name: str = NEW,
    title: str = "",
    brief: bool = False,
) -> Form:
    """The form with what was typed. With a reading it shows it, or asks what could be several.

    ``name`` is the form's action without the mark, ``title`` what it is called at first. ``brief``: it asks
    what, by when and by whom, nothing else.
    """
    t = context.t
    offered = await planned_networks(context)
    shown = reading is not None and reading.deadline is not None
    if reading is not None and reading.owners:
        called = await owning.names(context.session, t, reading.named)
        wanted = replace(wanted, owners=", ".join(called[owner] for owner in reading.named))
    fields = [
        FormField("title", t("deadline.title"), value=wanted.title, max_length=TITLE),
        due_field(t, wanted.due, reading.dates if reading is not None else ()),
        FormField(
            "owners",
            t("deadline.owners_field"),
            hint=t("deadline.owners_hint"),
            value=wanted.owners[:300],
            required=False,
        ),
    ]
    if reading is not None:
        for number, (text, candidates) in enumerate(reading.owners.items(), 1):
            fields.append(
                FormField(
                    f"owner_{number}",
                    t("deadline.which_owner", text=parsing.echo(text)),
                    FieldKind.CHOICE,
                    choices=await owning.choices(context.session, t, candidates),
                )
            )
    if len(offered) > 1 and not brief:
        choices = tuple(Choice(code, name) for code, name in offered.items())
        network = _network(wanted.network, offered)
        fields.append(
            FormField("network", t("deadline.network"), FieldKind.CHOICE, value=network, choices=choices)
        )
    fields += () if brief else _others(t, wanted)
    text = t("deadline.which_meant") if reading is not None else t("deadline.form_text")
    if shown and reading is not None:
        text = await preview(context, reading)
    return Form(
        f"{name}:{reading.mark}" if shown and reading is not None else name,
        t("deadline.form_preview") if shown else title or t("deadline.form_title"),
        tuple(fields),
        t("deadline.save") if shown else t("deadline.go_on"),
        text,
    )


def due_field(t: Translator, value: str, readings: Sequence[VagueDate] = (), name: str = "due") -> FormField:
    """The question for a date, or which of two was meant."""
    if len(readings) > 1:
        choices = tuple(Choice(reading.code, t.vague(reading)) for reading in readings)
        label = t("deadline.which_date", text=parsing.echo(value))
        return FormField(name, label, FieldKind.CHOICE, choices=choices)
    return FormField(name, t("deadline.due"), hint=t("deadline.due_hint"), value=value, max_length=80)


def _others(t: Translator, wanted: Typed) -> list[FormField]:
    optional = [
        FormField(
            "description",
            t("deadline.description"),
            FieldKind.LONG_TEXT,
            value=wanted.description,
            required=False,
        ),
        lead_field(t, wanted.lead),
    ]
    for name, label, hint, value in (
        ("after", t("deadline.after"), t("deadline.after_hint"), wanted.after),
        ("repeat", t("deadline.repeats"), t("deadline.repeat_hint"), wanted.repeat),
        ("source", t("deadline.source"), t("deadline.source_hint"), wanted.source),
    ):
        optional.append(FormField(name, label, hint=hint, value=value, required=False, max_length=200))
    return optional


def lead_field(t: Translator, value: str) -> FormField:
    """The question on which days people are reminded."""
    hint = t("deadline.lead_hint")
    return FormField("lead", t("deadline.reminders"), hint=hint, value=value, required=False, max_length=60)


async def preview(context: Context, reading: Reading) -> str:
    """How a deadline will stand, a line each: what was typed, as it was understood."""
    t, made = context.t, reading.deadline
    if made is None:
        return ""
    listed = await owning.listed(context.session, t, made.owners)
    lines = [
        t("deadline.preview_due", due=said.due(t, made.due)),
        t("deadline.preview_owners", owners=listed or t("deadline.not_designated")),
        t("deadline.preview_reminders", days=reminders_text(t, made.lead)),
    ]
    if reading.rule:
        lines.append(t("deadline.preview_repeats", often=said.rule(t, reading.rule)))
    if made.due.last < today(context):
        lines.append(t("deadline.preview_past"))
    return "\n".join(lines)
