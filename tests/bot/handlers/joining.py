"""Somebody who is invited, and what the program tells others by letter."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from typing_extensions import override

from bot.command import Context
from bot.contract import Event
from directory import accounts, people
from directory.database import Database
from directory.letters import Letter
from directory.people import ContactKind
from tests.support.asking import here, words
from tests.support.traced import Traced

LINE = "Barbados; Eva Demonova; eva.demonova@example.org; en"
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}")
_users = itertools.count(1)


@dataclass
class Speaker(Traced):
    """Somebody on an account of their own, perhaps with an address that the platform vouches for."""

    email: str = ""
    guest: bool = False

    @override
    async def _context(self, session: object, event: Event) -> Context:
        context = await super()._context(session, event)
        sender = replace(context.incoming.sender, email=self.email, guest=self.guest)
        context = replace(
            context, incoming=replace(context.incoming, sender=sender), telegram_name="EnlaceDemoBot"
        )
        self._context_used = context
        return context


def newcomer(database: Database, **more: str) -> Speaker:
    return Speaker(database, f"newcomer-{next(_users)}", **more)  # type: ignore[arg-type]


def said(letters: Sequence[Letter]) -> list[str]:
    return [letter.message for letter in letters]


async def invited(database: Database, line: str = LINE, who: str = "coordinator") -> str:
    found = CODE.search(words(here(await Speaker(database, who).asks(f"/invite {line}"))))
    assert found is not None
    return found[0]


async def person_of(database: Database, who: Speaker) -> str | None:
    async with database.reading() as session:
        return (await accounts.account(session, "terminal", "", who.who)).person_key


async def office_address(database: Database, key: str) -> str:
    async with database.reading() as session:
        person = await people.get(session, key, 1)
    assert person is not None
    return next(value.value for value in person.contacts if value.kind is ContactKind.EMAIL)
