"""The card of a letter: its words, and a button where the reader is to do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cards import invitation, unlinking, verifying
from bot.contract import Button, Card, action
from bot.i18n import Translator, message
from directory.letters import Letter

#: For a message the key of its button's words, the button, and which of the letter's values it is given.
_BUTTONS: Final[Mapping[str, tuple[str, str, str]]] = {
    message("join.told"): (message("join.verify"), verifying.PERSON, "person"),
    message("join.proposed_told"): (message("invite.list_title"), invitation.LIST, ""),
    message("join.burnt_told"): (message("invite.list_title"), invitation.LIST, ""),
    message("link.linked_told"): (message("unlink.title"), unlinking.LIST, ""),
    message("link.confirmed_told"): (message("unlink.title"), unlinking.LIST, ""),
}


def card(t: Translator, letter: Letter) -> Card:
    """A letter as its reader sees it."""
    text = t(letter.message, **{"when": t.moment(letter.at), **letter.values})
    if letter.message not in _BUTTONS:
        return Card(text=text)
    words, name, value = _BUTTONS[letter.message]
    given = (letter.values[value],) if value else ()
    return Card(text=text, buttons=((Button(t(words), action(name, *given)),),))
