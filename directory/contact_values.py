"""Contact values as people type them, brought into the form in which they are kept."""

from __future__ import annotations

import re
from typing import Final

from directory.people import ContactKind

# One at sign, a domain with a dot, no spaces: whether a mailbox exists is known only to its server.
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\s@.,;:<>]+\.)+[^\s@.,;:<>]{2,}")
_HANDLE: Final = re.compile(r"\S{2,64}")
#: A value is at most so long, in characters.
LONGEST: Final = 200


def checked(kind: ContactKind, text: str, country: str = "") -> str | None:
    """The value to keep, or ``None`` where ``text`` is none of its kind.

    ``country`` (ISO 3166 alpha-2) is where a number without a country code is dialled.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    match kind:
        case ContactKind.EMAIL:
            return text if _EMAIL.fullmatch(text) else None
        case ContactKind.HANDLE:
            return text if _HANDLE.fullmatch(text) else None
        case ContactKind.PHONE | ContactKind.MOBILE:
            return _number(text, country)


def _number(text: str, country: str) -> str | None:
    # Large, and wanted only where somebody types a number.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
