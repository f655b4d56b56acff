"""A work plan as cards: the plan with a light for each measure, a page for each with its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.cards import deadline as deadline_cards
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import words
from bot.cards.buttons import label
from bot.cards.deadline_forms import today
from bot.cards.deadline_words import LIGHTS, Light
from bot.command import Context
from bot.contract import Button, Card, Field, Section, action
from bot.i18n import Translator, message
from directory import institutions
from reminders.deadlines import Deadline
from reminders.workplans import Measure, PlanLine, TimelineStep, Timing, WorkPlan

#: A measure in the plan's overview has at most so many characters.
SHORT: Final = 140
#: So many buttons stand side by side.
IN_A_ROW: Final = 3
#: The worst first: what a measure with several deadlines shows.
_WORST: Final = (
    Light.OVERDUE,
    Light.SOON,
    Light.NOT_DESIGNATED,
    Light.ON_TIME,
    Light.DONE,
    Light.CANCELLED,
)
_TIMINGS: Final[Mapping[Timing, str]] = {
    Timing.WITHIN: message("workplan.within"),
    Timing.BY: message("workplan.by"),
    Timing.FROM: message("workplan.from"),
}


def light(measure: Measure, day: date) -> Light | None:
    """The light of a measure: the worst of its deadlines; ``None`` where it has none."""
    lights = {said.light(deadline, day) for deadline in measure.deadlines}
    return next((light for light in _WORST if light in lights), None)


def drift(measure: Measure, day: date) -> int | None:
    """By how many days the latest of its deadlines is off the plan; ``None`` where it has none."""
    days = [deadline.drift(day) for deadline in measure.deadlines]
    return max(days) if days else None


async def name(context: Context, plan: WorkPlan | PlanLine) -> str:
    """Whose plan it is: body and group, where they are recorded, else its title."""
    t = context.t
    body = await institutions.get(context.session, plan.institution) if plan.institution else None
    parts = [words.full_name(t, body) if body is not None else "", words.said(t, plan.group)]
    return " · ".join(part for part in parts if part) or words.said(t, plan.titles)


async def overview(context: Context, plan: WorkPlan) -> Card:
    """The plan: aim, objective, and each measure with its light and drift."""
    t, day = context.t, today(context)
    fields = []
    if plan.presented_on is not None:
        fields.append(Field(t("workplan.presented"), t.day(plan.presented_on)))
    for key, text in (("workplan.aim", plan.aim), ("workplan.objective", plan.objective)):
        fields.append(words.recorded(t, t(key), words.said(t, text)))
    measures = tuple(
        Field(t("workplan.measure", number=t.number(measure.number)), _measure_line(t, measure, day))
        for measure in plan.measures
    )
    numbers = tuple(
        Button(
            t("workplan.measure", number=t.number(measure.number)),
            action(deadline_cards.PLAN, plan.key, str(measure.number)),
        )
        for measure in plan.measures
    )
    return Card(
        title=words.said(t, plan.titles),
        subtitle=await name(context, plan),
        fields=tuple(fields),
        sections=(Section(t("workplan.measures"), fields=measures),),
        buttons=tuple(numbers[at : at + IN_A_ROW] for at in range(0, len(numbers), IN_A_ROW)),
        summary=words.said(t, plan.titles),
    )


def _measure_line(t: Translator, measure: Measure, day: date) -> str:
    text = words.said(t, measure.text)
    if len(text) > SHORT:
        text = text[: SHORT - 1].rstrip() + "…"
    return " · ".join(part for part in (text, *_standing(t, measure, day)) if part)


def _standing(t: Translator, measure: Measure, day: date) -> list[str]:
    shown, off = light(measure, day), drift(measure, day)
    if shown is None or off is None:
        return [t("workplan.continuous")]
    return [t(LIGHTS[shown]), said.drift(t, off)]


async def measure_card(context: Context, plan: WorkPlan, measure: Measure) -> Card:
    """A measure: what is expected, its timeline, who owes what; the coordination designates owners."""
    t, day = context.t, today(context)
    steps = tuple([await _step(context, step, day) for step in measure.steps])
    plans = rights.coordinates(context, plan.network) and not context.place.shared
    rows = [row for deadline in measure.deadlines if (row := _deadline_row(t, deadline, designates=plans))]
    around = [
        (measure.number - 1, message("projects.previous")),
        (measure.number + 1, message("projects.next")),
    ]
    known = {item.number for item in plan.measures}
    turns = [
        Button(t(key), action(deadline_cards.PLAN, plan.key, str(number)))
        for number, key in around
        if number in known
    ]
    turns.append(Button(t("workplan.back"), action(deadline_cards.PLAN, plan.key, "0")))
    return Card(
        title=t("workplan.measure", number=t.number(measure.number)),
        subtitle=words.said(t, plan.titles),
        text=words.said(t, measure.text),
        fields=(
            words.recorded(t, t("workplan.expected_result"), words.said(t, measure.expected_result)),
            Field(t("deadline.state"), " · ".join(_standing(t, measure, day))),
        ),
        sections=(Section(t("workplan.timeline"), fields=steps),),
        buttons=(*rows, tuple(turns)),
    )


def _deadline_row(t: Translator, deadline: Deadline, *, designates: bool) -> tuple[Button, ...]:
    show = deadline_cards.show_button(t, deadline)
    if not designates or deadline.owners or not deadline.is_open:
        return (show,)
    text = t("workplan.designate", code=deadline.code)
    return show, Button(label(text), action(deadline_cards.ASSIGN, str(deadline.number)))


async def _step(context: Context, step: TimelineStep, day: date) -> Field:
    """A step of the timeline: when, and of a deadline where it stands, who owes it and how far it is off."""
    t = context.t
    if step.when is None or step.timing is Timing.CONSTANT:
        when = t("workplan.constant")
    else:
        when = t(_TIMINGS[step.timing], date=t.vague(step.when))
    parts = [when]
    if step.deadline is not None:
        owners = await owning.listed(context.session, t, step.deadline.owners)
        parts += [
            step.deadline.code,
            owners or t("deadline.not_designated"),
            said.drift(t, step.deadline.drift(day)),
        ]
        if step.deadline.owners or not step.deadline.is_open:
            parts.append(t(LIGHTS[said.light(step.deadline, day)]))
    return Field(words.said(t, step.text) or t("workplan.step"), " · ".join(parts))


async def choice(context: Context, lines: Sequence[PlanLine], text: str) -> Card:
    """Several plans to choose from."""
    rows = [
        (Button(label(await name(context, line)), action(deadline_cards.PLAN, line.key, "0")),)
        for line in lines
    ]
    return Card(text=text, buttons=tuple(rows))
