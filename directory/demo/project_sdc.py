"""The sheet of the Swiss contribution to the secretariat of the donor group in Mali, from public facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from directory.projects import (
    Amount,
    Funding,
    FundingState,
    Party,
    PartyRole,
    Phase,
    ProjectSheet,
    Status,
    Theme,
)
from directory.texts import local

_SDC_DONOR: Final = Party(PartyRole.DONOR, institution="sdc")

SDC_ML_SEG_3: Final = ProjectSheet(
    code="SDC-ML-SEG-3",
    titles=local(
        en=(
            "Contribution to the joint support of the technical and financial partners (PTF) to the "
            "secretariat of the Executive Group for Cooperation (GEC), formerly Pool Technique"
        ),
        es=(
            "Contribución al apoyo conjunto de los socios técnicos y financieros (PTF) a la secretaría del "
            "Grupo Ejecutivo de Cooperación (GEC), antes Pool Technique"
        ),
        fr=(
            "Contribution à l'appui conjoint des partenaires techniques et financiers (PTF) au secrétariat "
            "du Groupe exécutif de coopération (GEC), ancien Pool technique"
        ),
        pt=(
            "Contribuição ao apoio conjunto dos parceiros técnicos e financeiros (PTF) à secretaria do "
            "Grupo Executivo de Cooperação (GEC), antigo Pool Technique"
        ),
    ),
    programme=local(
        en="Development cooperation",
        es="Cooperación para el desarrollo",
        fr="Coopération au développement",
        pt="Cooperação para o desenvolvimento",
    ),
    status=Status.COMPLETED,
    starts_on=date(2019, 7, 1),
    ends_on=date(2021, 12, 31),
    country="ML",
    context=local(
        en=(
            "Mali faces several major challenges: security, governance, growth and basic services. The "
            "national framework is the CREDD 2019–2023; the agenda aims at one reference framework that is "
            "steered inclusively."
        ),
        es=(
            "Malí afronta varios desafíos importantes: seguridad, gobernanza, crecimiento y servicios "
            "básicos. El marco nacional es el CREDD 2019–2023; la agenda busca un único marco de referencia "
            "con una conducción incluyente."
        ),
        fr=(
            "Le Mali fait face à plusieurs défis majeurs : la sécurité, la gouvernance, la croissance et les "
            "services de base. Le cadre national est le CREDD 2019–2023 ; l'agenda vise un cadre de référence "
            "unique, piloté de manière inclusive."
        ),
        pt=(
            "O Mali enfrenta vários desafios importantes: segurança, governança, crescimento e serviços "
            "básicos. O marco nacional é o CREDD 2019–2023; a agenda busca um único marco de referência, "
            "conduzido de forma inclusiva."
        ),
    ),
    general_objective=local(
        en="Make aid more effective for the poorest, women and children in particular.",
        es="Lograr que la ayuda sea más eficaz para los más pobres, en especial las mujeres y los niños.",
        fr="Rendre l'aide plus efficace pour les plus pauvres, en particulier les femmes et les enfants.",
        pt="Tornar a ajuda mais eficaz para os mais pobres, em especial as mulheres e as crianças.",
    ),
    phases=(
        Phase(
            local(en="Phase 3", es="Fase 3", fr="Phase 3", pt="Fase 3"),
            date(2019, 7, 1),
            date(2021, 12, 31),
            Status.COMPLETED,
        ),
    ),
    themes=(
        Theme("governance", local(en="Governance", es="Gobernanza", fr="Gouvernance", pt="Governança")),
        Theme(
            "public-finance",
            local(
                en="Public finance management",
                es="Gestión de las finanzas públicas",
                fr="Gestion des finances publiques",
                pt="Gestão das finanças públicas",
            ),
        ),
    ),
    target_groups=(
        local(
            en="First the technical and financial partners (PTF)",
            es="En primer lugar, los socios técnicos y financieros (PTF)",
            fr="D'abord les partenaires techniques et financiers (PTF)",
            pt="Em primeiro lugar, os parceiros técnicos e financeiros (PTF)",
        ),
        local(
            en="Then the government and civil society",
            es="Después, el gobierno y la sociedad civil",
            fr="Ensuite le gouvernement et la société civile",
            pt="Em seguida, o governo e a sociedade civil",
        ),
    ),
    workstreams=(
        local(
            en="Follow-up of the code of conduct for consultation (“Triple C”)",
            es="Seguimiento del código de conducta para la concertación («Triple C»)",
            fr="Suivi du code de conduite de la concertation (« Triple C »)",
            pt="Acompanhamento do código de conduta para a concertação (“Triple C”)",
        ),
        local(
            en=(
                "Support to the partners' consultation mechanisms and to the joint frameworks with the "
                "government"
            ),
            es="Apoyo a los mecanismos de concertación de los socios y a los marcos conjuntos con el gobierno",
            fr=(
                "Appui aux mécanismes de concertation des partenaires et aux cadres conjoints avec le "
                "gouvernement"
            ),
            pt=("Apoio aos mecanismos de concertação dos parceiros e aos marcos conjuntos com o governo"),
        ),
        local(
            en="Transparency and predictability of aid",
            es="Transparencia y previsibilidad de la ayuda",
            fr="Transparence et prévisibilité de l'aide",
            pt="Transparência e previsibilidade da ajuda",
        ),
    ),
    expected_results=(
        local(
            en="Consultation is stronger and sensitive to conflict.",
            es="La concertación se fortalece y tiene en cuenta los conflictos.",
            fr="La concertation est renforcée et tient compte des conflits.",
            pt="A concertação é fortalecida e leva em conta os conflitos.",
        ),
        local(
            en="The partners share an appreciation of the context, with a device to monitor it.",
            es="Los socios comparten una apreciación del contexto, con un dispositivo de seguimiento.",
            fr="Les partenaires partagent une appréciation du contexte, assortie d'un dispositif de suivi.",
            pt="Os parceiros compartilham uma apreciação do contexto, com um dispositivo de monitoramento.",
        ),
        local(
            en="Agenda 2030, the Grand Bargain and other commitments underpin the group's work.",
            es="La Agenda 2030, el Gran Pacto y otros compromisos sustentan el trabajo del grupo.",
            fr="L'Agenda 2030, le Grand Bargain et d'autres engagements sous-tendent le travail du groupe.",
            pt="A Agenda 2030, o Grand Bargain e outros compromissos sustentam o trabalho do grupo.",
        ),
    ),
    earlier_results=(
        local(
            en="Light survey in 2016, organisational diagnosis in 2017, working group in July 2017.",
            es="Encuesta ligera en 2016, diagnóstico organizativo en 2017, grupo de trabajo en julio de 2017.",
            fr="Enquête légère en 2016, diagnostic organisationnel en 2017, groupe de travail en juillet 2017.",
            pt="Pesquisa simples em 2016, diagnóstico organizacional em 2017, grupo de trabalho em julho de 2017.",
        ),
        local(
            en=(
                "The secretariat should be light, manage information well, and serve the group and its Troika."
            ),
            es="La secretaría debe ser ligera, gestionar bien la información y servir al grupo y a su Troika.",
            fr="Le secrétariat doit être léger, bien gérer l'information et servir le groupe et sa Troïka.",
            pt="A secretaria deve ser leve, gerir bem a informação e servir ao grupo e à sua Troika.",
        ),
    ),
    parties=(
        Party(PartyRole.RESPONSIBLE, institution="sdc"),
        Party(PartyRole.CONTRACT_PARTNER, institution="undp"),
        _SDC_DONOR,
        *(Party(PartyRole.OTHER_PARTNER, country=code) for code in ("DE", "CA", "ES", "US", "LU", "SE")),
        Party(PartyRole.OTHER_PARTNER, institution="eu"),
    ),
    budget=Amount(Decimal("300000"), "CHF"),
    funding=(Funding(_SDC_DONOR, Amount(Decimal("284791"), "CHF"), FundingState.ALLOCATED),),
    source=local(
        en="SDC project page",
        es="Página del proyecto de la COSUDE",
        fr="Page du projet de la DDC",
        pt="Página do projeto da SDC",
    ),
)
