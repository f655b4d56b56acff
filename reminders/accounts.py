"""Bot accounts of platforms, as delivery names them."""

from __future__ import annotations

from collections.abc import Collection

#: (platform, account) pairs: the bot accounts that a worker can send as.
Accounts = Collection[tuple[str, str]]
