"""From replies to messages: each is set as its own language wants it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.contract import Card, Field, Incoming, Place, PlaceKind, Pressed, Reply, Sender, Where
from bot.outgoing import drafts, outgoing
from reminders.outbox import Delivery

NOW = datetime(2027, 4, 1, 12, tzinfo=UTC)


def test_a_private_answer_is_set_in_its_own_language_whatever_the_room_speaks() -> None:
    room = Place("telegram", "7", PlaceKind.GROUP, "-1")
    pressed = Incoming(
        "event-1", room, Sender("telegram", "", "42"), Pressed("mt-answer:2:attending", "9"), NOW
    )
    card = Card(text="x", fields=(Field("Mexique", "Présent"),))
    replies = (Reply(card), Reply(card, Where.PRIVATE, language="fr"))
    made = [
        outgoing(Delivery(1, "k", draft.platform, draft.account, draft.destination, draft.body, 0, NOW))
        for draft in drafts(pressed, replies, "es")
    ]
    assert [message.language for message in made] == ["es", "fr"]
    assert [message.cards[0].fields[0].colon for message in made] == [":", "\u00a0:"]
