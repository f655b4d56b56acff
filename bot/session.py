"""Questions in the terminal: one and its answer, or a conversation with history and completion."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from bot import inbox
from bot.app import Enlace, open_app, prepare
from bot.contract import Button, Card, ConfigurationError, Operation, Outgoing, PlaceKind
from bot.demo import bind_room
from bot.i18n import Translator, negotiate
from bot.platforms.terminal import Terminal, choices, chosen, render
from bot.settings import Settings
from directory import accounts, people, schema
from directory.accounts import Account
from reminders import outbox

#: How long an answer may take before the terminal gives up, in seconds.
PATIENCE: Final = 30.0


class Session:
    """One person's conversation with a program of its own on the shared database."""

    def __init__(self, app: Enlace, terminal: Terminal, language: str) -> None:
        self._app = app
        self._terminal = terminal
        self.t = Translator(language)
        self._open: tuple[str, Card] = ("", Card())

    @property
    def buttons(self) -> Sequence[Button]:
        """The buttons of the last card that had any."""
        return choices(self._open[1])

    def chosen(self, line: str) -> Button | None:
        """The button of that card whose number was typed."""
        return chosen(line, self._open[1])

    @property
    def commands(self) -> Sequence[str]:
        """What may be typed, for completion."""
        return [f"/{name}" for command in self._app.registry.commands for name in command.names()]

    async def suggestions(self, line: str) -> Sequence[str]:
        """What may be meant by the beginning of an answer, where a country or a person is asked for."""
        return [choice.label for choice in await self._terminal.suggest(line)]

    async def say(self, text: str) -> list[str]:
        """Type a line; the answers as text. ``/import PATH`` sends the file of that name."""
        words, files = _with_files(text)
        await self._terminal.say(words, files=files)
        return await self._answers()

    async def press(self, button: Button) -> list[str]:
        """Press a button of the last card; the answers as text."""
        if button.url:
            return [button.url]
        await self._terminal.press(button, self._open[0])
        return await self._answers()

    async def _answers(self) -> list[str]:
        async with asyncio.timeout(PATIENCE):
            while not await self._settled():  # noqa: ASYNC110
                await asyncio.sleep(0.005)  # the rows are the truth, and they ring no bell
        texts = []
        while not self._terminal.heard.empty():
            message, card = self._terminal.heard.get_nowait()
            texts.append(self._shown(message, card))
        return texts

    def _shown(self, message: Outgoing, card: Card) -> str:
        if card.buttons:
            target = message.target if message.operation is Operation.EDIT else message.id
            self._open = (target, card)
        text = render(card)
        for attachment in card.attachments:
            text += f"\n\n{attachment.content.decode('utf-8', 'replace').strip()}"
        if message.place != self._terminal.place:
            text = f"--- {self.t('cli.sent_directly')} ---\n{text}"
        return text

    async def _settled(self) -> bool:
        mine = [(self._terminal.name, self._terminal.account)]
        async with self._app.database.reading() as session:
            if await inbox.pending(session, mine, (), 1):
                return False
            return not await outbox.unsettled(session, mine)


def _with_files(line: str) -> tuple[str, Sequence[Path]]:
    """A line's words, and the file that it names where it is ``/import PATH``."""
    command, _, rest = line.partition(" ")
    if command not in ("/import", "/importar", "/importer"):
        return line, ()
    try:
        parts = shlex.split(rest)
    except ValueError:
        return line, ()
    path = Path(parts[0]).expanduser() if parts else None
    if path is None or not path.is_file():
        return line, ()
    return " ".join((command, *parts[1:])), (path,)


@contextlib.asynccontextmanager
async def _session(
    settings: Settings, speaker: str, language: str, *, group: bool, demo: bool
) -> AsyncIterator[Session]:
    kind = PlaceKind.GROUP if group else PlaceKind.DIRECT
    terminal = Terminal(speaker, kind=kind, language=language)
    async with open_app(settings.database_url, weekly_lookups=settings.weekly_lookups) as app:
        if demo:
            await prepare(app.database, demo=True)
        elif await schema.current_revision(app.database) != schema.newest_revision():
            raise ConfigurationError(
                "ENLACE_DATABASE_URL", "is not ready (add --demo, or run: enlace db upgrade)"
            )
        await _known(app, speaker)
        await app.start(terminal)
        if group:
            # A terminal's room is there as long as the terminal, so nobody could bind it.
            async with app.database.writing() as session:
                await bind_room(session, terminal.name, terminal.account, terminal.group.id)
        async with app.running([]):
            yield Session(app, terminal, negotiate(language))


async def _known(app: Enlace, speaker: str) -> None:
    """Whoever sits at the terminal may speak as any person of the directory, by the person's handle."""
    if speaker == "visitor":
        return
    async with app.database.reading() as session:
        if (await accounts.account(session, "terminal", "", speaker)).person_key is not None:
            return
        known = await people.exists(session, speaker)
    if not known:
        raise ConfigurationError("--as", "is not visitor, focal, coordinator, operator or a person's handle")
    async with app.database.writing() as session:
        await accounts.save_account(session, Account("terminal", "", speaker, speaker))


async def ask_once(
    settings: Settings,
    question: str,
    presses: Sequence[str],
    speaker: str,
    language: str,
    *,
    group: bool,
    demo: bool,
) -> None:
    """Ask, press, and print what was answered last."""
    async with _session(settings, speaker, language, group=group, demo=demo) as session:
        answers = await session.say(question)
        for label in presses:
            button = _labelled(session.buttons, label)
            if button is None:
                labels = ", ".join(button.label for button in session.buttons) or "-"
                raise ConfigurationError("--press", f"there is no such button (there are: {labels})")
            answers = await session.press(button)
    print("\n\n".join(answers))


def _labelled(buttons: Sequence[Button], label: str) -> Button | None:
    wanted = label.casefold()
    exact = [button for button in buttons if button.label.casefold() == wanted]
    near = [button for button in buttons if wanted in button.label.casefold()]
    return next(iter(exact + near), None)


async def converse(settings: Settings, speaker: str, language: str, *, group: bool, demo: bool) -> None:
    """Read lines until the end of input."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    from bot.completing import LineCompleter

    async with _session(settings, speaker, language, group=group, demo=demo) as session:
        prompt: PromptSession[str] = PromptSession(
            history=FileHistory(str(Path.home() / ".enlace_history")),
            completer=LineCompleter(session.commands, session.suggestions),
        )
        for text in await session.say("/start"):
            print(text)
        while True:
            try:
                with patch_stdout():
                    line = (await prompt.prompt_async("\n> ")).strip()
            except (EOFError, KeyboardInterrupt):
                return
            if not line:
                continue
            if (button := session.chosen(line)) is not None:
                answers = await session.press(button)
            else:
                answers = await session.say(line)
            print("\n" + "\n\n".join(answers))
