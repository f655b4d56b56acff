"""The meetings of the demo: the first of the ACS focal points, long past, and an invented one to come.

Place and days of the first are public (project sheet ACS-SF-001, 1.6); its hours are not recorded there, so
working hours stand for them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.demo.organisations import ACS_MEMBERS
from directory.meetings.records import Answer, Meeting, Quorum, QuorumKind, Seat, State, Unit, UnitKind
from directory.meetings.tables import MeetingRow, ReplyRow, UnitRow
from directory.meetings.when import When
from directory.meetings.writing import values
from directory.texts import local

_MEXICO: Final = "America/Mexico_City"
_NETWORK: Final = "ACS"
_CITY: Final = local(
    en="Mexico City, Mexico",
    es="Ciudad de México, México",
    fr="Mexico, Mexique",
    pt="Cidade do México, México",
)
#: Who has answered the meeting to come, and what; the others are silent.
_ANSWERS: Final = {
    "MX": Answer.ATTENDING,
    "DO": Answer.ATTENDING,
    "TT": Answer.ATTENDING,
    "CO": Answer.ATTENDING,
    "BB": Answer.ONLINE,
    "PA": Answer.ONLINE,
    "CU": Answer.MAYBE,
    "HT": Answer.CANNOT,
}
#: In how many days the meeting to come is, at least; it begins on the Thursday after.
_AHEAD: Final = 45

FIRST: Final = Meeting(
    1,
    _NETWORK,
    local(
        en="First Meeting of those Responsible for International Cooperation within the ACS",
        es="Primera Reunión de Responsables de la Cooperación Internacional de la AEC",
        fr="Première réunion des responsables de la coopération internationale au sein de l'AEC",
        pt="Primeira Reunião dos Responsáveis pela Cooperação Internacional na AEC",
    ),
    When(
        datetime.combine(date(2002, 4, 11), time(9)),
        datetime.combine(date(2002, 4, 12), time(17)),
        _MEXICO,
    ),
    state=State.ANNOUNCED,
    places=_CITY,
    host="MX",
    project="ACS-SF-001",
    series="ACS focal points",
    uid="acs-focal-points-1@demo.enlace",
)


def second(today: date) -> Meeting:
    """The meeting to come: two days, from the second Thursday or so after next month."""
    first_day = today + timedelta(days=_AHEAD + (3 - today.weekday() - _AHEAD) % 7)
    return Meeting(
        2,
        _NETWORK,
        local(
            en="Second Meeting of Focal Points (demo)",
            es="Segunda Reunión de Puntos Focales (demostración)",
            fr="Deuxième réunion des points focaux (démonstration)",
            pt="Segunda Reunião de Pontos Focais (demonstração)",
        ),
        When(
            datetime.combine(first_day, time(9)),
            datetime.combine(first_day + timedelta(days=1), time(17)),
            _MEXICO,
        ),
        state=State.ANNOUNCED,
        places=_CITY,
        link="https://meet.example.org/acs-focal-points-2",
        host="MX",
        languages=("es", "en", "fr"),
        interpretation=True,
        agenda=(
            local(
                en="Progress since the first meeting",
                es="Avances desde la primera reunión",
                fr="Avancées depuis la première réunion",
                pt="Avanços desde a primeira reunião",
            ),
            local(
                en="Plan of action of the Special Fund",
                es="Plan de acción del Fondo Especial",
                fr="Plan d'action du Fonds spécial",
                pt="Plano de ação do Fundo Especial",
            ),
        ),
        quorum=Quorum(QuorumKind.HALF),
        answer_by=first_day - timedelta(days=14),
        series=FIRST.series,
        uid="acs-focal-points-2@demo.enlace",
    )


async def load_meetings(session: AsyncSession, now: datetime) -> None:
    """Store both meetings, who is expected, and the answers so far."""
    coming = second(now.date())
    for meeting, announced_at in (
        (FIRST, datetime.combine(date(2002, 2, 1), time(12), now.tzinfo)),
        (coming, now - timedelta(days=3)),
    ):
        stored = values(meeting) | {"created_at": announced_at, "announced_at": announced_at}
        # The number counts on from here: it is left to the database.
        number = (
            await session.execute(sa.insert(MeetingRow).values(**stored).returning(MeetingRow.id))
        ).scalar_one()
        await session.execute(
            sa.insert(UnitRow),
            [{"meeting": number, "kind": UnitKind.COUNTRY, "key": code} for code in sorted(ACS_MEMBERS)],
        )
        if meeting is coming:
            await session.execute(sa.insert(ReplyRow), [_reply(number, code, now) for code in _ANSWERS])


def _reply(number: int, country: str, now: datetime) -> dict[str, object]:
    unit, given = Unit(UnitKind.COUNTRY, country), _ANSWERS[country]
    return {
        "meeting": number,
        "kind": unit.kind,
        "key": unit.key,
        "answer": given,
        "by": f"demo-{country.lower()}",
        "answered_at": now - timedelta(days=2),
        "seat": Seat.NONE,
        "names": [],
    }
