"""The trail of changes and looks, the budget of lookups, and letters that wait."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Instant, Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: What of a row beside the chain may be emptied; the rest stays as it is.
_EMPTIED: Final = {
    "audit_party": ("platform", "team", '"user"', "person", "who_salt", "key", "key_salt"),
    "audit_value": ("about", "value", "salt"),
}
_FIXED: Final = {"audit_party": ("number",), "audit_value": ("id", "number", "side", "name")}


def upgrade() -> None:
    """Create the tables, the end of the empty chain, and the triggers that keep what was written."""
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("action", sa.String(48), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("seals", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_network", "audit_entry", ["network"])
    op.create_table(
        "audit_party",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("platform", sa.String(32), nullable=True),
        sa.Column("team", sa.String(64), nullable=True),
        sa.Column("user", sa.String(64), nullable=True),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("who_salt", sa.String(32), nullable=True),
        sa.Column("key", sa.String(160), nullable=True),
        sa.Column("key_salt", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_audit_party"),
        sa.ForeignKeyConstraint(["number"], ["audit_entry.number"], name="fk_audit_party_number_audit_entry"),
    )
    op.create_index("ix_audit_party_person", "audit_party", ["person", "number"])
    op.create_index("ix_audit_party_account", "audit_party", ["user", "platform", "team", "number"])
    op.create_index("ix_audit_party_key", "audit_party", ["key", "number"])
    op.create_table(
        "audit_value",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("about", sa.String(32), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(32), nullable=True),
        sa.CheckConstraint("side IN ('before', 'after', 'note')", name="side"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_value"),
        sa.UniqueConstraint("number", "side", "name", name="uq_audit_value_number_side_name"),
        sa.ForeignKeyConstraint(["number"], ["audit_entry.number"], name="fk_audit_value_number_audit_entry"),
    )
    op.create_index("ix_audit_value_about", "audit_value", ["about"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "lookup_notice",
        sa.Column("account", sa.String(160), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_lookup_notice"),
    )
    op.create_table(
        "letter",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )
    op.create_index("ix_letter_person", "letter", ["person"])
    _keep()


def _keep() -> None:
    """Let the database itself refuse to change the chain, or what stands beside it except by emptying."""
    conditions = {"audit_entry": "1 = 0"}
    for table, names in _EMPTIED.items():
        same = [f"NEW.{name} = OLD.{name}" for name in _FIXED[table]]
        same += [f"(NEW.{name} IS NULL OR COALESCE(NEW.{name} = OLD.{name}, FALSE))" for name in names]
        conditions[table] = " AND ".join(same)
    if op.get_bind().dialect.name == "sqlite":
        for table, condition in conditions.items():
            op.execute(
                f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} WHEN NOT ({condition}) "
                "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
    )
    for table, condition in conditions.items():
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (NOT ({condition})) EXECUTE FUNCTION audit_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION audit_refuse()"
        )


def downgrade() -> None:
    """Drop the tables with their triggers."""
    for table in ("letter", "lookup_notice", "audit_head", "audit_value", "audit_party", "audit_entry"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_refuse()")
