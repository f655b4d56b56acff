"""Alembic migrations; run by ``directory.schema``."""
