"""``/requests``: what those who owe deadlines ask of the coordination: more time, another owner."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import deadline as cards
from bot.cards import deadline_answers as answers
from bot.cards import deadline_letters as letters
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from bot.permission import refusal
from directory import networks
from directory.access import Subject
from reminders.deadlines import (
    Deadline,
    Request,
    RequestKind,
    RequestState,
    asking,
    reading,
    requests,
)
from reminders.deadlines.asking import Decided

#: So many are shown at a time.
SHOWN = 5


async def run(context: Context, argument: str) -> Replies:
    """Those that wait, the oldest first; nobody but coordinators has any."""
    bodies = await networks.every(context.session)
    mine = [body.code for body in bodies if rights.coordinates(context, body.code)]
    if not mine:
        return refusal(context)
    waiting = await requests.waiting(context.session, networks=mine)
    return Reply(await _list(context, waiting))


async def _list(context: Context, waiting: Sequence[Request]) -> Card:
    t = context.t
    shown = waiting[:SHOWN]
    known = await reading.several(context.session, [item.deadline for item in shown])
    sections = [
        await cards.request_section(context, item, said.named(t, known[item.deadline])) for item in shown
    ]
    rest = len(waiting) - len(shown)
    return Card(
        title=t("deadline.requests_title"),
        text="" if shown else t("deadline.no_requests"),
        sections=tuple(sections),
        footer=t.plural("deadline.more_requests", rest) if rest else "",
        buttons=tuple(cards.decision(t, item) for item in shown),
    )


async def yes(context: Context, arguments: Sequence[str]) -> Replies:
    """It is granted."""
    return await _decided(context, arguments, granted=True)


async def no(context: Context, arguments: Sequence[str]) -> Replies:
    """It is declined."""
    return await _decided(context, arguments, granted=False)


async def _decided(context: Context, arguments: Sequence[str], *, granted: bool) -> Replies:
    t, number = context.t, answers.number(arguments)
    request = await requests.get(context.session, number) if number is not None else None
    found = await reading.get(context.session, request.deadline) if request is not None else None
    if request is None or found is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    if not rights.coordinates(context, found.network):
        return refusal(context)
    if request.state is not RequestState.OPEN:
        return Reply(await cards.card(context, found, t(_ENDED[request.state])), replaces=True)
    try:
        _, decided = await asking.decide(
            context.session, context.actor, context.now, request.number, granted=granted
        )
    except Decided as problem:
        text = t(_ENDED[problem.request.state])
        return Reply(await cards.card(context, found, text), replaces=True)
    await _tell(context, found, decided, request, granted=granted)
    if request.kind is RequestKind.MORE_TIME:
        text = t("deadline.time_granted") if granted else t("deadline.time_declined")
    else:
        text = t("deadline.owner_accepted") if granted else t("deadline.owner_declined")
    return Reply(await cards.card(context, decided, text), replaces=True)


_ENDED = {
    RequestState.GRANTED: message("deadline.already_granted"),
    RequestState.DECLINED: message("deadline.already_declined"),
    RequestState.WITHDRAWN: message("deadline.request_withdrawn"),
}


async def _tell(
    context: Context, before: Deadline, after: Deadline, request: Request, *, granted: bool
) -> None:
    """Whoever asked hears the answer; who owes it newly hears that."""
    asked = [request.by] if request.by else []
    if request.kind is RequestKind.MORE_TIME and request.due is not None:
        key = message("deadline.told_time_granted") if granted else message("deadline.told_time_declined")
        await letters.tell(context, asked, key, after, dates={"due": after.due})
        return
    owners = (request.owner,) if request.owner is not None else ()
    key = message("deadline.told_owner_accepted") if granted else message("deadline.told_owner_declined")
    await letters.tell(context, asked, key, after, owners={"owner": owners})
    if granted:
        known = await letters.first_to_turn_to(context, before)
        newly = [key for key in await letters.first_to_turn_to(context, after) if key not in known]
        told = message("deadline.told_assigned")
        await letters.tell(context, newly, told, after, dates={"due": after.due})


COMMAND = Command(
    name="requests",
    subject=Subject.PLAN,
    cases=frozenset(),
    run=run,
    summary="deadline.requests_summary",
    usage="deadline.requests_usage",
    aliases={"es": ("solicitudes",), "fr": ("demandes",), "pt": ("pedidos",)},
    actions={cards.YES: yes, cards.NO: no},
    order=36,
    writes=True,
)
