"""``/suspend PERSON``: take somebody's rights away, at once, until they are given back."""

from __future__ import annotations

from bot.cards import suspending
from bot.command import Command, Context, Replies
from directory.access import Subject


async def run(context: Context, argument: str) -> Replies:
    """The person, with the button that does it."""
    return await suspending.asked(context, argument, "suspend")


COMMAND = Command(
    name="suspend",
    subject=Subject.ENROL,
    cases=frozenset(),
    run=run,
    summary="suspend.summary",
    usage="suspend.usage",
    aliases={"es": ("suspender",), "fr": ("suspendre",), "pt": ("suspender",)},
    actions={
        suspending.CHOOSE: suspending.chosen,
        suspending.SUSPEND: suspending.suspended,
        suspending.LIFT: suspending.lifted,
    },
    order=67,
    writes=True,
)
