"""Who asked to be expected at a meeting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "meeting_request",
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('country', 'institution', 'person')", name="kind"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_request_meeting_meeting"),
        sa.PrimaryKeyConstraint("meeting", "kind", "key", name="pk_meeting_request"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("meeting_request")
