"""Alternates are proposed by those who hold a post; broadcast channels are known as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = ("added_by", "handle", "broadcast")


def upgrade() -> None:
    """Create the table and the columns; nothing is proposed, and every room is one where people speak."""
    op.create_table(
        "alternate_proposal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("post", sa.String(32), nullable=False),
        sa.Column("given_name", sa.String(120), nullable=False),
        sa.Column("family_name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("proposed_by", sa.String(32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'declined')", name="state"),
        sa.ForeignKeyConstraint(["post"], ["post.key"], name="fk_alternate_proposal_post_post"),
        sa.PrimaryKeyConstraint("id", name="pk_alternate_proposal"),
    )
    for column in ("post", "proposed_by", "made_at"):
        op.create_index(f"ix_alternate_proposal_{column}", "alternate_proposal", [column])
    op.add_column("room", sa.Column("broadcast", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("room", sa.Column("handle", sa.String(64), nullable=False, server_default=""))
    op.add_column("room", sa.Column("added_by", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the table and the columns."""
    for column in _COLUMNS:
        # Plain SQL: a batch would copy tables that others refer to.
        op.execute(f"ALTER TABLE room DROP COLUMN {column}")
    op.drop_table("alternate_proposal")
