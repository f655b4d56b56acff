"""Questions that work, as text and as buttons that ask them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.command import Command, Context
from bot.contract import ACTION_BYTES, Button, action
from bot.i18n import Translator
from directory.access import Subject

#: The button that asks a question again; its arguments are the question, taken apart at its colons.
ASK: Final = "ask"


def in_words(command: Command, example: str, t: Translator) -> str:
    """An example as a reader of this language would type it."""
    word, _, rest = example.partition(" ")
    return f"/{command.name_in(t.language)} {rest}".rstrip() if word == f"/{command.name}" else example


def typed(context: Context, name: str, argument: str = "") -> str:
    """A command with its argument, under the name it has in the reader's language."""
    command = context.registry.named(name)
    word = command.name_in(context.t.language) if command is not None else name
    return f"/{word} {argument}".rstrip()


def ask(*questions: str) -> tuple[tuple[Button, ...], ...]:
    """A row with a button for each question, which asks it; those too long for a button are left out."""
    return tuple(
        (Button(question, action(ASK, *question.split(":"))),)
        for question in questions
        if len(f"{ASK}:{question}".encode()) <= ACTION_BYTES
    )


def buttons(commands: Iterable[Command], t: Translator, count: int) -> tuple[tuple[Button, ...], ...]:
    """The first examples of commands that only read, one a row."""
    examples = (
        in_words(command, example, t)
        for command in commands
        if not command.writes and command.subject is not Subject.HELP
        for example in command.examples[:1]
    )
    return ask(*examples)[:count]
