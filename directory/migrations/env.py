"""Alembic's entry: runs on the connection that ``directory.schema`` hands over."""

from __future__ import annotations

from alembic import context

from directory.database import Base
from directory.migrations.rules import include_name

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=include_name,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
