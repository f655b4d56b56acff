"""Invented focal points for the 25 member states of the ACS, and one person for each role of the demo.

Every person is invented and marked so; addresses are at example.org and numbers are of the range that
is reserved for fiction (+1 868 555 01xx). Dates are relative to the day of loading, so that some entries
are always fresh and some always stale.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from directory.countries import CAPITAL_ZONES
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local

#: Who may be chosen to speak in the demo, and the person behind each handle.
DEMO_PEOPLE: Final[Mapping[str, str]] = {
    "focal": "demo-mx",
    "coordinator": "demo-coordinator",
    "operator": "demo-operator",
}

_TITLES: Final = local(
    en="Focal point for international cooperation",
    es="Punto focal de cooperación internacional",
    fr="Point focal de la coopération internationale",
    pt="Ponto focal de cooperação internacional",
)
_AREA: Final = local(
    en="International cooperation",
    es="Cooperación internacional",
    fr="Coopération internationale",
    pt="Cooperação internacional",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One country's post: its holder, and what is particular about it."""

    country: str
    given: str
    family: str
    languages: str
    months: int
    confirmed: int
    alternate: str = ""
    past: str = ""
    standing: Standing = Standing.HOLDER


# months: since when the holder holds the post; confirmed: how long ago the entry was confirmed.
_LINES: Final = (
    _Line("AG", "Alisha", "Demarest", "en", 20, 2, alternate="Corwin Demoray"),
    _Line("BS", "Tavaris", "Demokins", "en", 8, 1),
    _Line("BB", "Shonelle", "Demowright", "en", 31, 4, alternate="Jerome Demolyn", past="Petra Demoville"),
    _Line("BZ", "Elmer", "Demoreno", "en es", 15, 14),
    _Line("CO", "Juana", "Demoza", "es en", 11, 3, alternate="Camilo Demostrada"),
    _Line("CR", "Álvaro", "Demontes", "es", 40, 26, past="Inés Demolina"),
    _Line("CU", "Yanela", "Demosa", "es fr", 6, 2),
    _Line("DM", "Glenroy", "Demolaire", "en fr", 18, 7),
    _Line("DO", "Rosanna", "Demera", "es en fr", 9, 1, alternate="Wilfrido Demorán"),
    _Line("SV", "Mauricio", "Demoralta", "es", 27, 10),
    _Line("GD", "Kimberley", "Demoor", "en", 5, 5, standing=Standing.ACTING, past="Royston Demobury"),
    _Line("GT", "Ixchel", "Demotzoy", "es", 13, 3),
    _Line("GY", "", "", "", 0, 0, past="Anil Demoprasad"),
    _Line("HT", "Mirlande", "Démonval", "fr ht", 22, 8, alternate="Wilner Démosthène-Exemple"),
    _Line("HN", "Óscar", "Demolinero", "es", 36, 31),
    _Line("JM", "Andre", "Demolby", "en", 7, 2, alternate="Shanice Demoretz"),
    _Line("MX", "Lucía", "Demoreda", "es en fr", 16, 1, alternate="Tomás Demóstico", past="Irma Demontaño"),
    _Line("NI", "", "", "", 0, 0),
    _Line("PA", "Itzel", "Demodríguez", "es en", 3, 1, past="Rogelio Demovega"),
    _Line("KN", "Vernon", "Demosley", "en", 48, 40),
    _Line("LC", "Marise", "Demodeste", "en fr", 12, 6, standing=Standing.ACTING),
    _Line("VC", "Orlando", "Demobrow", "en", 25, 12, alternate="Keisha Demoquin"),
    _Line("SR", "Radjen", "Demoerdijk", "nl en", 19, 9),
    _Line("TT", "Nadia", "Demoharry", "en", 10, 1, alternate="Kerwin Demopaul", past="Aubrey Demosaint"),
    _Line("VE", "", "", "", 0, 0, past="Belkis Demoledo"),
)


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in folded.casefold() if char.isalnum())


def _months_before(today: date, months: int) -> date:
    return today - timedelta(days=round(months * 30.44))


