"""From replies to rows of the outbox, and back to what a platform sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from bot.contract import (
    Card,
    Field,
    Incoming,
    Inline,
    Opened,
    OpenForm,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Submitted,
    Where,
    as_json,
)
from bot.forms.desk import Out, Showing
from bot.i18n import Translator
from reminders.outbox import Delivery, Draft, Priority


@dataclass(frozen=True, slots=True)
class Body:
    """What the outbox keeps of a message besides its destination."""

    operation: Operation
    place: Place
    cards: tuple[Card, ...]
    language: str
    target: str = ""
    user: str = ""
    reply_to: str = ""
    reply_token: str = ""
    form: OpenForm | None = None
    trigger: str = ""


_BODY: Final[TypeAdapter[Body]] = TypeAdapter(Body)


#: What stands after a label: French sets a no-break space before the colon (Imprimerie nationale).
_COLONS: Final = {"fr": "\u00a0:"}


def _typeset(card: Card, language: str) -> Card:
    colon = _COLONS.get(language)
    if colon is None:
        return card

    def fields(items: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(replace(item, colon=colon) for item in items)

    sections = tuple(replace(section, fields=fields(section.fields)) for section in card.sections)
    return replace(card, fields=fields(card.fields), sections=sections)


def direct_place(incoming: Incoming) -> Place:
    """The direct chat of whoever sent an event; its id is the platform's id of the person."""
    place = incoming.place
    if not place.shared:
        return place
    return Place(place.platform, place.account, PlaceKind.DIRECT, incoming.sender.user)


def drafts(incoming: Incoming, replies: Sequence[Out], language: str) -> list[Draft]:
    """The messages that carry ``replies`` to an event."""
    if isinstance(incoming.event, Inline):
        cards = tuple(
            reply.card for reply in replies if isinstance(reply, Reply) and reply.where is Where.HERE
        )
        return [_draft(_body(incoming, Operation.INLINE, incoming.place, cards, language))]
    return [
        _draft(
            _showing(incoming, reply)
            if isinstance(reply, Showing)
            else _reply(incoming, reply, reply.language or language)
        )
        for reply in replies
    ]


def _showing(incoming: Incoming, shown: Showing) -> Body:
    body = _body(incoming, Operation.FORM, shown.place, (shown.card,), shown.language)
    return replace(
        body,
        target=shown.target,
        reply_to="",
        reply_token="",
        form=shown.form,
        trigger=incoming.trigger,
    )


def _reply(incoming: Incoming, reply: Reply, language: str) -> Body:
    event = incoming.event
    if isinstance(event, Opened):
        return _body(incoming, Operation.HOME, direct_place(incoming), (reply.card,), language)
    if reply.deletes:
        body = _body(incoming, Operation.DELETE, incoming.place, (), language)
        return replace(body, target=incoming.message_id, reply_to="", reply_token="")
    if reply.where is Where.PRIVATE and incoming.place.shared:
        body = _body(incoming, Operation.POST, direct_place(incoming), (reply.card,), language)
        return replace(body, reply_to="", reply_token="")
    if reply.replaces and isinstance(event, Pressed | Submitted):
        return _body(incoming, Operation.EDIT, incoming.place, (reply.card,), language)
    return _body(incoming, Operation.POST, incoming.place, (reply.card,), language)


def _body(
    incoming: Incoming, operation: Operation, place: Place, cards: tuple[Card, ...], language: str
) -> Body:
    event = incoming.event
    target = ""
    if operation is Operation.EDIT and isinstance(event, Pressed | Submitted):
        target = event.message_id
    elif isinstance(event, Inline):
        target = event.query_id
    return Body(
        operation=operation,
        place=place,
        cards=tuple(_typeset(card, language) for card in cards),
        language=language,
        target=target,
        user=incoming.sender.user,
        reply_to=incoming.message_id,
        reply_token=incoming.reply_token,
    )


def _draft(body: Body) -> Draft:
    place = body.place
    # Of several edits of a message that wait, only what it shows in the end is worth a request.
    same = f"edit:{body.target}"[:160] if body.operation is Operation.EDIT and body.target else ""
    return Draft(place.platform, place.account, place.id, as_json(_BODY, body), coalesce=same)


def letter_draft(place: Place, card: Card, language: str, *, guard: str = "", coalesce: str = "") -> Draft:
    """A message that answers nothing: what the program itself has to say, in a direct chat or in a room.

    ``guard`` and ``coalesce``: see ``Draft``.
    """
    draft = _draft(Body(Operation.POST, place, (_typeset(card, language),), language))
    priority = Priority.AUTOMATIC if place.shared else Priority.LETTER
    return replace(draft, priority=priority, guard=guard, coalesce=coalesce)


def update_draft(place: Place, card: Card, language: str, message: str) -> Draft:
    """That a message of the program's own, by the platform's id of it, shows this card from now on."""
    body = Body(Operation.EDIT, place, (_typeset(card, language),), language, target=message)
    return replace(_draft(body), priority=Priority.LETTER)


def repeated(delivery: Delivery, number: int) -> Draft:
    """The message of delivery ``number``, in doubt, once more, saying that it may have come already.

    Raises:
        ValueError: its body cannot be read.
    """
    body = _BODY.validate_json(delivery.body)
    first, *rest = body.cards
    note = Translator(body.language)("status.repeated")
    card = replace(first, text=f"{note}\n\n{first.text}" if first.text else note)
    return replace(
        _draft(replace(body, cards=(card, *rest))),
        destination=delivery.destination,
        priority=Priority.LETTER,
        guard=delivery.guard,
        repeats=number,
    )


def outgoing(delivery: Delivery) -> Outgoing:
    """The message of a claimed row; its destination may have moved since it was written."""
    body = _BODY.validate_json(delivery.body)
    return Outgoing(
        id=delivery.key,
        operation=body.operation,
        place=replace(body.place, id=delivery.destination),
        cards=body.cards,
        language=body.language,
        target=body.target,
        user=body.user,
        reply_to=body.reply_to,
        reply_token=body.reply_token,
        form=body.form,
        trigger=body.trigger,
    )
