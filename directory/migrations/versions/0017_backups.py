"""What became of backups, so that the nightly one is made once and its failure told once; restorations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "backup_run",
        sa.Column("id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_backup_run"),
        sa.UniqueConstraint("day", name="uq_backup_run_day"),
    )
    op.create_index("ix_backup_run_finished_at", "backup_run", ["finished_at"])
    op.create_table(
        "restoration",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("restored_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restoration"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("restoration")
    op.drop_table("backup_run")
