"""``/language`` and ``/timezone``: for oneself in a direct chat, for a room by its coordination."""

from __future__ import annotations

import pytest

from bot.cards import languages, zones
from bot.contract import Reply
from bot.i18n import Translator
from directory.database import Database
from tests.support.asking import Asking, buttons, here, words


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("español", "es"),
        ("ESPANOL", "es"),
        ("castellano", "es"),
        ("Spanish", "es"),
        ("espagnol", "es"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("French", "fr"),
        ("francés", "fr"),
        ("pt_BR", "pt"),
        ("português", "pt"),
        ("brasileiro", "pt"),
        ("English", "en"),
        ("inglés", "en"),
        ("anglais", "en"),
        ("Deutsch", ""),
        ("", ""),
        ("es and fr", ""),
    ],
)
def test_what_a_language_is_called(typed: str, language: str) -> None:
    assert languages.named(typed) == language


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bogotá", ("America/Bogota",)),
        ("bogota", ("America/Bogota",)),
        ("America/Bogota", ("America/Bogota",)),
        ("Puerto España", ("America/Port_of_Spain",)),
        ("Port-d'Espagne", ("America/Port_of_Spain",)),
        ("La Habana", ("America/Havana",)),
        ("Havana", ("America/Havana",)),
        ("Ciudad de México", ("America/Mexico_City",)),
        ("haiti", ("America/Port-au-Prince",)),
        ("UTC", ("UTC",)),
        ("Atlantis", ()),
        ("", ()),
    ],
)
def test_what_a_zone_is_called(typed: str, expected: tuple[str, ...]) -> None:
    assert zones.named(typed) == expected


def test_a_country_with_several_zones_offers_them() -> None:
    assert "America/Mexico_City" in zones.named("México")
    assert 1 < len(zones.named("Brasil")) <= zones.MOST


def test_a_city_in_the_reader_s_language() -> None:
    assert zones.city("America/Havana", Translator("fr")) == "La Havane"
    assert zones.city("America/Port_of_Spain", Translator("es")) == "Puerto España"


async def test_a_language_of_one_s_own_stays(demo: Database) -> None:
    visitor = Asking(demo)
    card = await visitor.hears("/language español")
    assert card.text == "A partir de ahora se le responderá en español."
    assert "Código: ACS-SF-001" in words(await visitor.hears("/project ACS-SF-001"))
    card = await visitor.hears("/idioma")
    assert card.title == "Idioma: español"
    assert [button.label for button in buttons(card) if button.selected] == ["Español"]


async def test_a_language_chosen_by_button(demo: Database) -> None:
    visitor = Asking(demo, "focal")
    reply = await visitor.presses("language:fr")
    assert isinstance(reply, Reply)
    assert reply.replaces
    assert here(reply).text == "Désormais, les réponses vous seront données en français."
    assert "Demoreda" in words(await visitor.hears("/contact Mexico")), "the person stays linked"


async def test_the_greeting_turns_to_the_language_chosen_on_it(demo: Database) -> None:
    visitor = Asking(demo)
    card = await visitor.hears("/start")
    button = next(item for item in buttons(card) if item.label == "Português")
    turned = here(await visitor.presses(button.action))
    assert turned.title == Translator("pt")("start.title")


async def test_a_language_that_is_none(demo: Database) -> None:
    card = await Asking(demo).hears("/language Klingon")
    assert "They come in English, Spanish, French and Portuguese" in card.text
    assert len(buttons(card)) == 4


@pytest.mark.parametrize("who", ["visitor", "focal"])
@pytest.mark.parametrize(
    ("typed", "own"), [("/language fr", "/language français"), ("/timezone Bogotá", "/timezone")]
)
async def test_a_room_s_settings_are_its_coordination_s(
    demo: Database, who: str, typed: str, own: str
) -> None:
    card = await Asking(demo, who, shared=True).hears(typed)
    assert "is set by its coordination" in card.text
    assert own in card.text


@pytest.mark.parametrize("who", ["coordinator", "operator"])
async def test_a_room_s_language_is_for_everybody_in_it(demo: Database, who: str) -> None:
    coordinator = Asking(demo, who, shared=True)
    card = await coordinator.hears("/language fr")
    assert card.text == "Désormais, les réponses dans cet espace seront données en français."
    visitor = Asking(demo, shared=True, room=coordinator.room)
    assert "Code: ACS-SF-001" in words(await visitor.hears("/project ACS-SF-001"))
    assert "Statut: achevé" in words(await visitor.hears("/project ACS-SF-001"))
    assert "Status" in words(await Asking(demo, shared=True).hears("/project ACS-SF-001"))


async def test_a_zone_of_one_s_own_stays(demo: Database) -> None:
    visitor = Asking(demo, language="es")
    card = await visitor.hears("/zonahoraria Bogotá")
    assert card.title == "Zona horaria: Bogotá (UTC−5)"
    assert (await visitor.hears("/timezone")).title == "Zona horaria: Bogotá (UTC−5)"


async def test_zones_are_offered_from_the_person_s_country_and_the_platform(demo: Database) -> None:
    card = await Asking(demo, "focal", time_zone="America/Lima").hears("/timezone")
    offered = [button.action for button in buttons(card)]
    assert offered[0] == "timezone:America/Lima"
    assert "timezone:America/Mexico_City" in offered
    turned = here(await Asking(demo, "focal").presses("timezone:America/Mexico_City"))
    assert turned.title == "Time zone: Mexico City (UTC−6)"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("UTC-5", "changes with summer time"),
        ("+5:30", "changes with summer time"),
        ("Bogotta", "Is one of these meant?"),
        ("Brasil", "has several time zones"),
        ("qqqqqqqq", "for example /timezone Bogotá"),
    ],
)
async def test_what_is_no_zone(demo: Database, typed: str, expected: str) -> None:
    assert expected in (await Asking(demo).hears(f"/timezone {typed}")).text


@pytest.mark.parametrize("action", ["language", "language:xx", "timezone", "timezone:Mexico", "timezone:a:b"])
async def test_a_forged_choice_changes_nothing(demo: Database, action: str) -> None:
    visitor = Asking(demo)
    assert "no longer in use" in here(await visitor.presses(action)).text
    assert (await visitor.hears("/language")).title == "Language: English"
