"""The browser chat's transcript."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "browser_room",
        sa.Column("room", sa.String(80), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_browser_room"),
    )
    op.create_table(
        "browser_message",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("room", sa.String(80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("edit_key", sa.String(36), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_browser_message"),
        sa.UniqueConstraint("key", name="uq_browser_message_key"),
    )
    op.create_index("ix_browser_message_position", "browser_message", ["room", "position"])
    op.create_index("ix_browser_message_change", "browser_message", ["room", "change"])
    op.create_index("ix_browser_message_created_at", "browser_message", ["created_at"])
    op.create_table(
        "browser_secret",
        sa.Column("id", BigId, nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_browser_secret"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("browser_secret", "browser_message", "browser_room"):
        op.drop_table(table)
