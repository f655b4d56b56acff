"""``/unsuspend PERSON``: give somebody their rights back."""

from __future__ import annotations

from bot.cards import suspending
from bot.command import Command, Context, Replies
from directory.access import Subject


async def run(context: Context, argument: str) -> Replies:
    """The person, with the button that does it."""
    return await suspending.asked(context, argument, "unsuspend")


COMMAND = Command(
    name="unsuspend",
    subject=Subject.ENROL,
    cases=frozenset(),
    run=run,
    summary="suspend.lift_summary",
    usage="suspend.lift_usage",
    aliases={"es": ("rehabilitar",), "fr": ("retablir",), "pt": ("reabilitar",)},
    order=68,
    writes=True,
)
