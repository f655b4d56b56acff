"""What is for one person alone: answered in their direct chat, with one sentence elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.cards.opening import in_direct
from bot.command import Context
from bot.contract import Card, Reply, Where


async def directly(context: Context, answer: Callable[[Context], Awaitable[Sequence[Reply]]]) -> list[Reply]:
    """The answer in the direct chat; where others read along one sentence, the same whatever it is."""
    replies = list(await answer(in_direct(context)))
    if not context.place.shared:
        return replies
    return [
        Reply(Card(text=context.t("dispatch.private_sent"))),
        *(replace(reply, where=Where.PRIVATE, replaces=False) for reply in replies),
    ]
