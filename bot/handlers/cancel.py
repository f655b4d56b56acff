"""``/cancel``: closes the forms that are open, on whatever platform they are shown."""

from __future__ import annotations

from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.forms import rows
from bot.forms.rows import Outcome
from directory.access import Subject


async def run(context: Context, _argument: str) -> Replies:
    """Close them all and name them; a form belongs to the account, so it may be asked anywhere."""
    t, titles = context.t, []
    for asked in await rows.open_forms(context.session, context.incoming.sender, context.now):
        if asked.form is not None:
            await rows.close(context.session, asked, Outcome.CANCELLED, context.now)
            titles.append(asked.form.title)
    if not titles:
        return Reply(Card(text=t("cancel.nothing")))
    if context.place.shared:
        # What somebody was about to send is nobody else's business.
        return Reply(Card(text=t("form.cancelled")))
    return Reply(Card(text=t("cancel.done", title=t.list(list(dict.fromkeys(titles))))))


COMMAND = Command(
    name="cancel",
    subject=Subject.OWN_SETTINGS,
    run=run,
    summary="cancel.summary",
    usage="cancel.usage",
    aliases={"es": ("cancelar",), "fr": ("annuler",), "pt": ("cancelar",)},
    order=90,
    writes=True,
)
