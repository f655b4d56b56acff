"""``/privacy``: what is stored, why, who sees it, for how long, and how to leave."""

from __future__ import annotations

from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, Section, action
from directory.access import Subject


async def run(context: Context, _argument: str) -> Replies:
    """The notice; public, the same for everybody."""
    t = context.t
    buttons: tuple[tuple[Button, ...], ...] = ()
    if not context.place.shared:
        buttons = (
            (
                Button(t("entry.data_button"), action("mydata")),
                Button(t("entry.forget_button"), action("forget")),
            ),
        )
    return Reply(
        Card(
            title=t("privacy.title"),
            text=t("privacy.lead"),
            sections=(
                Section(t("privacy.what"), t("privacy.what_text")),
                Section(t("privacy.why"), t("privacy.why_text")),
                Section(t("privacy.who"), t("privacy.who_text")),
                Section(t("privacy.long"), t("privacy.long_text", days=t.number(context.backup_days))),
                Section(t("privacy.rights"), t("privacy.rights_text")),
            ),
            buttons=buttons,
        )
    )


COMMAND = Command(
    name="privacy",
    subject=Subject.HELP,
    run=run,
    summary="privacy.summary",
    usage="privacy.usage",
    aliases={"es": ("privacidad",), "fr": ("confidentialite",), "pt": ("privacidade",)},
    order=92,
)
