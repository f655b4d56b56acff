"""Answering a poll: for which country or institution, and what is said to whoever answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards import poll as card
from bot.command import Context, Replies
from bot.contract import Button, Card, Reply, Where, action
from bot.permission import refusal
from directory.access import Decision, Subject
from directory.meetings import Unit, polls, standing, unit_of
from directory.meetings.polls import Closed, Standing, State, Vote

#: It may be done, here or in the direct chat.
_YES = (Decision.ALLOWED, Decision.DIRECT_CHAT)


def number_of(arguments: Sequence[str]) -> int | None:
    """The number of the poll that a button or a form is about."""
    number = arguments[0] if arguments else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def stale(context: Context) -> Reply:
    """Said of a button that means nothing any more."""
    return Reply(Card(text=context.t("dispatch.stale_button")), Where.PRIVATE)


async def find(context: Context, arguments: Sequence[str]) -> Standing | None:
    """The poll that a button is about, where the asker may know of it; drafts are the coordination's."""
    number = number_of(arguments)
    shown = await card.view(context.session, number) if number is not None else None
    return shown if shown is not None and may_see(context, shown) else None


def may_see(context: Context, shown: Standing) -> bool:
    """Whether the asker may know of a poll, here."""
    network = shown.poll.network
    if context.place.shared and (context.room is None or context.room.network != network):
        return False
    if shown.poll.state is State.DRAFT:
        return coordinates(context, shown)
    return context.decide(Subject.MEETINGS, network) is Decision.ALLOWED


def coordinates(context: Context, shown: Standing) -> bool:
    """Whether the asker calls the meetings of the poll's network."""
    return context.decide(Subject.ANNOUNCE, shown.poll.network) in _YES


async def own(context: Context, shown: Standing) -> tuple[Unit, ...]:
    """The units expected for which the asker may answer."""
    person, network = context.asker.person_key, shown.poll.network
    if person is None or context.decide(Subject.ANSWER_INVITATION, network) not in _YES:
        return ()
    mine = await standing.units_of(context.session, person, network, context.now.date())
    expected = set(shown.units)
    return tuple(unit for unit in mine if unit in expected)


async def ballot(context: Context, arguments: Sequence[str]) -> Replies:
    """Show the asker what their country says, with the buttons to say it; privately."""
    shown = await find(context, arguments)
    if shown is None:
        return stale(context)
    chosen = unit_of(arguments[1]) if len(arguments) > 1 else None
    unit = await _unit(context, shown, chosen)
    if isinstance(unit, Reply):
        return unit
    return await _shown(context, shown, unit)


async def one(context: Context, arguments: Sequence[str]) -> Replies:
    """What a country says of one of the times."""
    number, slot, vote, short = (*arguments, *[""] * 4)[:4]
    if vote not in list(Vote) or not (slot.isascii() and slot.isdecimal() and len(slot) < 3):
        return stale(context)
    return await _vote(context, [number], short, {int(slot): Vote(vote)})


async def every(context: Context, arguments: Sequence[str]) -> Replies:
    """The same of all the times."""
    number, vote, short = (*arguments, *[""] * 3)[:3]
    shown = await find(context, [number])
    if shown is None or vote not in list(Vote):
        return stale(context)
    return await _vote(context, [number], short, dict.fromkeys(shown.poll.slots, Vote(vote)))


async def _vote(context: Context, arguments: Sequence[str], short: str, votes: Mapping[int, Vote]) -> Replies:
    shown, chosen = await find(context, arguments), unit_of(short)
    if shown is None or chosen is None or not votes.keys() <= shown.poll.slots.keys():
        return stale(context)
    unit = await _unit(context, shown, chosen)
    if isinstance(unit, Reply):
        return unit
    on_behalf = unit not in await own(context, shown)
    try:
        await polls.vote(
            context.session, context.actor, context.now, shown.poll.number, unit, votes, on_behalf=on_behalf
        )
    except Closed as problem:
        return Reply(Card(text=context.t("poll.is_closed", code=problem.poll.code)), Where.PRIVATE)
    after = await card.view(context.session, shown.poll.number)
    return await _shown(context, after or shown, unit, replaces=True)


async def _shown(context: Context, shown: Standing, unit: Unit, *, replaces: bool = False) -> Reply:
    t, answered = context.t, replaces
    called = await card.names(context.session, t, [unit])
    note = t("poll.recorded") if answered else ""
    private = card.ballot(t, shown, unit, called[unit], note)
    return Reply(private, Where.PRIVATE, replaces=replaces and not context.place.shared)


async def _unit(context: Context, shown: Standing, chosen: Unit | None) -> Unit | Reply:
    """The unit that is answered for: the chosen one, or the only one; else what to say."""
    t, poll = context.t, shown.poll
    if not poll.is_open(context.now):
        return Reply(Card(text=t("poll.is_closed", code=poll.code)), Where.PRIVATE)
    mine = await own(context, shown)
    if chosen is not None:
        if chosen in mine or (chosen in shown.units and coordinates(context, shown)):
            return chosen
        return refusal(context)
    if len(mine) == 1:
        return mine[0]
    if not mine:
        text = t("poll.not_expected", title=card.title(t, poll), network=poll.network)
        return Reply(Card(text=text), Where.PRIVATE)
    called = await card.names(context.session, t, mine)
    rows = tuple(
        (Button(name, action(card.BALLOT, str(poll.number), unit.short)),) for unit, name in called.items()
    )
    return Reply(Card(text=t("poll.which_unit"), buttons=rows), Where.PRIVATE)
