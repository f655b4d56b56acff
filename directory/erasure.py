"""Forgetting a person: what the directory's own tables hold of them is deleted or loses their name.

The history of a post stays without the name: nominations go over to one nameless person. What other parts
of the program hold (messages under way, the chat's transcript) is theirs to erase; see ``bot.traces``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant


class ErasureRow(Base):
    """Table ``erasure``: that somebody was erased, and when nothing of them was left in the files either.

    It does not say who.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Instant)
    scrubbed_at: Mapped[datetime | None] = mapped_column(Instant)
