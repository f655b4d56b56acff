"""Makes the plan of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from directory import networks, revision
from directory.importing import headings, table
from directory.importing.errors import Trouble, UnreadableError
from directory.importing.fields import ImportKind
from directory.importing.focal_points import FocalPointPlan
from directory.importing.plan import Plan
from directory.importing.projects import ProjectPlan
from directory.importing.reading import Defaults, Reader, headings_of


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and what is said about it.

    ``networks`` are those that the importer may change; ``None`` means all. ``columns`` maps headings to
    fields by hand.
    """

    data: bytes
    day: date
    kind: ImportKind | None = None
    defaults: Defaults = Defaults()  # noqa: RUF009 - immutable
    columns: Mapping[str, str] = field(default_factory=dict)
    networks: frozenset[str] | None = None


async def make(session: AsyncSession, request: Request) -> Plan:
    """The plan of a file, as the directory is in this snapshot. Its changes are still to be gone through.

    Raises:
        UnreadableError: the file cannot be read at all, or the network does not exist.
    """
    listed = table.opened(request.data)
    known = {item.code: item.code for item in await networks.every(session)}
    if request.networks is not None:
        known = {code: code for code in known if code in request.networks}
    wanted = request.defaults.network.upper()
    if wanted and wanted not in known:
        raise UnreadableError(Trouble.UNKNOWN_NETWORK, network=wanted[:16], networks=", ".join(sorted(known)))
    defaults = Defaults(wanted, request.defaults.country, request.defaults.language)
    first = headings_of(listed.rows(), headings.ABOVE)
    layout = headings.recognise(first, request.kind, request.columns)
    reader = Reader(layout, defaults, known)
    now = await revision.current(session)
    language = defaults.language or layout.language or "en"
    if layout.kind is ImportKind.FOCAL_POINTS:
        focal_points = FocalPointPlan(layout.kind, listed, layout, now, request.day)
        await focal_points.settle(session, reader.focal_points(listed.rows()), language)
        return focal_points
    projects = ProjectPlan(layout.kind, listed, layout, now, request.day)
    await projects.settle(session, reader.projects(listed.rows()), language)
    return projects
