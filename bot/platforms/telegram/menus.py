"""The command menu: which commands Telegram offers, per kind of chat and per language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.contract import Menu, MenuEntry
from bot.plain import one_line, shorten

#: Bot API, BotCommand and setMyCommands.
MAX_COMMANDS: Final = 100
MAX_NAME: Final = 32
MAX_DESCRIPTION: Final = 256
#: The language of everybody whose own has no menu; Telegram knows it by an empty code.
FALLBACK: Final = "en"


def command_name(name: str) -> str:
    """``name`` as a menu may have it: ``[a-z0-9_]``, at most 32 (``código`` becomes ``codigo``)."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MAX_NAME]


def _commands(entries: Sequence[MenuEntry]) -> list[BotCommand]:
    found: dict[str, BotCommand] = {}
    for entry in entries:
        name = command_name(entry.name)
        description = shorten(one_line(entry.summary), MAX_DESCRIPTION) or name
        if name and name not in found:
            found[name] = BotCommand(name, description)
    return list(found.values())[:MAX_COMMANDS]


def menus(menu: Menu) -> Iterator[tuple[list[BotCommand], BotCommandScope, str]]:
    """Commands, scope and language code for every call of setMyCommands."""
    scopes: tuple[tuple[BotCommandScope, bool], ...] = (
        (BotCommandScopeAllPrivateChats(), False),
        (BotCommandScopeAllGroupChats(), True),
        (BotCommandScopeAllChatAdministrators(), True),
    )
    for scope, shared in scopes:
        for language, entries in (menu.group if shared else menu.private).items():
            commands = _commands(entries)
            if commands:
                yield commands, scope, "" if language == FALLBACK else language
