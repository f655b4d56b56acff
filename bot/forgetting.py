"""Erases somebody from the command line: whoever cannot write to the bot asks those who run it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot import granting
from bot.granting import Wrong
from bot.traces import Conversations
from directory import audit, erasure, people
from directory.audit import Actor, Change
from directory.database import Database
from directory.people import NAME_LEVEL, Person

#: The longest reason that the record keeps, in characters.
LONGEST: Final = 300


async def forget(
    database: Database, who: str, reason: str, ask: Callable[[str], bool], now: datetime
) -> str | None:
    """Erase a person, named by key or by an account, once ``ask`` agrees; what was done, or ``None``.

    The record keeps who erased somebody, when and why, and not whom: the reason must not name them.

    Raises:
        Wrong: nobody is called so, or there is no reason that can be kept.
    """
    async with database.reading() as session:
        person = await people.get(session, await _key(database, who), NAME_LEVEL)
        texts = await erasure.telling(session, person.key) if person is not None else ()
    if person is None:
        raise Wrong(f"{who!r} is nobody in the directory; type a person's key, or telegram:123456")
    _check(reason, person, texts)
    if not ask(f"Erase {person.name} ({person.key})? It cannot be undone; backups still hold the entry."):
        return None
    async with database.writing() as session:
        try:
            gone = await erasure.forget(session, person.key, now.date(), now)
        except LookupError as error:
            raise Wrong("the entry was erased in the meantime") from error
        await Conversations().erase(session, gone.reaches, gone.texts, None, person.key)
        changes = [Change("forget", audit.PERSON, people.NOBODY, note=reason.strip())]
        changes += [
            Change("forget", "nomination", post.key, {"until": None}, {"until": now.date()}, post.network)
            for post in gone.left
        ]
        await audit.changed_many(session, Actor.command_line(granting.user()), now, changes)
    vacant = ", ".join(post.key for post in gone.left)
    return "The entry is erased." + (f" These posts are left: {vacant}." if vacant else "")


async def _key(database: Database, who: str) -> str:
    if ":" not in who:
        return who.strip()
    async with database.reading() as session:
        return (await granting.known_account(session, granting.account(who))).person_key or ""


def _check(reason: str, person: Person, texts: tuple[str, ...]) -> None:
    said = reason.strip().casefold()
    if not said or len(reason) > LONGEST:
        raise Wrong(f"--reason is needed, in at most {LONGEST} characters: it stays in the record")
    names = (person.given_name, person.family_name, person.key, *texts)
    if any(name.casefold() in said for name in names if len(name) > 2):
        raise Wrong("the reason stays in the record: it must not name the person")
