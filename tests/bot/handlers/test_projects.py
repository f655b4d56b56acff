"""``/projects``: filters in every language's words, pages that turn, and buttons that never overflow."""

from __future__ import annotations

import pytest

from bot.cards.filters import Typed, take_apart
from bot.contract import ACTION_BYTES, Reply
from directory import projects
from directory.database import Database
from directory.projects import ProjectSheet, Status
from directory.texts import local
from tests.support.asking import Asking, buttons, here, words


async def codes(database: Database, text: str, language: str = "en") -> list[str]:
    card = await Asking(database, language=language).hears(text)
    return [item.label for item in card.fields]


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "/projects country:Mali"),
        ("en", "/projects country:ML"),
        ("en", "/projects country: mli"),
        ("es", "/proyectos pais:Malí"),
        ("es", "/proyectos país:mali estado:concluido"),
        ("fr", "/projets pays:Mali statut:achevé"),
        ("fr", "/projets bailleur:DDC"),
        ("pt", "/projetos doador:SDC situação:concluido"),
        ("en", "/projects donor:Swiss Agency for Development and Cooperation"),
        ("en", "/projects theme:governance"),
        ("es", "/proyectos tema:gobernanza"),
        ("en", "/projects theme:governence status:completed"),
        ("en", "/projects country:Mali contribution to the joint support"),
    ],
)
async def test_filters_in_every_language(network: Database, language: str, typed: str) -> None:
    assert await codes(network, typed, language) == ["SDC-ML-SEG-3"]


async def test_all_projects_and_words(network: Database) -> None:
    assert await codes(network, "/projects") == ["ACS-SF-001", "SDC-ML-SEG-3"]
    assert await codes(network, "/projects meeting") == ["ACS-SF-001"]
    assert await codes(network, "/projects acs sf 1") == ["ACS-SF-001"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/projects colour:red", "These exist: country:, donor:, theme: and status:."),
        ("/projects status:purple", "These exist: planned, ongoing, completed, suspended and cancelled."),
        ("/projects theme:zzzz", "These exist: Governance"),
        ("/projects country:Atlantis of Xyzzy", "for example /projects country:Mexico"),
        ("/projects donor:qqqqqq", "for example /projects donor:Mexico"),
        ("/projects country:", "for country:"),
        ("/projects status:planned", "No project fits all of this."),
    ],
)
async def test_what_means_nothing_is_said(network: Database, typed: str, expected: str) -> None:
    assert expected in words(await Asking(network).hears(typed))


def test_a_line_is_taken_apart() -> None:
    assert take_apart("mali  country: Costa Rica Status:ongoing") == Typed(
        "mali", {"country": "Costa Rica", "status": "ongoing"}
    )
    assert take_apart("colour:red").unknown == ("colour",)
    assert take_apart("") == Typed()


async def many(database: Database, count: int) -> None:
    async with database.writing() as session:
        for number in range(count):
            sheet = ProjectSheet(
                f"MANY-{number:03d}", local(en=f"Seeds {number}"), status=Status.ONGOING, country="CO"
            )
            await projects.put(session, sheet)


async def test_pages_turn_in_place(demo: Database) -> None:
    await many(demo, 13)
    visitor = Asking(demo)
    card = await visitor.hears("/projects country:Colombia status:ongoing")
    seen = [item.label for item in card.fields]
    assert card.title == "13 projects"
    assert card.footer == "1 to 6 of 13"
    for _ in range(2):
        button = next(item for item in buttons(card) if item.label == "Next")
        reply = await visitor.presses(button.action)
        assert isinstance(reply, Reply)
        assert reply.replaces
        card = here(reply)
        seen += [item.label for item in card.fields]
    assert seen == [f"MANY-{number:03d}" for number in range(13)]
    assert "Next" not in [item.label for item in buttons(card)]
    back = next(item for item in buttons(card) if item.label == "Previous")
    assert here(await visitor.presses(back.action)).footer == "7 to 12 of 13"


async def test_a_question_too_long_for_a_button_says_so(demo: Database) -> None:
    await many(demo, 9)
    card = await Asking(demo).hears(
        "/projects seeds seeds seeds seeds seeds seeds seeds seeds seeds seeds seeds"
    )
    assert all(len(button.action.encode()) <= ACTION_BYTES for button in buttons(card))
    if len(card.fields) == 6:
        assert "fewer words show the rest" in card.footer


async def test_a_project_of_the_list_opens(network: Database) -> None:
    visitor = Asking(network, language="fr")
    card = await visitor.hears("/projets")
    assert "18" in words(here(await visitor.presses(buttons(card)[0].action)))


@pytest.mark.parametrize(
    "action",
    [
        "projects",
        "projects:-1",
        "projects:x:MX",
        "projects:٣",
        "projects:9999999999",
        "projects:0::::nonsense:",
    ],
)
async def test_a_forged_page(network: Database, action: str) -> None:
    assert words(here(await Asking(network).presses(action)))
