"""An index for the events that wait, by conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    waiting = sa.text("state = 'pending'")
    op.create_index(
        "ix_inbox_pending",
        "inbox",
        ["conversation", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_inbox_pending", "inbox")
