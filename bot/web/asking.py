"""Requests of the chat page taken apart: may it ask at all, who is speaking, where, and what was sent."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.contract import Place
from bot.platforms.browser import SPEAKERS, Browser, direct, group
from bot.web.health import from_this_machine
from bot.web.visitors import COOKIE, visitor

_EVENT_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
#: Longer text is refused by the limit on bodies alone.
MAX_FIELD: Final = 1_000_000
#: A form has fewer answers, and shorter ones; what is too long for a field is answered at the field.
MAX_ANSWERS: Final = 100
MAX_ANSWER_TEXT: Final = 20_000


class RefusedError(Exception):
    """The request is not answered: an HTTP status and a word for developers."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is speaking, in which place, and which other places are theirs."""

    handle: str
    place: Place
    others: tuple[Place, ...]


def check_origin(request: Request, chat: Browser, *, on_loopback: bool) -> None:
    """Refuse whoever has no business here: other sites' pages, other names of this machine, proxies.

    Raises:
        RefusedError: 403 or 421.
    """
    host = request.headers.get("host", "")
    if on_loopback and not _is_loopback_name(host):
        # A name of somebody else's that leads here: DNS rebinding.
        raise RefusedError(421, "not a name of this machine")
    if chat.demo_speakers and not from_this_machine(request):
        raise RefusedError(403, "only from this machine")
    site = request.headers.get("sec-fetch-site", "none")
    navigation = request.method in ("GET", "HEAD") and request.headers.get("sec-fetch-mode") == "navigate"
    if site not in ("same-origin", "none") and not navigation:
        raise RefusedError(403, "another site's page asks")
    origin = request.headers.get("origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != host:
        raise RefusedError(403, "another site's page asks")


def _is_loopback_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def who(request: Request, chat: Browser, values: Mapping[str, Any]) -> Asking:
    """Who is speaking where, from ``as`` and ``room`` and the cookie.

    Raises:
        RefusedError: 400 or 401.
    """
    if chat.demo_speakers:
        handle = values.get("as", SPEAKERS[0])
        if handle not in SPEAKERS:
            raise RefusedError(400, "as: nobody of that name speaks here")
        own, shared = direct(handle), group()
        match values.get("room", "direct"):
            case "direct":
                return Asking(handle, own, (shared,))
            case "group":
                return Asking(handle, shared, (own,))
            case _:
                raise RefusedError(400, "room: direct or group")
    known = visitor(request.cookies.get(COOKIE, ""), chat.secret)
    if known is None:
        raise RefusedError(401, "no session")
    # Strangers get no room together: nobody would moderate it.
    if values.get("room", "direct") != "direct":
        raise RefusedError(400, "room: direct")
    return Asking(known, direct(known), ())


async def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        RefusedError: 400 or 415.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        # What a form of another site can send, a page of ours does not.
        raise RefusedError(415, "application/json is expected")
    try:
        value = json.loads((await request.body()).decode())
    except (ValueError, RecursionError):
        raise RefusedError(400, "not JSON") from None
    if not isinstance(value, dict):
        raise RefusedError(400, "an object is expected")
    return value


def text(values: Mapping[str, Any], name: str, limit: int = MAX_FIELD, *, default: str | None = None) -> str:
    """A text among ``values``.

    Raises:
        RefusedError: 400.
    """
    value = values.get(name, default)
    if not isinstance(value, str):
        raise RefusedError(400, f"{name}: text is expected")
    if len(value) > limit:
        raise RefusedError(400, f"{name}: at most {limit} characters")
    return value


def texts(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object of texts among ``values``.

    Raises:
        RefusedError: 400.
    """
    found = values.get(name)
    if not isinstance(found, dict) or len(found) > MAX_ANSWERS:
        raise RefusedError(400, f"{name}: an object of at most {MAX_ANSWERS} texts is expected")
    return {key: text(found, key, MAX_ANSWER_TEXT) for key in found}


def event_id(values: Mapping[str, Any]) -> str:
    """The page's own id of what it sends.

    Raises:
        RefusedError: 400.
    """
    value = text(values, "id", 64)
    if not _EVENT_ID.fullmatch(value):
        raise RefusedError(400, "id: 8 to 64 letters, digits and hyphens")
    return value
