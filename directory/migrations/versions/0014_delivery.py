"""Delivery: what goes first, what is looked at once more before it is sent, and who may send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BEFORE = ("queued", "claimed", "sending", "sent", "failed", "in_doubt")
_CHECK = "ck_outbox_state"


def _allow(*states: str) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("outbox") as batch:
        if op.get_bind().dialect.name != "sqlite":
            # A table that is copied (SQLite) leaves its checks behind.
            batch.drop_constraint(op.f(_CHECK), type_="check")
        batch.create_check_constraint(op.f(_CHECK), f"state IN ({listed})")


def upgrade() -> None:
    """Add the columns, the state ``dropped`` and the table of senders; what waits keeps its order."""
    op.drop_index("ix_outbox_state", "outbox")
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("guard", sa.String(160), nullable=False, server_default=""))
        batch.add_column(sa.Column("coalesce", sa.String(160), nullable=False, server_default=""))
        batch.add_column(sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("repeats", sa.BigInteger(), nullable=True))
    _allow(*_BEFORE, "dropped")
    op.create_index("ix_outbox_state", "outbox", ["state", "platform", "account", "priority", "id"])
    automatic = sa.text("priority = 2")
    op.create_index(
        "ix_outbox_automatic",
        "outbox",
        ["platform", "account", "destination", "finished_at"],
        sqlite_where=automatic,
        postgresql_where=automatic,
    )
    op.create_index("uq_outbox_repeats", "outbox", ["repeats"], unique=True)
    op.create_table(
        "sender",
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("lease_until", Instant(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "account", name="pk_sender"),
    )


def downgrade() -> None:
    """Drop them; what was dropped unsent counts as failed."""
    op.drop_table("sender")
    for name in ("uq_outbox_repeats", "ix_outbox_automatic", "ix_outbox_state"):
        op.drop_index(name, "outbox")
    op.execute("UPDATE outbox SET state = 'failed' WHERE state = 'dropped'")
    _allow(*_BEFORE)
    with op.batch_alter_table("outbox") as batch:
        for column in ("repeats", "told", "coalesce", "guard", "priority"):
            batch.drop_column(column)
    op.create_index("ix_outbox_state", "outbox", ["state", "platform", "account", "id"])
