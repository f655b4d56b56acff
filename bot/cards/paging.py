"""Lists in pages: the buttons to the pages beside the present one, and where that stands in the list."""

from __future__ import annotations

from collections.abc import Callable

from bot.contract import Button
from bot.i18n import Translator, message


def turns(
    t: Translator, start: int, size: int, total: int, turn: Callable[[int], str]
) -> tuple[tuple[Button, ...], str]:
    """The row of buttons and the line of the page that begins at ``start``; empty where one page is all.

    ``turn`` gives the action of the page that begins somewhere; a ``ValueError`` where it does not fit in a
    button, in which case the line asks for a narrower question.
    """
    if total <= size:
        return (), ""
    shown = t(
        "projects.shown",
        first=t.number(start + 1),
        last=t.number(min(start + size, total)),
        total=t.number(total),
    )
    try:
        buttons = [
            Button(t(key), turn(max(0, target)))
            for key, target in (
                (message("projects.previous"), start - size),
                (message("projects.next"), start + size),
            )
            if -size < target < total
        ]
    except ValueError:
        return (), t("projects.narrow", shown=shown)
    return tuple(buttons), shown
