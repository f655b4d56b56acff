"""Buttons that unlink accounts."""

from __future__ import annotations

from typing import Final

#: Show one's accounts; choose one; unlink it. The last two carry the account's platform and its id there.
LIST: Final = "unlink-list"
CHOOSE: Final = "unlink"
DO: Final = "unlink-yes"
