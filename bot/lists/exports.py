"""The directory as a file: CSV, XLSX or vCard."""

from __future__ import annotations

import enum
import io
from collections.abc import Mapping
from typing import Final

from bot.cards import vcard
from directory.exporting import LevelOf, Listing, workbooks

__all__ = ["MEDIA_TYPES", "Format", "LevelOf", "content"]


class Format(enum.StrEnum):
    """What a file is."""

    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcf"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.CSV: workbooks.CSV_MEDIA_TYPE,
    Format.XLSX: workbooks.MEDIA_TYPE,
    Format.VCARD: "text/vcard",
}


def content(listing: Listing, form: Format) -> bytes:
    """The bytes of the file. vCard holds each person once, with what the listing may show of them."""
    buffer = io.BytesIO()
    if form is Format.XLSX:
        workbooks.write(buffer, listing.headings, listing.rows)
    elif form is Format.CSV:
        workbooks.write_csv(buffer, listing.headings, listing.rows)
    else:
        titles = listing.titles or {}
        for person in listing.people:
            buffer.write(vcard.content(person, titles.get(person.key, ())).encode())
    return buffer.getvalue()
