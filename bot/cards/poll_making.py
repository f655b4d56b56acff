"""Calling a poll: the draft, how it stands and why, who said what, and the choice that makes it a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import examples, meeting_form, meeting_making, poll_answers, poll_form
from bot.cards import poll as card
from bot.cards.deadline_rights import coordinates
from bot.cards.poll_letters import letters
from bot.command import Context, Problems, Replies, Value
from bot.contract import Button, Card, Field, Form, FormField, Reply, Section, action
from bot.i18n import message
from bot.permission import refusal
from directory.meetings import polls, standing
from directory.meetings.cards import POLLS
from directory.meetings.polls import Closed, Poll, Standing, State
from directory.meetings.polls.ranking import rank

#: The buttons of the coordination: ask, close, choose a time, who said what, for somebody, remind.
START: Final = "poll-start"
CLOSE: Final = "poll-close"
CHOOSE: Final = "poll-choose"
VOTES: Final = "poll-votes"
BEHALF: Final = "poll-behalf"
REMIND: Final = "poll-remind"


async def made(context: Context, arguments: Sequence[str], given: Mapping[str, Value]) -> Replies | Problems:
    """Keep what was filled in as a draft."""
    network = arguments[0] if arguments else ""
    if not coordinates(context, network):
        return refusal(context)
    read = await poll_form.read(context, network, given)
    if read.poll is None:
        return Problems(read.problems)
    return Reply(await _keep(context, read, given.get("rooms") != meeting_form.NO_ROOMS))


async def on_one_line(context: Context, own: Sequence[str], text: str) -> Replies:
    """Keep what a line says as a draft, or say what is wrong with it."""
    t = context.t
    example = examples.typed(context, "poll", t("poll.example"))
    found = poll_form.line(context, text)
    if found is None or found[2]:
        unknown = parsing.echo(found[2] if found is not None else text)
        return Reply(Card(text=t("poll.not_understood", text=unknown, example=example)))
    network = found[0] or own[0]
    if network not in own:
        return refusal(context)
    if not found[0] and len(own) > 1:
        typed = [f"{example} {t('poll.network_part', network=code)}" for code in own]
        return Reply(Card(text=t("poll.which_network", examples="\n".join(typed))))
    read = await poll_form.read(context, network, found[1])
    if read.poll is None:
        problem = next(iter(read.problems.values()), "")
        return Reply(Card(text=t("poll.line_problem", problem=problem, example=example)))
    return Reply(await _keep(context, read, True))


async def _keep(context: Context, read: poll_form.Made, everywhere: bool) -> Card:
    if read.poll is None:
        raise ValueError("there is no poll to keep")
    bound = await meeting_making.announced_in(context, read.poll.network) if everywhere else []
    stored = await polls.draft(
        context.session, context.actor, context.now, read.poll, read.units, [room.id for room in bound]
    )
    return await managed(context, stored.number)


async def managed(context: Context, number: int, note: str = "") -> Card:
    """A poll as its coordination sees it in the direct chat: the times in their order, and who is silent."""
    t, session = context.t, context.session
    shown = await card.view(session, number)
    if shown is None:
        return Card(text=t("poll.unknown", code=polls.code(number)))
    poll = shown.poll
    called = await card.names(session, t, shown.units)
    preview = card.card(t, shown, context.now)
    ranked = rank(shown)
    fields = [preview.fields[0]]
    if poll.chosen:
        fields.append(Field(t("poll.chosen"), card.span(t, poll.slots[poll.chosen], t.zone)))
    # A draft has no order yet: the times stand as they were named.
    listed = sorted(ranked, key=lambda one: one.slot) if poll.state is State.DRAFT else ranked
    fields += [Field(card.numbered(t, one.slot, one.when), card.reasons(t, one, called)) for one in listed]
    fields.append(Field(t("meeting.expected"), t.plural("meeting.units", len(shown.units))))
    if poll.state is State.DRAFT:
        rooms = len(await POLLS.of(session, number))
        fields.append(Field(t("meeting.f_rooms"), t.number(rooms) if rooms else t("meeting.no_rooms")))
    else:
        silent = [called[unit] for unit in shown.silent]
        fields.append(Field(t("poll.silent"), t.list(silent) if silent else t("poll.nobody_silent")))
    fields.append(Field(t("poll.closes"), t.weekday(poll.close_on)))
    texts = {State.DRAFT: t("poll.draft_text"), State.OPEN: t("poll.ranked_text")}
    return Card(
        title=preview.title,
        subtitle=preview.subtitle,
        text="\n".join(filter(None, (note, texts.get(poll.state, t("poll.closed"))))),
        fields=tuple(fields),
        buttons=await _buttons(context, shown, [one.slot for one in ranked]),
    )


async def _buttons(context: Context, shown: Standing, order: Sequence[int]) -> tuple[tuple[Button, ...], ...]:
    t, poll = context.t, shown.poll
    number = str(poll.number)
    if poll.state is State.DRAFT:
        return (
            (
                Button(t("poll.start"), action(START, number)),
                Button(t("poll.discard"), action(CLOSE, number)),
            ),
        )
    rows: list[tuple[Button, ...]] = []
    if poll.meeting is None:
        rows += [
            (
                Button(
                    t("poll.choose", when=card.brief(t, poll.slots[slot])),
                    action(CHOOSE, number, str(slot)),
                ),
            )
            for slot in order
        ]
    rows.append((Button(t("poll.votes"), action(VOTES, number)),))
    if poll.is_open(context.now):
        if await poll_answers.own(context, shown):
            rows.append((Button(t("poll.vote"), action(card.BALLOT, number)),))
        rows.append(
            (
                Button(t("poll.behalf"), action(BEHALF, number)),
                Button(t("poll.remind"), action(REMIND, number)),
            )
        )
        rows.append((Button(t("poll.close"), action(CLOSE, number)),))
    return tuple(rows)


async def _own(context: Context, arguments: Sequence[str]) -> Standing | Reply:
    """The poll that a button is about, where the asker coordinates it; else what to say."""
    number = poll_answers.number_of(arguments)
    shown = await card.view(context.session, number) if number is not None else None
    if shown is None:
        return poll_answers.stale(context)
    return shown if poll_answers.coordinates(context, shown) else refusal(context)


async def start(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask: rooms see the poll."""
    return await _turn(context, arguments, opens=True)


