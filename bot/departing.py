"""An account of a platform was closed: it is nobody's any more, whoever gets it next."""

from __future__ import annotations

from bot.command import Context
from bot.i18n import message
from directory import accounts, audit, lookups


async def departed(context: Context) -> None:
    """Take the account's rights away and tell the coordinators of its person."""
    account = context.asker.account
    person = account.person_key
    if person is None or not await accounts.unlink(context.session, account, person):
        return
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "unlink",
        audit.PERSON,
        person,
        {"account": f"{account.platform}:{account.team}:{account.user}"},
        {"account": None},
        note="the platform closed the account",
    )
    networks = await audit.networks_of(context.session, [person])
    for overseer in await lookups.overseers(context.session, list(networks.values()), person):
        context.tell(overseer, message("unlink.closed_told"), platform=account.platform.capitalize())
