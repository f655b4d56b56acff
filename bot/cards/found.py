"""What a search found: the one record that was meant, or a short list to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import contact, looking
from bot.cards import words as said
from bot.cards.buttons import opens
from bot.command import Context
from bot.contract import Card
from bot.i18n import Translator
from directory import institutions, posts, projects
from directory.search import Hit, Kind, fold

#: A hit is what was meant from the first score on with the first margin to the next, or with the second
#: pair: less alike, but nothing else comes near (scores are 0 to 100). The third pair holds where every
#: word of the question is in the hit's name.
SURE: Final = ((90.0, 4.0), (78.0, 14.0))
SURE_OF_WORDS: Final = (60.0, 12.0)
#: Hits that are less alike than this, or so much less than the best, are not offered.
LOWEST: Final = 62.0
BEHIND: Final = 30.0
#: How many hits a list offers.
OFFERED: Final = 6


def meant(hits: Sequence[Hit], words: str) -> Hit | None:
    """The hit that was meant by ``words`` beyond doubt."""
    if not hits:
        return None
    best, margin = hits[0], hits[0].score - (hits[1].score if len(hits) > 1 else 0.0)
    pairs = (*SURE, SURE_OF_WORDS) if _says(best.matched, words) else SURE
    return best if any(best.score >= score and margin >= apart for score, apart in pairs) else None


def _says(name: str, words: str) -> bool:
    """Whether every one of ``words`` begins a word of ``name``."""
    there = fold(name).split()
    return all(any(known.startswith(word) for known in there) for word in fold(words).split())


def near(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that are worth being offered."""
    return [hit for hit in hits if hit.score >= max(LOWEST, hits[0].score - BEHIND)]


async def list_card(context: Context, hits: Sequence[Hit], text: str, key: str = "") -> Card:
    """A short list with a button for each hit that still exists and may be shown here.

    The lead is ``text``, or with ``key`` the sentence that asks which of them ``text`` meant.
    """
    if key:
        text = context.t.plural(key, len(hits[:OFFERED]), text=text)
    names = await _names(context, hits[:OFFERED])
    rows = tuple(
        opens(hit.kind, hit.key, name)
        for hit in hits[:OFFERED]
        if (name := names.get((hit.kind, hit.key), ""))
    )
    return Card(text=text, buttons=rows, footer=looking.notice(context))


async def _names(context: Context, hits: Sequence[Hit]) -> Mapping[tuple[Kind, str], str]:
    session, t = context.session, context.t
    keys: dict[Kind, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.kind, []).append(hit.key)
    names = {(Kind.COUNTRY, code): t.country(code) for code in keys.get(Kind.COUNTRY, ())}
    if wanted := keys.get(Kind.INSTITUTION):
        for key, body in (await institutions.several(session, wanted)).items():
            names[Kind.INSTITUTION, key] = said.full_name(t, body)
    if wanted := keys.get(Kind.PROJECT):
        for line in await projects.lines(session, wanted):
            names[Kind.PROJECT, line.code] = project_label(t, line)
    if wanted := keys.get(Kind.POST):
        for key, post in (await posts.several(session, wanted)).items():
            names[Kind.POST, key] = await contact.called(context, post)
    if wanted := keys.get(Kind.PERSON):
        level = context.contact_level
        for key, person in (await looking.see(context, wanted, level, names_only=True)).items():
            names[Kind.PERSON, key] = person.name
    return names


def project_label(t: Translator, line: projects.ProjectLine) -> str:
    """A project in a list: code and title."""
    title = said.plain(t, line.titles)
    return t("project.summary_line", code=line.code, title=title) if title else line.code
