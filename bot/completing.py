"""Completion at the terminal's prompt: commands while one types, countries and people with the tabulator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, WordCompleter
from prompt_toolkit.document import Document
from typing_extensions import override


class LineCompleter(Completer):
    """Completes a line to one of ``commands``, or to what ``suggest`` finds for it as an answer.

    Each name that is shown is a look at somebody: nothing is looked for before the key is pressed.
    """

    def __init__(self, commands: Sequence[str], suggest: Callable[[str], Awaitable[Sequence[str]]]) -> None:
        self._commands = WordCompleter(list(commands), sentence=True)
        self._suggest = suggest

    @override
    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The commands alone: answers are looked for in a database, which is waited for."""
        return self._commands.get_completions(document, complete_event)

    @override
    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """See ``Completer``."""
        line = document.text_before_cursor
        if complete_event.completion_requested and not line.startswith("/"):
            for text in await self._suggest(line):
                yield Completion(text, -len(line))
        for completion in self.get_completions(document, complete_event):
            yield completion
