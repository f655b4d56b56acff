"""What the dispatcher asks about forms: how one goes out, and what an answer, a press or a submission does.

A form is answered by the account that it was asked of, in its direct chat, once, within a day. Whatever
else comes is answered politely and changes nothing. Progress is written with the answer to the event that
made it, so that after a crash both are there or neither.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot import parsing
from bot.command import Command, Context, Problems
from bot.contract import (
    Card,
    FormStyle,
    Incoming,
    Inline,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Said,
    Submitted,
    Where,
)
from bot.forms import cards, rows, steps
from bot.forms.rows import LIFETIME, Asked, Outcome, Progress
from bot.forms.suggesting import suggestions
from bot.forms.values import Reading, Unclear, Understood, display, read, with_hint
from bot.i18n import Translator
from bot.message import Choice, FieldKind, Form, FormField, OpenForm
from bot.registry import FORM_BUTTON, Registry

#: Stands for an answer that is none of those offered.
OTHER: Final = "other-answer"
#: Says whether a command may run: ``None``, or the refusal.
Allowed = Callable[[Command, Context], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True)
class Showing:
    """A whole form on its way out, with the card that stands for it where it cannot be shown at once.

    ``target`` is the message that shows it already.
    """

    place: Place
    form: OpenForm
    card: Card
    language: str
    target: str = ""


#: What goes out: a card, or a whole form.
Out = Reply | Showing


def direct_place(context: Context) -> Place:
    """The asker's direct chat; its id is the platform's id of the person where the question was elsewhere."""
    place = context.place
    if not place.shared:
        return place
    return Place(place.platform, place.account, PlaceKind.DIRECT, context.incoming.sender.user)


def is_sending(event: object) -> bool:
    """Whether an event sends a form, and so runs in a write transaction."""
    if isinstance(event, Pressed):
        return event.action.split(":")[:1] + event.action.split(":")[2:] == [FORM_BUTTON, cards.SEND]
    return isinstance(event, Submitted)


class Desk:
    """Asks forms and takes them back. ``style``: how a platform shows them."""

    def __init__(self, registry: Registry, style: Callable[[str], FormStyle]) -> None:
        self._registry: Final = registry
        self._style: Final = style

    # Out

    async def lay_out(self, context: Context, replies: Sequence[Out]) -> list[Out]:
        """``replies`` with every form turned into what is sent, its state among the effects."""
        out: list[Out] = []
        for reply in replies:
            if isinstance(reply, Reply) and reply.form is not None:
                out += await self._ask(context, reply.form, replaces=reply.replaces)
            else:
                out.append(reply)
        return out

    async def _ask(self, context: Context, form: Form, *, replaces: bool) -> list[Out]:
        t, sender = context.t, context.incoming.sender
        if not sender.person or isinstance(context.incoming.event, Inline):
            return [Reply(Card(text=t("form.no_account")))]
        if self._registry.form(form.action.split(":", 1)[0]) is None:
            raise LookupError(f"no command has the form {form.action!r}")
        style, shared = self._style(context.place.platform), context.place.shared
        if style is not FormStyle.STEPS:
            form = replace(form, fields=tuple(with_hint(field, t) for field in form.fields))
        asked = Asked(
            key=rows.new_key(),
            platform=sender.platform,
            team=sender.team,
            user=sender.user,
            place=direct_place(context),
            language=t.language,
            stepwise=style is FormStyle.STEPS,
            form=form,
            progress=steps.begin(form) if style is FormStyle.STEPS else steps.filled(form),
            version=0,
            outcome=Outcome.OPEN,
            expires_at=context.now + LIFETIME,
        )
        note = [Reply(Card(text=t("dispatch.private_sent")))] if shared else []
        if style is not FormStyle.STEPS:
            context.effects.append(functools.partial(_add, asked=asked, context=context))
            # The form goes first: the right to show it lasts for seconds.
            return [await self._whole(_own(context, asked), asked), *note]
        before = await rows.in_steps(context.session, sender, asked.place, context.now)
        context.effects.append(functools.partial(_add, asked=asked, context=context))
        card = await steps.card(_own(context, asked), asked, asked.progress)
        if before is not None and before.form is not None:
            aside = t("form.put_aside", title=before.form.title)
            card = replace(card, footer="\n".join(part for part in (card.footer, aside) if part))
        where = Where.PRIVATE if shared else Where.HERE
        return [*note, Reply(card, where, replaces=replaces and not shared)]

    async def _whole(self, context: Context, asked: Asked, target: str = "") -> Showing:
        """A form with what was answered so far."""
        form, progress = _form(asked), asked.progress
        fields = []
        for field in form.fields:
            value = progress.answers.get(field.name, "")
            reading = await read(replace(field, required=False), value, context)
            if field.name not in progress.problems:
                fields.append(replace(field, value=display(field, reading, value)))
            elif isinstance(reading, Unclear) and reading.options and field.kind is not FieldKind.CHOICE:
                fields.append(_to_pick(field, reading, context.t))
            else:
                fields.append(replace(field, value=value))
        form = replace(form, fields=tuple(fields))
        problems = tuple((f.name, progress.problems[f.name]) for f in fields if f.name in progress.problems)
        card = cards.whole(asked, form, problems, context.t)
        return Showing(asked.place, OpenForm(asked.key, form, problems), card, asked.language, target)

    # In

    async def said(self, context: Context, event: Said) -> list[Out] | None:
        """The answer to words that answer a field; ``None`` where no form is waiting for them."""
        incoming = context.incoming
        if (
            context.place.shared
            or incoming.relayed
            or self._style(context.place.platform) is not FormStyle.STEPS
            or parsing.parse(parsing.clean(event.text)).word
        ):
            return None
        asked = await rows.in_steps(context.session, incoming.sender, context.place, context.now)
        if asked is None:
            return None
        context = _own(context, asked)
        progress, noted = await steps.answer(context, asked, event.text)
        _keep(context, asked, progress)
        return [Reply(await steps.card(context, asked, progress, noted=noted))]

    async def pressed(
        self, context: Context, event: Pressed, arguments: Sequence[str], allowed: Allowed
    ) -> list[Out]:
        """What a button of a form does."""
        key, verb, *rest = (*arguments, "", "")
        asked = await self._open(context, key)
        if isinstance(asked, Reply):
            return [replace(asked, replaces=not context.place.shared)]
        context = _own(context, asked)
        if verb == cards.SEND and asked.stepwise:
            return await self._take(context, asked, asked.progress.answers, event.message_id, allowed)
        if verb == cards.CANCEL:
            context.effects.append(functools.partial(_cancel, asked=asked, context=context))
            return [Reply(cards.ended(_form(asked).title, Outcome.CANCELLED, context.t), replaces=True)]
        if not asked.stepwise:
            return [await self._whole(context, asked)]
        progress, noted = await steps.press(context, asked, verb, [part for part in rest if part])
        if progress != asked.progress:
            _keep(context, asked, progress)
        return [Reply(await steps.card(context, asked, progress, noted=noted), replaces=True)]

    async def submitted(self, context: Context, event: Submitted, allowed: Allowed) -> list[Out]:
        """What a form that was sent whole does."""
        asked = await self._open(context, event.key)
        if isinstance(asked, Reply):
            # What is over must not look as if it could still be filled in.
            over = bool(event.message_id) and asked.card != cards.refusal(None, context.t)
            return [replace(asked, replaces=over)]
        form = _form(asked)
        values = {field.name: event.values.get(field.name, "") for field in form.fields}
        return await self._take(_own(context, asked), asked, values, event.message_id, allowed)

    async def suggested(self, context: Context, name: str, allowed: Allowed) -> tuple[Choice, ...]:
        """What may be meant by what is being typed into the field ``name`` of an open form of the asker's.

        Without a key it is the field that is being asked step by step, whatever ``name`` is.
        """
        event, sender = context.incoming.event, context.incoming.sender
        if not isinstance(event, Submitted) or context.place.shared or context.incoming.relayed:
            return ()
        asked: Asked | Reply | None
        if event.key:
            asked = await self._open(context, event.key)
        else:
            asked = await rows.in_steps(context.session, sender, context.place, context.now)
            name = asked.progress.at if asked is not None else ""
        if not isinstance(asked, Asked):
            return ()
        form = _form(asked)
        found = self._registry.form(form.action.split(":", 1)[0])
        field = next((one for one in form.fields if one.name == name), None)
        context = _own(context, asked)
        if found is None or field is None or await allowed(found[0], context) is not None:
            return ()
        return await suggestions(field, event.values.get(name, event.values.get("", "")), context)

    async def awaiting_file(self, session: AsyncSession, incoming: Incoming, now: datetime) -> Asked | None:
        """The newest form that the sender of a file has open and that a file may answer."""
        for asked in await rows.open_forms(session, incoming.sender, now):
            name = _form(asked).action.split(":", 1)[0]
            found = self._registry.form(name)
            if found is not None and name in found[0].file_forms:
                return asked
        return None

    async def brought(self, context: Context, allowed: Allowed) -> list[Out] | None:
        """A file sends the form that waits for one, as far as it is answered; ``None`` where none does."""
        asked = await self.awaiting_file(context.session, context.incoming, context.now)
        if asked is None:
            return None
        return await self._take(_own(context, asked), asked, asked.progress.answers, "", allowed)

    async def _open(self, context: Context, key: str) -> Asked | Reply:
        """The form with this key if this account may answer it here and now, else what to say."""
        incoming = context.incoming
        asked = await rows.get(context.session, key[:32]) if key else None
        foreign = (
            asked is None
            or not asked.is_of(incoming.sender)
            or incoming.relayed
            or context.place.shared
            or context.place.platform != asked.place.platform
        )
        if asked is None or foreign:
            return Reply(cards.refusal(None, context.t))
        if asked.outcome is not Outcome.OPEN or asked.expires_at <= context.now or asked.form is None:
            return Reply(cards.refusal(asked, context.t))
        return asked

    async def _take(
        self, context: Context, asked: Asked, typed: Mapping[str, str], message_id: str, allowed: Allowed
    ) -> list[Out]:
        """Read all answers and hand them to the command, or show the form again with what is wrong."""
        form = _form(asked)
        found = self._registry.form(form.action.split(":", 1)[0])
        if found is None:
            return [Reply(Card(text=context.t("dispatch.stale_button")))]
        command, submit = found
        if (refusal := await allowed(command, context)) is not None:
            return [refusal]
        readings = {field.name: await self._reading(context, asked, field, typed) for field in form.fields}
        problems = {
            name: reading.message for name, reading in readings.items() if isinstance(reading, Unclear)
        }
        values = {name: item.value for name, item in readings.items() if isinstance(item, Understood)}
        if problems:
            return [await self._again(context, asked, typed, readings, problems, message_id)]
        before = len(context.effects)
        async with context.session.begin_nested() as savepoint:
            # Closed first: a second submission waits here, and a command that forgets the asker may run.
            await rows.close(context.session, asked, Outcome.SENT, context.now)
            answer = await submit(context, form.action.split(":")[1:], values)
            if isinstance(answer, Problems):
                await savepoint.rollback()
        if isinstance(answer, Problems):
            del context.effects[before:]
            problems = {
                field.name: answer.fields[field.name] for field in form.fields if field.name in answer.fields
            }
            if len(problems) != len(answer.fields) or not problems:
                raise LookupError(f"problems of fields that the form {form.action!r} does not have")
            return [await self._again(context, asked, typed, readings, problems, message_id)]
        replies: list[Out] = [answer] if isinstance(answer, Reply) else list(answer)
        if message_id and not any(isinstance(reply, Reply) and reply.replaces for reply in replies):
            replies.insert(0, Reply(cards.ended(form.title, Outcome.SENT, context.t), replaces=True))
        return replies

    async def _reading(
        self, context: Context, asked: Asked, field: FormField, typed: Mapping[str, str]
    ) -> Reading:
        """One answer. What was shown by its name and left as it was is read by its key."""
        text, kept = typed.get(field.name, ""), asked.progress.answers.get(field.name, "")
        if text == OTHER and field.kind is not FieldKind.CHOICE:
            # What was offered was not meant: the field is asked as it was, empty.
            return Unclear(context.t("form.type_again"))
        if kept and text != kept and field.name not in asked.progress.problems:
            reading = await read(field, kept, context)
            if isinstance(reading, Understood) and display(field, reading, kept) == text.strip():
                return reading
        return await read(field, text, context)

    async def _again(
        self,
        context: Context,
        asked: Asked,
        typed: Mapping[str, str],
        readings: Mapping[str, Reading],
        problems: Mapping[str, str],
        message_id: str,
    ) -> Out:
        """The form with what is wrong at its fields and everything else as it was."""
        answers = {
            name: reading.written if isinstance(reading, Understood) else typed.get(name, "")
            for name, reading in readings.items()
        }
        answers = {name: "" if text == OTHER else text for name, text in answers.items()}
        progress = replace(asked.progress, answers=answers, problems=problems)
        if asked.stepwise:
            progress = steps.correct(_form(asked), progress)
            _keep(context, asked, progress)
            return Reply(await steps.card(context, asked, progress), replaces=bool(message_id))
        _keep(context, asked, progress)
        return await self._whole(context, replace(asked, progress=progress), message_id)


def _to_pick(field: FormField, reading: Unclear, t: Translator) -> FormField:
    """A field whose answer has several readings, as a choice between them; each reads as itself."""
    other = Choice(OTHER, t("form.other_answer"))
    return replace(field, kind=FieldKind.CHOICE, choices=(*reading.options, other), value="", max_length=0)


def _form(asked: Asked) -> Form:
    if asked.form is None:
        raise LookupError("the form is over")
    return asked.form


def _own(context: Context, asked: Asked) -> Context:
    """The context of a form: its direct chat, its language."""
    t = Translator(asked.language, context.t.zone)
    return replace(context, t=t, place=direct_place(context), room=None)


def _keep(context: Context, asked: Asked, progress: Progress) -> None:
    context.effects.append(functools.partial(rows.keep, asked=asked, progress=progress))


async def _add(session: AsyncSession, *, asked: Asked, context: Context) -> None:
    await rows.add(session, asked, context.now)


async def _cancel(session: AsyncSession, *, asked: Asked, context: Context) -> None:
    await rows.close(session, asked, Outcome.CANCELLED, context.now)
