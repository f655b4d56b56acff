"""Who was heard in which room, and what each room was told on which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant, Json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "room_member",
        sa.Column("room", BigId, nullable=False),
        sa.Column("account", BigId, nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_room_member_room_room", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name="fk_room_member_account_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room", "account", name="pk_room_member"),
    )
    op.create_index("ix_room_member_account", "room_member", ["account"])
    op.create_table(
        "room_digest",
        sa.Column("id", BigId, nullable=False),
        sa.Column("room", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('daily', 'weekly', 'catch_up')", name="kind"),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_room_digest_room_room", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_room_digest"),
        sa.UniqueConstraint("room", "day", name="uq_room_digest_room_day"),
    )
    op.create_index("ix_room_digest_made_at", "room_digest", ["made_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("room_digest")
    op.drop_table("room_member")