async def close(context: Context, arguments: Sequence[str]) -> Replies:
    """Take no more votes."""
    return await _turn(context, arguments, opens=False)


async def _turn(context: Context, arguments: Sequence[str], *, opens: bool) -> Replies:
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    change = polls.start if opens else polls.close
    try:
        await change(context.session, context.actor, context.now, shown.poll.number)
    except Closed as problem:
        return Reply(Card(text=context.t("poll.is_closed", code=problem.poll.code)))
    return Reply(await managed(context, shown.poll.number), replaces=True)


async def choose(context: Context, arguments: Sequence[str]) -> Replies:
    """Make one of the times the draft of the meeting; where that was done before, show which."""
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    slot = int(arguments[1]) if len(arguments) > 1 and arguments[1].isdecimal() else 0
    if slot not in shown.poll.slots:
        return poll_answers.stale(context)
    t = context.t
    try:
        meeting = await polls.choose(context.session, context.actor, context.now, shown.poll.number, slot)
    except Closed as problem:
        poll: Poll = problem.poll
        if poll.meeting is None:
            return Reply(Card(text=t("poll.is_closed", code=poll.code)))
        return Reply(await meeting_making.draft(context, poll.meeting, t("poll.chosen_before")))
    return Reply(await meeting_making.draft(context, meeting.number, t("poll.chosen_now")))


async def votes(context: Context, arguments: Sequence[str]) -> Replies:
    """Which countries said what of each time; for the coordination."""
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, poll = context.t, shown.poll
    called = await card.names(context.session, t, shown.units)
    sections = []
    for one in rank(shown):
        lines = [
            Field(t(label), t.list([called[unit] for unit in units]))
            for vote, label in card.VOTES.items()
            if (units := shown.voting(one.slot, vote))
        ]
        if lines:
            sections.append(Section(card.numbered(t, one.slot, one.when), fields=tuple(lines)))
    silent = [called[unit] for unit in shown.silent]
    fields = (Field(t("poll.silent"), t.list(silent) if silent else t("poll.nobody_silent")),)
    number = str(poll.number)
    return Reply(
        Card(
            title=card.title(t, poll),
            subtitle=t("poll.subtitle", code=poll.code, network=poll.network),
            text=t("poll.votes_text"),
            fields=fields,
            sections=tuple(sections),
            buttons=((Button(t("poll.back"), action(card.SHOW, number)),),),
        ),
        replaces=True,
    )


async def behalf_form(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask for whom the coordination answers."""
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t = context.t
    who = FormField("expected", t("poll.behalf_who"), hint=t("poll.behalf_hint"), max_length=120)
    title = t("poll.behalf_title", title=card.title(t, shown.poll))
    return Reply(form=Form(action(BEHALF, str(shown.poll.number)), title, (who,), t("poll.vote")))


async def behalf_named(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Show the answers of whoever was named, with the buttons to give them."""
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    problems: dict[str, str] = {}
    text = str(given.get("expected") or "")
    units = await meeting_form.read_expected(context, text, shown.poll.network, problems)
    if not problems and (len(units) != 1 or units[0] not in shown.units):
        problems["expected"] = context.t("poll.behalf_unknown", text=parsing.echo(text))
    if problems:
        return Problems(problems)
    return await poll_answers.ballot(context, [str(shown.poll.number), units[0].short])


async def remind(context: Context, arguments: Sequence[str]) -> Replies:
    """Write to whoever may answer for the silent, at most once a day."""
    shown = await _own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, poll = context.t, shown.poll
    try:
        due = await polls.remind(context.session, context.now, poll.number)
    except Closed:
        return Reply(Card(text=t("poll.is_closed", code=poll.code)))
    if not due:
        return Reply(await managed(context, poll.number, t("poll.reminded_before")), replaces=True)
    keys = {
        speaker.person
        for unit in shown.silent
        for speaker in await standing.speakers(context.session, unit, poll.network, context.now.date())
    }
    told = message("poll.told_remind")
    for letter in await letters(context.session, context.now, sorted(keys), told, poll):
        context.tell(letter.person, letter.message, **letter.values)
    return Reply(await managed(context, poll.number, t.plural("poll.reminded", len(keys))), replaces=True)
