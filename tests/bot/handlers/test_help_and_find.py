"""``/help``, ``/start``, ``/find`` and free text; countries and institutions; anything at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from directory.access import Subject
from directory.database import Database
from tests.support.asking import Asking, buttons, here, registry, words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shared", [False, True])
async def test_help_and_start_name_what_may_be_asked_and_examples_that_work(
    network: Database, language: str, shared: bool
) -> None:
    visitor = Asking(network, language=language, shared=shared)
    help_card = await visitor.hears("/help")
    for command in registry().commands:
        named = f"/{command.name_in(language)}:" in words(help_card)
        assert named == (command.in_menu and await visitor.may(command))
        one = await visitor.hears(f"/help {command.name_in(language)}")
        assert one.title == f"/{command.name_in(language)}"
    start_card = await visitor.hears("/start")
    for card in (help_card, start_card):
        examples = [button for button in buttons(card) if button.action.startswith("ask:")]
        assert len(examples) == 3
        for button in examples:
            answer = here(await visitor.presses(button.action))
            assert answer.title, f"{button.label} found nothing: {answer.text}"


async def test_every_example_of_every_command_works(demo: Database) -> None:
    people = [Asking(demo, who) for who in ("visitor", "coordinator", "operator")]
    for command in registry().commands:
        allowed = [person for person in people if await person.may(command)]
        asking = allowed[0]
        for example in command.examples:
            answer = await asking.hears(example)
            # An import says how a file is sent; there is nothing to find.
            asks = command.subject is Subject.IMPORT and answer.text.startswith("Send a CSV or XLSX file")
            offers = any(not button.action.startswith("ask:") for button in buttons(answer))
            assert answer.title or offers or asks, f"{example} found nothing: {answer.text}"
        # What was set by an example must not change the language of the next.
        await asking.hears("/language en")


async def test_help_with_something_unknown(network: Database) -> None:
    card = await Asking(network).hears("/help nonsense")
    assert card.text.startswith("There is no command “nonsense”.")
    assert "/project:" in words(card)


async def test_a_pressed_question_cannot_change_anything(demo: Database) -> None:
    visitor = Asking(demo)
    assert "must be typed" in here(await visitor.presses("ask:/language fr")).text
    assert (await visitor.hears("/language")).title == "Language: English"
    assert "There is no command" in here(await visitor.presses("ask:/nonsense")).text
    assert here(await visitor.presses("ask:/projects country:Mali")).title == "1 project"


async def test_a_deep_link_is_a_question(network: Database) -> None:
    assert "USD 18,500.00" in words(await Asking(network).hears("/start ACS-SF-001"))


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Mexico", "🇲🇽 Mexico"),
        ("méjico", "🇲🇽 Mexico"),
        ("RD", "🇩🇴 Dominican Republic"),
        ("Saint-Vincent", "🇻🇨 St Vincent & the Grenadines"),
        ("I.M.E.X.C.I.", "Mexican Institute of International Cooperation"),
        ("imexci mexico", "Mexican Institute of International Cooperation"),
        ("Who is the focal point of Mexico?", "Focal point for international cooperation, Mexico"),
        ("¿Quién es el punto focal de Haití?", "Focal point for international cooperation, Haiti"),
        ("acssf001", "First Meeting of those Responsible for International Cooperation within the ACS"),
    ],
)
async def test_free_text(network: Database, typed: str, title: str) -> None:
    assert (await Asking(network).hears(typed)).title == title


async def test_free_text_that_finds_nothing_says_what_to_do(network: Database) -> None:
    card = await Asking(network, language="es").hears("xyzzy quux plugh")
    assert "con /ayuda se ve qué puede consultarse" in card.text
    assert len(buttons(card)) == 3


@pytest.mark.parametrize("typed", ["/find", "/country", "/institution", "/contact", "/project"])
async def test_without_words_each_says_what_to_type(network: Database, typed: str) -> None:
    card = await Asking(network, language="fr").hears(typed)
    assert "par exemple /" in card.text


async def test_several_hits_are_offered_and_open(network: Database) -> None:
    visitor = Asking(network)
    card = await visitor.hears("/country guinea b")
    rows = buttons(card)
    if not card.title:
        assert len(rows) >= 2
        card = here(await visitor.presses(rows[0].action))
    assert "Guinea" in card.title
    several = await visitor.hears("san")
    assert "Several entries fit “san”" in several.text
    assert here(await visitor.presses(buttons(several)[0].action)).title


async def test_a_country(network: Database) -> None:
    public = await Asking(network, language="es").hears("/pais México")
    said = words(public)
    assert "Códigos MX y MEX" in said
    assert "AEC: Estado miembro" in said
    assert "Punto focal de cooperación internacional" in said
    assert "Instituto Mexicano de Cooperación Internacional (IMEXCI)" in said
    assert "ACS-SF-001" in said
    assert "Demoreda" not in said
    focal = words(await Asking(network, "focal").hears("/country MEX"))
    assert "Focal point for international cooperation: Lucía Demoreda" in focal
    assert "the post is vacant" in words(await Asking(network, "focal").hears("/country Guyana"))


async def test_an_institution(network: Database) -> None:
    card = await Asking(network, language="pt").hears("/instituicao IMEXCI")
    said = words(card)
    assert "Instituto Mexicano de Cooperação Internacional" in card.title
    assert "País: México" in said
    assert "ACS-SF-001" in said
    assert "Site: não consta" in said
    parts = await Asking(network).hears("/institution ACS")
    assert "Offices and parts" in words(parts)


@pytest.mark.parametrize("typed", ["/country zzyzx qqqq", "/institution qqqq wwww"])
async def test_what_is_not_there(network: Database, typed: str) -> None:
    assert "for example /" in (await Asking(network).hears(typed)).text


async def test_a_list_made_while_typing_holds_public_projects_alone(network: Database) -> None:
    coordinator = Asking(network, "coordinator")
    everything = await coordinator.types("")
    assert [reply.card.summary.split(" ")[0] for reply in everything] == ["ACS-SF-001", "SDC-ML-SEG-3"]
    assert [len(buttons(reply.card)) for reply in everything] == [0, 0]
    assert len(await coordinator.types("acs sf 1")) >= 1
    assert await coordinator.types("Lucía Demoreda") == []


@pytest.mark.parametrize(
    "action",
    [
        "open",
        "open:country",
        "open:nothing:MX",
        "open:country:XX",
        "open:post:none",
        "open:person:demo-mx",
        "open:::",
    ],
)
async def test_a_stale_or_forged_choice(demo: Database, action: str) -> None:
    assert "no longer in use" in here(await Asking(demo).presses(action)).text


COMMANDS = [
    "project",
    "projects",
    "contact",
    "country",
    "institution",
    "find",
    "help",
    "start",
    "language",
    "timezone",
]
HOSTILE = [
    "<b>&amp;</b><!channel> @everyone [x](tg://user?id=1)",
    "'; DROP TABLE project; --",
    "=cmd|' /C calc'!A0",
    'NEAR(a b) AND * OR "',
    "\u202eevil\u2066 \ud800 \x00\x07",
    "a" * 4000,
    ": : :: country:: :x",
    "{code} {0} %s %(x)s {",
    "🇲🇽",
]


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_get_a_clear_answer(demo: Database, text: str, shared: bool) -> None:
    asking = Asking(demo, "coordinator", shared=shared)
    for command in COMMANDS:
        assert words(await asking.hears(f"/{command} {text}"))
    assert words(await asking.hears(text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=st.sampled_from(["", *COMMANDS]), text=st.text(max_size=80), shared=st.booleans())
async def test_any_words_get_one_answer_here(demo: Database, command: str, text: str, shared: bool) -> None:
    asking = Asking(demo, "focal", shared=shared)
    card = await asking.hears(f"/{command} {text}" if command else text)
    if shared:
        assert "example.org" not in words(card) or "example.org" in text
