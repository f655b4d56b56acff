"""What rooms are to be told of meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "meeting_notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("start_local", sa.DateTime(), nullable=True),
        sa.Column("end_local", sa.DateTime(), nullable=True),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.CheckConstraint("kind IN ('moved', 'changed', 'cancelled', 'restored')", name="kind"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_notice_meeting_meeting"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_notice"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("meeting_notice")
