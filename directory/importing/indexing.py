"""Keeps what was imported findable, many records at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from directory import institutions, posts, search
from directory.importing.states import Change, Noun, State
from directory.institutions import Institution, InstitutionKind
from directory.people import NAME_LEVEL
from directory.posts import Post
from directory.projects import ProjectSheet, Theme
from directory.projects import entry as project_entry
from directory.search import Entry, Kind, Name
from directory.texts import LocalText

_KINDS = {
    Noun.INSTITUTION: Kind.INSTITUTION,
    Noun.PERSON: Kind.PERSON,
    Noun.POST: Kind.POST,
    Noun.PROJECT: Kind.PROJECT,
}


async def put(session: AsyncSession, changes: Sequence[Change]) -> None:
    """Bring the index to what the changes left; what is gone or retired can no longer be found."""
    entries: list[Entry] = []
    gone: list[tuple[Kind, str]] = []
    for change in changes:
        kind = _KINDS.get(change.noun)
        if kind is None:
            continue
        entry = _entry(change.noun, change.after)
        if entry is None:
            gone.append((kind, change.key))
        elif entry != _entry(change.noun, change.before):
            entries.append(entry)
    await search.put(session, *entries)
    await search.remove_many(session, gone)


def _entry(noun: Noun, state: State | None) -> Entry | None:
    if state is None or state.get("retired_on") is not None:
        return None
    if noun is Noun.PERSON:
        name = f"{state['given_name']} {state['family_name']}".strip()
        return Entry(Kind.PERSON, state["key"], [Name(name)], level=NAME_LEVEL)
    if noun is Noun.POST:
        return posts.entry(Post(state["key"], LocalText(state["titles"]), country=state["country"]))
    if noun is Noun.INSTITUTION:
        return institutions.entry(
            Institution(
                state["key"],
                LocalText(state["names"]),
                LocalText(state["acronyms"]),
                InstitutionKind(state["kind"]),
            )
        )
    themes = tuple(
        Theme(item["slug"], LocalText(item["text"])) for item in state["items"] if item["kind"] == "theme"
    )
    return project_entry(ProjectSheet(state["code"], LocalText(state["titles"]), themes=themes))
