"""``/forget``: what is known of the asker is erased, after they were told what goes and what must stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.cards import own, telling
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import message
from directory import audit, entries, erasure, people, posts
from directory.access import Subject
from directory.audit import Actor, Change

#: The buttons: erase, with the second at which they were offered; and keep everything.
YES: Final = "forget-yes"
NO: Final = "forget-no"
#: A confirmation holds this long.
PATIENCE: Final = timedelta(hours=1)


async def run(context: Context, _argument: str) -> Replies:
    """Say what will be erased, what stays and until when, and ask once more."""
    t = context.t
    key = await own.own_key(context)
    backups = (context.now + timedelta(days=context.backup_days)).astimezone(t.zone).date()
    if key is None:
        lines = [t("forget.account_goes"), t("forget.sent_stays")]
    else:
        entry = await entries.get(context.session, key)
        lines = [t("forget.person_goes")]
        if entry is not None and await posts.of_person(context.session, key):
            lines.append(t("forget.history_stays"))
        if entry is not None and entry.roles:
            lines.append(t("forget.roles_end"))
        lines.append(t("forget.sent_stays"))
    lines.append(t("forget.backups", day=t.day(backups)))
    offered = str(int(context.now.timestamp()))
    return Reply(
        Card(
            title=t("forget.title"),
            text="\n".join(lines),
            buttons=(
                (Button(t("forget.yes"), action(YES, offered)),),
                (Button(t("forget.no"), action(NO)), Button(t("entry.data_button"), action("mydata"))),
            ),
        )
    )


async def pressed(context: Context, _arguments: Sequence[str]) -> Replies:
    """The button on one's own entry."""
    if context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await run(context, "")


async def kept(context: Context, _arguments: Sequence[str]) -> Replies:
    """Nothing is erased."""
    return Reply(Card(text=context.t("forget.kept")), replaces=not context.place.shared)


async def confirmed(context: Context, arguments: Sequence[str]) -> Replies:
    """Erase whoever pressed: their person with all accounts, or the account alone."""
    t = context.t
    if context.place.shared or context.incoming.relayed or not _is_fresh(context, arguments):
        return Reply(Card(text=t("forget.expired")))
    if context.traces is None:
        raise LookupError("nothing here knows what the conversation keeps")
    session, now = context.session, context.now
    key = await own.own_key(context)
    reaches = await own.own_reaches(session, context, key)
    texts: Sequence[str] = ()
    if key is not None:
        gone = await erasure.forget(session, key, now.date(), now)
        texts = gone.texts
        await _record(context, gone)
        for post in gone.left:
            await telling.coordination(context, post, message("entry.left_told"))
    else:
        await erasure.forget_account(session, context.asker.account)
        await erasure.note(session, now)
    await context.traces.erase(session, reaches, texts, context.incoming, key)
    backups = (now + timedelta(days=context.backup_days)).astimezone(t.zone).date()
    # The card that was pressed may be among what was erased: the answer does not take its place.
    return Reply(Card(text=f"{t('forget.done')} {t('forget.backups', day=t.day(backups))}"))


async def _record(context: Context, gone: erasure.Forgotten) -> None:
    """That somebody was erased, and which posts that left vacant, without who it was."""
    nobody = Actor(context.place.platform, "", "", None, context.asker.role, str(context.place.kind))
    today = context.now.date()
    changes = [Change("forget", audit.PERSON, people.NOBODY)]
    changes += [
        Change("forget", "nomination", post.key, {"until": None}, {"until": today}, post.network)
        for post in gone.left
    ]
    await audit.changed_many(context.session, nobody, context.now, changes)


def _is_fresh(context: Context, arguments: Sequence[str]) -> bool:
    if len(arguments) != 1 or not arguments[0].isascii() or not arguments[0].isdigit():
        return False
    if len(arguments[0]) > 11:
        return False
    age = context.now - datetime.fromtimestamp(int(arguments[0]), UTC)
    return timedelta(seconds=-1) <= age <= PATIENCE


COMMAND = Command(
    name="forget",
    subject=Subject.OWN_DATA,
    run=run,
    summary="forget.summary",
    usage="forget.usage",
    aliases={
        "es": ("olvidarme", "borrarmisdatos"),
        "fr": ("oubliezmoi", "effacer"),
        "pt": ("esquecerme", "apagarmeusdados"),
    },
    actions={"forget": pressed, YES: confirmed, NO: kept},
    order=64,
    writes=True,
)
