"""Countries and territories: ISO 3166 codes, names from CLDR, and what people type instead."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import revision, search
from directory.database import Base
from directory.search import Entry, Kind, Name

#: The catalogue languages and the CLDR locale whose names each uses.
LOCALES: Final = {"en": "en", "es": "es", "fr": "fr", "pt": "pt_BR"}

#: What people type besides the CLDR names. Whole names, short names and usual abbreviations.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "AE": ("UAE", "EAU", "Emirates"),
    "AG": ("Antigua",),
    "BA": ("Bosnia",),
    "BO": ("Plurinational State of Bolivia",),
    "BQ": ("Bonaire", "Saba", "Sint Eustatius"),
    "CD": ("DRC", "RDC", "Congo Kinshasa"),
    "CG": ("Congo Brazzaville",),
    "CI": ("Ivory Coast", "Costa de Marfil", "Costa do Marfim"),
    "CW": ("Curazao", "Curacao"),
    "CZ": ("Czech Republic", "República Checa", "République tchèque", "República Tcheca"),
    "DO": ("RD", "Rep. Dom.", "República Dominicana", "Santo Domingo", "Quisqueya"),
    "FM": ("Micronesia",),
    "GB": ("UK", "Great Britain", "Britain", "Gran Bretaña", "Grande-Bretagne", "Grã-Bretanha", "England"),
    "GF": ("Cayenne", "Guayana"),
    "HT": ("Hayti", "Ayiti"),
    "KN": ("St Kitts", "St. Kitts and Nevis", "Saint Kitts", "San Cristóbal", "Saint-Kitts", "Nevis"),
    "KR": ("Corea", "Corée", "Coreia", "Korea", "ROK"),
    "LC": ("St Lucia", "St. Lucia", "Saint Lucia", "Sainte-Lucie"),
    "MF": ("Saint Martin", "San Martín", "Saint-Martin"),
    "MK": ("Macedonia",),
    "ML": ("Malí",),
    "MX": ("Méjico", "Estados Unidos Mexicanos"),
    "NL": ("Holland", "Holanda", "Hollande", "Pays-Bas", "The Netherlands"),
    "PS": ("Palestine", "Palestina"),
    "RU": ("Russian Federation", "Federación de Rusia"),
    "SV": ("Salvador",),
    "SX": ("Sint Maarten", "St Maarten"),
    "TC": ("Turks and Caicos", "Turcas y Caicos"),
    "TR": ("Turkey", "Turquía", "Turquie", "Turquia"),
    "TT": ("Trinidad", "Tobago", "T&T", "Trinidad y Tobago", "Trinité-et-Tobago"),
    "US": ("USA", "U.S.", "EE.UU.", "EEUU", "EUA", "America", "Estados Unidos", "États-Unis"),
    "VC": ("St Vincent", "Saint-Vincent", "Saint Vincent", "San Vicente", "São Vicente"),
    "VE": ("República Bolivariana de Venezuela",),
    "VG": ("BVI", "British Virgin Islands", "Islas Vírgenes Británicas"),
    "VI": ("USVI",),
    "VN": ("Viet Nam",),
}

#: The zone of the seat of government where a country has several (tz database, zone1970.tab).
CAPITAL_ZONES: Final[Mapping[str, str]] = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}

#: CLDR territories that are not in ISO 3166-1 (exceptional reservations, regions, test codes).
NOT_ISO: Final = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
#: Alpha-3 codes that ISO has withdrawn.
FORMER_ALPHA3: Final = frozenset(("ZAR", "DDR", "FXX", "BUR", "TMP", "YMD"))


class CountryRow(Base):
    """Table ``country``."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    alpha3: Mapped[str] = mapped_column(sa.String(3), unique=True)
    time_zone: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory. Its names come from CLDR (``Translator.country``), not from here.

    ``time_zone`` is the IANA zone of the capital, empty where the tz database has none.
    """

    code: str
    alpha3: str
    time_zone: str

    @property
    def flag(self) -> str:
        """The flag as two regional indicator symbols."""
        return flag(self.code)


def flag(code: str) -> str:
    """The flag of an alpha-2 code as two regional indicator symbols."""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code)


async def get(session: AsyncSession, code: str) -> Country | None:
    """The country with an alpha-2 or alpha-3 code, in any case."""
    wanted = code.upper()
    row = (
        await session.execute(
            sa.select(CountryRow.code, CountryRow.alpha3, CountryRow.time_zone).where(
                sa.or_(CountryRow.code == wanted, CountryRow.alpha3 == wanted)
            )
        )
    ).one_or_none()
    return Country(*row) if row else None


async def every(session: AsyncSession) -> list[Country]:
    """All countries, by code."""
    rows = await session.execute(
        sa.select(CountryRow.code, CountryRow.alpha3, CountryRow.time_zone).order_by(CountryRow.code)
    )
    return [Country(*row) for row in rows]


async def count(session: AsyncSession) -> int:
    """How many countries are stored."""
    return (await session.execute(sa.select(sa.func.count()).select_from(CountryRow))).scalar_one()


def names(code: str) -> list[Name]:
    """Every name under which a country is found: CLDR's four, aliases and the codes."""
    found = {
        language: str(_territories(locale)[code])
        for language, locale in LOCALES.items()
        if code in _territories(locale)
    }
    return [
        *(Name(text, language) for language, text in found.items()),
        *(Name(alias, weight=0.95) for alias in ALIASES.get(code, ())),
        Name(code, weight=0.9),
    ]


@functools.cache
def _territories(locale: str) -> Mapping[str, str]:
    from babel import Locale

    return Locale.parse(locale).territories


def iso_codes() -> dict[str, str]:
    """Every ISO 3166-1 alpha-2 code with its alpha-3 code, from CLDR."""
    from babel.core import get_global

    alpha3: dict[str, str] = {}
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and alias not in FORMER_ALPHA3 and len(codes) == 1:
            alpha3[codes[0]] = alias
    known = _territories("en")
    return {
        code: alpha3[code]
        for code in sorted(known)
        if len(code) == 2 and code.isalpha() and code not in NOT_ISO
    }


async def load(session: AsyncSession) -> None:
    """Store every ISO country and make it findable. The table must be empty."""
    from babel.core import get_global

    zones: Mapping[str, Sequence[str]] = get_global("territory_zones")
    rows = [
        {
            "code": code,
            "alpha3": alpha3,
            "time_zone": CAPITAL_ZONES.get(code) or next(iter(zones.get(code, ())), ""),
        }
        for code, alpha3 in iso_codes().items()
    ]
    await session.execute(sa.insert(CountryRow), rows)
    await search.put(
        session,
        *(
            Entry(Kind.COUNTRY, row["code"], [*names(row["code"]), Name(row["alpha3"], weight=0.9)])
            for row in rows
        ),
    )
    await revision.bump(session)