class _Phones:
    """Hands out the reserved numbers, one after the other."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self) -> str:
        number = f"+1 868 555 01{self._next % 100:02d}"
        self._next += 1
        return number


def _person(
    key: str, name: str, languages: tuple[str, ...], zone: str, confirmed: date, phones: _Phones
) -> Person:
    given, family = name.split(" ", 1)
    address = f"{_slug(given)}.{_slug(family)}@example.org"
    return Person(
        key,
        given,
        family,
        languages,
        zone,
        (
            Contact(ContactKind.EMAIL, address, 1, confirmed),
            Contact(ContactKind.PHONE, phones(), 1, confirmed),
            Contact(ContactKind.MOBILE, phones(), 2, confirmed),
            Contact(ContactKind.HANDLE, f"@demo_{_slug(family)}", 3, None),
        ),
        invented=True,
    )


@dataclass(frozen=True, slots=True)
class Cast:
    """The people, posts and nominations of the demo."""

    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    nominations: tuple[Nomination, ...]


def cast(today: date, zones: Mapping[str, str]) -> Cast:
    """Everybody, with dates counted back from ``today``; ``zones`` gives each country's IANA zone."""
    people: list[Person] = []
    posts: list[Post] = []
    nominations: list[Nomination] = []
    phones = _Phones()
    for line in _LINES:
        code = line.country.lower()
        post = f"acs-fp-{code}"
        zone = zones.get(line.country, CAPITAL_ZONES.get(line.country, ""))
        posts.append(Post(post, _TITLES, _AREA, "ACS", line.country))
        confirmed = _months_before(today, line.confirmed)
        languages = tuple(line.languages.split())
        since = _months_before(today, line.months or 2)
        for role, name, standing in (
            ("", f"{line.given} {line.family}".strip(), line.standing),
            ("-alt", line.alternate, Standing.ALTERNATE),
        ):
            if name:
                key = f"demo-{code}{role}"
                people.append(_person(key, name, languages, zone, confirmed, phones))
                letter = since - timedelta(days=20)
                nominations.append(
                    Nomination(
                        post,
                        key,
                        standing,
                        since,
                        None,
                        f"DEMO/{line.country}/{since.year}",
                        letter,
                        confirmed,
                    )
                )
        if line.past:
            key = f"demo-{code}-past"
            people.append(_person(key, line.past, languages or ("en",), zone, confirmed, phones))
            before = _months_before(since, 30)
            nominations.append(
                Nomination(
                    post,
                    key,
                    Standing.HOLDER,
                    before,
                    since,
                    f"DEMO/{line.country}/{before.year}",
                    before,
                    before,
                )
            )
    for key, name, languages in (
        ("demo-coordinator", "Marisol Demoriche", ("es", "en", "fr")),
        ("demo-operator", "Ana Demopérez", ("pt", "en", "es")),
    ):
        people.append(
            _person(key, name, languages, "America/Port_of_Spain", _months_before(today, 1), phones)
        )
    return Cast(tuple(people), (*posts, *offices()), tuple(nominations))


def offices() -> Iterator[Post]:
    """The offices of the ACS directorate for cooperation: public posts, nobody's data."""
    roster = (
        (
            "acs-dcrm-director",
            local(
                en="Director of Cooperation and Resource Mobilisation",
                es="Dirección de Cooperación y Movilización de Recursos: titular",
                fr="Direction de la coopération et de la mobilisation des ressources : titulaire",
                pt="Direção de Cooperação e Mobilização de Recursos: titular",
            ),
        ),
        (
            "acs-dcrm-adviser",
            local(
                en="Adviser for Cooperation and Resource Mobilisation",
                es="Asesoría de Cooperación y Movilización de Recursos",
                fr="Conseil pour la coopération et la mobilisation des ressources",
                pt="Assessoria de Cooperação e Mobilização de Recursos",
            ),
        ),
        (
            "acs-dcrm-secretary",
            local(
                en="Secretary of the Directorate for Cooperation",
                es="Secretaría de la Dirección de Cooperación",
                fr="Secrétariat de la Direction de la coopération",
                pt="Secretaria da Diretoria de Cooperação",
            ),
        ),
    )
    for key, titles in roster:
        yield Post(key, titles, _AREA, "ACS", None, "acs-dcrm")
