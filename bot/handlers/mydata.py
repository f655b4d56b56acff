"""``/mydata``: everything that is known of the asker, as two files in their direct chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import data_files, own
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from directory import own_data
from directory.access import Subject


async def run(context: Context, _argument: str) -> Replies:
    """The files; of an account that belongs to nobody, what is stored of the account."""
    t = context.t
    if context.traces is None:
        raise LookupError("nothing here knows what the conversation keeps")
    key = await own.own_key(context)
    reaches = await own.own_reaches(context.session, context, key)
    data = (
        await own_data.of_person(context.session, key)
        if key is not None
        else await own_data.of_account(context.session, context.asker.account)
    )
    data |= await context.traces.read(context.session, reaches, key)
    files = data_files.files(t, data, t("data.made", when=t.moment(context.now)))
    text = t("data.lead") if key is not None else t("data.lead_account")
    return Reply(Card(title=t("data.title"), text=text, footer=t("data.footer"), attachments=files))


async def pressed(context: Context, _arguments: Sequence[str]) -> Replies:
    """The button on one's own entry."""
    if context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await run(context, "")


COMMAND = Command(
    name="mydata",
    subject=Subject.OWN_DATA,
    run=run,
    summary="data.summary",
    usage="data.usage",
    aliases={
        "es": ("todosmisdatos", "exportarmisdatos"),
        "fr": ("mesdonnees",),
        "pt": ("todosmeusdados", "exportarmeusdados"),
    },
    actions={"mydata": pressed},
    order=62,
)
