"""Deadlines with their owners, evidence and requests, series of them, and work plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant, Json

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OWNERS = "('post', 'country', 'institution')"


def upgrade() -> None:
    """Create the tables."""
    _deadlines()
    _beside()
    _work_plans()


def _deadlines() -> None:
    op.create_table(
        "deadline_series",
        sa.Column("id", BigId, nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("cancelled", Json, nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_series"),
    )
    op.create_table(
        "deadline",
        sa.Column("id", BigId, nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("descriptions", Json, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("due_first", sa.Date(), nullable=False),
        sa.Column("due_last", sa.Date(), nullable=False),
        sa.Column("planned", sa.String(10), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("source_kind", sa.String(32), nullable=False),
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("source_text", Json, nullable=False),
        sa.Column("lead", Json, nullable=False),
        sa.Column("overdue", Json, nullable=False),
        sa.Column("after", BigId, nullable=True),
        sa.Column("series", BigId, nullable=True),
        sa.Column("occurrence", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(32), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
        sa.CheckConstraint(
            "source_kind IN ('none', 'work_plan', 'project', 'agreement', 'meeting', 'decision')",
            name="source_kind",
        ),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_deadline_network_network"),
        sa.ForeignKeyConstraint(["after"], ["deadline.id"], name="fk_deadline_after_deadline"),
        sa.ForeignKeyConstraint(
            ["series"], ["deadline_series.id"], name="fk_deadline_series_deadline_series"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
        sa.UniqueConstraint("series", "occurrence", name="uq_deadline_series_occurrence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deadline_state_due_last", "deadline", ["state", "due_last"])
    op.create_index("ix_deadline_network_state_due_last", "deadline", ["network", "state", "due_last"])
    op.create_index("ix_deadline_state_ended_at", "deadline", ["state", "ended_at"])
    op.create_index("ix_deadline_after", "deadline", ["after"])
    op.create_table(
        "deadline_owner",
        sa.Column("deadline", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {_OWNERS}", name="kind"),
        sa.ForeignKeyConstraint(["deadline"], ["deadline.id"], name="fk_deadline_owner_deadline_deadline"),
        sa.PrimaryKeyConstraint("deadline", "kind", "key", name="pk_deadline_owner"),
    )
    op.create_index("ix_deadline_owner_kind_key", "deadline_owner", ["kind", "key"])


def _beside() -> None:
    op.create_table(
        "deadline_evidence",
        sa.Column("id", BigId, nullable=False),
        sa.Column("deadline", BigId, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.String(400), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["deadline"], ["deadline.id"], name="fk_deadline_evidence_deadline_deadline"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_evidence"),
    )
    op.create_index("ix_deadline_evidence_deadline", "deadline_evidence", ["deadline"])
    op.create_index("ix_deadline_evidence_by", "deadline_evidence", ["by"])
    op.create_table(
        "deadline_snooze",
        sa.Column("deadline", BigId, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["deadline"], ["deadline.id"], name="fk_deadline_snooze_deadline_deadline"),
        sa.PrimaryKeyConstraint("deadline", "person", name="pk_deadline_snooze"),
    )
    op.create_index("ix_deadline_snooze_person", "deadline_snooze", ["person"])
    op.create_table(
        "deadline_request",
        sa.Column("id", BigId, nullable=False),
        sa.Column("deadline", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("owner_kind", sa.String(32), nullable=True),
        sa.Column("owner_key", sa.String(32), nullable=False),
        sa.Column("of_kind", sa.String(32), nullable=True),
        sa.Column("of_key", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('more_time', 'other_owner')", name="kind"),
        sa.CheckConstraint(f"owner_kind IN {_OWNERS}", name="owner_kind"),
        sa.CheckConstraint(f"of_kind IN {_OWNERS}", name="of_kind"),
        sa.CheckConstraint("state IN ('open', 'granted', 'declined', 'withdrawn')", name="state"),
        sa.ForeignKeyConstraint(["deadline"], ["deadline.id"], name="fk_deadline_request_deadline_deadline"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_request"),
    )
    op.create_index("ix_deadline_request_deadline_state", "deadline_request", ["deadline", "state"])
    op.create_index("ix_deadline_request_by", "deadline_request", ["by"])


def _work_plans() -> None:
    op.create_table(
        "work_plan",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("institution", sa.String(32), nullable=True),
        sa.Column("titles", Json, nullable=False),
        sa.Column("group", Json, nullable=False),
        sa.Column("aim", Json, nullable=False),
        sa.Column("objective", Json, nullable=False),
        sa.Column("presented_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_work_plan_network_network"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.key"], name="fk_work_plan_institution_institution"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_work_plan"),
    )
    op.create_index("ix_work_plan_network", "work_plan", ["network"])
    op.create_index("ix_work_plan_institution", "work_plan", ["institution"])
    op.create_table(
        "work_plan_measure",
        sa.Column("plan", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("expected_result", Json, nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["work_plan.key"], name="fk_work_plan_measure_plan_work_plan"),
        sa.PrimaryKeyConstraint("plan", "number", name="pk_work_plan_measure"),
    )
    op.create_table(
        "work_plan_step",
        sa.Column("id", BigId, nullable=False),
        sa.Column("plan", sa.String(32), nullable=False),
        sa.Column("measure", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("timing", sa.String(32), nullable=False),
        sa.Column("when", sa.String(10), nullable=False),
        sa.Column("deadline", BigId, nullable=True),
        sa.CheckConstraint("timing IN ('within', 'by', 'from', 'constant')", name="timing"),
        sa.ForeignKeyConstraint(
            ["plan", "measure"],
            ["work_plan_measure.plan", "work_plan_measure.number"],
            name="fk_work_plan_step_plan_measure_work_plan_measure",
        ),
        sa.ForeignKeyConstraint(["deadline"], ["deadline.id"], name="fk_work_plan_step_deadline_deadline"),
        sa.PrimaryKeyConstraint("id", name="pk_work_plan_step"),
        sa.UniqueConstraint("plan", "measure", "position", name="uq_work_plan_step_plan_measure_position"),
    )
    op.create_index("ix_work_plan_step_deadline", "work_plan_step", ["deadline"])


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "work_plan_step",
        "work_plan_measure",
        "work_plan",
        "deadline_request",
        "deadline_snooze",
        "deadline_evidence",
        "deadline_owner",
        "deadline",
        "deadline_series",
    ):
        op.drop_table(table)
