"""``/project``: the sheet, its pages, codes that forgive, and what is offered where none fits."""

from __future__ import annotations

import pytest

from bot.cards.project import PAGES
from bot.contract import Reply
from directory import projects
from directory.database import Database
from directory.projects import ProjectSheet
from directory.texts import local
from tests.support.asking import Asking, buttons, here, words

#: What the overview of ACS-SF-001 says in each language: title, place, amount, period, last update.
OVERVIEW = {
    "en": (
        "First Meeting of those Responsible for International Cooperation within the ACS",
        "Place: Mexico City, Mexico",
        "Donors: IMEXCI: USD 18,500.00",
        "Period: 11 to 12 April 2002",
        "Last updated on 13 November 2002",
        "Responsible institution: Association of Caribbean States (ACS)",
    ),
    "es": (
        "Primera Reunión de Responsables de la Cooperación Internacional",
        "Lugar: Ciudad de México, México",
        "Donantes: IMEXCI: 18.500,00 USD",
        "Periodo: del 11 al 12 de abril de 2002",
        "Última actualización: 13 de noviembre de 2002",
        "Institución responsable: Asociación de Estados del Caribe (AEC)",
    ),
    "fr": (
        "Première Réunion des responsables de la coopération internationale",
        "Lieu: Mexico, Mexique",
        "Bailleurs de fonds: IMEXCI : 18 500,00 USD",
        "Période: du 11 au 12 avril 2002",
        "Dernière mise à jour : 13 novembre 2002",
        "Institution responsable: Association des États de la Caraïbe (AEC)",
    ),
    "pt": (
        "Primeira Reunião dos Responsáveis",
        "Local: Cidade do México, México",
        "Doadores: IMEXCI: USD 18.500,00",
        "Período: de 11 a 12 de abril de 2002",
        "Última atualização: 13 de novembro de 2002",
        "Instituição responsável: Associação dos Estados do Caribe",
    ),
}


