"""The tables of the search index.

``search_fts`` belongs to them but not to the models: a virtual FTS5 table on SQLite, a table with a
``tsvector`` on PostgreSQL. Both hold one document a name: its folded words and its marks.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, one_of
from directory.search.records import Kind

#: Text that is compared byte by byte, so that both databases agree on the order of words.
Plain = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class SearchEntry(Base):
    """A record that can be found."""

    __tablename__ = "search_entry"
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    key: Mapped[str] = mapped_column(sa.Text)
    level: Mapped[int] = mapped_column(sa.SmallInteger)


class SearchName(Base):
    """One name of a record. ``folded`` and ``marks`` together are its document in the word index."""

    __tablename__ = "search_name"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("search_entry.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text)
    weight: Mapped[float] = mapped_column(sa.Float)
    folded: Mapped[str] = mapped_column(sa.Text)
    marks: Mapped[str] = mapped_column(sa.Text)
    compact: Mapped[int] = mapped_column(sa.BigInteger, index=True)


class SearchWord(Base):
    """A word or mark of the documents, and how many documents hold it."""

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(Plain, unique=True)
    frequency: Mapped[int] = mapped_column(sa.Integer)


class SearchKey(Base):
    """Which words a spelling key leads to (``folding.spelling_keys``)."""

    __tablename__ = "search_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    key: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    word_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
