"""The demo's five organisations and their dated memberships, from public facts.

Sources disagree on associates of the ACS; a day is given only where it is known. Where no more than the
year or the month is, the membership is reckoned from its first day and the note says what is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from directory.networks import MemberKind, Membership, Network
from directory.texts import local

NETWORKS: Final = (
    Network(
        "ACS",
        local(
            en="Association of Caribbean States",
            es="Asociación de Estados del Caribe",
            fr="Association des États de la Caraïbe",
            pt="Associação dos Estados do Caribe",
        ),
        local(en="ACS", es="AEC", fr="AEC", pt="AEC"),
    ),
    Network(
        "OAS",
        local(
            en="Organization of American States",
            es="Organización de los Estados Americanos",
            fr="Organisation des États américains",
            pt="Organização dos Estados Americanos",
        ),
        local(en="OAS", es="OEA", fr="OEA", pt="OEA"),
    ),
    Network(
        "SEGIB",
        local(
            en="Ibero-American Conference / SEGIB",
            es="Conferencia Iberoamericana / Secretaría General Iberoamericana",
            fr="Conférence ibéro-américaine / Secrétariat général ibéro-américain",
            pt="Conferência Ibero-Americana / Secretaria-Geral Ibero-Americana",
        ),
        local(en="SEGIB", es="SEGIB", fr="SEGIB", pt="SEGIB"),
    ),
    Network(
        "MERCOSUR",
        local(
            en="Southern Common Market",
            es="Mercado Común del Sur",
            fr="Marché commun du Sud",
            pt="Mercado Comum do Sul",
        ),
        local(en="Mercosur", es="Mercosur", fr="Mercosur", pt="Mercosul"),
    ),
    Network(
        "CARICOM",
        local(
            en="Caribbean Community",
            es="Comunidad del Caribe",
            fr="Communauté caribéenne",
            pt="Comunidade do Caribe",
        ),
        local(en="CARICOM", es="CARICOM", fr="CARICOM", pt="CARICOM"),
    ),
)

_ACS: Final = "AG BS BB BZ CO CR CU DM DO SV GD GT GY HT HN JM MX NI PA KN LC VC SR TT VE"
#: The 25 member states of the ACS.
ACS_MEMBERS: Final = tuple(_ACS.split())
_PLAIN: Final = (
    ("ACS", MemberKind.MEMBER, _ACS),
    ("ACS", MemberKind.ASSOCIATE, "AW CW GP MQ SX VG TC"),
    (
        "ACS",
        MemberKind.OBSERVER,
        "AR BY BO BR CA CL EC EG FI IN IT JP KZ NL KR MA PS PE RU SA RS SI ES KW TR UA AE GB UY",
    ),
    (
        "OAS",
        MemberKind.MEMBER,
        "AG AR BS BB BZ BO BR CA CL CO CR DM DO EC SV GD GT GY HT HN JM MX PA PY PE KN LC VC SR TT US UY",
    ),
    ("SEGIB", MemberKind.MEMBER, "AD AR BO BR CO CR CU CL EC SV ES GT HN MX NI PA PY PE PT DO UY VE"),
    ("SEGIB", MemberKind.OBSERVER, "HU DE LU KR JP HT FR MA NL PH BE IT"),
    ("MERCOSUR", MemberKind.MEMBER, "AR BR PY UY"),
    ("MERCOSUR", MemberKind.ASSOCIATE, "CL CO EC GY PE SR"),
    ("CARICOM", MemberKind.MEMBER, "AG BS BB BZ DM GD GY HT JM MS KN LC VC SR TT"),
    ("CARICOM", MemberKind.ASSOCIATE, "AI BM VG KY TC"),
)

_FRANCE: Final = local(
    en="France on behalf of French Guiana and Saint Barthélemy (and Saint Martin before 2016)",
    es="Francia en nombre de la Guayana Francesa y San Bartolomé (y San Martín antes de 2016)",
    fr="France au titre de la Guyane française et de Saint-Barthélemy (et de Saint-Martin avant 2016)",
    pt="França em nome da Guiana Francesa e de São Bartolomeu (e de São Martinho antes de 2016)",
)
_NETHERLANDS: Final = local(
    en="Netherlands on behalf of Bonaire, Saba and Sint Eustatius",
    es="Países Bajos en nombre de Bonaire, Saba y San Eustaquio",
    fr="Pays-Bas au titre de Bonaire, Saba et Saint-Eustache",
    pt="Países Baixos em nome de Bonaire, Saba e Santo Eustáquio",
)
_CUBA: Final = local(
    en="Excluded in 1962; the resolution was lifted in 2009; does not take part",
    es="Excluida en 1962; la resolución quedó sin efecto en 2009; no participa",
    fr="Exclue en 1962 ; la résolution a été levée en 2009 ; ne participe pas",
    pt="Excluída em 1962; a resolução foi revogada em 2009; não participa",
)
_NICARAGUA: Final = local(
    en="Left on 19 November 2023",
    es="Se retiró el 19 de noviembre de 2023",
    fr="S'est retiré le 19 novembre 2023",
    pt="Retirou-se em 19 de novembro de 2023",
)
_VENEZUELA_OAS: Final = local(
    en="Denounced the Charter in 2017; the effect since 27 April 2019 is disputed",
    es="Denunció la Carta en 2017; su efecto desde el 27 de abril de 2019 es objeto de controversia",
    fr="A dénoncé la Charte en 2017 ; l'effet depuis le 27 avril 2019 est contesté",
    pt="Denunciou a Carta em 2017; o efeito desde 27 de abril de 2019 é controverso",
)
_VENEZUELA_MERCOSUR: Final = local(
    en="State party, suspended since 2016",
    es="Estado parte, suspendido desde 2016",
    fr="État partie, suspendu depuis 2016",
    pt="Estado Parte, suspenso desde 2016",
)
_BOLIVIA: Final = local(
    en="Accession ratified in July 2024",
    es="Adhesión ratificada en julio de 2024",
    fr="Adhésion ratifiée en juillet 2024",
    pt="Adesão ratificada em julho de 2024",
)
_BOLIVIA_BEFORE: Final = local(
    en="Associated State until the accession of July 2024",
    es="Estado asociado hasta la adhesión de julio de 2024",
    fr="État associé jusqu'à l'adhésion de juillet 2024",
    pt="Estado associado até a adesão de julho de 2024",
)
_SAINT_MARTIN: Final = local(
    en="Before 2016, France was an associate member on behalf of Saint Martin",
    es="Antes de 2016, Francia era miembro asociado en nombre de San Martín",
    fr="Avant 2016, la France était membre associé au titre de Saint-Martin",
    pt="Antes de 2016, a França era membro associado em nome de São Martinho",
)


def memberships() -> Iterator[Membership]:
    """Every membership."""
    for network, kind, codes in _PLAIN:
        for code in codes.split():
            yield Membership(network, code, kind)
    associate, member = MemberKind.ASSOCIATE, MemberKind.MEMBER
    yield Membership("ACS", "FR", associate, note=_FRANCE, on_behalf_of=("GF", "BL"))
    yield Membership("ACS", "NL", associate, note=_NETHERLANDS, on_behalf_of=("BQ",))
    yield Membership("ACS", "MF", associate, note=_SAINT_MARTIN, counted_from=date(2016, 1, 1))
    yield Membership("OAS", "CU", member, note=_CUBA)
    yield Membership("OAS", "NI", member, until=date(2023, 11, 19), note=_NICARAGUA)
    yield Membership("OAS", "VE", member, note=_VENEZUELA_OAS)
    yield Membership("MERCOSUR", "VE", member, note=_VENEZUELA_MERCOSUR, counted_from=date(2012, 1, 1))
    yield Membership("MERCOSUR", "BO", associate, note=_BOLIVIA_BEFORE, counted_until=date(2024, 7, 1))
    yield Membership("MERCOSUR", "BO", member, note=_BOLIVIA, counted_from=date(2024, 7, 1))
    yield Membership("CARICOM", "CW", associate, counted_from=date(2024, 1, 1))
