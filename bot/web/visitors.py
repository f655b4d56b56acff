"""Who is speaking on a page: a chosen speaker of the demonstration, or the browser's own visitor.

A visitor is a random name in a cookie, signed so that nobody can take another's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

COOKIE: Final = "enlace_visitor"
#: How long a browser is remembered, in seconds.
REMEMBER: Final = 30 * 24 * 3600

_HANDLE: Final = re.compile(r"web-[0-9a-f]{32}")


def new_visitor(secret: bytes) -> tuple[str, str]:
    """The handle of a new visitor, and the cookie that proves it."""
    handle = f"web-{secrets.token_hex(16)}"
    return handle, f"{handle}.{_signature(handle, secret)}"


def visitor(cookie: str, secret: bytes) -> str | None:
    """The handle that ``cookie`` proves, or ``None``."""
    handle, _, signature = cookie.partition(".")
    if not _HANDLE.fullmatch(handle) or not signature.isascii():
        return None
    return handle if hmac.compare_digest(signature, _signature(handle, secret)) else None


def _signature(handle: str, secret: bytes) -> str:
    return hmac.new(secret, f"browser visitor {handle}".encode(), hashlib.sha256).hexdigest()
