"""What follows a dry run: carry it out, forget it, undo it. Each is checked anew when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bot.cards import importing as cards
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from directory import importing
from directory.access import Condition, Decision, Subject
from directory.importing import Import, ImportState, Trace, store


async def confirmed(context: Context, arguments: Sequence[str]) -> Replies:
    """Carry a plan out, in this one transaction, if the directory still is as the plan found it."""
    t, session = context.t, context.session
    known = await _own(context, arguments, ImportState.PLANNED)
    if known is None:
        return Reply(Card(text=t("import.gone")))
    if not await _may(context, await store.networks_of(session, known.id)):
        return Reply(Card(text=t("dispatch.refused")))
    trace = Trace()
    try:
        async with session.begin_nested():
            trace.add(await store.confirm(session, known.id, context.now))
    except importing.NotPossibleError:
        return Reply(Card(text=t("import.gone")))
    except (importing.ChangedSinceError, sa.exc.IntegrityError):
        return Reply(Card(text=t("lists.changed_since_plan")), replaces=True)
    await trace.enter(
        session,
        context.actor,
        context.now,
        known.id,
        network=known.network or None,
        counts=known.counts,
    )
    return Reply(cards.done(t, known.file_name, known.id, known.counts), replaces=True)


async def cancelled(context: Context, arguments: Sequence[str]) -> Replies:
    """Forget a plan and the values in it."""
    known = await _own(context, arguments, ImportState.PLANNED)
    if known is None:
        return Reply(Card(text=context.t("import.gone")))
    await store.drop(context.session, known.id)
    return Reply(Card(text=context.t("import.cancelled")), replaces=True)


async def run(context: Context, argument: str) -> Replies:
    """Undo the last import that the asker carried out."""
    known = await store.latest(context.session, cards.owner(context))
    if known is None:
        return Reply(Card(text=context.t("lists.undo_none")))
    return Reply(await _undone(context, known))


async def undone(context: Context, arguments: Sequence[str]) -> Replies:
    """Undo the import whose button was pressed."""
    known = await _own(context, arguments, ImportState.DONE)
    if known is None:
        return Reply(Card(text=context.t("lists.undo_not_possible")))
    return Reply(await _undone(context, known), replaces=True)


async def _undone(context: Context, known: Import) -> Card:
    t, session = context.t, context.session
    if known.network and not await _may(context, {known.network}):
        return Card(text=t("dispatch.refused"))
    trace = Trace()
    try:
        async with session.begin_nested():
            trace.add(await store.undo(session, known.id, context.now))
    except importing.NotPossibleError:
        return Card(text=t("lists.undo_not_possible"))
    except importing.ChangedSinceError as error:
        records = ", ".join(key for _, key in error.records[:5])
        return Card(text=t("lists.undo_changed_since", records=records))
    await trace.enter(
        session,
        context.actor,
        context.now,
        known.id,
        action=importing.UNDO_IMPORT,
        network=known.network or None,
    )
    return Card(text=t("lists.undone", number=known.id, file=known.file_name))


async def _may(context: Context, networks: set[str]) -> bool:
    """Whether the asker still may import into all of these."""
    return all(
        context.decide(Subject.IMPORT, network, (Condition.DRY_RUN,)) is Decision.ALLOWED
        for network in networks
    )


async def _own(context: Context, arguments: Sequence[str], state: ImportState) -> Import | None:
    """The asker's own import that a button names, in this state; foreign ones are as good as none."""
    number = arguments[0] if len(arguments) == 1 else ""
    if context.place.shared or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    known = await store.get(context.session, int(number))
    if known is None or known.state is not state or known.owner != cards.owner(context):
        return None
    return known


COMMAND = Command(
    name="undo_import",
    subject=Subject.IMPORT,
    run=run,
    summary="import.undo_summary",
    usage="import.undo_usage",
    actions={cards.CONFIRM: confirmed, cards.CANCEL: cancelled, cards.UNDO: undone},
    order=85,
    writes=True,
    in_menu=False,
)
