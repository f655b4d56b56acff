"""Invitations as they are read, and what a code opened."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from directory.invitations.tables import InvitationState
from directory.posts import Standing


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited, to which post, and how a coordinator vouches for it.

    ``person`` is the key of somebody who is in the directory already. ``reference`` and ``letter_on`` are
    those of the letter of nomination: with a reference the nomination counts as confirmed once they join.
    """

    post: str
    network: str | None
    given_name: str
    family_name: str
    email: str
    language: str = ""
    standing: Standing = Standing.HOLDER
    reference: str = ""
    letter_on: date | None = None
    person: str | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation, or with ``invitee`` ``None`` a code by which ``invited_by`` links a further account."""

    id: int
    state: InvitationState
    invitee: Invitee | None
    invited_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its code can be used."""
        return self.state is InvitationState.OPEN and now < self.expires_at


class Refusal(enum.StrEnum):
    """Why a code opened nothing."""

    INVALID = "invalid"
    """Wrong, mistyped, expired, revoked, burnt, used before: nobody learns which."""
    LIMITED = "limited"
    """Too many were tried; this one was not even looked at."""
    TAKEN = "taken"
    """The code is good, but the account is somebody else's; the code can still be used."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What a code opened: whose the account is now.

    ``new_person``: they were not in the directory before. ``verified``: their nomination is confirmed.
    """

    invitation: Invitation
    person: str
    new_person: bool
    verified: bool
