"""The folder of backups: which are there, and which are old enough to go."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from directory.backup.archive import UNFINISHED
from directory.backup.making import made_at

#: What was begun and left by a process that died goes after so long, in seconds.
_LEFT: Final = 6 * 3600


def kept(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted((path for path in folder.iterdir() if made_at(path) is not None), reverse=True)


def drop_old(folder: Path, now: datetime, days: int) -> list[Path]:
    """Delete the backups that are ``days`` old; returns which.

    It is what people who are erased are promised: until then a backup may hold them. So a backup goes on its
    day even where none was made since.

    Raises:
        OSError: the folder cannot be read, or a file not be deleted.
    """
    gone = []
    for path in kept(folder):
        made = made_at(path)
        if made is not None and made <= now - timedelta(days=days):
            path.unlink(missing_ok=True)
            gone.append(path)
    for path in folder.glob(f".*{UNFINISHED}"):
        if path.stat().st_mtime < time.time() - _LEFT:
            path.unlink(missing_ok=True)
    return gone
