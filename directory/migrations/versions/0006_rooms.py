"""Rooms are bound to networks, as somebody proposed and somebody else confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = ("loss_told", "bound_at", "confirmed_by", "bound_by", "receives", "network", "name")


def upgrade() -> None:
    """Create the table and the columns; no room is bound yet."""
    op.add_column("room", sa.Column("name", sa.String(120), nullable=False, server_default=""))
    op.add_column("room", sa.Column("network", sa.String(16), nullable=True))
    op.add_column("room", sa.Column("receives", sa.String(32), nullable=False, server_default="everything"))
    op.add_column("room", sa.Column("bound_by", sa.String(32), nullable=False, server_default=""))
    op.add_column("room", sa.Column("confirmed_by", sa.String(32), nullable=False, server_default=""))
    op.add_column("room", sa.Column("bound_at", Instant(), nullable=True))
    op.add_column("room", sa.Column("loss_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_room_network", "room", ["network"])
    op.create_table(
        "room_proposal",
        sa.Column("room", BigId, nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("receives", sa.String(32), nullable=False),
        sa.Column("proposed_by", sa.String(32), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.CheckConstraint("receives IN ('everything', 'announcements', 'nothing')", name="receives"),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_room_proposal_room_room"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_room_proposal_network_network"),
        sa.PrimaryKeyConstraint("room", name="pk_room_proposal"),
    )
    op.create_index("ix_room_proposal_network", "room_proposal", ["network"])


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("room_proposal")
    op.drop_index("ix_room_network", "room")
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE room DROP COLUMN {column}")
