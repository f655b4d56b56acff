"""Polls: several times are offered for a meeting, those expected say which suit them, one becomes it."""

from directory.meetings.polls.ranking import Ranked, rank
from directory.meetings.polls.reading import expected, get, known, listing, standing
from directory.meetings.polls.records import (
    MOST_SLOTS,
    Ballot,
    Count,
    Poll,
    Standing,
    State,
    Vote,
    code,
    read_code,
)
from directory.meetings.polls.writing import (
    Closed,
    NotExpected,
    Voted,
    choose,
    close,
    close_due,
    draft,
    forget,
    remind,
    start,
    vote,
)

__all__ = [
    "MOST_SLOTS",
    "Ballot",
    "Closed",
    "Count",
    "NotExpected",
    "Poll",
    "Ranked",
    "Standing",
    "State",
    "Vote",
    "Voted",
    "choose",
    "close",
    "close_due",
    "code",
    "draft",
    "expected",
    "forget",
    "get",
    "known",
    "listing",
    "rank",
    "read_code",
    "remind",
    "standing",
    "start",
    "vote",
]
