"""``/deadline``: a deadline's card and its history; a new one by form or on one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import deadline as cards
from bot.cards import deadline_forms as forms
from bot.cards import deadline_letters as letters
from bot.cards import deadline_line as line
from bot.cards import deadline_rights as rights
from bot.cards import examples
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Attachment, Card, Reply, Where
from bot.i18n import message
from bot.permission import refusal
from directory.access import Subject
from directory.search import fold
from reminders.deadlines import Deadline, number_of, reading, series, writing
from reminders.deadlines.history import history as steps_of

#: Words that ask for the form of a new deadline, folded, in the four languages.
_NEW: Final = frozenset(
    ("new", "add", "nuevo", "nueva", "anadir", "nouveau", "nouvelle", "ajouter", "novo", "nova", "adicionar")
)
_QUOTE: Final = re.compile(r"""["“”«„]|''""")


async def run(context: Context, argument: str) -> Replies:
    """The card of a code, the form of a new deadline, or how to ask."""
    word, rest = parsing.first_word(argument)
    if fold(word) in _NEW and (not rest or _QUOTE.match(rest)):
        return await _new(context, rest)
    if _QUOTE.match(argument):
        return await _new(context, argument)
    number = number_of(argument) or _bare(argument)
    if number is None:
        return Reply(_how(context, argument))
    found = await _visible(context, number)
    return Reply(await cards.card(context, found) if found is not None else _unknown(context, argument))


def _bare(argument: str) -> int | None:
    """The number alone: ``12``."""
    return int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 10 else None


async def _visible(context: Context, number: int) -> Deadline | None:
    """The deadline with this number, where the asker may see it here."""
    found = await reading.get(context.session, number)
    return found if found is not None and rights.may_see(context, found.network) else None


def _how(context: Context, argument: str) -> Card:
    t = context.t
    code = examples.typed(context, "deadline", "D-1")
    mine = examples.typed(context, "deadlines")
    example = examples.typed(context, "deadline", t("deadline.example"))
    if argument:
        shown = parsing.echo(argument)
        text = t("deadline.not_understood", text=shown, code=code, list=mine, example=example)
    else:
        text = t("deadline.how", code=code, list=mine, example=example)
    return Card(text=text, buttons=examples.ask(mine))


def _unknown(context: Context, argument: str) -> Card:
    mine = examples.typed(context, "deadlines")
    text = context.t("deadline.none_such", code=parsing.echo(argument), list=mine)
    return Card(text=text, buttons=examples.ask(mine))


async def _new(context: Context, text: str) -> Replies:
    """The form of a new deadline: empty, or with what was typed on one line."""
    t = context.t
    # Rights and forms are those of the direct chat, wherever it was typed.
    direct = context.directly()
    if not await forms.planned_networks(direct):
        return refusal(context)
    if not text:
        return Reply(form=await forms.form(direct, forms.Typed()))
    taken = line.take_apart(text)
    example = examples.typed(context, "deadline", t("deadline.example"))
    if taken is None or not taken.title or not taken.due:
        return Reply(Card(text=t("deadline.line_how", example=example)))
    if taken.unknown:
        name = parsing.echo(taken.unknown[0])
        return Reply(Card(text=t("deadline.line_unknown", name=name, example=example)))
    wanted = forms.of_line(taken)
    read = await forms.read(direct, wanted)
    if read.problems:
        text = "\n".join((*read.problems.values(), t("deadline.line_how", example=example)))
        return Reply(Card(text=text), Where.PRIVATE)
    return Reply(form=await forms.form(direct, wanted, read))


async def submitted(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent: shown as it was read, and stored once that was seen."""
    wanted = forms.typed(given)
    read = await forms.read(context, wanted)
    if read.problems:
        fields = {"network": "owners"} if "network" not in given else {}
        return Problems({fields.get(name, name): text for name, text in read.problems.items()})
    if not read.is_clear or list(arguments[:1]) != [read.mark]:
        return Reply(form=await forms.form(context, wanted, read))
    if read.deadline is None:
        return refusal(context)
    session, actor, now = context.session, context.actor, context.now
    if read.rule:
        stored = await series.create(session, actor, now, read.deadline, read.rule)
    else:
        stored = await writing.create(session, actor, now, read.deadline)
    told = message("deadline.told_assigned")
    first = await letters.first_to_turn_to(context, stored)
    await letters.tell(context, first, told, stored, dates={"due": stored.due})
    return Reply(await cards.card(context, stored, context.t("deadline.saved")))


async def _numbered(context: Context, arguments: Sequence[str]) -> Deadline | None:
    number = _bare(arguments[0]) if arguments else None
    return await _visible(context, number) if number is not None else None


def _stale(context: Context) -> Reply:
    return Reply(Card(text=context.t("dispatch.stale_button")))


async def shown(context: Context, arguments: Sequence[str]) -> Replies:
    """A deadline was chosen."""
    found = await _numbered(context, arguments)
    if found is None:
        return _stale(context)
    return Reply(await cards.card(context, found), replaces=arguments[1:] == [cards.BACK])


async def history(context: Context, arguments: Sequence[str]) -> Replies:
    """What happened to it, in the place of its card."""
    found = await _numbered(context, arguments)
    if found is None:
        return _stale(context)
    steps = await steps_of(context.session, found.number)
    return Reply(await cards.history_card(context, found, steps), replaces=True)


async def file(context: Context, arguments: Sequence[str]) -> Replies:
    """A file of the evidence, for those who may see it, in the direct chat alone."""
    found = await _numbered(context, arguments)
    number = _bare(arguments[1]) if len(arguments) == 2 else None
    if found is None or number is None or not await rights.may_see_all(context, found):
        return _stale(context)
    kept = await reading.file_of(context.session, found.number, number)
    if kept is None:
        return _stale(context)
    sent = Attachment(kept.name, kept.media_type, kept.content)
    return Reply(Card(title=parsing.echo(kept.name), attachments=(sent,)))


COMMAND = Command(
    name="deadline",
    subject=Subject.MEETINGS,
    run=run,
    summary="deadline.summary",
    usage="deadline.usage",
    examples=("/deadline D-1",),
    aliases={"es": ("plazo",), "fr": ("echeance", "échéance"), "pt": ("prazo",)},
    actions={cards.SHOW: shown, cards.HISTORY: history, cards.FILE: file},
    forms={forms.NEW: submitted},
    recognises=lambda text: number_of(text) is not None,
    order=32,
)
