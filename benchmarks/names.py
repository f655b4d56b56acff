"""A synthetic list of institutions: many, multilingual, alike as real ones are, and always the same.

The words are real ones of the field; the towns and the people that institutions are named after are put
together from syllables, so that the vocabulary grows with the list as a real one does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
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
    link: str
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
        "of", "and", "{} Memorial",
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
        "de", "y", "{}",
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
        "de", "et", "{}",
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
        "de", "e", "{}",
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


def institutions(count: int, seed: int = 20_270_415) -> Iterator[Institution]:
    """Yield ``count`` institutions; a shorter list is the beginning of a longer one."""
    rng = random.Random(seed)
    seen: set[str] = set()
    acronyms: set[str] = set()
    # Places come back, some often and most seldom, as the towns of real addresses do.
    places: list[str] = []
    number = 0
    while number < count:
        if len(places) < 400 or rng.random() < 0.04:
            places.append(_invented(rng))
        name, language = _name(rng, places)
        if name.casefold() in seen:
            continue
        seen.add(name.casefold())
        acronym = _acronym(rng, name) if rng.random() < 0.15 else ""
        if acronym in acronyms:
            acronym = ""
        acronyms.add(acronym)
        yield Institution(f"i{number}", name, language, acronym)
        number += 1


def _name(rng: random.Random, places: list[str]) -> tuple[str, str]:
    tongue = rng.choice(_TONGUES)
    rank = rng.choice(tongue.ranks)
    body, field = rng.choice(tongue.bodies), rng.choice(tongue.fields)
    place = places[int(len(places) * rng.random() ** 1.7)]
    if tongue.code == "en":
        words = f"{rank} {body} {field}".strip()
    else:
        head, *link = body.split(" ")
        words = " ".join(part for part in (head, rank, *link, field) if part)
    shape = rng.random()
    if shape < 0.30:
        words += f" {tongue.of_place} {place}"
    elif shape < 0.55:
        words += f" {tongue.of_place} {place}, {rng.choice(_COUNTRIES)}"
    elif shape < 0.70:
        words += f" {tongue.of_place} {rng.choice(_COUNTRIES)} ({place})"
    elif shape < 0.85:
        honoured = f"{rng.choice(_GIVEN)} {_invented(rng)}"
        words = (
            f"{tongue.founders.format(honoured)} {words}" if tongue.code == "en" else f"{words} {honoured}"
        )
        words += f", {place}"
    elif shape < 0.93:
        words += f" {tongue.of_place} {place} {rng.randrange(1, 30)}"
    else:
        other = rng.choice(tongue.fields)
        words += f" {tongue.link} {other} {tongue.of_place} {place}"
    return words, tongue.code


def _acronym(rng: random.Random, name: str) -> str:
    letters = [
        word[0].upper() for word in name.replace("'", " ").split() if len(word) > 3 and word[0].isalpha()
    ]
    letters += [rng.choice("ABCDEFGHIJKLMNOPRSTUVXZ") for _ in range(max(0, 6 - len(letters)))]
    return ".".join(letters[:7]) + "."
