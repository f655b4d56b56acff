"""``/projects [words] [country:…] [donor:…] [theme:…] [status:…]``: a list in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import examples, filters, project, words
from bot.cards.buttons import label
from bot.cards.filters import Unclear, Wanted
from bot.cards.paging import turns
from bot.cards.project_words import STATUSES, period
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from bot.i18n import Translator, message
from directory import projects
from directory.access import Subject
from directory.projects import ProjectLine
from directory.search import fold

PAGE: Final = "projects"
#: Projects on a page.
SIZE: Final = 6
#: The name of each filter in the reader's language, as it is typed.
_FILTERS: Final[Mapping[str, str]] = {
    filters.COUNTRY: message("projects.filter_country"),
    filters.DONOR: message("projects.filter_donor"),
    filters.THEME: message("projects.filter_theme"),
    filters.STATUS: message("projects.filter_status"),
}


async def run(context: Context, argument: str) -> Replies:
    """The first page, or what is wrong with a filter."""
    t = context.t
    typed = filters.take_apart(argument)
    if typed.unknown:
        known = t.list([f"{t(key)}:" for key in _FILTERS.values()])
        return Reply(
            Card(text=t("projects.unknown_filter", name=parsing.echo(typed.unknown[0]), filters=known))
        )
    wanted = await filters.resolve(context.session, typed)
    if isinstance(wanted, Unclear):
        return Reply(Card(text=await _unclear(context, wanted)))
    return Reply(await _page(context, wanted, 0))


async def turned(context: Context, arguments: Sequence[str]) -> Replies:
    """Another page was chosen: the list turns in place."""
    start, country, donor, theme, status, text = (*arguments, *[""] * 6)[:6]
    if not (start.isascii() and start.isdecimal() and len(start) <= 6):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _page(context, Wanted(text, country, donor, theme, status), int(start)), replaces=True)


async def _unclear(context: Context, unclear: Unclear) -> str:
    t = context.t
    name, value = t(_FILTERS[unclear.name]), parsing.echo(unclear.value)
    if unclear.name == filters.STATUS:
        known = [t(key) for key in STATUSES.values()]
    elif unclear.name == filters.THEME:
        known = [words.plain(t, theme.name) for theme in await projects.themes(context.session)]
    else:
        example = examples.typed(context, "projects", f"{name}:{t.country('MX')}")
        return t("projects.unclear_value", filter=name, value=value, example=example)
    return t("projects.unclear_choice", filter=name, value=value, choices=t.list(known))


async def _page(context: Context, wanted: Wanted, start: int) -> Card:
    t, session = context.t, context.session
    narrowed = await filters.filters(session, wanted)
    lines, total = await projects.listing(session, narrowed, start, SIZE)
    if not lines and start:
        lines, total = await projects.listing(session, narrowed, start := 0, SIZE)
    if not lines:
        return Card(text=t("projects.none", command=examples.typed(context, "projects")))
    rows = [
        (Button(label(_title(t, line)), action(project.TURN, line.code, project.OVERVIEW)),) for line in lines
    ]
    beside, more = turns(t, start, SIZE, total, lambda at: _turn(wanted, at))
    return Card(
        title=t.plural("projects.title", total),
        fields=tuple(Field(line.code, _line(t, line)) for line in lines),
        footer=more,
        buttons=(*rows, beside) if beside else tuple(rows),
    )


def _title(t: Translator, line: ProjectLine) -> str:
    return t("project.summary_line", code=line.code, title=words.plain(t, line.titles) or line.code)


def _line(t: Translator, line: ProjectLine) -> str:
    parts = [
        words.said(t, line.titles) or t("said.not_recorded"),
        t(STATUSES[line.status]) if line.status else "",
        period(t, line.starts_on, line.ends_on),
        t.country(line.country) if line.country else "",
    ]
    return " · ".join(part for part in parts if part)


def _turn(wanted: Wanted, start: int) -> str:
    """The action of a page; a ``ValueError`` where the question does not fit in a button."""
    text = fold(wanted.words)
    return action(PAGE, str(start), wanted.country, wanted.donor, wanted.theme, wanted.status, text)


COMMAND = Command(
    name="projects",
    subject=Subject.PROJECTS,
    run=run,
    summary="projects.summary",
    usage="projects.usage",
    examples=("/projects", "/projects country:Mali", "/projects status:completed"),
    aliases={"es": ("proyectos",), "fr": ("projets",), "pt": ("projetos",)},
    actions={PAGE: turned},
    order=30,
)
