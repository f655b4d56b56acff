"""The institutions that the demo's projects and posts name, from public facts."""

from __future__ import annotations

from typing import Final

from directory.institutions import Institution, InstitutionKind
from directory.texts import local

_K = InstitutionKind

INSTITUTIONS: Final = (
    Institution(
        "acs",
        local(
            en="Association of Caribbean States",
            es="Asociación de Estados del Caribe",
            fr="Association des États de la Caraïbe",
            pt="Associação dos Estados do Caribe",
        ),
        local(en="ACS", es="AEC", fr="AEC", pt="AEC"),
        _K.INTERGOVERNMENTAL,
        "TT",
    ),
    Institution(
        "acs-secretariat",
        local(
            en="ACS Secretariat",
            es="Secretaría de la AEC",
            fr="Secrétariat de l'AEC",
            pt="Secretaria da AEC",
        ),
        local(),
        _K.SECRETARIAT,
        "TT",
        "acs",
    ),
    Institution(
        "acs-dcrm",
        local(
            en="Directorate for Cooperation and Resource Mobilisation of the ACS",
            es="Dirección de Cooperación y Movilización de Recursos de la AEC",
            fr="Direction de la coopération et de la mobilisation des ressources de l'AEC",
            pt="Diretoria de Cooperação e Mobilização de Recursos da AEC",
        ),
        local(en="DCRM"),
        _K.OFFICE,
        "TT",
        "acs-secretariat",
    ),
    Institution(
        "imexci",
        local(
            en="Mexican Institute of International Cooperation",
            es="Instituto Mexicano de Cooperación Internacional",
            fr="Institut mexicain de coopération internationale",
            pt="Instituto Mexicano de Cooperação Internacional",
        ),
        local(en="IMEXCI", es="IMEXCI", fr="IMEXCI", pt="IMEXCI"),
        _K.AGENCY,
        "MX",
    ),
    Institution(
        "oas",
        local(
            en="Organization of American States",
            es="Organización de los Estados Americanos",
            fr="Organisation des États américains",
            pt="Organização dos Estados Americanos",
        ),
        local(en="OAS", es="OEA", fr="OEA", pt="OEA"),
        _K.INTERGOVERNMENTAL,
        "US",
    ),
    Institution(
        "iacd",
        local(
            en="Inter-American Agency for Cooperation and Development",
            es="Agencia Interamericana para la Cooperación y el Desarrollo",
            fr="Agence interaméricaine pour la coopération et le développement",
            pt="Agência Interamericana para a Cooperação e o Desenvolvimento",
        ),
        local(en="IACD", es="AICD", fr="AICD", pt="AICD"),
        _K.AGENCY,
        "US",
        "oas",
    ),
    Institution(
        "segib",
        local(
            en="Ibero-American General Secretariat",
            es="Secretaría General Iberoamericana",
            fr="Secrétariat général ibéro-américain",
            pt="Secretaria-Geral Ibero-Americana",
        ),
        local(en="SEGIB", es="SEGIB", fr="SEGIB", pt="SEGIB"),
        _K.SECRETARIAT,
        "ES",
    ),
    Institution(
        "mercosur",
        local(
            en="Southern Common Market",
            es="Mercado Común del Sur",
            fr="Marché commun du Sud",
            pt="Mercado Comum do Sul",
        ),
        local(en="Mercosur", es="Mercosur", fr="Mercosur", pt="Mercosul"),
        _K.INTERGOVERNMENTAL,
        "UY",
    ),
    Institution(
        "caricom",
        local(
            en="Caribbean Community",
            es="Comunidad del Caribe",
            fr="Communauté caribéenne",
            pt="Comunidade do Caribe",
        ),
        local(en="CARICOM", es="CARICOM", fr="CARICOM", pt="CARICOM"),
        _K.INTERGOVERNMENTAL,
        "GY",
    ),
    Institution(
        "sdc",
        local(
            en="Swiss Agency for Development and Cooperation",
            es="Agencia Suiza para el Desarrollo y la Cooperación",
            fr="Direction du développement et de la coopération",
            pt="Agência Suíça para o Desenvolvimento e a Cooperação",
        ),
        local(en="SDC", es="COSUDE", fr="DDC", pt="SDC"),
        _K.AGENCY,
        "CH",
    ),
    Institution(
        "un",
        local(en="United Nations", es="Naciones Unidas", fr="Nations Unies", pt="Nações Unidas"),
        local(en="UN", es="ONU", fr="ONU", pt="ONU"),
        _K.INTERGOVERNMENTAL,
        "US",
    ),
    Institution(
        "undp",
        local(
            en="United Nations Development Programme",
            es="Programa de las Naciones Unidas para el Desarrollo",
            fr="Programme des Nations Unies pour le développement",
            pt="Programa das Nações Unidas para o Desenvolvimento",
        ),
        local(en="UNDP", es="PNUD", fr="PNUD", pt="PNUD"),
        _K.AGENCY,
        "US",
        "un",
    ),
    Institution(
        "eu",
        local(en="European Union", es="Unión Europea", fr="Union européenne", pt="União Europeia"),
        local(en="EU", es="UE", fr="UE", pt="UE"),
        _K.INTERGOVERNMENTAL,
        "BE",
    ),
    Institution(
        "ml-gec",
        local(
            en="Executive Group for Cooperation of the partners in Mali (formerly Pool Technique)",
            es="Grupo Ejecutivo de Cooperación de los socios en Malí (antes Pool Technique)",
            fr="Groupe exécutif de coopération des partenaires au Mali (ancien Pool technique)",
            pt="Grupo Executivo de Cooperação dos parceiros no Mali (antigo Pool Technique)",
        ),
        local(en="GEC", es="GEC", fr="GEC", pt="GEC"),
        _K.GROUP,
        "ML",
    ),
    Institution(
        "ml-seg",
        local(
            en="Secretariat of the Executive Group for Cooperation in Mali",
            es="Secretaría del Grupo Ejecutivo de Cooperación en Malí",
            fr="Secrétariat du Groupe exécutif de coopération au Mali",
            pt="Secretaria do Grupo Executivo de Cooperação no Mali",
        ),
        local(en="SEG", es="SEG", fr="SEG", pt="SEG"),
        _K.SECRETARIAT,
        "ML",
        "ml-gec",
    ),
)
