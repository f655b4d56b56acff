"""``/import`` with a file: what it would change, shown before anything is stored."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot import fetching, parsing
from bot.cards import importing as cards
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.lists import words
from directory import networks
from directory.access import Condition, Decision, Subject
from directory.importing import Defaults, ImportKind, Request, Result, Trouble, UnreadableError, make, store

#: Rows of a list that is imported in the chat; longer ones would keep everybody waiting.
MOST_ROWS: Final = 3_000
_KINDS: Final = {"focal-points": ImportKind.FOCAL_POINTS, "projects": ImportKind.PROJECTS}


async def run(context: Context, argument: str) -> Replies:
    """The dry run of the file that came with the message, or how to send one."""
    t = context.t
    if context.place.shared:
        return Reply(Card(text=t("dispatch.refused")))
    if not context.files:
        return Reply(Card(text=t("import.how")))
    if len(context.files) > 1:
        return Reply(Card(text=t("import.one_file")))
    file = context.files[0]
    if file.content is None:
        limit = t.number(fetching.LARGEST // 1024 // 1024)
        return Reply(Card(text=t("import.not_fetched", limit=limit)))
    allowed = await allowed_networks(context)
    kind, network = _meant(argument, allowed)
    if not network and len(allowed) == 1:
        network = next(iter(allowed))
    request = Request(
        file.content,
        context.now.date(),
        kind,
        Defaults(network),
        networks=frozenset(allowed),
        most_rows=MOST_ROWS,
        speak=t.language,
    )
    try:
        plan = await make(context.session, request)
        changes = [change async for batch in plan.changes(context.session) for change in batch]
    except UnreadableError as error:
        if error.trouble is Trouble.TOO_MANY_ROWS:
            return Reply(Card(text=t("import.too_many", limit=t.number(MOST_ROWS))))
        return Reply(Card(text=words.trouble(t, error)))
    if not network and "network" not in plan.layout.by_field:
        return Reply(Card(text=t("import.which_network", networks=", ".join(sorted(allowed)))))
    # The buttons name the plan before it is stored, so that the number is drawn here.
    number, counts, name = secrets.randbits(40) | 1 << 39, plan.counts(), parsing.echo(file.ref.name)

    async def keep(session: AsyncSession) -> None:
        await store.new(
            session,
            context.now,
            kind=plan.kind,
            file_name=file.ref.name,
            network=network,
            owner=cards.owner(context),
            counts=counts,
            number=number,
        )
        await store.plan(session, number, changes)

    if counts[Result.NEW] or counts[Result.CHANGED]:
        context.effects.append(keep)
    replies = [Reply(cards.dry_run(t, plan, name, number, network))]
    if cards.worth_a_report(counts):
        replies.append(Reply(cards.full_report(t, plan)))
    return replies


async def allowed_networks(context: Context) -> set[str]:
    """The networks that the asker may import into, once a dry run was shown."""
    return {
        item.code
        for item in await networks.every(context.session)
        if context.decide(Subject.IMPORT, item.code, (Condition.DRY_RUN,)) is Decision.ALLOWED
    }


def _meant(argument: str, allowed: set[str]) -> tuple[ImportKind | None, str]:
    """The kind and the network among the words that came with the file."""
    kind: ImportKind | None = None
    network = ""
    for word in argument.split():
        kind = _KINDS.get(word.lower(), kind)
        network = word.upper() if word.upper() in allowed else network
    return kind, network


COMMAND = Command(
    name="import",
    subject=Subject.IMPORT,
    run=run,
    summary="import.summary",
    usage="import.usage",
    examples=("/import",),
    aliases={"es": ("importar",), "fr": ("importer",), "pt": ("importar",)},
    order=84,
)
