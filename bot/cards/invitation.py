"""Cards of invitations: the code with everything to pass it on by, and the list of what is out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.cards import contact, examples, platforms
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Attachment, Button, Card, Field, action
from directory import audit, posts
from directory.invitations import Invitation, InvitationState, Invitee, codes
from directory.invitations.proposals import Proposal
from directory.people import Person

#: Buttons: what is out; a new code, no code any more; a proposal is confirmed, declined.
LIST: Final = "inv-list"
RESEND: Final = "inv-resend"
REVOKE: Final = "inv-revoke"
CONFIRM: Final = "link-yes"
DECLINE: Final = "link-no"
#: How many invitations a list shows.
SHOWN: Final = 8
#: The side of a module of the QR picture and its quiet zone (ISO/IEC 18004: four modules).
_SCALE: Final = 8
_BORDER: Final = 4


def deep_link(context: Context, code: str) -> str:
    """The address that opens Telegram with the code; empty where the bot is not on Telegram."""
    return f"https://t.me/{context.telegram_name}?start={code}" if context.telegram_name else ""


def picture(text: str) -> Attachment:
    """A QR picture of ``text``."""
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=_SCALE, border=_BORDER)
    return Attachment("enlace-invitation.png", "image/png", drawn.getvalue())


async def made(context: Context, invitation: Invitation, invitee: Invitee, code: str, note: str = "") -> Card:
    """An invitation with its code, to be passed on."""
    t = context.t
    link = deep_link(context, code)
    post = await posts.get(context.session, invitee.post)
    # Without a slash: Slack keeps /join for itself, and no direct chat needs one.
    typed = f"join {codes.shown(code)}"
    fields = [
        Field(t("invite.code"), codes.shown(code)),
        Field(t("invite.post"), await contact.called(context, post) if post is not None else invitee.post),
        Field(t("invite.until"), t.moment(invitation.expires_at)),
    ]
    if link:
        fields.append(Field(t("invite.telegram"), link, url=link))
    fields.append(Field(t("invite.slack"), typed))
    lines = [t("invite.pass_on", name=invitee.name), note]
    if not invitee.reference:
        lines.append(t("invite.not_verified"))
    return Card(
        title=t("invite.title", name=invitee.name),
        text="\n".join(line for line in lines if line),
        fields=tuple(fields),
        footer=t("invite.once"),
        picture=picture(link or typed),
        buttons=((_button(context, "invite.resend", RESEND, invitation.id), _revoke(context, invitation)),),
    )


async def record(context: Context, invitation: Invitation, invitee: Invitee) -> None:
    """Leave in the trail that somebody is invited."""
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "invite",
        "invitation",
        str(invitation.id),
        None,
        {
            "post": invitee.post,
            "standing": invitee.standing,
            "language": invitee.language,
            "reference": invitee.reference,
            "expires_at": invitation.expires_at,
        },
        invitee.network,
        about=invitee.person,
    )


def _button(context: Context, key: str, name: str, number: int) -> Button:
    words = {"invite.resend": context.t("invite.resend"), "invite.revoke": context.t("invite.revoke")}
    return Button(words[key], action(name, str(number)))


def _revoke(context: Context, invitation: Invitation) -> Button:
    return _button(context, "invite.revoke", REVOKE, invitation.id)


def state(context: Context, invitation: Invitation) -> str:
    """Where an invitation stands, in words."""
    t = context.t
    match invitation.state:
        case InvitationState.REVOKED:
            return t("invite.state_revoked")
        case InvitationState.BURNT:
            return t("invite.state_burnt")
    if not invitation.is_open(context.now):
        return t("invite.state_expired", day=t.day(invitation.expires_at.astimezone(t.zone).date()))
    left = max(1, -(-(invitation.expires_at - context.now) // timedelta(days=1)))
    return t.plural("invite.state_open", left)


async def listed(
    context: Context,
    out: Sequence[Invitation],
    proposed: Sequence[tuple[Proposal, Person]],
    named: Sequence[tuple[Field, tuple[Button, ...]]],
    note: str = "",
) -> Card:
    """What is out: proposals to decide on first, then invitations that were not used, with their buttons.

    ``named`` are alternates that those who hold a post propose.
    """
    t = context.t
    rows: list[tuple[Button, ...]] = []
    fields: list[Field] = []
    for field, both in named:
        fields.append(field)
        rows += [(button,) for button in both]
    for proposal, person in proposed:
        platform = platforms.named(t, proposal.account.platform)
        fields.append(Field(person.name, t("invite.proposed", platform=platform, name=proposal.name or "?")))
        number = str(proposal.id)
        rows.append((Button(label(t("invite.confirm", name=person.name)), action(CONFIRM, number)),))
        rows.append((Button(label(t("invite.decline", name=person.name)), action(DECLINE, number)),))
    for invitation in out[:SHOWN]:
        invitee = invitation.invitee
        if invitee is None:
            continue
        post = await posts.get(context.session, invitee.post)
        called = await contact.called(context, post) if post is not None else invitee.post
        fields.append(Field(invitee.name, t("invite.line", post=called, state=state(context, invitation))))
        again = Button(label(t("invite.resend_to", name=invitee.name)), action(RESEND, str(invitation.id)))
        void = Button(label(t("invite.revoke_of", name=invitee.name)), action(REVOKE, str(invitation.id)))
        rows.append((again,))
        if invitation.is_open(context.now):
            rows.append((void,))
    if not fields:
        example = examples.typed(context, "invite")
        return Card(text="\n".join(line for line in (note, t("invite.none", command=example)) if line))
    more = len(out) - SHOWN
    return Card(
        title=t("invite.list_title"),
        text=note,
        fields=tuple(fields),
        footer=t.plural("invite.more", more) if more > 0 else "",
        buttons=tuple(rows),
    )
