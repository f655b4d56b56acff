"""Invitations, proposals, suspensions; where to write to an account, who confirmed a nomination."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and columns."""
    op.create_table(
        "invitation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("linking", sa.Boolean(), nullable=False),
        sa.Column("post", sa.String(32), nullable=True),
        sa.Column("network", sa.String(16), nullable=True),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("given_name", sa.String(120), nullable=False),
        sa.Column("family_name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("invited_by", sa.String(32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'used', 'revoked', 'burnt')", name="state"),
        sa.CheckConstraint("standing IN ('holder', 'alternate', 'acting')", name="standing"),
        sa.ForeignKeyConstraint(["post"], ["post.key"], name="fk_invitation_post_post"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_invitation_network_network"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_invitation_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("code_hash", name="uq_invitation_code_hash"),
    )
    for column in ("post", "network", "person", "invited_by", "expires_at"):
        op.create_index(f"ix_invitation_{column}", "invitation", [column])
    op.create_table(
        "invitation_salt",
        sa.Column("id", BigId, nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_salt"),
    )
    op.create_table(
        "invitation_guess",
        sa.Column("id", BigId, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_guess"),
    )
    op.create_index("ix_invitation_guess_at", "invitation_guess", ["at"])
    op.create_table(
        "link_proposal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'declined')", name="state"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_link_proposal_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_link_proposal"),
        sa.UniqueConstraint(
            "platform", "team", "user", "person", name="uq_link_proposal_platform_team_user_person"
        ),
    )
    op.create_index("ix_link_proposal_person", "link_proposal", ["person"])
    op.create_table(
        "suspension",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("suspended_by", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_suspension_person_person"),
        sa.PrimaryKeyConstraint("person", name="pk_suspension"),
    )
    op.add_column("account", sa.Column("bot", sa.String(64), nullable=False, server_default=""))
    op.add_column("account", sa.Column("chat", sa.String(64), nullable=False, server_default=""))
    op.add_column("account", sa.Column("linked_at", Instant(), nullable=True))
    op.add_column("nomination", sa.Column("confirmed_by", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the tables and columns."""
    with op.batch_alter_table("nomination") as table:
        table.drop_column("confirmed_by")
    with op.batch_alter_table("account") as table:
        for column in ("linked_at", "chat", "bot"):
            table.drop_column(column)
    for table_name in ("suspension", "link_proposal", "invitation_guess", "invitation_salt", "invitation"):
        op.drop_table(table_name)
