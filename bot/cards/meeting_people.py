"""What is added to an answer: who comes, a note, who speaks for a country that cannot.

All of it is asked and shown in the direct chat; a room only ever sees counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from bot.cards import meeting as card
from bot.cards import meeting_answers as answers
from bot.cards import meeting_letters
from bot.cards.meeting import View
from bot.command import Context, Problems, Replies, Value
from bot.contract import Card, Choice, FieldKind, Form, FormField, Reply, Where, action
from bot.i18n import Translator, message
from directory import meetings, people
from directory.meetings import Answer, Closed, NotExpected, Unit, standing
from directory.people import NAME_LEVEL

#: The largest delegation, and the longest name, list of names and note, in characters.
LARGEST: Final = 99
NAME: Final = 160
NAMES: Final = 1000
NOTE: Final = 1000
#: The choice that nobody speaks for a unit.
_NOBODY: Final = "nobody"


async def asked_for(context: Context, arguments: Sequence[str]) -> tuple[View, Unit] | Reply:
    """The meeting and the unit that a button or a form is about, where the asker answers for it."""
    t = context.t
    number = arguments[0] if arguments else ""
    unit = meetings.unit_of(arguments[1]) if len(arguments) > 1 else None
    shown = await card.view(context.session, int(number)) if _is_number(number) else None
    if shown is None or unit is None:
        return Reply(Card(text=t("dispatch.stale_button")), Where.PRIVATE)
    mine = await answers.own(context, shown)
    if unit not in mine.units and not mine.coordinates:
        return Reply(Card(text=t("dispatch.refused")), Where.PRIVATE)
    if not shown.meeting.is_answered(context.now):
        return Reply(Card(text=answers.closed(t, shown.meeting)), Where.PRIVATE)
    if unit not in shown.replies:
        return Reply(
            Card(text=t("meeting.answer_first"), buttons=card.answer_buttons(t, shown.meeting, unit))
        )
    return shown, unit


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


async def people_form(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask who comes, or who speaks for the unit where it cannot come and the body's rules allow that."""
    found = await asked_for(context, arguments)
    if isinstance(found, Reply):
        return found
    shown, unit = found
    t, reply = context.t, shown.replies[unit]
    fields = [
        FormField(
            "delegate",
            t("meeting.delegate"),
            hint=t("meeting.delegate_hint"),
            value=await _delegate(context, reply),
            required=False,
            max_length=NAME,
        ),
        FormField(
            "size", t("meeting.size"), FieldKind.NUMBER, value=str(reply.size), hint=t("meeting.size_hint")
        ),
        FormField(
            "names",
            t("meeting.names"),
            FieldKind.LONG_TEXT,
            hint=t("meeting.names_hint"),
            value="\n".join(reply.names),
            required=False,
            max_length=NAMES,
        ),
    ]
    if shown.meeting.proxies and reply.answer in (Answer.CANNOT, Answer.MAYBE):
        fields.append(_proxy_field(t, shown, unit))
    return Reply(
        form=Form(
            action(card.DELEGATION, str(shown.meeting.number), unit.short),
            t("meeting.people_title", title=card.title(t, shown.meeting)),
            tuple(fields),
            t("meeting.save"),
            t("meeting.people_text"),
        )
    )


def _proxy_field(t: Translator, shown: View, unit: Unit) -> FormField:
    """Who speaks for a unit: one of those who come or take part online."""
    there = [
        other
        for other, reply in shown.replies.items()
        if other != unit
        and reply.answer in (Answer.ATTENDING, Answer.ONLINE)
        and card.unit_name(t, shown, other)
    ]
    named = sorted((card.unit_name(t, shown, other), other) for other in there)
    proxy = shown.replies[unit].proxy
    return FormField(
        "proxy",
        t("meeting.proxy"),
        FieldKind.CHOICE,
        hint=t("meeting.proxy_hint"),
        value=proxy.short if proxy in there and proxy is not None else _NOBODY,
        choices=(
            Choice(_NOBODY, t("meeting.proxy_nobody")),
            *(Choice(other.short, name) for name, other in named[:99]),
        ),
    )


async def _delegate(context: Context, reply: meetings.Reply) -> str:
    if not reply.delegate:
        return reply.delegate_name
    known = await people.get(context.session, reply.delegate, NAME_LEVEL)
    return known.name if known is not None else reply.delegate_name


async def people_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Store who comes."""
    found = await asked_for(context, arguments)
    if isinstance(found, Reply):
        return found
    shown, unit = found
    t = context.t
    size = given.get("size")
    if not isinstance(size, Decimal) or size != int(size) or not 1 <= size <= LARGEST:
        return Problems({"size": t("meeting.bad_size", most=t.number(LARGEST))})
    names = tuple(line.strip()[:NAME] for line in str(given.get("names") or "").splitlines() if line.strip())
    if len(names) >= LARGEST:
        return Problems({"names": t("meeting.too_many_names", most=t.number(LARGEST))})
    chosen = meetings.unit_of(str(given.get("proxy") or ""))
    return await _store(
        context,
        shown,
        unit,
        delegate="",
        delegate_name=str(given.get("delegate") or "").strip()[:NAME],
        size=max(int(size), len(names) + 1 if names else 1),
        names=names,
        proxy=chosen if chosen in shown.replies else None,
    )


async def note_form(context: Context, arguments: Sequence[str]) -> Replies:
    """Ask for a note to the coordination."""
    found = await asked_for(context, arguments)
    if isinstance(found, Reply):
        return found
    shown, unit = found
    t = context.t
    field = FormField(
        "note",
        t("meeting.note_label"),
        FieldKind.LONG_TEXT,
        value=shown.replies[unit].note,
        required=False,
        max_length=NOTE,
    )
    title = t("meeting.note_title", title=card.title(t, shown.meeting))
    form = Form(
        action(card.NOTE, str(shown.meeting.number), unit.short),
        title,
        (field,),
        t("meeting.save"),
        t("meeting.note_text"),
    )
    return Reply(form=form)


async def note_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Store the note."""
    found = await asked_for(context, arguments)
    if isinstance(found, Reply):
        return found
    shown, unit = found
    return await _store(context, shown, unit, note=str(given.get("note") or "").strip())


async def _store(context: Context, shown: View, unit: Unit, **details: object) -> Replies:
    number = shown.meeting.number
    try:
        done = await meetings.complete(context.session, context.actor, context.now, number, unit, **details)
    except Closed as problem:
        return Reply(Card(text=answers.closed(context.t, problem.meeting)))
    except NotExpected:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    await answers.tell_others(context, shown, done)
    return Reply(answers.confirmation(context.t, shown, done))


async def added(context: Context, arguments: Sequence[str]) -> Replies:
    """The coordination expects a unit too; whoever answers for it is told to press again."""
    t = context.t
    number = arguments[0] if arguments else ""
    unit = meetings.unit_of(arguments[1]) if len(arguments) > 1 else None
    shown = await card.view(context.session, int(number)) if _is_number(number) else None
    if shown is None or unit is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    if not (await answers.own(context, shown)).coordinates:
        return Reply(Card(text=t("dispatch.refused")))
    meeting = shown.meeting
    new = await meetings.add_unit(context.session, context.actor, context.now, meeting, unit)
    if new:
        day = context.now.date()
        there = await standing.speakers(context.session, unit, meeting.network, day)
        whom = [speaker.person for speaker in there]
        await meeting_letters.tell(context, whom, message("meeting.told_added"), meeting, unit=unit)
    key = "meeting.added" if new else "meeting.added_already"
    return Reply(Card(text=t(key, code=meeting.code)), replaces=True)
