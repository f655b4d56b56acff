"""search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    plain = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "search_entry",
        sa.Column("id", big_id, primary_key=True),
        sa.Column(
            "kind",
            sa.Enum(
                "country",
                "institution",
                "post",
                "person",
                "project",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.UniqueConstraint("kind", "key", name="uq_search_entry_kind_key"),
    )
    op.create_table(
        "search_name",
        sa.Column("id", big_id, primary_key=True),
        sa.Column(
            "entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("search_entry.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("compact", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_search_name_entry_id", "search_name", ["entry_id"])
    op.create_index("ix_search_name_compact", "search_name", ["compact"])
    op.create_table(
        "search_word",
        sa.Column("id", big_id, primary_key=True),
        sa.Column("text", plain, nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.UniqueConstraint("text", name="uq_search_word_text"),
    )
    op.create_table(
        "search_key",
        sa.Column("key", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("word_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        # The texts come folded: every letter beyond ASCII belongs to its word, as "ascii" has it, while
        # unicode61 would part words by the Unicode version that SQLite was built with.
        op.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5(folded, marks, content='search_name', "
            "content_rowid='id', tokenize='ascii', detail='none', columnsize=0)"
        )
    else:
        op.execute(
            "CREATE TABLE search_fts (name_id bigint PRIMARY KEY REFERENCES search_name (id) "
            "ON DELETE CASCADE, terms tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX search_fts_terms ON search_fts USING gin (terms)")


def downgrade() -> None:
    """Drop the tables."""
    op.execute("DROP TABLE search_fts")
    for name in ("search_key", "search_word", "search_name", "search_entry"):
        op.drop_table(name)
