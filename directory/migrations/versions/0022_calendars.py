"""Links to calendars, and when what a calendar shows of a meeting was changed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, add the column."""
    op.create_table(
        "calendar_feed",
        sa.Column("id", BigId, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
        sa.UniqueConstraint("person", "network", name="uq_calendar_feed_person_network"),
    )
    op.add_column("meeting", sa.Column("changed_at", Instant(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("meeting", "changed_at")
    op.drop_table("calendar_feed")
