"""``/project CODE``: the sheet of a project, whose pages turn in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from bot import parsing
from bot.cards import examples, found, project, sheets
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import projects, search
from directory.access import Subject
from directory.search import Hit, Kind

EXAMPLE: Final = "ACS-SF-001"
#: How many codes are offered where none fits, and how alike (0 to 100) they must be.
NEAREST: Final = 3
LIKE: Final = 60


async def run(context: Context, argument: str) -> Replies:
    """The sheet, a short list, or the nearest codes and titles."""
    t = context.t
    if not argument:
        example = examples.typed(context, "project", EXAMPLE)
        return Reply(Card(text=t("project.which", example=example), buttons=examples.ask(example)))
    if (card := await sheets.card_for(context, argument)) is not None:
        return Reply(card)
    shown = parsing.echo(argument)
    hits = found.near(
        await search.find(context.session, argument, kinds=(Kind.PROJECT,), limit=10, max_level=0)
    )
    if projects.looks_like_code(argument):
        return Reply(await _unknown_code(context, argument, shown, hits))
    best = found.meant(hits, argument)
    if best is not None and (card := await sheets.card_of(context, best.key)) is not None:
        return Reply(card)
    if hits:
        return Reply(await found.list_card(context, hits, shown, message("project.several")))
    if others := await _of_place(context, argument):
        return Reply(await found.list_card(context, others, shown, message("project.several")))
    return Reply(Card(text=t("project.none_found", text=shown, command=examples.typed(context, "projects"))))


async def _of_place(context: Context, argument: str) -> Sequence[Hit]:
    """The projects of the country or the institution that was meant."""
    session = context.session
    kinds = (Kind.COUNTRY, Kind.INSTITUTION)
    best = found.meant(await search.find(session, argument, kinds=kinds, limit=3, max_level=0), argument)
    if best is None:
        return ()
    of = projects.of_country if best.kind is Kind.COUNTRY else projects.of_institution
    return [Hit(Kind.PROJECT, line.code, best.score, best.matched) for line in await of(session, best.key)]


async def _unknown_code(context: Context, argument: str, shown: str, hits: Sequence[Hit]) -> Card:
    """No project has this code: the nearest ones are offered, none is taken for it silently."""
    known = {projects.squeeze(code): code for code in await projects.codes(context.session)}
    near = process.extract(
        projects.squeeze(argument), known.keys(), scorer=fuzz.ratio, limit=NEAREST, score_cutoff=LIKE
    )
    nearest = [Hit(Kind.PROJECT, known[key], score, known[key]) for key, score, _ in near]
    others = [hit for hit in hits if hit.key not in {item.key for item in nearest}]
    offered = [*nearest, *others][: found.OFFERED]
    if not offered:
        command = examples.typed(context, "projects")
        return Card(text=context.t("project.no_such_code", code=shown, command=command))
    text = context.t("project.nearest", code=shown, nearest=offered[0].key)
    return await found.list_card(context, offered, text)


async def turned(context: Context, arguments: Sequence[str]) -> Replies:
    """A page was chosen: the card turns to it in place."""
    code, page = (*arguments, "", "")[:2]
    card = await sheets.card_of(context, code, page)
    if card is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(card, replaces=True)


COMMAND = Command(
    name="project",
    subject=Subject.PROJECTS,
    run=run,
    summary="project.summary",
    usage="project.usage",
    examples=("/project ACS-SF-001", "/project acs sf 1"),
    aliases={"es": ("proyecto",), "fr": ("projet",), "pt": ("projeto",)},
    actions={project.TURN: turned},
    order=10,
)
