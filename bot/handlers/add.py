"""``/add NOUN``: a new institution, post, person, project, network or membership, by form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import editing as cards
from bot.cards import editing_forms as forms
from bot.cards import editing_records as records
from bot.cards import editing_words as called
from bot.cards import examples
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Button, Card, Form, Reply, action
from bot.i18n import LANGUAGES, message
from directory import editing
from directory.access import Subject
from directory.editing import NEW, Noun
from directory.problems import Invalid

#: The button that opens the form for a noun.
ADD: Final = "ad"
_TITLES: Final[Mapping[Noun, str]] = {
    Noun.PROJECT: message("add.title_project"),
    Noun.INSTITUTION: message("add.title_institution"),
    Noun.POST: message("add.title_post"),
    Noun.PERSON: message("add.title_person"),
    Noun.NETWORK: message("add.title_network"),
    Noun.MEMBERSHIP: message("add.title_membership"),
}


async def run(context: Context, argument: str) -> Replies:
    """The form of what is to be added, or the kinds to choose from."""
    noun = called.noun_named(argument)
    if noun is not None and (noun is not Noun.NETWORK or records.may_make_networks(context)):
        return await _form(context, noun)
    t = context.t
    offered = [noun for noun in Noun if noun is not Noun.NETWORK or records.may_make_networks(context)]
    rows = [(Button(t(_TITLES[noun]), action(ADD, called.LETTERS[noun])),) for noun in offered]
    return Reply(Card(text=t("add.which"), buttons=tuple(rows)))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A kind was chosen."""
    noun = called.BY_LETTER.get(arguments[0]) if len(arguments) == 1 else None
    if noun is None or context.place.shared or not _may(context, noun):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await _form(context, noun)


def _may(context: Context, noun: Noun) -> bool:
    return records.may_make_networks(context) if noun is Noun.NETWORK else records.may_change(context, ())


async def _form(context: Context, noun: Noun) -> Reply:
    t = context.t
    asked = await forms.fields(context, NEW[noun], {})
    return Reply(
        form=Form(
            action(records.ADD_FORM, called.LETTERS[noun], t.language),
            t(_TITLES[noun]),
            asked,
            t("add.submit"),
            _text(context, noun),
        )
    )


def _text(context: Context, noun: Noun) -> str:
    t = context.t
    if noun is Noun.PERSON:
        return t("add.text_person", command=examples.typed(context, "invite"))
    return t("add.text", language=t.language_name(t.language))


async def submitted(
    context: Context, arguments: Sequence[str], answers: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent: the record is stored, or what cannot be is said at its field."""
    t = context.t
    letter, language = (*arguments, "", "")[:2]
    noun = called.BY_LETTER.get(letter)
    if noun is None or language not in LANGUAGES or not _may(context, noun):
        return Reply(Card(text=t("dispatch.refused")))
    try:
        values = await forms.read(context, NEW[noun], answers, {})
        record = await editing.made(context.session, noun, language, values)
        owner = getattr(record, "network", None)
        if owner is not None and not records.may_change(context, (owner,)):
            return Problems({"network": t("edit.problem_network")})
        network = await records.own_network(context, record)
        added = await editing.add(context.session, context.actor, context.now, record, network)
    except Invalid as wrong:
        return await forms.problems(context, noun, wrong, NEW[noun])
    stored = await editing.read(context.session, noun, added.key)
    return Reply(await cards.card(context, stored, t("add.done"), undo=added.number))


COMMAND = Command(
    name="add",
    subject=Subject.EDIT_DIRECTORY,
    run=run,
    summary="add.summary",
    usage="add.usage",
    aliases={
        "es": ("agregar", "añadir"),
        "fr": ("ajouter",),
        "pt": ("adicionar",),
    },
    actions={ADD: pressed},
    forms={records.ADD_FORM: submitted},
    order=80,
)
