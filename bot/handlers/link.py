"""``/link``: a short-lived code that links a further account to whoever asks."""

from __future__ import annotations

from bot.cards import invitation
from bot.command import Command, Context, Replies
from bot.contract import Card, Field, Reply
from directory import invitations
from directory.access import Subject
from directory.invitations import LINK_VALID, codes


async def run(context: Context, argument: str) -> Replies:
    """The code and what to do with it."""
    t, person = context.t, context.asker.person_key
    if person is None:
        return Reply(Card(text=t("dispatch.refused")))
    _, code = await invitations.link_code(context.session, person, context.now)
    shown = codes.shown(code)
    fields = [Field(t("invite.code"), shown)]
    if link := invitation.deep_link(context, code):
        fields.append(Field(t("invite.telegram"), link, url=link))
    minutes = int(LINK_VALID.total_seconds() // 60)
    return Reply(
        Card(
            title=t("link.title"),
            text=t.plural("link.how", minutes, code=shown),
            fields=tuple(fields),
            footer=t("link.nobody_else"),
        )
    )


COMMAND = Command(
    name="link",
    subject=Subject.OWN_ENTRY,
    run=run,
    summary="link.summary",
    usage="link.usage",
    aliases={"es": ("otracuenta",), "fr": ("lier",), "pt": ("outraconta",)},
    order=63,
    writes=True,
)
