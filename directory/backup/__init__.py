"""Backups: one portable file for both databases, made while the program runs, checked and restored.

A backup is a ZIP with one text a table and a manifest. It holds no index and nothing that one of the
databases alone knows, so that one made of SQLite is restored into PostgreSQL and the other way round.
"""

from directory.backup.archive import Reader
from directory.backup.keeping import drop_old, kept
from directory.backup.making import file_name, made_at, make
from directory.backup.records import BackupError, DamagedError, Manifest, OccupiedError
from directory.backup.restorations import restored_at
from directory.backup.restoring import Restored, Settle, restore
from directory.backup.runs import Run, RunState, last, last_good
from directory.backup.verifying import verify

__all__ = [
    "BackupError",
    "DamagedError",
    "Manifest",
    "OccupiedError",
    "Reader",
    "Restored",
    "Run",
    "RunState",
    "Settle",
    "drop_old",
    "file_name",
    "kept",
    "last",
    "last_good",
    "made_at",
    "make",
    "restore",
    "restored_at",
    "verify",
]
