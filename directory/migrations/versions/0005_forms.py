"""Tables of forms, and the forms that the browser chat shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "form",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("stepwise", sa.Boolean(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.CheckConstraint("outcome IN ('open', 'sent', 'cancelled', 'replaced')", name="outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_form"),
        sa.UniqueConstraint("key", name="uq_form_key"),
    )
    op.create_index("ix_form_asked", "form", ["platform", "team", "user", "outcome"])
    op.create_index("ix_form_expires_at", "form", ["expires_at"])
    op.add_column("browser_message", sa.Column("form", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("browser_message") as batch:
        batch.drop_column("form")
    op.drop_table("form")
