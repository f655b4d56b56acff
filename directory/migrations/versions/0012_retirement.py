"""Since when an institution, a post, a person, a project or a network is no longer in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = ("institution", "post", "person", "project", "network")


def upgrade() -> None:
    """Add the day; what is there stays in use."""
    for table in _TABLES:
        op.add_column(table, sa.Column("retired_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop the day."""
    for table in _TABLES:
        # Plain SQL: a batch would copy tables that others refer to.
        op.execute(f"ALTER TABLE {table} DROP COLUMN retired_on")
