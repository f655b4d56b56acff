"""Runs a command as far as the policy allows it here: at once, privately, with a refusal, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.command import Command, Context, Replies
from bot.contract import Card, Reply, Where
from directory.access import ANY_CASE, Decision, PlaceClass


def refusal(context: Context) -> Reply:
    """The one text for whatever may not be done here or by the asker, known or not."""
    return Reply(Card(text=context.t("dispatch.refused")))


def denied(command: Command, context: Context) -> Sequence[Reply] | None:
    """``None`` where the command may run, here or in the direct chat, else all that is answered."""
    match context.decide(command.subject, meets=ANY_CASE):
        case Decision.IGNORED:
            return ()
        case Decision.REFUSED:
            return (refusal(context),)
        case Decision.DIRECT_CHAT if not context.incoming.sender.person:
            return (refusal(context),)
    return None


async def carry_out(
    command: Command, context: Context, run: Callable[[Context], Awaitable[Replies]]
) -> Sequence[Reply]:
    """The answers of ``run``, which is something that ``command`` does, as far as the policy allows it.

    What is for the direct chat runs as if it had been asked there, and the room only learns that much.
    A command of which only some may be shown here runs here: it asks the policy itself what to leave out.
    """
    answers = denied(command, context)
    if answers is not None:
        return answers
    if context.decide(command.subject, meets=ANY_CASE) is not Decision.DIRECT_CHAT:
        return several(await run(context))
    return privately(context, await run(context.directly()))


def privately(context: Context, replies: Replies) -> Sequence[Reply]:
    """``replies`` for the asker's direct chat, and one neutral sentence for the room.

    A form says for itself where it is answered.
    """
    given = [
        reply if reply.form is not None else Reply(reply.card, Where.PRIVATE) for reply in several(replies)
    ]
    if all(reply.form is not None for reply in given):
        return given
    return [Reply(Card(text=context.t("dispatch.private_sent"))), *given]


def is_closed(context: Context) -> bool:
    """Whether the place is one where nothing but help is answered."""
    return context.place_class is PlaceClass.OTHER


def several(replies: Replies) -> Sequence[Reply]:
    """One reply or many, as many."""
    return (replies,) if isinstance(replies, Reply) else replies
