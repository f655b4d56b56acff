"""The calendar file of a meeting, and a reply that a calendar program wrote."""

from __future__ import annotations

from collections.abc import Sequence

from bot.calendars import files, replies
from bot.calendars.files import Shown
from bot.calendars.replies import Trouble, UnreadableError
from bot.cards import examples, meeting_answers
from bot.cards import meeting as card
from bot.command import Context, Replies
from bot.contract import Attachment, Card, Reply
from bot.i18n import message
from directory import meetings
from directory.access import Decision, Subject
from directory.meetings import Answer

_TROUBLES = {
    Trouble.TOO_LARGE: message("calendar.reply_too_large"),
    Trouble.UNREADABLE: message("calendar.reply_unreadable"),
    Trouble.NO_REPLY: message("calendar.reply_none"),
    Trouble.SEVERAL: message("calendar.reply_several"),
    Trouble.NO_ANSWER: message("calendar.reply_no_answer"),
}


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """The calendar file of a meeting, in the direct chat, for those invited and the coordination."""
    number = int(arguments[0]) if arguments and arguments[0].isdecimal() and len(arguments[0]) < 10 else 0
    return await give(context, number)


async def give(context: Context, number: int) -> Reply:
    """The calendar file of the meeting with this number."""
    t, shown = context.t, await card.view(context.session, number)
    if shown is None or not files.is_known(shown.meeting) or not _may_know(context, shown.meeting.network):
        return meeting_answers.private(Card(text=t("meeting.unknown", code=meetings.code(number))))
    meeting, mine = shown.meeting, await meeting_answers.own(context, shown)
    if not meeting_answers.may_see_details(context, shown, mine):
        return meeting_answers.private(Card(text=t("calendar.file_refused")))
    content = files.file(t, Shown(meeting, details=True))
    cancelled = meeting.state is meetings.State.CANCELLED
    return meeting_answers.private(
        Card(
            title=card.title(t, meeting),
            text=t("calendar.file_cancelled" if cancelled else "calendar.file"),
            footer=""
            if cancelled
            else t("calendar.file_footer", example=examples.typed(context, "calendar")),
            attachments=(Attachment(f"{meeting.code}.ics", files.MEDIA_TYPE, content),),
        )
    )


async def replied(context: Context) -> Replies:
    """Take the answer that the file of the message holds, for whoever sent the file."""
    t = context.t
    content = context.files[0].content if len(context.files) == 1 else None
    if content is None:
        return Reply(Card(text=t("calendar.reply_not_fetched")))
    try:
        reply = replies.read(content)
    except UnreadableError as error:
        return Reply(Card(text=t(_TROUBLES[error.trouble])))
    meeting = await meetings.with_uid(context.session, reply.uid)
    if meeting is None or not files.is_known(meeting) or not _may_know(context, meeting.network):
        return Reply(Card(text=t("calendar.reply_unknown")))
    if reply.sequence < meeting.sequence and meeting.is_answered(context.now):
        # What was answered is a meeting at another time or place.
        when = card.span(t, meeting, await meeting_answers.own_zone(context, meeting.when.zone))
        text = t("calendar.reply_outdated", title=card.title(t, meeting), when=when)
        return Reply(Card(text=text, buttons=card.answer_buttons(t, meeting)))
    given = reply.answer
    if given is Answer.ATTENDING and await _is_online(context, meeting.number):
        # A calendar knows but one way to come; that it is online was said here.
        given = Answer.ONLINE
    return await meeting_answers.answer(context, meeting.number, given, None)


def _may_know(context: Context, network: str) -> bool:
    return context.decide(Subject.MEETINGS, network) is Decision.ALLOWED


async def _is_online(context: Context, number: int) -> bool:
    """Whether the one unit of the asker's has answered that it takes part online."""
    shown = await card.view(context.session, number)
    units = (await meeting_answers.own(context, shown)).units if shown is not None else ()
    said = shown.replies.get(units[0]) if shown is not None and len(units) == 1 else None
    return said is not None and said.answer is Answer.ONLINE
