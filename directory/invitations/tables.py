"""Tables of invitations, of codes that link a second account, and of guesses."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of
from directory.posts import Standing


class InvitationState(enum.StrEnum):
    """Where an invitation stands. One that is open and past its time is expired."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    BURNT = "burnt"
    """Its code was typed where others could read it."""


class InvitationRow(Base):
    """Table ``invitation``: somebody is to join, or (``linking``) somebody's further account.

    ``code_hash`` is the newest code's; ``person`` is who it is for where they are in the directory already,
    and who used it afterwards.
    """

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("code_hash"), sa.Index("ix_invitation_expires_at", "expires_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[InvitationState] = mapped_column(
        one_of(InvitationState, "state"), default=InvitationState.OPEN
    )
    linking: Mapped[bool] = mapped_column(default=False)
    post: Mapped[str | None] = mapped_column(sa.ForeignKey("post.key"), index=True)
    network: Mapped[str | None] = mapped_column(sa.ForeignKey("network.code"), index=True)
    standing: Mapped[Standing] = mapped_column(one_of(Standing, "standing"), default=Standing.HOLDER)
    person: Mapped[str | None] = mapped_column(sa.ForeignKey("person.key"), index=True)
    given_name: Mapped[str] = mapped_column(sa.String(120), default="")
    family_name: Mapped[str] = mapped_column(sa.String(120), default="")
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    letter_on: Mapped[date | None] = mapped_column(sa.Date)
    invited_by: Mapped[str] = mapped_column(sa.String(32), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SaltRow(Base):
    """Table ``invitation_salt``: one row, what the codes of this database are hashed with, in hexadecimal."""

    __tablename__ = "invitation_salt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(64))


class GuessRow(Base):
    """Table ``invitation_guess``: a code that opened nothing, and the account that tried it."""

    __tablename__ = "invitation_guess"
    __table_args__ = (sa.Index("ix_invitation_guess_at", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    team: Mapped[str] = mapped_column(sa.String(64))
    user: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class ProposalState(enum.StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class ProposalRow(Base):
    """Table ``link_proposal``: an account whose profile has the office e-mail of a person asks to join."""

    __tablename__ = "link_proposal"
    __table_args__ = (sa.UniqueConstraint("platform", "team", "user", "person"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    team: Mapped[str] = mapped_column(sa.String(64))
    user: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), index=True)
    state: Mapped[ProposalState] = mapped_column(one_of(ProposalState, "state"), default=ProposalState.OPEN)
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str] = mapped_column(sa.String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class AlternateRow(Base):
    """Table ``alternate_proposal``: who holds a post proposes an alternate for it; a coordinator decides."""

    __tablename__ = "alternate_proposal"
    __table_args__ = (sa.Index("ix_alternate_proposal_made_at", "made_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post: Mapped[str] = mapped_column(sa.ForeignKey("post.key"), index=True)
    given_name: Mapped[str] = mapped_column(sa.String(120))
    family_name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(16))
    reference: Mapped[str] = mapped_column(sa.String(120))
    proposed_by: Mapped[str] = mapped_column(sa.String(32), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[ProposalState] = mapped_column(one_of(ProposalState, "state"), default=ProposalState.OPEN)
    decided_by: Mapped[str] = mapped_column(sa.String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
