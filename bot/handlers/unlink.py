"""``/unlink``: an account of one's own is one's own no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import platforms, unlinking
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import Translator, message
from directory import accounts, audit
from directory.access import Subject
from directory.accounts import Account, Reach

#: Of a platform's id at most so much stands in a button, in characters.
_ID: Final = 40


async def run(context: Context, argument: str) -> Replies:
    """The accounts, to choose one."""
    t, person = context.t, context.asker.person_key
    if person is None:
        return Reply(Card(text=t("dispatch.refused")))
    rows = tuple(
        (
            Button(
                _named(t, item, context),
                action(unlinking.CHOOSE, item.account.platform, item.account.user[:_ID]),
            ),
        )
        for item in await accounts.of_person(context.session, person)
    )
    return Reply(Card(title=t("unlink.title"), text=t("unlink.which"), buttons=rows))


async def shown(context: Context, _arguments: Sequence[str]) -> Replies:
    """The accounts, by a button."""
    return await run(context, "")


def _named(t: Translator, item: Reach, context: Context) -> str:
    account = item.account
    platform = platforms.named(t, account.platform)
    if account == context.asker.account:
        return t("unlink.this", platform=platform)
    if item.linked_at is None:
        return t("unlink.other", platform=platform, user=account.user)
    day = t.day(item.linked_at.astimezone(t.zone).date())
    return t("unlink.other_since", platform=platform, user=account.user, day=day)


async def _meant(context: Context, arguments: Sequence[str]) -> Reach | None:
    person = context.asker.person_key
    if person is None or len(arguments) != 2:
        return None
    return next(
        (
            item
            for item in await accounts.of_person(context.session, person)
            if [item.account.platform, item.account.user[:_ID]] == list(arguments)
        ),
        None,
    )


async def chosen(context: Context, arguments: Sequence[str]) -> Replies:
    """An account was chosen: ask once more."""
    t = context.t
    item = await _meant(context, arguments)
    if item is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    rows = ((Button(t("unlink.yes"), action(unlinking.DO, *arguments)),),)
    text = t("unlink.sure", account=_named(t, item, context))
    return Reply(Card(title=t("unlink.title"), text=text, buttons=rows), replaces=True)


async def done(context: Context, arguments: Sequence[str]) -> Replies:
    """It was confirmed."""
    t, person = context.t, context.asker.person_key
    item = await _meant(context, arguments)
    if item is None or person is None or not await accounts.unlink(context.session, item.account, person):
        return Reply(Card(text=t("dispatch.stale_button")))
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "unlink",
        audit.PERSON,
        person,
        {"account": _written(item.account)},
        {"account": None},
    )
    context.tell(person, message("unlink.told"), platform=platforms.proper(item.account.platform))
    text = t("unlink.done", account=_named(t, item, context))
    return Reply(Card(text=text), replaces=True)


def _written(account: Account) -> str:
    return f"{account.platform}:{account.team}:{account.user}"


COMMAND = Command(
    name="unlink",
    subject=Subject.OWN_ENTRY,
    run=run,
    summary="unlink.summary",
    usage="unlink.usage",
    aliases={"es": ("quitarcuenta",), "fr": ("delier",), "pt": ("tirarconta",)},
    actions={unlinking.LIST: shown, unlinking.CHOOSE: chosen, unlinking.DO: done},
    order=63,
    writes=True,
)
