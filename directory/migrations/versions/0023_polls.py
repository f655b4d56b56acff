"""Polls: the times that are offered, who is expected, what each says, and where each poll is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant, Json

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_UNITS = "kind IN ('country', 'institution', 'person')"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "poll",
        sa.Column("id", BigId, nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("starts", Json, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("close_on", sa.Date(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("meeting", BigId, nullable=True),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_poll_network_network"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_poll_meeting_meeting"),
        sa.PrimaryKeyConstraint("id", name="pk_poll"),
    )
    op.create_index("ix_poll_state_closes_at", "poll", ["state", "closes_at"])
    op.create_table(
        "poll_unit",
        sa.Column("poll", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.CheckConstraint(_UNITS, name="kind"),
        sa.ForeignKeyConstraint(["poll"], ["poll.id"], name="fk_poll_unit_poll_poll"),
        sa.PrimaryKeyConstraint("poll", "kind", "key", name="pk_poll_unit"),
    )
    op.create_table(
        "poll_vote",
        sa.Column("poll", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("voted_at", Instant(), nullable=False),
        sa.CheckConstraint(_UNITS, name="kind"),
        sa.CheckConstraint("vote IN ('yes', 'if_need', 'no')", name="vote"),
        sa.ForeignKeyConstraint(["poll"], ["poll.id"], name="fk_poll_vote_poll_poll"),
        sa.PrimaryKeyConstraint("poll", "kind", "key", "slot", name="pk_poll_vote"),
    )
    op.create_table(
        "poll_room",
        sa.Column("poll", BigId, nullable=False),
        sa.Column("room", BigId, nullable=False),
        sa.Column("delivery", sa.String(36), nullable=False),
        sa.Column("message", sa.String(120), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["poll.id"], name="fk_poll_room_poll_poll"),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_poll_room_room_room"),
        sa.PrimaryKeyConstraint("poll", "room", name="pk_poll_room"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("poll_room", "poll_vote", "poll_unit"):
        op.drop_table(name)
    op.drop_index("ix_poll_state_closes_at", "poll")
    op.drop_table("poll")
