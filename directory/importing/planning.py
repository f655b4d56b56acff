"""Makes the plan of a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory import networks, revision
from directory.importing import headings, table
from directory.importing.errors import Trouble, UnreadableError
from directory.importing.fields import ImportKind
from directory.importing.focal_points import FocalPointPlan
from directory.importing.plan import Plan
from directory.importing.projects import ProjectPlan
from directory.importing.reading import Defaults, Reader, headings_of
from directory.importing.states import Change, Noun
from directory.importing.table import Row, Table

_CODE: Final = re.compile(r"[A-Z0-9]{2,16}")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and what is said about it.

    ``networks`` are those that the importer may change; ``None`` means all. ``columns`` maps headings to
    fields by hand. ``new_network`` names the default network where there is none with its code yet.
    ``speak`` is the language of the differences.
    """

    data: bytes
    day: date
    kind: ImportKind | None = None
    defaults: Defaults = Defaults()  # noqa: RUF009 - immutable
    columns: Mapping[str, str] = field(default_factory=dict)
    networks: frozenset[str] | None = None
    most_rows: int = table.MOST_ROWS
    new_network: str = ""
    speak: str = "en"


async def make(session: AsyncSession, request: Request) -> Plan:
    """The plan of a file, as the directory is in this snapshot. Its changes are still to be gone through.

    Raises:
        UnreadableError: the file cannot be read at all, or the network does not exist.
    """
    # What is read is let go of before the directory is looked at: both together are too much of a long list.
    data, request = request.data, replace(request, data=b"")
    listed = await asyncio.to_thread(table.opened, data)
    del data
    known = {item.code: item.code for item in await networks.every(session)}
    if request.networks is not None:
        known = {code: code for code in known if code in request.networks}
    wanted = request.defaults.network.upper()
    started: list[Change] = []
    if wanted and wanted not in known and request.new_network and _CODE.fullmatch(wanted):
        names = dict.fromkeys(("en", "es", "fr", "pt"), request.new_network)
        state = {"code": wanted, "names": names, "acronyms": dict.fromkeys(names, wanted)}
        started.append(Change(Noun.NETWORK, wanted, None, state))
        known[wanted] = wanted
    if wanted and wanted not in known:
        raise UnreadableError(Trouble.UNKNOWN_NETWORK, network=wanted[:16], networks=", ".join(sorted(known)))
    defaults = Defaults(wanted, request.defaults.country, request.defaults.language)
    first = await asyncio.to_thread(headings_of, listed.rows(), headings.ABOVE)
    layout = headings.recognise(first, request.kind, request.columns)
    reader = Reader(layout, defaults, known)
    now = await revision.current(session)
    language = defaults.language or layout.language or "en"
    rows, described = _at_most(listed, request.most_rows), replace(listed, rows=lambda: iter(()))
    del listed
    common = (layout.kind, described, layout, now, request.day, request.speak, started, request.networks)
    if layout.kind is ImportKind.FOCAL_POINTS:
        focal_points = FocalPointPlan(*common)
        await focal_points.settle(session, await asyncio.to_thread(list, reader.focal_points(rows)), language)
        return focal_points
    projects = ProjectPlan(*common)
    await projects.settle(session, await asyncio.to_thread(list, reader.projects(rows)), language)
    return projects


def _at_most(listed: Table, limit: int) -> Iterator[Row]:
    for count, row in enumerate(listed.rows()):
        if count > limit:
            raise UnreadableError(Trouble.TOO_MANY_ROWS, limit=str(limit))
        yield row
