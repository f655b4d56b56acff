"""Invented deadlines of the ACS, with days counted from the day of loading, one for each thing to be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit import Actor
from directory.texts import LocalText, local
from reminders import deadlines
from reminders.deadlines import Deadline, Frequency, Owner, OwnerKind, Source, SourceKind, series
from reminders.vague import Precision, VagueDate

_NETWORK: Final = "ACS"
_INVENTED: Final = local(
    en="Invented for the demo network.",
    es="Inventado para la red de demostración.",
    fr="Inventé pour le réseau de démonstration.",
    pt="Inventado para a rede de demonstração.",
)
_MEXICO: Final = Owner(OwnerKind.COUNTRY, "MX")
_HAITI: Final = Owner(OwnerKind.COUNTRY, "HT")
#: Nobody holds this post.
_VACANT: Final = Owner(OwnerKind.POST, "acs-fp-ni")
_DIRECTORATE: Final = Owner(OwnerKind.INSTITUTION, "acs-dcrm")

_OFFERS: Final = local(
    en="National list of cooperation offers",
    es="Lista nacional de ofertas de cooperación",
    fr="Liste nationale des offres de coopération",
    pt="Lista nacional de ofertas de cooperação",
)
_COURSE: Final = local(
    en="Participants for the course on project cycle management",
    es="Participantes en el curso sobre gestión del ciclo de proyectos",
    fr="Participants au cours sur la gestion du cycle de projet",
    pt="Participantes do curso sobre gestão do ciclo de projetos",
)
_RANKING: Final = local(
    en="Draft ranking of the projects proposed to the Special Fund",
    es="Proyecto de clasificación de los proyectos propuestos al Fondo Especial",
    fr="Projet de classement des projets proposés au Fonds spécial",
    pt="Minuta de classificação dos projetos propostos ao Fundo Especial",
)
_CONTRIBUTION: Final = local(
    en="Contribution to the overview of South-South cooperation",
    es="Contribución al panorama de la cooperación Sur-Sur",
    fr="Contribution au panorama de la coopération Sud-Sud",
    pt="Contribuição ao panorama da cooperação Sul-Sul",
)
_REPORT: Final = local(
    en="Quarterly report on the Special Fund",
    es="Informe trimestral sobre el Fondo Especial",
    fr="Rapport trimestriel sur le Fonds spécial",
    pt="Relatório trimestral sobre o Fundo Especial",
)
_COMMENTS: Final = local(
    en="Comments on the draft ranking",
    es="Observaciones sobre el proyecto de clasificación",
    fr="Observations sur le projet de classement",
    pt="Comentários sobre a minuta de classificação",
)
_PROPOSAL: Final = local(
    en="Regional proposal for outside funds",
    es="Propuesta regional para captar fondos externos",
    fr="Proposition régionale pour des fonds extérieurs",
    pt="Proposta regional para captar fundos externos",
)


async def load(session: AsyncSession, actor: Actor, now: datetime) -> None:
    """Store them as if they had been set two months ago and had gone on since."""
    today = now.date()
    begun = now - timedelta(days=60)

    def due(days: int) -> VagueDate:
        return VagueDate.on(today + timedelta(days=days))

    def deadline(titles: LocalText, when: VagueDate, *owners: Owner) -> Deadline:
        return replace(_EMPTY, titles=titles, due=when, owners=owners)

    overdue = await deadlines.create(session, actor, begun, deadline(_OFFERS, due(-12), _MEXICO))
    done = await deadlines.create(session, actor, begun, deadline(_COURSE, due(-9), _HAITI))
    ranking = await deadlines.create(session, actor, begun, deadline(_RANKING, due(6), _DIRECTORATE))
    await deadlines.create(session, actor, begun, deadline(_CONTRIBUTION, due(20), _VACANT))
    await deadlines.create(
        session, actor, begun, replace(deadline(_COMMENTS, due(40), _MEXICO, _HAITI), after=ranking.number)
    )
    quarter = VagueDate.holding(Precision.QUARTER, today)
    report = deadline(_REPORT, quarter, _DIRECTORATE)
    rule = deadlines.rule(Frequency.MONTHLY, quarter.first, 3)
    await series.create(session, actor, begun, report, rule)
    await deadlines.create(
        session,
        actor,
        begun,
        deadline(_PROPOSAL, VagueDate.holding(Precision.SEMESTER, today + timedelta(days=184))),
    )
    await deadlines.move(session, actor, now - timedelta(days=30), overdue.number, due(-5), "DEMO/MX: +7")
    await deadlines.complete(
        session,
        actor,
        now - timedelta(days=10),
        done.number,
        note="DEMO/HT/1",
        link="https://example.org/demo/haiti-participants",
    )


_EMPTY: Final = Deadline(
    0,
    _NETWORK,
    local(),
    VagueDate.of_code("2000"),
    _INVENTED,
    source=Source(
        SourceKind.DECISION,
        text=local(
            en="Invented decision of the demo network",
            es="Decisión inventada de la red de demostración",
            fr="Décision inventée du réseau de démonstration",
            pt="Decisão inventada da rede de demonstração",
        ),
    ),
)
