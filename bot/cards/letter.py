"""The card of a letter: its words, and buttons where the reader is to do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cards import alternates, deadline, invitation, meeting, poll, unlinking, verifying
from bot.contract import Button, Card, action
from bot.i18n import Translator, message
from directory.letters import Letter

#: The button of a letter that leads to a deadline.
_DEADLINE: Final = (message("deadline.details"), deadline.SHOW, "number")
#: The button of a letter that leads to a meeting.
_MEETING: Final = (message("meeting.show"), meeting.SHOW, "number")
#: The button of a letter that gives a meeting's calendar file.
_CALENDAR: Final = (message("meeting.to_calendar"), meeting.CALENDAR, "number")
_DECISION: Final = (
    (message("deadline.letter_yes"), deadline.YES, "request"),
    (message("deadline.letter_no"), deadline.NO, "request"),
    _DEADLINE,
)
#: For a message its buttons: the key of the words, the action, and which of the letter's values it is given,
#: separated by commas.
_BUTTONS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    message("join.told"): ((message("join.verify"), verifying.PERSON, "person"),),
    message("join.proposed_told"): ((message("invite.list_title"), invitation.LIST, ""),),
    message("join.burnt_told"): ((message("invite.list_title"), invitation.LIST, ""),),
    message("link.linked_told"): ((message("unlink.title"), unlinking.LIST, ""),),
    message("link.confirmed_told"): ((message("unlink.title"), unlinking.LIST, ""),),
    message("alternate.told_proposed"): (
        (message("alternate.yes"), alternates.YES, "number"),
        (message("alternate.no"), alternates.NO, "number"),
    ),
    message("deadline.told_time_asked"): _DECISION,
    message("deadline.told_owner_proposed"): _DECISION,
    message("deadline.told_done"): (_DEADLINE,),
    message("deadline.told_assigned"): (_DEADLINE,),
    message("deadline.told_moved"): (_DEADLINE,),
    message("deadline.told_reopened"): (_DEADLINE,),
    message("deadline.told_time_granted"): (_DEADLINE,),
    message("deadline.told_time_declined"): (_DEADLINE,),
    message("meeting.told_wants_in"): ((message("meeting.add_unit"), meeting.ADD, "number,unit"),),
    message("meeting.told_added"): (_MEETING,),
    message("meeting.told_replaced"): (_MEETING,),
    message("meeting.told_on_behalf"): (_MEETING,),
    message("meeting.told_offer"): (
        (message("meeting.take_seat"), meeting.ANSWER, "number,take,unit"),
        (message("meeting.leave_seat"), meeting.ANSWER, "number,leave,unit"),
    ),
    message("meeting.told_moved"): (
        (message("meeting.attending"), meeting.ANSWER, "number,yes,unit"),
        (message("meeting.online"), meeting.ANSWER, "number,online,unit"),
        (message("meeting.cannot"), meeting.ANSWER, "number,no,unit"),
    ),
    message("meeting.told_changed"): (_MEETING, _CALENDAR),
    message("meeting.told_cancelled"): (
        _MEETING,
        (message("calendar.take_out"), meeting.CALENDAR, "number"),
    ),
    message("meeting.told_restored"): (_MEETING, _CALENDAR),
    message("meeting.told_offer_over"): (_MEETING,),
    message("poll.told_remind"): ((message("poll.vote"), poll.BALLOT, "number"),),
    message("poll.told_closed"): ((message("poll.show"), poll.SHOW, "number"),),
    message("meeting.told_quorum_reached"): (_MEETING,),
    message("meeting.told_quorum_in_danger"): (_MEETING,),
    message("meeting.told_quorum_lost"): (_MEETING,),
    message("meeting.told_minutes"): ((message("meeting.details"), meeting.SHOW, "number,page"),),
}


def card(t: Translator, letter: Letter) -> Card:
    """A letter as its reader sees it."""
    text = t(letter.message, **{"when": t.moment(letter.at), **letter.values})
    row = tuple(
        Button(t(words), action(name, *(letter.values[value] for value in given.split(",") if value)))
        for words, name, given in _BUTTONS.get(letter.message, ())
    )
    return Card(text=text, buttons=(row,) if row else ())