def spaced(text: str) -> str:
    """``text`` with ordinary spaces for the narrow ones that CLDR puts into numbers."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("language", OVERVIEW)
async def test_the_overview_in_four_languages(network: Database, language: str) -> None:
    card = await Asking(network, language=language).hears("/project ACS-SF-001")
    said = spaced(words(card))
    for expected in OVERVIEW[language]:
        assert expected in said
    assert len(card.fields) <= 10
    assert [button.selected for button in buttons(card)] == [True] + [False] * 7


@pytest.mark.parametrize("typed", ["acs sf 1", "ACS SF-001", "acssf001", "acs-sf-01", " ACS_SF_1 "])
async def test_codes_forgive(network: Database, typed: str) -> None:
    assert "ACS-SF-001" in words(await Asking(network).hears(f"/project {typed}"))
    assert "ACS-SF-001" in words(await Asking(network).hears(typed))


@pytest.mark.parametrize(
    "typed", ["first meeting responsible", "Primera Reunión de Responsables", "réunion responsables"]
)
async def test_words_of_a_title_work(network: Database, typed: str) -> None:
    assert "ACS-SF-001" in words(await Asking(network).hears(f"/project {typed}"))


@pytest.mark.parametrize("typed", ["Mali", "UNDP", "Suiza"])
async def test_a_country_or_an_institution_leads_to_its_projects(network: Database, typed: str) -> None:
    card = await Asking(network).hears(f"/project {typed}")
    if typed == "Suiza":
        assert "No project fits" in card.text
    else:
        assert [button.action for button in buttons(card)] == ["open:project:SDC-ML-SEG-3"]


async def test_a_code_that_does_not_exist_is_not_taken_for_another(network: Database) -> None:
    card = await Asking(network).hears("/project ACS-SF-002")
    assert card.text == "No project has the code ACS-SF-002. Did you mean ACS-SF-001?"
    assert "open:project:ACS-SF-001" in [button.action for button in buttons(card)]


async def test_nothing_like_it(network: Database) -> None:
    card = await Asking(network, language="es").hears("/proyecto qqqq wwww")
    assert (
        card.text == "Ningún proyecto corresponde a «qqqq wwww». Con /proyectos se ven todos los proyectos."
    )
    card = await Asking(network).hears("/project ZZZZZ-99999")
    assert "/projects lists all projects" in card.text


async def test_without_a_code_it_says_what_to_type(network: Database) -> None:
    visitor = Asking(network, language="pt")
    card = await visitor.hears("/projeto")
    assert "/projeto ACS-SF-001" in card.text
    assert "ACS-SF-001" in words(here(await visitor.presses(buttons(card)[0].action)))


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
@pytest.mark.parametrize("code", ["ACS-SF-001", "SDC-ML-SEG-3"])
async def test_every_page_turns_in_place_and_leads_back(network: Database, code: str, language: str) -> None:
    visitor = Asking(network, language=language)
    card = await visitor.hears(f"/project {code}")
    seen = set()
    for number, button in enumerate(buttons(card)):
        reply = await visitor.presses(button.action)
        assert isinstance(reply, Reply)
        assert reply.replaces
        page = here(reply)
        assert [b.action for b in buttons(page)] == [b.action for b in buttons(card)]
        assert [n for n, b in enumerate(buttons(page)) if b.selected] == [number]
        seen.add(words(page))
    assert len(seen) == len(PAGES)


async def test_what_is_not_recorded_is_said(network: Database) -> None:
    visitor = Asking(network)
    objectives = here(await visitor.presses("project:SDC-ML-SEG-3:objectives"))
    assert "Justification\nnot recorded" in words(objectives)
    parties = here(await visitor.presses("project:ACS-SF-001:parties"))
    missing = [item.label for section in parties.sections for item in section.fields if item.missing]
    assert missing == ["Contract partner", "Other partners"]
    funding = here(await visitor.presses("project:ACS-SF-001:funding"))
    assert "Budget: not recorded" in words(funding)


async def test_amounts_and_shares(network: Database) -> None:
    funding = words(here(await Asking(network).presses("project:SDC-ML-SEG-3:funding")))
    assert "Budget: CHF 300,000.00" in funding
    assert "CHF 284,791.00, 94.9% of the budget, allocated" in funding
    french = words(here(await Asking(network, language="fr").presses("project:SDC-ML-SEG-3:funding")))
    assert "284 791,00 CHF, 94,9 % du budget, alloué" in spaced(french)


async def test_text_in_another_language_is_said_to_be(demo: Database) -> None:
    async with demo.writing() as session:
        await projects.put(
            session,
            ProjectSheet(
                "TEST-FR-7",
                local(fr="Réseau des semences"),
                general_objective=local(fr="Garder les semences. " * 30),
            ),
        )
    card = await Asking(demo).hears("/project test fr 7")
    assert card.title == "Réseau des semences (in French)"
    assert card.text.endswith("… (in French)")
    assert len(card.text) < 300
    assert "Status: not recorded" in words(card)
    assert (await Asking(demo, language="fr").hears("/projet test fr 7")).title == "Réseau des semences"


async def test_a_sheet_that_changed_is_shown_anew(demo: Database) -> None:
    visitor = Asking(demo)
    assert "completed" in words(await visitor.hears("/project ACS-SF-001"))
    async with demo.writing() as session:
        await projects.put(session, ProjectSheet("TEST-NEW-1", local(en="A new project")))
    assert (await visitor.hears("/project test new 1")).title == "A new project"


@pytest.mark.parametrize("action", ["project", "project:", "project:NO-1:funding", "project:a:b:c"])
async def test_a_stale_or_forged_button(network: Database, action: str) -> None:
    assert "no longer in use" in here(await Asking(network).presses(action)).text


async def test_an_unknown_page_is_the_overview(network: Database) -> None:
    card = here(await Asking(network).presses("project:ACS-SF-001:<b>"))
    assert [button.selected for button in buttons(card)] == [True] + [False] * 7
