"""Nudges: what is looked at, who was told of what, who wants quiet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "nudge_watch",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("look_at", Instant, nullable=False),
        sa.Column("since", Instant, nullable=True),
    )
    op.create_index("ix_nudge_watch_look_at", "nudge_watch", ["look_at"])
    op.create_table(
        "nudge",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("occasion", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column(
            "state",
            sa.Enum("planned", "sent", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("letter", sa.String(36), nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.UniqueConstraint("kind", "key", "occasion", "person"),
    )
    op.create_index("ix_nudge_state_due_at", "nudge", ["state", "due_at"])
    op.create_index("ix_nudge_person_state", "nudge", ["person", "state"])
    op.create_index("ix_nudge_letter", "nudge", ["letter"])
    op.create_table(
        "quiet",
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column(
            "kind",
            sa.Enum("nudges", "digests", name="kind", native_enum=False, create_constraint=True, length=32),
            primary_key=True,
        ),
        sa.Column("until", sa.Date, nullable=True),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("quiet")
    op.drop_table("nudge")
    op.drop_table("nudge_watch")
