"""How much one client may send to the public chat: a bucket of tokens for each address."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import Request

#: What somebody may send at once, and how many seconds it takes until one more may be sent: nobody who reads
#: the answers meets it, and an office of thirty people behind one address hardly does.
BURST: Final = 60
SECONDS: Final = 1.0
#: So many addresses are remembered; the one that was silent for longest is forgotten first.
REMEMBERED: Final = 20_000
#: One household or office has a whole network of IPv6 addresses (RFC 6177).
_IPV6_PREFIX: Final = 64


class Limit:
    """Counts what each client sends. ``proxies``: how many of one's own stand before the server."""

    def __init__(self, proxies: int = 0, *, now: Callable[[], float] = time.monotonic) -> None:
        self._proxies = proxies
        self._now = now
        #: By client: how many tokens there were, and when.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, request: Request) -> int:
        """0 where the client may send this, else after how many whole seconds it may."""
        client, now = self.client(request), self._now()
        tokens, then = self._buckets.pop(client, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - then) / SECONDS)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - tokens) * SECONDS))

    def client(self, request: Request) -> str:
        """Whom the request counts for.

        Each proxy adds the address of whoever spoke to it at the end of ``X-Forwarded-For``; what stands
        before those of one's own proxies is anybody's invention and is not believed.
        """
        peer = request.client.host if request.client is not None else ""
        if self._proxies:
            told = [
                part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()
            ]
            peer = told[-self._proxies] if len(told) >= self._proxies else peer
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return peer[:64]
        if address.version == 6 and address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if address.version == 6:
            return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
        return str(address)
