"""The tables of imports: each with its state, and what it does to every record."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json

_STATE: Final = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class ImportState(enum.StrEnum):
    """Where an import stands."""

    PLANNED = "planned"
    DONE = "done"
    UNDONE = "undone"


class ImportRow(Base):
    """Table ``import``."""

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(16))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    network: Mapped[str] = mapped_column(sa.String(16))
    owner: Mapped[str] = mapped_column(sa.String(200))
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    planned_at: Mapped[datetime] = mapped_column(Instant, index=True)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportChangeRow(Base):
    """Table ``import_change``: what an import does to one record.

    ``before`` is for undoing, ``after`` only for a plan that waits; ``digest`` tells later whether the
    record still is as the import left it.
    """

    __tablename__ = "import_change"
    __table_args__ = (sa.Index("ix_import_change_key", "noun", "key"),)

    import_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("import.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    noun: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(_STATE)
    after: Mapped[dict[str, Any] | None] = mapped_column(_STATE)
    digest: Mapped[str] = mapped_column(sa.String(32))
