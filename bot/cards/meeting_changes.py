"""What becomes of a meeting that was announced: who is told of a change, and what a room reads of it.

Everyone who answered is told privately what changed; rooms see their card change and read one line. Host,
agenda and documents change without a word: whoever asks sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import meeting as card
from bot.cards import (
    meeting_answers,
    meeting_attendance,
    meeting_decisions,
    meeting_letters,
    meeting_making,
)
from bot.cards.meeting import View
from bot.command import Context, Problems, Replies, Value
from bot.contract import Button, Card, FieldKind, Form, FormField, Reply, action
from bot.i18n import Translator, message
from directory import meetings
from directory.meetings import Answer, Meeting, State, Unchangeable, notices
from directory.meetings.notices import Notice

#: The buttons and the form that cancel, and the button that takes it back.
CANCEL: Final = "meeting-cancel"
RESTORE: Final = "meeting-restore"
REASON: Final = 500

#: What those who answered are told of each kind of change.
_TOLD: Final[Mapping[Notice, str]] = {
    Notice.MOVED: message("meeting.told_moved"),
    Notice.CHANGED: message("meeting.told_changed"),
    Notice.CANCELLED: message("meeting.told_cancelled"),
    Notice.RESTORED: message("meeting.told_restored"),
}


def manage(t: Translator, meeting: Meeting, over: bool) -> tuple[tuple[Button, ...], ...]:
    """The buttons of whoever coordinates an announced meeting."""
    number = str(meeting.number)
    if over:
        return ()
    if meeting.state is State.CANCELLED:
        return ((Button(t("meeting.restore"), action(RESTORE, number)),),)
    return (
        (
            Button(t("meeting.change"), action(meeting_making.CHANGE, number)),
            Button(t("meeting.cancel"), action(CANCEL, number)),
        ),
    )


async def announce(context: Context, before: Meeting, after: Meeting) -> None:
    """Tell those who answered, and the rooms, what is different; nothing where nothing that counts is."""
    if before.announced_at is None:
        return
    if before.when != after.when:
        kind = Notice.MOVED
    elif (before.titles, before.places, before.link) != (after.titles, after.places, after.link):
        kind = Notice.CHANGED
    else:
        return
    await _tell(context, before, after, kind)


async def _tell(context: Context, before: Meeting, after: Meeting, kind: Notice, reason: str = "") -> None:
    session, number = context.session, after.number
    for unit, reply in (await meetings.replies(session, number)).items():
        if reply.answer is Answer.CANNOT and kind is Notice.CHANGED:
            continue
        await meeting_letters.tell(
            context,
            [reply.by, reply.delegate],
            _TOLD[kind],
            after,
            unit=unit,
            before=before,
            reason=f"\n{reason}" if reason else "",
            yes=Answer.ATTENDING.value,
            online=Answer.ONLINE.value,
            no=Answer.CANNOT.value,
        )
    was = before.when if kind is Notice.MOVED else None
    await notices.put(session, number, kind, context.now, was)


async def cancel_form(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask for the reason, which also makes sure."""
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, meeting = context.t, shown.meeting
    field = FormField(
        "reason", t("meeting.cancel_reason"), FieldKind.LONG_TEXT, required=False, max_length=REASON
    )
    return Reply(
        form=Form(
            action(CANCEL, str(meeting.number)),
            t("meeting.cancel_title", title=card.title(t, meeting)),
            (field,),
            t("meeting.cancel"),
            t("meeting.cancel_text"),
        )
    )


async def cancelled(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Call it off and tell everyone."""
    reason = str(given.get("reason") or "").strip()
    return await _turn(context, arguments, Notice.CANCELLED, reason)


async def restored(context: Context, arguments: Sequence[str]) -> Replies:
    """It takes place after all."""
    return await _turn(context, arguments, Notice.RESTORED)


async def _turn(context: Context, arguments: Sequence[str], kind: Notice, reason: str = "") -> Replies:
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, number = context.t, shown.meeting.number
    try:
        if kind is Notice.CANCELLED:
            after = await meetings.cancel(context.session, context.actor, context.now, number, reason)
        else:
            after = await meetings.restore(context.session, context.actor, context.now, number)
    except Unchangeable:
        return Reply(Card(text=t("meeting.cannot_change", code=shown.meeting.code)))
    if after.announced_at is not None:
        await _tell(context, shown.meeting, after, kind, reason)
    return Reply(await managed(context, number))


async def managed(context: Context, number: int) -> Card:
    """A meeting as its coordination sees it in the direct chat, with the buttons that change it."""
    shown: View | None = await card.view(context.session, number)
    if shown is None:
        return Card(text=context.t("meeting.unknown", code=meetings.code(number)))
    meeting = shown.meeting
    if meeting.state in (State.DRAFT, State.ANNOUNCING):
        return await meeting_making.draft(context, number)
    known = card.card(context.t, shown, context.now)
    mine = await meeting_answers.own(context, shown)
    return card.with_buttons(
        known,
        (
            *meeting_attendance.here_row(context, shown, mine),
            *meeting_decisions.rows(context, shown, coordinates=True),
            *manage(context.t, meeting, meeting.is_over(context.now)),
        ),
    )
