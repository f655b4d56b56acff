"""The sheet of ACS-SF-001, from public facts: the first meeting of the ACS focal points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from directory.projects import (
    Amount,
    Component,
    Document,
    DocumentKind,
    Duration,
    Funding,
    Party,
    PartyRole,
    Progress,
    ProjectSheet,
    Status,
    Unit,
)
from directory.texts import local

_SPECIAL_FUND: Final = local(
    en="Special Fund (SF)", es="Fondo Especial (SF)", fr="Fonds spécial (SF)", pt="Fundo Especial (SF)"
)
_IMEXCI_DONOR: Final = Party(PartyRole.DONOR, institution="imexci")

ACS_SF_001: Final = ProjectSheet(
    code="ACS-SF-001",
    network="ACS",
    titles=local(
        en="First Meeting of those Responsible for International Cooperation within the ACS",
        es="Primera Reunión de Responsables de la Cooperación Internacional en el ámbito de la AEC",
        fr="Première Réunion des responsables de la coopération internationale au sein de l'AEC",
        pt="Primeira Reunião dos Responsáveis pela Cooperação Internacional no âmbito da AEC",
    ),
    programme=_SPECIAL_FUND,
    priority_sector=_SPECIAL_FUND,
    status=Status.COMPLETED,
    starts_on=date(2002, 4, 11),
    ends_on=date(2002, 4, 12),
    country="MX",
    city=local(en="Mexico City", es="Ciudad de México", fr="Mexico", pt="Cidade do México"),
    general_objective=local(
        en="Strengthen the existing mechanisms of international cooperation within the ACS.",
        es="Fortalecer los mecanismos de cooperación internacional que ya existen en la AEC.",
        fr="Renforcer les mécanismes de coopération internationale qui existent déjà au sein de l'AEC.",
        pt="Fortalecer os mecanismos de cooperação internacional já existentes no âmbito da AEC.",
    ),
    specific_objectives=(
        local(
            en=(
                "Give the focal points of the Greater Caribbean an instrument of dialogue and cooperation: "
                "a network of international-cooperation focal points in member states and associate members."
            ),
            es=(
                "Dotar a los puntos focales del Gran Caribe de un instrumento de diálogo y cooperación: una "
                "red de puntos focales de cooperación internacional en los Estados miembros y los miembros "
                "asociados."
            ),
            fr=(
                "Doter les points de contact de la Grande Caraïbe d'un instrument de dialogue et de "
                "coopération : un réseau de points de contact de la coopération internationale dans les "
                "États membres et chez les membres associés."
            ),
            pt=(
                "Dotar os pontos focais do Grande Caribe de um instrumento de diálogo e cooperação: uma rede "
                "de pontos focais de cooperação internacional nos Estados-membros e nos membros associados."
            ),
        ),
        local(
            en=(
                "Draw up and adopt a strategic plan of action that carries out what the declaration and the "
                "plan of action of the Margarita summit say of the Special Fund."
            ),
            es=(
                "Elaborar y aprobar un plan de acción estratégico que lleve a la práctica lo que la "
                "declaración y el plan de acción de la cumbre de Margarita disponen sobre el Fondo Especial."
            ),
            fr=(
                "Élaborer et adopter un plan d'action stratégique qui mette en œuvre ce que la déclaration "
                "et le plan d'action du sommet de Margarita prévoient pour le Fonds spécial."
            ),
            pt=(
                "Elaborar e aprovar um plano de ação estratégico que ponha em prática o que a declaração e o "
                "plano de ação da cúpula de Margarita dispõem sobre o Fundo Especial."
            ),
        ),
    ),
    justification=local(
        en=(
            "Needs grow while resources shrink. Members should share their programmes and seek regional and "
            "outside funds together instead of competing for them. The meeting follows from the "
            "resource-mobilisation strategy and from the Third Summit (Margarita, December 2001)."
        ),
        es=(
            "Las necesidades crecen mientras los recursos disminuyen. Conviene que los miembros compartan sus "
            "programas y busquen juntos fondos regionales y externos en lugar de competir por ellos. La "
            "reunión deriva de la estrategia de movilización de recursos y de la Tercera Cumbre (Margarita, "
            "diciembre de 2001)."
        ),
        fr=(
            "Les besoins augmentent alors que les ressources diminuent. Les membres ont intérêt à partager "
            "leurs programmes et à rechercher ensemble des fonds régionaux et extérieurs au lieu de se les "
            "disputer. La réunion découle de la stratégie de mobilisation des ressources et du Troisième "
            "Sommet (Margarita, décembre 2001)."
        ),
        pt=(
            "As necessidades crescem enquanto os recursos diminuem. Convém que os membros compartilhem seus "
            "programas e busquem juntos fundos regionais e externos, em vez de competir por eles. A reunião "
            "decorre da estratégia de mobilização de recursos e da Terceira Cúpula (Margarita, dezembro de "
            "2001)."
        ),
    ),
    components=(
        Component(
            local(
                en="Preparation of the meeting",
                es="Preparación de la reunión",
                fr="Préparation de la réunion",
                pt="Preparação da reunião",
            ),
            Duration(3, Unit.MONTH),
            note=local(
                en="The Mexican institute took part in organising and bore the organisation costs.",
                es="El instituto mexicano participó en la organización y asumió sus gastos.",
                fr="L'institut mexicain a participé à l'organisation et en a pris les frais à sa charge.",
                pt="O instituto mexicano participou da organização e arcou com os seus custos.",
            ),
        ),
        Component(
            local(
                en="The meeting itself",
                es="La reunión propiamente dicha",
                fr="La réunion elle-même",
                pt="A reunião propriamente dita",
            ),
            Duration(2, Unit.DAY),
        ),
    ),
    progress=(
        Progress(
            local(
                en="The meeting was held in Mexico City, Mexico.",
                es="La reunión se celebró en la Ciudad de México, México.",
                fr="La réunion s'est tenue à Mexico, au Mexique.",
                pt="A reunião foi realizada na Cidade do México, México.",
            ),
            date(2002, 4, 11),
            date(2002, 4, 12),
        ),
    ),
    parties=(
        Party(PartyRole.RESPONSIBLE, institution="acs"),
        Party(
            PartyRole.BENEFICIARY,
            name=local(
                en="ACS member countries",
                es="Países miembros de la AEC",
                fr="Pays membres de l'AEC",
                pt="Países-membros da AEC",
            ),
        ),
        Party(PartyRole.ASSOCIATED, institution="imexci"),
        Party(PartyRole.EXECUTING, institution="acs-secretariat"),
        _IMEXCI_DONOR,
    ),
    funding=(Funding(_IMEXCI_DONOR, Amount(Decimal("18500.00"), "USD")),),
    documents=(
        Document(
            DocumentKind.MANDATE,
            local(
                en="Margarita Declaration and Plan of Action (Third Summit, December 2001)",
                es="Declaración y Plan de Acción de Margarita (Tercera Cumbre, diciembre de 2001)",
                fr="Déclaration et Plan d'action de Margarita (Troisième Sommet, décembre 2001)",
                pt="Declaração e Plano de Ação de Margarita (Terceira Cúpula, dezembro de 2001)",
            ),
        ),
    ),
    updated_on=date(2002, 11, 13),
    source=local(
        en="ACS project sheet",
        es="Ficha de proyecto de la AEC",
        fr="Fiche de projet de l'AEC",
        pt="Ficha de projeto da AEC",
    ),
)
