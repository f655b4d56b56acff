"""A synthetic list of institutions: many, multilingual, alike as real ones are, and always the same.

The words are real ones of the field; the towns and the people that institutions are named after are put
together from syllables, so that the vocabulary grows with the list as a real one does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Institution:
    """A made-up institution: its name and, for some, an acronym written with dots."""

    key: str
    name: str
    language: str
    acronym: str = ""


@dataclass(frozen=True, slots=True)
class _Tongue:
    code: str
    bodies: tuple[str, ...]
    fields: tuple[str, ...]
    ranks: tuple[str, ...]
    of_place: str
    founders: str


_TONGUES: Final = (
    _Tongue(
        "en",
        (
            "Ministry of", "Department of", "Institute of", "Agency for", "Centre for", "Authority for",
            "Council for", "Office of", "Commission on", "Faculty of", "Foundation for", "Directorate of",
            "Bureau of", "Laboratory of", "Service for", "Board of", "Secretariat for", "Observatory of",
            "College of", "Association for", "Union for", "Fund for", "School of", "Programme for",
        ),
        (
            "Health", "Public Health", "Education", "Higher Education", "Agriculture", "Fisheries",
            "Marine Affairs", "Environment", "Climate Change", "Disaster Risk Reduction", "Trade", "Tourism",
            "Transport", "Civil Aviation", "Hydrography", "Meteorology", "Statistics", "Statistical Research",
            "Finance", "Planning", "Foreign Affairs", "International Cooperation", "Regional Development",
            "Rural Development", "Water Resources", "Energy", "Mining", "Labour", "Social Protection",
            "Women's Affairs", "Youth and Sports", "Culture", "Heritage", "Science and Technology",
            "Telecommunications", "Justice", "Home Affairs", "Food Security", "Animal Health",
            "Forestry", "Geology", "Oceanography", "Tropical Medicine", "Veterinary Sciences",
            "Vocational Training", "Local Government", "Consumer Protection", "Standards",
            "Intellectual Property",
        ),
        ("National", "Central", "Royal", "Federal", "Regional", "Provincial", "General", "Joint", ""),
        "of", "{} Memorial",
    ),
    _Tongue(
        "es",
        (
            "Ministerio de", "Secretaría de", "Instituto de", "Agencia de", "Centro de", "Dirección de",
            "Consejo de", "Oficina de", "Comisión de", "Facultad de", "Fundación para", "Superintendencia de",
            "Servicio de", "Laboratorio de", "Junta de", "Observatorio de", "Colegio de", "Asociación de",
            "Unión de", "Fondo para", "Escuela de", "Programa de", "Corporación de", "Viceministerio de",
        ),
        (
            "Salud", "Salud Pública", "Educación", "Educación Superior", "Agricultura", "Pesca",
            "Asuntos Marítimos", "Medio Ambiente", "Cambio Climático", "Gestión del Riesgo", "Comercio",
            "Turismo", "Transporte", "Aviación Civil", "Hidrografía", "Meteorología", "Estadística",
            "Investigaciones Estadísticas", "Hacienda", "Planificación", "Relaciones Exteriores",
            "Cooperación Internacional", "Desarrollo Regional", "Desarrollo Rural", "Recursos Hídricos",
            "Energía", "Minería", "Trabajo", "Protección Social", "la Mujer", "Juventud y Deportes",
            "Cultura",
            "Patrimonio", "Ciencia y Tecnología", "Telecomunicaciones", "Justicia", "Gobernación",
            "Seguridad Alimentaria", "Sanidad Animal", "Bosques", "Geología", "Oceanografía",
            "Medicina Tropical", "Ciencias Veterinarias", "Formación Profesional", "Gobiernos Locales",
            "Protección al Consumidor", "Normalización", "Propiedad Industrial",
        ),
        ("Nacional", "Central", "Federal", "Regional", "Provincial", "General", "Superior", ""),
        "de", "{}",
    ),
    _Tongue(
        "fr",
        (
            "Ministère de", "Département de", "Institut de", "Agence de", "Centre de", "Direction de",
            "Conseil de", "Office de", "Commission de", "Faculté de", "Fondation pour", "Secrétariat de",
            "Service de", "Laboratoire de", "Observatoire de", "Collège de", "Association pour", "Union pour",
            "Fonds pour", "École de", "Programme de", "Haute Autorité de", "Cellule de", "Comité de",
        ),
        (
            "la Santé", "la Santé publique", "l'Éducation", "l'Enseignement supérieur", "l'Agriculture",
            "la Pêche", "la Mer", "l'Environnement", "la Lutte contre les changements climatiques",
            "la Réduction des risques", "Commerce", "Tourisme", "Transports", "l'Aviation civile",
            "l'Hydrographie", "la Météorologie", "la Statistique", "Recherche statistique", "Finances",
            "la Planification", "Affaires étrangères", "la Coopération internationale",
            "Développement régional", "Développement rural", "l'Hydraulique", "l'Énergie", "Mines", "Travail",
            "la Protection sociale", "la Promotion de la Femme", "la Jeunesse et des Sports", "la Culture",
            "Patrimoine", "la Science et de la Technologie", "Télécommunications", "la Justice",
            "l'Intérieur",
            "la Sécurité alimentaire", "la Santé animale", "Forêts", "Géologie", "l'Océanographie",
            "Médecine tropicale", "Sciences vétérinaires", "la Formation professionnelle",
            "Collectivités territoriales", "la Consommation", "Normalisation", "la Propriété industrielle",
        ),
        ("National", "Central", "Fédéral", "Régional", "Provincial", "Général", "Supérieur", ""),
        "de", "{}",
    ),
    _Tongue(
        "pt",
        (
            "Ministério de", "Secretaria de", "Instituto de", "Agência de", "Centro de", "Direção de",
            "Conselho de", "Escritório de", "Comissão de", "Faculdade de", "Fundação para", "Autoridade de",
            "Serviço de", "Laboratório de", "Observatório de", "Colégio de", "Associação de", "União de",
            "Fundo para", "Escola de", "Programa de", "Coordenação de", "Gabinete de", "Inspeção de",
        ),
        (
            "Saúde", "Saúde Pública", "Educação", "Ensino Superior", "Agricultura", "Pescas",
            "Assuntos do Mar", "Meio Ambiente", "Alterações Climáticas", "Redução de Riscos", "Comércio",
            "Turismo", "Transportes", "Aviação Civil", "Hidrografia", "Meteorologia", "Estatística",
            "Pesquisas Estatísticas", "Finanças", "Planejamento", "Relações Exteriores",
            "Cooperação Internacional", "Desenvolvimento Regional", "Desenvolvimento Rural",
            "Recursos Hídricos", "Energia", "Mineração", "Trabalho", "Proteção Social", "Mulher",
            "Juventude e Esportes", "Cultura", "Patrimônio", "Ciência e Tecnologia", "Telecomunicações",
            "Justiça", "Administração Interna", "Segurança Alimentar", "Saúde Animal", "Florestas",
            "Geologia", "Oceanografia", "Medicina Tropical", "Ciências Veterinárias",
            "Formação Profissional", "Poder Local", "Defesa do Consumidor", "Normalização",
            "Propriedade Industrial",
        ),
        ("Nacional", "Central", "Federal", "Regional", "Provincial", "Geral", "Superior", ""),
        "de", "{}",
    ),
)  # fmt: skip

_COUNTRIES: Final = (
    "Antigua and Barbuda", "Bahamas", "Barbados", "Belize", "Colombia", "Costa Rica", "Cuba", "Dominica",
    "El Salvador", "Grenada", "Guatemala", "Guyana", "Haïti", "Honduras", "Jamaica", "México", "Nicaragua",
    "Panamá", "Saint Kitts and Nevis", "Saint Lucia", "Suriname", "Trinidad and Tobago", "Venezuela",
    "Côte d'Ivoire", "Sénégal", "Mali", "Burkina Faso", "Guinea-Bissau", "Guiné-Bissau", "Cabo Verde",
    "Moçambique", "Angola", "Brasil", "Argentina", "Perú", "Bolivia", "Paraguay", "Uruguay", "Chile",
    "Ecuador", "Kenya", "Uganda", "Tanzania", "Rwanda", "Burundi", "Cameroun", "Tchad", "Niger", "Nigeria",
    "Ghana", "Togo", "Bénin", "Gabon", "Congo", "Madagascar", "Comores", "Seychelles", "Mauritius",
    "Timor-Leste", "Portugal", "España", "France", "Belgique", "Luxembourg", "Suisse", "Curaçao", "Aruba",
    "Sint Maarten", "Martinique", "Guadeloupe", "São Tomé e Príncipe", "Philippines", "Vanuatu", "Fiji",
)  # fmt: skip
_STARTS: Final = (
    "Al", "Ar", "Ba", "Be", "Bo", "Bra", "Ca", "Chi", "Co", "Cu", "Da", "Dou", "El", "Fa", "Fer", "Ga", "Gri",
    "Gua", "Ha", "Hua", "Ja", "Ka", "Kou", "La", "Le", "Lo", "Ma", "Me", "Mon", "Mu", "Na", "Nou", "Oa", "Or",
    "Pa", "Pe", "Por", "Qui", "Ra", "Ri", "Ro", "Sa", "Sé", "So", "Ta", "Te", "To", "Tre", "Ur", "Va", "Vi",
    "Wa", "Xa", "Ya", "Za", "Zi",
)  # fmt: skip
_MIDDLES: Final = (
    "ba", "bi", "ca", "cho", "da", "do", "fa", "ga", "gou", "ja", "la", "le", "li", "ma", "mé", "mi", "na",
    "ne",
    "ni", "no", "pa", "que", "ra", "re", "ri", "ro", "sa", "se", "ta", "te", "ti", "to", "ua", "va", "vi",
    "za",
)  # fmt: skip
_ENDS: Final = (
    "bá", "bo", "ca", "cas", "dad", "do", "dougou", "gua", "lla", "llo", "ma", "mar", "na", "nas", "ndo",
    "no",
    "nte", "ra", "ray", "res", "ro", "rro", "s", "so", "ta", "tán", "to", "tz", "ville", "ya", "zón", "ña",
)  # fmt: skip
_GIVEN: Final = (
    "José", "María", "Luis", "Ana", "Jean", "Aminata", "Joaquim", "Inês", "Samuel", "Grace", "Toussaint",
    "Francisco", "Simón", "Eugenia", "Amílcar", "Léopold", "Norman", "Mariana", "Augusto", "Céline",
)  # fmt: skip


def _invented(rng: random.Random) -> str:
    middle = "".join(rng.choice(_MIDDLES) for _ in range(rng.choice((0, 1, 1, 1, 2))))
    return rng.choice(_STARTS) + middle + rng.choice(_ENDS)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a name is put together from; a near-duplicate differs in one of them."""

    tongue: _Tongue
    rank: str
    body: str
    field: str
    place: str
    country: str
    honoured: str
    number: int
    shape: float


