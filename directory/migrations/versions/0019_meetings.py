"""Tables of meetings: who is expected, what was answered, and where each is announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant, Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_UNITS = "kind IN ('country', 'institution', 'person')"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "meeting",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uid", sa.String(80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("start_local", sa.DateTime(), nullable=False),
        sa.Column("end_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("end_fold", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("interpretation", sa.Boolean(), nullable=False),
        sa.Column("agenda", Json, nullable=False),
        sa.Column("documents", Json, nullable=False),
        sa.Column("quorum", sa.String(32), nullable=False),
        sa.Column("quorum_number", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("proxies", sa.Boolean(), nullable=False),
        sa.Column("project", sa.String(40), nullable=False),
        sa.Column("series", sa.String(80), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("announce_at", Instant(), nullable=True),
        sa.Column("announced_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'announcing', 'announced', 'cancelled')", name="state"),
        sa.CheckConstraint("quorum IN ('none', 'number', 'half', 'two_thirds')", name="quorum"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_meeting_network_network"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("uid", name="uq_meeting_uid"),
    )
    op.create_index("ix_meeting_network_starts_at", "meeting", ["network", "starts_at"])
    op.create_index("ix_meeting_state_announce_at", "meeting", ["state", "announce_at"])
    op.create_index("ix_meeting_starts_at", "meeting", ["starts_at"])
    op.create_index("ix_meeting_series", "meeting", ["series"])
    op.create_table(
        "meeting_unit",
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.CheckConstraint(_UNITS, name="kind"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_unit_meeting_meeting"),
        sa.PrimaryKeyConstraint("meeting", "kind", "key", name="pk_meeting_unit"),
    )
    op.create_index("ix_meeting_unit_key", "meeting_unit", ["key", "kind"])
    op.create_table(
        "meeting_reply",
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("seat", sa.String(32), nullable=False),
        sa.Column("waiting_from", Instant(), nullable=True),
        sa.Column("offered_until", Instant(), nullable=True),
        sa.Column("delegate", sa.String(32), nullable=False),
        sa.Column("delegate_name", sa.String(160), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proxy", sa.String(80), nullable=False),
        sa.Column("checked_in_at", Instant(), nullable=True),
        sa.CheckConstraint(_UNITS, name="kind"),
        sa.CheckConstraint("answer IN ('attending', 'online', 'maybe', 'cannot')", name="answer"),
        sa.CheckConstraint("seat IN ('none', 'seated', 'waiting', 'offered')", name="seat"),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_reply_meeting_meeting"),
        sa.PrimaryKeyConstraint("meeting", "kind", "key", name="pk_meeting_reply"),
    )
    op.create_index("ix_meeting_reply_seat", "meeting_reply", ["seat", "offered_until"])
    op.create_table(
        "meeting_room",
        sa.Column("meeting", BigId, nullable=False),
        sa.Column("room", BigId, nullable=False),
        sa.Column("delivery", sa.String(36), nullable=False),
        sa.Column("message", sa.String(120), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name="fk_meeting_room_meeting_meeting"),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_meeting_room_room_room"),
        sa.PrimaryKeyConstraint("meeting", "room", name="pk_meeting_room"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("meeting_room", "meeting_reply", "meeting_unit", "meeting"):
        op.drop_table(table)
