"""``/invite``: an invitation for somebody to a post, by form or on one line.

Who holds a post and enrols nobody proposes an alternate for it; the coordination decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.cards import alternates, enrolling, examples, invitation, invite_form
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from directory import invitations
from directory.access import Condition, Decision, Subject
from directory.invitations import Invitee

#: The one-line way: these, separated by semicolons; the last two may be left out.
PARTS: Final = ("post", "name", "email", "language", "reference", "letter_on")


async def run(context: Context, argument: str) -> Replies:
    """The form, or with a line the invitation at once; whoever only proposes is asked for an alternate."""
    if context.decide(Subject.ENROL) is not Decision.ALLOWED:
        return await _alternate(context, argument)
    if not argument:
        return Reply(form=invite_form.form(context))
    read = await invite_form.read(context, _taken_apart(argument))
    if isinstance(read, Problems):
        example = examples.typed(context, "invite", context.t("invite.quick_example"))
        lines = (*read.fields.values(), context.t("invite.quick", example=example))
        return Reply(Card(text="\n".join(lines)))
    return Reply(await _made(context, read))


async def _alternate(context: Context, argument: str) -> Replies:
    own = await alternates.own(context)
    if context.decide(Subject.ENROL, meets={Condition.PROPOSAL}) is not Decision.ALLOWED or not own:
        return Reply(Card(text=context.t("dispatch.refused")))
    if not argument:
        return Reply(form=await alternates.form(context, own))
    read = await alternates.read(context, own, alternates.taken_apart(argument, own))
    if isinstance(read, Problems):
        return Reply(Card(text="\n".join((*read.fields.values(), alternates.how(context)))))
    return Reply(await alternates.propose(context, *read))


async def proposed(
    context: Context, _arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The form for an alternate was sent: it waits for the coordination."""
    own = await alternates.own(context)
    if not own:
        return Reply(Card(text=context.t("dispatch.refused")))
    read = await alternates.read(context, own, given)
    return read if isinstance(read, Problems) else Reply(await alternates.propose(context, *read))


async def submitted(
    context: Context, _arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent: the invitation is made."""
    read = await invite_form.read(context, given)
    return read if isinstance(read, Problems) else Reply(await _made(context, read))


async def _made(context: Context, invitee: Invitee) -> Card:
    inviter = context.asker.person_key or ""
    made, code = await invitations.invite(context.session, invitee, inviter, context.now)
    await invitation.record(context, made, invitee)
    note = await invite_form.note(context, invitee)
    return await invitation.made(context, made, invitee, code, note)


def _taken_apart(line: str) -> dict[str, Value]:
    given: dict[str, Value] = dict(zip(PARTS, (part.strip() for part in line.split(";")), strict=False))
    given["given_name"], given["family_name"] = enrolling.parted(str(given.get("name") or ""))
    letter = str(given.get("letter_on") or "")
    given["letter_on"] = _day(letter)
    return given


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


COMMAND = Command(
    name="invite",
    subject=Subject.ENROL,
    cases=frozenset({Condition.PROPOSAL}),
    run=run,
    summary="invite.summary",
    usage="invite.usage",
    aliases={"es": ("invitar",), "fr": ("inviter",), "pt": ("convidar",)},
    forms={invite_form.FORM: submitted, alternates.FORM: proposed},
    order=64,
    writes=True,
)
