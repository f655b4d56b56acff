"""The board of a meeting as a picture and as a spreadsheet, and its attendance list.

The picture may be passed on anywhere: it holds countries and institutions, never names of people. The lists
hold names, so they are for those who may see them, and go into the trail with everybody in them.
"""

from __future__ import annotations

import enum
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as card
from bot.cards import meeting_answers as answers
from bot.cards import meeting_board as boards
from bot.cards import words
from bot.cards.meeting import View
from bot.command import Context, Replies
from bot.contract import Attachment, Button, Card, Reply, Where, action
from bot.i18n import message
from bot.lists import drawing
from bot.lists.drawing import Board, Cell, Roll
from directory import audit
from directory.exporting import workbooks
from directory.meetings import Answer, QuorumKind, Unit, UnitKind
from directory.people import Person
from reminders import drawn

#: The button: the meeting's number and which file.
FILE: Final = "meeting-file"
#: How long drawing may take, in seconds: less than an answer may.
PATIENCE: Final = 12.0
_DRAWING: Final = "bot.lists.drawing"
_PDF: Final = "application/pdf"


class File(enum.StrEnum):
    """What can be had."""

    PICTURE = "png"
    XLSX = "xlsx"
    CSV = "csv"
    LIST_PDF = "pdf"
    LIST_XLSX = "list"


#: The buttons, row by row.
_ROWS: Final = (
    (
        (File.PICTURE, message("meeting.file_picture")),
        (File.XLSX, message("meeting.file_xlsx")),
        (File.CSV, message("meeting.file_csv")),
    ),
    (
        (File.LIST_PDF, message("meeting.file_list_pdf")),
        (File.LIST_XLSX, message("meeting.file_list_xlsx")),
    ),
)
_SILENT: Final = "silent"
#: The share of the page's width of each column of the attendance list.
_SHARES: Final = (0.05, 0.23, 0.16, 0.16, 0.2, 0.2)


def buttons(context: Context, shown: View) -> tuple[tuple[Button, ...], ...]:
    """What the board can be had as."""
    number = str(shown.meeting.number)
    return tuple(
        tuple(Button(context.t(label), action(FILE, number, which)) for which, label in row) for row in _ROWS
    )


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """The file that was asked for, once the right to it was looked at again."""
    t = context.t
    number, which = (*arguments, "", "")[:2]
    known = number.isascii() and number.isdecimal() and len(number) < 10
    shown = await card.view(context.session, int(number)) if known else None
    if shown is None or which not in list(File) or context.place.shared:
        return Reply(Card(text=t("dispatch.stale_button")), Where.PRIVATE)
    if not answers.may_see_details(context, shown, await answers.own(context, shown)):
        return Reply(Card(text=t("meeting.details_refused")))
    if which == File.PICTURE:
        return Reply(await _picture(context, shown))
    return Reply(await _list(context, shown, File(which)))


async def _picture(context: Context, shown: View) -> Card:
    t, meeting = context.t, shown.meeting
    wanted = board(context, shown)
    made = await drawn.by(_DRAWING, drawing.as_json(wanted), 1, PATIENCE)
    if not made:
        return Card(text=t("meeting.not_drawn"), buttons=buttons(context, shown))
    counted = t.list([meaning for _, meaning in wanted.legend])
    description = t("meeting.picture_shows", title=wanted.title, counts=counted)
    name = f"{meeting.code.lower()}.png"
    return Card(
        title=wanted.title,
        subtitle=wanted.subtitle,
        picture=Attachment(name, "image/png", made[0], description),
    )


def board(context: Context, shown: View) -> Board:
    """What the picture shows: countries and institutions in the order of their names; guests are counted."""
    t, meeting, tally = context.t, shown.meeting, shown.tally
    units = [unit for unit in ordered(context, shown, {}) if unit.kind is not UnitKind.PERSON]
    states = {unit: _state(shown, unit) for unit in shown.units}
    legend = [
        (state, t("meeting.legend", state=t(label), number=t.number(list(states.values()).count(state))))
        for state, label in boards.FILTERS.items()
        if state != boards.ALL
    ]
    parts = [
        t("meeting.answered_count", answered=t.number(tally.answered), expected=t.number(tally.expected))
    ]
    if meeting.quorum.kind is not QuorumKind.NONE:
        parts.append(t("meeting.quorum_line", quorum=card.quorum(t, meeting, tally)))
    return Board(
        card.title(t, meeting),
        " · ".join(parts),
        tuple(
            Cell(unit.key, t.country(unit.key), states[unit])
            if unit.kind is UnitKind.COUNTRY
            else Cell("", _short(context, shown, unit), states[unit])
            for unit in units
        ),
        tuple(legend),
        t(
            "meeting.as_of",
            code=meeting.code,
            network=meeting.network,
            when=t.moment(context.now),
        ),
    )


def ordered(context: Context, shown: View, named: Mapping[str, Person]) -> list[Unit]:
    """Those expected, in the order of what they are called."""
    return sorted(shown.units, key=lambda unit: boards.sorting(_named(context, shown, unit, named)))


def _state(shown: View, unit: Unit) -> str:
    reply = shown.replies.get(unit)
    return reply.answer.value if reply is not None else _SILENT


def _code(context: Context, shown: View, unit: Unit) -> str:
    """A country's code, or what an institution is called for short."""
    return unit.key if unit.kind is UnitKind.COUNTRY else _short(context, shown, unit)


def _short(context: Context, shown: View, unit: Unit) -> str:
    body = shown.acronyms.get(unit.key)
    return words.short_name(context.t, body) if body is not None else context.t("meeting.guest")


