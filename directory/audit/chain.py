"""The arithmetic of the chain: what a digest is taken of. Nothing here touches the database.

Every entry's hash covers its own fields, the digests of the values beside it and the hash before it. A
digest is taken of a random salt with the value: once both are emptied, nothing can be guessed from it.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from directory.texts import LocalText

#: What stands for the hash before the first entry.
BEGINNING: Final = "0" * 64
#: How many random bytes a salt has.
SALT_BYTES: Final = 16
#: What the digest of an actor is taken of.
WHO: Final = ("platform", "team", "user", "person")


def text_of(value: object) -> str:
    """A value as JSON text that is always the same for the same value."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: object) -> Any:
    """``value`` in terms of JSON. Raises ``TypeError`` where it has none."""
    match value:
        case enum.Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case LocalText():
            return dict(value.by_language)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted(str(_plain(item)) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    raise TypeError(f"the trail cannot hold a {type(value).__name__}")


def seal(salt: str, value: str) -> str:
    """The digest of a salted value."""
    return hashlib.sha256(f"{salt}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()


def link(
    previous: str,
    number: int,
    at: datetime,
    action: str,
    kind: str,
    network: str,
    role: str,
    place: str,
    level: int | None,
    seals: str,
) -> str:
    """The hash of an entry."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [previous, number, moment, action, kind, network, role, place, level, seals]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()


def who(party: Mapping[str, object]) -> str:
    """What the digest of an actor is taken of."""
    return json.dumps([party[name] for name in WHO], ensure_ascii=True)


def seals(*, who: str, key: str, values: Mapping[tuple[str, str], str]) -> str:
    """The digests of everything beside an entry, as the text that the entry keeps and its hash covers."""
    beside = [[side, name, digest] for (side, name), digest in sorted(values.items())]
    return json.dumps([who, key, beside], ensure_ascii=False, separators=(",", ":"))


def opened(kept: str) -> tuple[str, str, dict[tuple[str, str], str]]:
    """The digests in an entry's text: who, key, and those of the values.

    Raises:
        ValueError: the text is not one that :func:`seals` made.
    """
    try:
        by, key, beside = json.loads(kept)
        return str(by), str(key), {(str(side), str(name)): str(digest) for side, name, digest in beside}
    except TypeError as error:
        raise ValueError("not the digests of an entry") from error
