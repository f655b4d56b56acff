"""Names of worker processes, from which a neighbour can tell that one has died.

A lease tells it too, only later. A name says on which machine and in which space of process numbers its
number counts, so that a worker in another container is never taken for a dead one.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path


def _here() -> str:
    """The running kernel and this process's space of numbers; empty where the system does not tell."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return hashlib.sha256(f"{boot} {os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:16]
    except OSError:
        return ""


def own_name() -> str:
    """A name for a worker of this process."""
    return f"{_here()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def has_died(name: str) -> bool:
    """Whether the worker's process has certainly ended; false where that cannot be told from here."""
    here, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if not here or here != _here() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