def _named(context: Context, shown: View, unit: Unit, named: Mapping[str, Person]) -> str:
    if unit.kind is UnitKind.PERSON:
        return boards.named_unit(context, shown, unit, named)
    return card.unit_name(context.t, shown, unit)


async def _list(context: Context, shown: View, which: File) -> Card:
    t, meeting = context.t, shown.meeting
    named = await boards.names(context, shown)
    attendance = which in (File.LIST_PDF, File.LIST_XLSX)
    table = roll(context, shown, named) if attendance else None
    headings, rows = (table.headings, table.rows) if table else _whole(context, shown, named)
    content, name, media_type = io.BytesIO(), meeting.code.lower(), workbooks.MEDIA_TYPE
    if which is File.LIST_PDF and table is not None:
        made = await drawn.by(_DRAWING, drawing.as_json(table), 1, PATIENCE)
        if not made:
            return Card(text=t("meeting.not_drawn"), buttons=buttons(context, shown))
        content.write(made[0])
        media_type = _PDF
    elif which is File.CSV:
        workbooks.write_csv(content, headings, rows)
        media_type = workbooks.CSV_MEDIA_TYPE
    else:
        workbooks.write(content, headings, rows, sheet=meeting.code)
    ending = "xlsx" if which is File.LIST_XLSX else which.value
    told = message("meeting.file_list") if attendance else message("meeting.file_board")
    _record(context, shown, which, len(rows))
    part = t("meeting.file_list_name") if attendance else t("meeting.file_board_name")
    attachment = Attachment(f"{name}-{part}.{ending}", media_type, content.getvalue())
    return Card(title=t(told, title=card.title(t, meeting)), attachments=(attachment,))


def roll(context: Context, shown: View, named: Mapping[str, Person]) -> Roll:
    """The attendance list: those who come or have come, and who was there, in the meeting's own time."""
    t, meeting = context.t, shown.meeting
    rows: list[tuple[str, ...]] = []
    for unit in ordered(context, shown, named):
        reply = shown.replies.get(unit)
        if reply is None or (reply.answer is Answer.CANNOT and reply.checked_in_at is None):
            continue
        rows.append(
            (
                t.number(len(rows) + 1),
                _named(context, shown, unit, named),
                t(card.ANSWERED_AS[reply.answer]),
                _moment(context, shown, reply.checked_in_at) if reply.checked_in_at is not None else "☐",
                boards.who_comes(reply, named),
                ", ".join(reply.names),
            )
        )
    there = sum(reply.checked_in_at is not None for reply in shown.replies.values())
    return Roll(
        card.title(t, meeting),
        (
            card.span(t, meeting, ZoneInfo(meeting.when.zone)),
            t("meeting.there_of", there=t.number(there), expected=t.number(len(shown.units))),
        ),
        (
            t("meeting.column_number"),
            t("meeting.column_unit"),
            t("meeting.column_answer"),
            t("meeting.column_there"),
            t("meeting.who_comes"),
            t("meeting.column_others"),
        ),
        _SHARES,
        tuple(rows),
        t("meeting.page_of", page="{page}", pages="{pages}"),
    )


def _whole(
    context: Context, shown: View, named: Mapping[str, Person]
) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """The board as a table: everybody expected, with all that was answered."""
    t = context.t
    rows: list[tuple[str, ...]] = []
    for unit in ordered(context, shown, named):
        reply = shown.replies.get(unit)
        name = _named(context, shown, unit, named)
        code = "" if unit.kind is UnitKind.PERSON else _code(context, shown, unit)
        if reply is None:
            rows.append((code, name, t("meeting.board_no_answer"), *("",) * 10))
            continue
        proxy = reply.proxy
        rows.append(
            (
                code,
                name,
                t(card.ANSWERED_AS[reply.answer]),
                t(boards.SEATS[reply.seat]) if reply.seat in boards.SEATS else "",
                boards.who_comes(reply, named),
                t.number(reply.size),
                ", ".join(reply.names),
                card.unit_name(t, shown, proxy) if proxy is not None else "",
                reply.note,
                _sortable(shown, reply.answered_at),
                t("meeting.yes") if reply.on_behalf else "",
                t("meeting.yes") if reply.late else "",
                _sortable(shown, reply.checked_in_at) if reply.checked_in_at is not None else "",
            )
        )
    headings = (
        t("meeting.column_code"),
        t("meeting.column_unit"),
        t("meeting.column_answer"),
        t("meeting.column_seat"),
        t("meeting.who_comes"),
        t("meeting.column_size"),
        t("meeting.column_others"),
        t("meeting.column_proxy"),
        t("meeting.column_note"),
        t("meeting.column_answered_on"),
        t("meeting.column_on_behalf"),
        t("meeting.column_late"),
        t("meeting.column_there"),
    )
    return headings, rows


def _moment(context: Context, shown: View, at: datetime) -> str:
    """Day and time of day where the meeting is."""
    there = ZoneInfo(shown.meeting.when.zone)
    return f"{context.t.day_of_month(at.astimezone(there))}, {context.t.hour(at, there)}"


def _sortable(shown: View, at: datetime) -> str:
    """The same with the year, in the order in which a spreadsheet sorts it."""
    return f"{at.astimezone(ZoneInfo(shown.meeting.when.zone)):%Y-%m-%d %H:%M}"


def _record(context: Context, shown: View, which: File, rows: int) -> None:
    """Who was in the list, and that it was had, goes into the trail."""
    boards.note_looks(context, shown, shown.units)
    meeting = shown.meeting

    async def record(session: AsyncSession) -> None:
        said = {"format": which.value, "rows": rows, "meeting": meeting.code}
        network = meeting.network
        await audit.changed(
            session, context.actor, context.now, "export", "export", network, None, said, network
        )

    context.effects.append(record)
