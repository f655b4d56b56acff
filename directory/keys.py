"""Public keys of records: short, and safe wherever a button or an address carries them."""

from __future__ import annotations

import re
from typing import Final

#: The room that a button leaves for a key.
LONGEST: Final = 32
_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def checked(key: str) -> str:
    """``key`` itself. Raises ``ValueError`` where it is no key."""
    if len(key) > LONGEST or not _KEY.fullmatch(key):
        raise ValueError(f"a key is small letters, digits and hyphens, at most {LONGEST} in all")
    return key
