"""``/workplan [body]``: a work plan with a traffic light for each measure; its pages turn in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from bot import parsing
from bot.cards import deadline_rights as rights
from bot.cards import workplan as cards
from bot.cards.deadline import PLAN
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.permission import refusal
from directory import institutions, networks
from directory.access import Subject
from directory.search import fold
from reminders import workplans
from reminders.workplans import PlanLine, WorkPlan

#: At most so many plans are offered; a name that is less alike than this (0 to 100) was not meant.
OFFERED: Final = 6
LIKE: Final = 75.0


async def run(context: Context, argument: str) -> Replies:
    """The plan that was meant, those to choose from, or that there is none."""
    t = context.t
    seen = await rights.networks_seen(context)
    if not seen:
        return refusal(context)
    lines = await workplans.listing(context.session, seen)
    meant = [line for line in lines if await _is(context, line, argument)] if argument else lines
    if not lines:
        return Reply(Card(text=t("workplan.none")))
    if not meant:
        text = t("workplan.not_found", text=parsing.echo(argument))
        return Reply(await cards.choice(context, lines[:OFFERED], text))
    if len(meant) > 1:
        return Reply(await cards.choice(context, meant[:OFFERED], t("workplan.which")))
    plan = await workplans.get(context.session, meant[0].key)
    return Reply(await cards.overview(context, plan)) if plan is not None else refusal(context)


async def _is(context: Context, line: PlanLine, typed: str) -> bool:
    """Whether a plan was meant: by its key, network, body, group or title, in any language."""
    names = [line.key, line.network, *line.titles.by_language.values(), *line.group.by_language.values()]
    body = await institutions.get(context.session, line.institution) if line.institution else None
    for owner in (body, await networks.get(context.session, line.network)):
        if owner is not None:
            names += [*owner.names.by_language.values(), *owner.acronyms.by_language.values()]
    wanted = fold(typed)
    return any(fuzz.token_set_ratio(wanted, fold(name)) >= LIKE for name in names if name)


async def turned(context: Context, arguments: Sequence[str]) -> Replies:
    """A measure was chosen, or the plan itself; the card turns to it in place."""
    key, number = (*arguments, "", "")[:2]
    plan = await workplans.get(context.session, key) if key else None
    card = await _page(context, plan, number) if plan is not None else None
    if card is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(card, replaces=True)


async def _page(context: Context, plan: WorkPlan, number: str) -> Card | None:
    if not rights.may_see(context, plan.network):
        return None
    if number in ("", "0"):
        return await cards.overview(context, plan)
    measure = next((item for item in plan.measures if str(item.number) == number), None)
    return await cards.measure_card(context, plan, measure) if measure is not None else None


COMMAND = Command(
    name="workplan",
    subject=Subject.MEETINGS,
    run=run,
    summary="workplan.summary",
    usage="workplan.usage",
    examples=("/workplan",),
    aliases={"es": ("plandetrabajo",), "fr": ("plandetravail",), "pt": ("planodetrabalho",)},
    actions={PLAN: turned},
    order=33,
)
