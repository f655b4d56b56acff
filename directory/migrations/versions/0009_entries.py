"""Tables of entries: consent, when an entry was confirmed, absence, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "consent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("wording", sa.String(32), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_consent_person_person"),
    )
    op.create_index("ix_consent_person", "consent", ["person"])
    op.create_table(
        "entry",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person", name="pk_entry"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_entry_person_person"),
    )
    op.create_table(
        "entry_list",
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("network", "month", name="pk_entry_list"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_entry_list_network_network"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("erased_at", Instant(), nullable=False),
        sa.Column("scrubbed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("erasure", "entry_list", "entry", "consent"):
        op.drop_table(table)
