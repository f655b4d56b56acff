"""``/poll``: finds a date for a meeting; those expected say which of several times suit them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import parsing
from bot.cards import buttons, examples, meeting_form, poll_answers, poll_form, poll_making
from bot.cards import poll as card
from bot.cards.deadline_rights import networks_seen
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from bot.permission import refusal
from directory.access import Subject
from directory.meetings import polls
from directory.meetings.polls import State
from directory.search import fold

#: Words that ask for the form of a new poll, folded, in the four languages.
_NEW: Final = frozenset(("new", "add", "nuevo", "nueva", "nouveau", "nouvelle", "novo", "nova"))
#: How a title in quotation marks begins.
_QUOTES: Final = ('"', "“", "«", "„", "''")


async def run(context: Context, argument: str) -> Replies:
    """Show the poll that a code names, make a new one, or list those that are open."""
    if not argument:
        return Reply(await _open(context))
    word, rest = parsing.first_word(argument)
    if fold(word) in _NEW or argument.startswith(_QUOTES):
        return await _new(context.directly(), argument if argument.startswith(_QUOTES) else rest)
    number = polls.read_code(argument)
    if number is None:
        example = examples.typed(context, "poll", context.t("poll.example"))
        text = context.t("poll.not_understood", text=parsing.echo(argument), example=example)
        return Reply(Card(text=text))
    return await _show(context, number, replaces=False)


async def _new(context: Context, text: str) -> Replies:
    """A new poll, on one line or by form; of which network is asked where it could be several."""
    own = await meeting_form.may_make(context)
    if not own:
        return refusal(context)
    if text.startswith(_QUOTES):
        return await poll_making.on_one_line(context, own, text)
    network = text.strip().upper()
    if network not in own:
        if len(own) > 1 or network:
            typed = [examples.typed(context, "poll", f"new {code}") for code in own]
            return Reply(Card(text=context.t("poll.which_network", examples=context.t.list(typed))))
        network = own[0]
    return Reply(form=poll_form.form(context.t, network))


async def _open(context: Context) -> Card:
    """The polls that are open, and to the coordination the drafts."""
    t = context.t
    seen = await networks_seen(context)
    found = await polls.listing(context.session, seen, (State.OPEN, State.DRAFT))
    own = set(await meeting_form.may_make(context)) if not context.place.shared else set()
    shown = [poll for poll in found if poll.state is State.OPEN or poll.network in own]
    if not shown:
        return Card(title=t("poll.summary"), text=t("poll.none_open"))
    return Card(
        title=t("poll.list"),
        fields=tuple(
            Field(
                card.title(t, poll),
                " · ".join((poll.code, t("poll.closes_on", day=t.weekday(poll.close_on))))
                if poll.state is State.OPEN
                else " · ".join((poll.code, t("poll.draft"))),
            )
            for poll in shown
        ),
        buttons=tuple(
            (Button(buttons.label(card.title(t, poll)), action(card.SHOW, str(poll.number))),)
            for poll in shown
        ),
    )


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Show a poll in the place of the pressed card."""
    number = poll_answers.number_of(arguments)
    if number is None:
        return poll_answers.stale(context)
    return await _show(context, number, replaces=not context.place.shared)


async def _show(context: Context, number: int, *, replaces: bool) -> Replies:
    shown = await card.view(context.session, number)
    if shown is None or not poll_answers.may_see(context, shown):
        return Reply(Card(text=context.t("poll.unknown", code=polls.code(number))))
    if not context.place.shared and poll_answers.coordinates(context, shown):
        return Reply(await poll_making.managed(context, number), replaces=replaces)
    return Reply(card.card(context.t, shown, context.now), replaces=replaces)


COMMAND = Command(
    name="poll",
    subject=Subject.MEETINGS,
    run=run,
    summary="poll.summary",
    usage="poll.usage",
    examples=("/poll",),
    aliases={"es": ("encuesta",), "fr": ("sondage",), "pt": ("enquete",)},
    actions={
        card.SHOW: pressed,
        card.BALLOT: poll_answers.ballot,
        card.VOTE: poll_answers.one,
        card.ALL: poll_answers.every,
        poll_making.START: poll_making.start,
        poll_making.CLOSE: poll_making.close,
        poll_making.CHOOSE: poll_making.choose,
        poll_making.VOTES: poll_making.votes,
        poll_making.BEHALF: poll_making.behalf_form,
        poll_making.REMIND: poll_making.remind,
    },
    forms={
        poll_form.NEW: poll_making.made,
        poll_making.BEHALF: poll_making.behalf_named,
    },
    recognises=lambda text: polls.read_code(text) is not None,
    order=31,
    writes=True,
)
