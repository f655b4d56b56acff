"""Tables of the trail: the chain, who and what each entry is about, the values beside it, and its head."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of


class Side(enum.StrEnum):
    """What a value beside the chain is: of before a change, of after it, or a remark (a reason)."""

    BEFORE = "before"
    AFTER = "after"
    NOTE = "note"


class EntryRow(Base):
    """Table ``audit_entry``: the chain. It holds nothing personal, only digests of it; rows never change."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    action: Mapped[str] = mapped_column(sa.String(48))
    kind: Mapped[str] = mapped_column(sa.String(32))
    network: Mapped[str] = mapped_column(sa.String(16), index=True)
    role: Mapped[str] = mapped_column(sa.String(32))
    place: Mapped[str] = mapped_column(sa.String(160))
    level: Mapped[int | None]
    seals: Mapped[str] = mapped_column(sa.Text)
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class PartyRow(Base):
    """Table ``audit_party``: who acted, and the key of what was looked at or changed; one row an entry."""

    __tablename__ = "audit_party"
    __table_args__ = (
        sa.Index("ix_audit_party_person", "person", "number"),
        sa.Index("ix_audit_party_account", "user", "platform", "team", "number"),
        sa.Index("ix_audit_party_key", "key", "number"),
    )

    number: Mapped[int] = mapped_column(
        sa.ForeignKey("audit_entry.number"), primary_key=True, autoincrement=False
    )
    platform: Mapped[str | None] = mapped_column(sa.String(32))
    team: Mapped[str | None] = mapped_column(sa.String(64))
    user: Mapped[str | None] = mapped_column(sa.String(64))
    person: Mapped[str | None] = mapped_column(sa.String(32))
    who_salt: Mapped[str | None] = mapped_column(sa.String(32))
    key: Mapped[str | None] = mapped_column(sa.String(160))
    key_salt: Mapped[str | None] = mapped_column(sa.String(32))


class ValueRow(Base):
    """Table ``audit_value``: one field of a change, before or after it, as JSON text; emptied by erasure."""

    __tablename__ = "audit_value"
    __table_args__ = (sa.UniqueConstraint("number", "side", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.number"))
    side: Mapped[Side] = mapped_column(one_of(Side, "side"))
    name: Mapped[str] = mapped_column(sa.String(64))
    about: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    value: Mapped[str | None] = mapped_column(sa.Text)
    salt: Mapped[str | None] = mapped_column(sa.String(32))


class HeadRow(Base):
    """Table ``audit_head``: number and hash of the last entry, so that a cut tail is noticed; one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
