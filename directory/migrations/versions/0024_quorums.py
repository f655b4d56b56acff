"""What the coordination was told of the quorums of meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "meeting_quorum",
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("told", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("told IN ('reached', 'in_danger', 'lost')", name="told"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_quorum_meeting_meeting"),
        sa.PrimaryKeyConstraint("meeting", name="pk_meeting_quorum"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("meeting_quorum")
