"""What a meeting leaves: minutes, and decisions, each of them a deadline that its owners are reminded of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.cards import deadline as deadline_card
from bot.cards import deadline_forms as forms
from bot.cards import deadline_letters, meeting_letters, meeting_making, paging
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import meeting as card
from bot.cards.meeting import View
from bot.command import Context, Problems, Replies, Value
from bot.contract import Button, Card, Field, Form, FormField, Reply, action
from bot.i18n import message
from directory import meetings
from directory.editing.checks import is_url
from directory.meetings import Answer, Meeting, State
from reminders.deadlines import Filters, Source, SourceKind, reading, writing

#: The form of a new decision: the meeting's number, and the mark of the reading that it shows.
DECIDE: Final = "meeting-decide"
#: The form of the address of the minutes.
MINUTES: Final = "meeting-minutes"
#: Decisions on a page.
PAGE: Final = 6
_ADDRESS: Final = 500


def rows(context: Context, shown: View, *, coordinates: bool) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a meeting that was announced: its decisions, and its minutes for the coordination."""
    t, meeting = context.t, shown.meeting
    if meeting.state is not State.ANNOUNCED or not (coordinates or meeting.starts_at <= context.now):
        return ()
    number = str(meeting.number)
    row = [Button(t("meeting.decisions"), action(card.DECISIONS, number))]
    if coordinates and meeting.starts_at <= context.now:
        row.append(Button(t("meeting.minutes"), action(MINUTES, number)))
    return (tuple(row),)


async def decisions(context: Context, shown: View, start: int = 0, note: str = "") -> Card:
    """What was decided at a meeting, each decision with its traffic light, owners and date."""
    t, meeting = context.t, shown.meeting
    filters = Filters(networks=[meeting.network], from_meeting=meeting.code)
    total = await reading.count(context.session, filters)
    start = start if 0 <= start < total else 0
    page = await reading.listing(context.session, filters, offset=start, limit=PAGE)
    today = forms.today(context)
    owners = {owner for item in page for owner in item.owners}
    called = await owning.names(context.session, t, owners)
    number = str(meeting.number)
    turns, place = paging.turns(t, start, PAGE, total, lambda at: action(card.DECISIONS, number, str(at)))
    fields = []
    for item in page:
        owed = t.list([called[owner] for owner in item.owners])
        parts = [said.state(t, item, today), said.due(t, item.due), owed]
        fields.append(Field(said.named(t, item), " · ".join(part for part in parts if part)))
    may_add = not context.place.shared and rights.coordinates(context, meeting.network)
    add = (Button(t("meeting.decide"), action(DECIDE, number)),)
    return Card(
        title=card.title(t, meeting),
        subtitle=t.plural("meeting.decided", total),
        text=note or ("" if total else t("meeting.nothing_decided")),
        fields=tuple(fields),
        footer=place,
        buttons=(
            *((deadline_card.show_button(t, item),) for item in page),
            *((turns,) if turns else ()),
            *((add,) if may_add and meeting.state is State.ANNOUNCED else ()),
            (Button(t("meeting.back"), action(card.SHOW, number)),),
        ),
    )


async def turned(context: Context, arguments: Sequence[str], shown: View) -> Reply:
    """A page of what was decided, in the place of the pressed card where that is nobody else's."""
    start = arguments[1] if len(arguments) > 1 else ""
    at = int(start) if start.isascii() and start.isdecimal() and len(start) < 5 else 0
    return Reply(await decisions(context, shown, at), replaces=bool(start) or not context.place.shared)


async def decide_form(context: Context, arguments: Sequence[str]) -> Replies:
    """The form of a decision: what, by whom, by when."""
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    return Reply(form=await _form(context, shown.meeting, forms.Typed()))


async def _form(
    context: Context, meeting: Meeting, wanted: forms.Typed, read: forms.Reading | None = None
) -> Form:
    return await forms.form(
        context,
        wanted,
        read,
        name=action(DECIDE, str(meeting.number)),
        title=context.t("meeting.decide_title", title=card.title(context.t, meeting)),
        brief=True,
    )


async def decided(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """A decision was filled in: shown as it was read, and stored once that was seen."""
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, session, meeting = context.t, context.session, shown.meeting
    wanted = replace(forms.typed(given), network=meeting.network)
    read = await forms.read(context, wanted)
    if read.problems:
        return Problems(
            {"owners" if name == "network" else name: text for name, text in read.problems.items()}
        )
    if not read.is_clear or read.deadline is None or list(arguments[1:2]) != [read.mark]:
        return Reply(form=await _form(context, meeting, wanted, read))
    new = replace(read.deadline, source=Source(SourceKind.DECISION, meeting.code))
    stored = await writing.create(session, context.actor, context.now, new)
    told = message("deadline.told_assigned")
    first = await deadline_letters.first_to_turn_to(context, stored)
    await deadline_letters.tell(context, first, told, stored, dates={"due": stored.due})
    note = t("meeting.decision_saved", code=stored.code)
    return Reply(await decisions(context, shown, await _page_of(context, meeting, stored.number), note))


async def _page_of(context: Context, meeting: Meeting, number: int) -> int:
    """Where the page begins on which a decision stands."""
    filters = Filters(networks=[meeting.network], from_meeting=meeting.code)
    found = await reading.listing(context.session, filters)
    at = next((at for at, item in enumerate(found) if item.number == number), 0)
    return at - at % PAGE


async def minutes_form(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask where the minutes are."""
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, meeting = context.t, shown.meeting
    field = FormField(
        "minutes",
        t("meeting.minutes_address"),
        hint="https://",
        value=meeting.minutes,
        required=False,
        max_length=_ADDRESS,
    )
    return Reply(
        form=Form(
            action(MINUTES, str(meeting.number)),
            t("meeting.minutes_title", title=card.title(t, meeting)),
            (field,),
            t("meeting.save"),
            t("meeting.minutes_text"),
        )
    )


async def minutes_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Keep where the minutes are, and tell those who took part the first time."""
    shown = await meeting_making.own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, meeting = context.t, shown.meeting
    address = str(given.get("minutes") or "").strip()
    if address and not is_url(address):
        return Problems({"minutes": t("meeting.bad_link")})
    await meetings.change(context.session, context.actor, context.now, replace(meeting, minutes=address))
    if address and not meeting.minutes:
        there = [
            reply
            for reply in shown.replies.values()
            if reply.answer is not Answer.CANNOT or reply.checked_in_at is not None
        ]
        whom = [key for reply in there for key in (reply.by, reply.delegate)]
        told = message("meeting.told_minutes")
        await meeting_letters.tell(context, whom, told, meeting, page=card.DETAILS)
    key = "meeting.minutes_saved" if address else "meeting.minutes_removed"
    back = ((Button(t("meeting.back"), action(card.SHOW, str(meeting.number))),),)
    return Reply(Card(text=t(key, title=card.title(t, meeting)), buttons=back))
