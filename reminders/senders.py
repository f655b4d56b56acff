"""Who may send: for each account of a platform one worker at a time holds a lease on it.

Only its holder takes deliveries of an account from the outbox. A worker that stood still while its lease ran
out finds another's name here and begins nothing more: beginning a delivery asks for the lease in the same
statement.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, Instant


class SenderRow(Base):
    """Table ``sender``."""

    __tablename__ = "sender"

    platform: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(64))
    lease_until: Mapped[datetime] = mapped_column(Instant)
    since: Mapped[datetime] = mapped_column(Instant)
