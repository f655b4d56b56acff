"""Finds handlers, refuses clashing names, and is the source of help, menus and the manifest."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot import handlers
from bot.command import Command, Press, Submit
from bot.contract import FileRef, Menu, MenuEntry
from bot.i18n import LANGUAGES, Translator
from directory.access import PlaceClass, Subject, is_answered
from directory.search import fold

#: The buttons of forms themselves; no command may have one of this name.
FORM_BUTTON: Final = "form"


class Registry:
    """All commands, by name, by alias, by button and by form."""

    def __init__(self, commands: Iterable[Command]) -> None:
        """Index ``commands``.

        Raises:
            ValueError: two commands claim the same name, alias, button or form.
        """
        self.commands: tuple[Command, ...] = tuple(sorted(commands, key=lambda c: (c.order, c.name)))
        self._by_name: dict[str, Command] = {}
        self._by_action: dict[str, tuple[Command, Press]] = {}
        self._by_form: dict[str, tuple[Command, Submit]] = {}
        for command in self.commands:
            for name in dict.fromkeys(fold(name) for name in command.names()):
                if name in self._by_name:
                    raise ValueError(f"two commands answer to {name!r}")
                self._by_name[name] = command
            for action, press in command.actions.items():
                if action in self._by_action or action == FORM_BUTTON:
                    raise ValueError(f"two commands have the button {action!r}")
                self._by_action[action] = (command, press)
            for form, submit in command.forms.items():
                if form in self._by_form:
                    raise ValueError(f"two commands have the form {form!r}")
                self._by_form[form] = (command, submit)

    def named(self, word: str) -> Command | None:
        """The command that a word names, in any language, without regard to case or accents."""
        return self._by_name.get(fold(word))

    def recognising(self, text: str) -> Command | None:
        """The command that a text without a command's name is for, as an invitation's code is."""
        return next(
            (one for one in self.commands if one.recognises is not None and one.recognises(text)), None
        )

    def taking(self, files: Sequence[FileRef]) -> Command | None:
        """The command that a file that comes is for, as a calendar's reply is; several are for none."""
        if len(files) != 1:
            return None
        return next((one for one in self.commands if one.files is not None and one.files(files[0])), None)

    def press(self, action: str) -> tuple[Command, Press] | None:
        """The command that a button belongs to, and what its press does."""
        return self._by_action.get(action)

    def form(self, name: str) -> tuple[Command, Submit] | None:
        """The command that a form belongs to, and what is done with its answers."""
        return self._by_form.get(name)

    @property
    def names(self) -> Mapping[str, Command]:
        """Every folded name and alias with its command."""
        return self._by_name

    def menu(self) -> Menu:
        """All commands as menus show them, in every language."""
        entries: dict[str, tuple[MenuEntry, ...]] = {}
        group: dict[str, tuple[MenuEntry, ...]] = {}
        for language in LANGUAGES:
            t = Translator(language)
            shown = [command for command in self.commands if command.in_menu]
            entries[language] = tuple(
                MenuEntry(command.name_in(language), t(command.summary), t(command.usage))
                for command in shown
            )
            group[language] = tuple(
                entry
                for command, entry in zip(shown, entries[language], strict=True)
                if command.subject is not Subject.OWN_SETTINGS
                and is_answered(command.subject, PlaceClass.BOUND)
            )
        return Menu(private=entries, group=group)


def find_commands() -> tuple[Command, ...]:
    """Every ``COMMAND`` of the modules in ``bot.handlers``."""
    found = []
    for module in pkgutil.iter_modules(handlers.__path__):
        command = getattr(importlib.import_module(f"{handlers.__name__}.{module.name}"), "COMMAND", None)
        if isinstance(command, Command):
            found.append(command)
    return tuple(found)