#: Share of the institutions that are near-duplicates of another one.
ALIKE: Final = 0.45


def institutions(count: int, seed: int = 20_270_415) -> Iterator[Institution]:
    """Yield ``count`` institutions; a shorter list is the beginning of a longer one.

    Nearly half of them have a sister from which they differ in one thing only: the rank, the body, the
    field, the country, the number of the branch, or a letter or two of the town.
    """
    rng = random.Random(seed)
    seen: set[str] = set()
    acronyms: set[str] = set()
    # Places come back, some often and most seldom, as the towns of real addresses do.
    places: list[str] = []
    recent: list[_Parts] = []
    number = 0
    while number < count:
        if len(places) < 400 or rng.random() < 0.04:
            places.append(_invented(rng))
        parts = _sister(rng, rng.choice(recent)) if recent and rng.random() < ALIKE else _drawn(rng, places)
        name = _written(parts)
        if name.casefold() in seen:
            continue
        seen.add(name.casefold())
        recent.append(parts)
        if len(recent) > 20_000:
            del recent[:10_000]
        acronym = _acronym(rng, name) if rng.random() < 0.15 else ""
        if acronym in acronyms:
            acronym = ""
        acronyms.add(acronym)
        yield Institution(f"i{number}", name, parts.tongue.code, acronym)
        number += 1


