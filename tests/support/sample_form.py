"""A command with a form of every kind of field, for tests of forms themselves: ``/sample``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Enlace
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Button, Card, Choice, Field, FieldKind, Form, FormField, Money, Reply
from bot.handlers import cancel, country, find, project, start
from bot.metrics import Metrics
from bot.registry import Registry
from directory import accounts
from directory.access import Subject
from directory.accounts import Account, AccountRow
from directory.database import Database

CHOICES: Final = (Choice("full", "Full member"), Choice("assoc", "Associate"), Choice("obs", "Observer"))


def sample(**values: str) -> Form:
    """The form, with ``values`` standing in its fields."""
    fields = (
        FormField("post", "Post", hint="As it stands in the letter", max_length=60),
        FormField("status", "Status", FieldKind.CHOICE, choices=CHOICES),
        FormField("begins", "First day", FieldKind.DATE),
        FormField("at", "Hour", FieldKind.TIME, required=False),
        FormField("land", "Country", FieldKind.COUNTRY, required=False),
        FormField("budget", "Budget", FieldKind.MONEY, required=False),
        FormField("email", "Office e-mail", FieldKind.EMAIL, required=False),
        FormField("seats", "Seats", FieldKind.NUMBER, required=False),
        FormField("remark", "Remark", FieldKind.LONG_TEXT, required=False, max_length=500),
    )
    return Form(
        action="sample:42",
        title="Sample post",
        fields=tuple(_with(field, values.get(field.name, "")) for field in fields),
        submit="Save the post",
        text="All of this is invented.",
    )


def short() -> Form:
    """A form of two fields."""
    fields = (FormField("post", "Post"), FormField("chief", "Head", FieldKind.PERSON, required=False))
    return Form("short", "Short form", fields, "Send it")


def _with(field: FormField, value: str) -> FormField:
    return replace(field, value=value)


def as_text(value: Value) -> str:
    """A value with its type, as the handler got it."""
    if isinstance(value, Money):
        return f"Money {value.currency} {value.amount}"
    return f"{type(value).__name__} {value}"


async def run(context: Context, argument: str) -> Replies:
    """Ask for the whole, the short or the filled form."""
    if argument == "short":
        return Reply(form=short())
    if argument == "filled":
        return Reply(form=sample(post="Adviser", status="assoc", begins="2027-04-15", land="MX"))
    if argument == "button":
        return Reply(Card(text="Press it.", buttons=((Button("Fill it in", "sample_open"),),)))
    return Reply(form=sample())


async def pressed(context: Context, _arguments: Sequence[str]) -> Replies:
    """Ask for the short form."""
    return Reply(form=short())


async def take(context: Context, arguments: Sequence[str], values: Mapping[str, Value]) -> Replies | Problems:
    """Keep a mark of each submission; a post called "taken" is refused after something was written."""
    name = f"{values['post']}"[:60]
    await accounts.save_account(context.session, Account("sample", "", name, None, "en"))

    async def leave(session: AsyncSession) -> None:
        await accounts.save_account(session, Account("effect", "", name, None, "en"))

    context.effects.append(leave)
    if values["post"] == "taken":
        return Problems({"post": "This post exists already. Please choose another name."})
    told = tuple(Field(name, as_text(value)) for name, value in values.items())
    return Reply(Card(title="Saved", subtitle=" ".join(arguments), fields=told))


async def run_guarded(context: Context, _argument: str) -> Replies:
    """Ask for the short form, for those who may keep the directory."""
    return Reply(form=replace(short(), action="guarded"))


async def marks(session: AsyncSession, platform: str = "sample") -> list[str]:
    """The posts that submissions left behind."""
    found = await session.scalars(sa.select(AccountRow.user).where(AccountRow.platform == platform))
    return sorted(found)


SAMPLE: Final = Command(
    "sample",
    Subject.HELP,
    run,
    "start.summary",
    "start.usage",
    actions={"sample_open": pressed},
    forms={"sample": take, "short": take},
    in_menu=False,
)

GUARDED: Final = replace(
    SAMPLE,
    name="guarded",
    subject=Subject.EDIT_DIRECTORY,
    run=run_guarded,
    actions={},
    forms={"guarded": take},
)


def registry() -> Registry:
    """The sample among a few commands; what others do is tested with them."""
    return Registry(
        [module.COMMAND for module in (cancel, country, find, project, start)] + [SAMPLE, GUARDED]
    )


def program(database: Database) -> Enlace:
    """The program with the sample among its commands; nothing runs yet."""
    return Enlace(database, registry(), Metrics(database))