def _drawn(rng: random.Random, places: list[str]) -> _Parts:
    tongue = rng.choice(_TONGUES)
    return _Parts(
        tongue=tongue,
        rank=rng.choice(tongue.ranks),
        body=rng.choice(tongue.bodies),
        field=rng.choice(tongue.fields),
        place=places[int(len(places) * rng.random() ** 1.7)],
        country=rng.choice(_COUNTRIES),
        honoured=f"{rng.choice(_GIVEN)} {_invented(rng)}",
        number=rng.randrange(1, 30),
        shape=rng.random(),
    )


def _sister(rng: random.Random, parts: _Parts) -> _Parts:
    tongue = parts.tongue
    match rng.randrange(6):
        case 0:
            return replace(parts, rank=rng.choice(tongue.ranks))
        case 1:
            return replace(parts, body=rng.choice(tongue.bodies))
        case 2:
            return replace(parts, field=rng.choice(tongue.fields))
        case 3:
            return replace(parts, country=rng.choice(_COUNTRIES))
        case 4:
            return replace(parts, number=rng.randrange(1, 30))
        case _:
            at = rng.randrange(1, len(parts.place))
            letters = rng.choice(("", rng.choice("aeioulmnrst"), rng.choice("aeio") + rng.choice("lnrs")))
            if len(parts.place) < 5:  # A town of a sister's sister must not wear away.
                letters = letters or rng.choice("aeiou")
            return replace(parts, place=parts.place[:at] + letters + parts.place[at + 1 :])


def _written(parts: _Parts) -> str:
    tongue = parts.tongue
    if tongue.code == "en":
        words = f"{parts.rank} {parts.body} {parts.field}".strip()
    else:
        head, *link = parts.body.split(" ")
        words = " ".join(part for part in (head, parts.rank, *link, parts.field) if part)
    if parts.shape < 0.30:
        return f"{words} {tongue.of_place} {parts.place}"
    if parts.shape < 0.55:
        return f"{words} {tongue.of_place} {parts.place}, {parts.country}"
    if parts.shape < 0.70:
        return f"{words} {tongue.of_place} {parts.country} ({parts.place})"
    if parts.shape < 0.85:
        honoured = tongue.founders.format(parts.honoured)
        return (
            f"{honoured} {words}, {parts.place}"
            if tongue.code == "en"
            else f"{words} {honoured}, {parts.place}"
        )
    return f"{words} {tongue.of_place} {parts.place} {parts.number}"


def _acronym(rng: random.Random, name: str) -> str:
    letters = [
        word[0].upper() for word in name.replace("'", " ").split() if len(word) > 3 and word[0].isalpha()
    ]
    letters += [rng.choice("ABCDEFGHIJKLMNOPRSTUVXZ") for _ in range(max(0, 6 - len(letters)))]
    return ".".join(letters[:7]) + "."
