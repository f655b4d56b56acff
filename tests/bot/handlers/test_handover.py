"""``/handover`` and ``/away``: who follows, who stands in, and that rights end with the nomination."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.command import Problems, Value
from bot.contract import Card, Reply, Said
from bot.handlers import handover as handler
from bot.i18n import LANGUAGES, Translator
from directory import audit, entries, handover, invitations, people, posts
from directory.access import Role
from directory.database import Database
from directory.posts import Nomination, Standing
from tests.support.asking import Asking, here, words

POST = "acs-fp-mx"
TODAY = datetime.now(UTC).date()
LINE = "/handover {post}; Ana Ejemplo; ana.ejemplo@example.org; {day}; REF/2027/12"


def line(post: str = "Mexico", day: date = TODAY) -> str:
    return LINE.format(post=post, day=day.isoformat())


async def named(database: Database, post: str = POST) -> list[Nomination]:
    async with database.reading() as session:
        return (await posts.nominations(session, [post])).get(post, [])


async def holders(database: Database, day: date, post: str = POST) -> list[Nomination]:
    return [
        item
        for item in await named(database, post)
        if item.standing is Standing.HOLDER and item.holds_on(day)
    ]


async def role(database: Database, person: str) -> Role:
    async with database.reading() as session:
        return (await people.standing(session, person)).role


async def test_a_coordinator_s_word_confirms_who_follows(demo: Database) -> None:
    card = await Asking(demo, "coordinator").hears(line())
    assert "Ana Ejemplo holds the post" in card.text
    assert "/invite" in card.text
    now = await holders(demo, TODAY)
    assert [item.reference for item in now] == ["REF/2027/12"]
    assert (now[0].confirmed_on, now[0].confirmed_by) == (TODAY, "demo-coordinator")
    assert await role(demo, now[0].person) is Role.FOCAL_POINT
    assert await role(demo, "demo-mx") is Role.LINKED, "the past holder keeps nothing of the post's rights"
    past = next(item for item in await named(demo) if item.person == "demo-mx")
    assert past.until == TODAY
    async with demo.reading() as session:
        trail = await audit.history(session, "nomination", POST)
        assert await invitations.with_email(session, "ana.ejemplo@example.org") == now[0].person
    assert [item.action for item in trail] == ["handover", "handover"]


async def test_the_holder_names_who_follows_and_the_coordination_confirms(demo: Database) -> None:
    day = TODAY + timedelta(30)
    card = await Asking(demo, "focal").hears(line("", day))
    assert "until then it gives no rights" in card.text
    assert await role(demo, "demo-mx") is Role.FOCAL_POINT, "until that day"
    new = next(item for item in await named(demo) if item.since == day)
    assert (new.confirmed_on, new.standing) == (None, Standing.HOLDER)
    assert [item.person for item in await holders(demo, day - timedelta(1))] == ["demo-mx"]
    assert [item.person for item in await holders(demo, day)] == [new.person]


async def test_the_alternate_may_too_and_becomes_the_holder(demo: Database) -> None:
    async with demo.reading() as session:
        alternate = await people.get(session, "demo-mx-alt", 1)
    assert alternate is not None
    text = f"/handover {POST}; Tomás Demóstico; {alternate.contacts[0].value}; {TODAY}; REF/1"
    await Asking(demo, "coordinator").hears(text)
    assert [item.person for item in await holders(demo, TODAY)] == ["demo-mx-alt"]
    assert [
        item.until
        for item in await named(demo)
        if item.person == "demo-mx-alt" and item.standing is Standing.ALTERNATE
    ] == [TODAY]


@pytest.mark.parametrize("who", ["focal", "operator", "visitor"])
async def test_nobody_names_the_holder_of_another_post(demo: Database, who: str) -> None:
    before = await named(demo, "acs-fp-co")
    replies = await Asking(demo, who).asks(line("acs-fp-co"))
    if who != "operator":  # who also enrols people
        assert "Colombia" not in words(here(replies))
        assert await named(demo, "acs-fp-co") == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/handover Mexico; Ana Ejemplo; nonsense; 2027-04-15; REF", "e-mail"),
        ("/handover Mexico; Ana Ejemplo; a@example.org; someday; REF", "clear day"),
        ("/handover Mexico; Ana Ejemplo; a@example.org; 1999-01-01; REF", "clear day"),
        ("/handover Mexico; Ana Ejemplo; a@example.org; 05/06/2027; REF", "clear day"),
        ("/handover Mexico; Ana Ejemplo; a@example.org; {today}", "reference of the letter"),
        ("/handover Mexico; ; a@example.org; {today}; REF", "name"),
        ("/handover Atlantis; Ana; a@example.org; {today}; REF", "No post of yours"),
        (
            "/handover Mexico; Lucía Demoreda; lucia.demoreda@example.org; {today}; REF",
            "holds the post already",
        ),
        ("/handover Mexico; Ana Ejemplo; a@example.org; {long_ago}; REF", "clear day"),
    ],
)
async def test_what_cannot_be_is_said_and_changes_nothing(demo: Database, typed: str, said: str) -> None:
    before = await named(demo)
    text = typed.format(today=TODAY, long_ago=TODAY - timedelta(5000))
    card = await Asking(demo, "coordinator").hears(text)
    assert said in card.text
    assert await named(demo) == before
    async with demo.reading() as session:
        assert await invitations.with_email(session, "a@example.org") is None


async def test_two_successors_at_once_are_refused(demo: Database) -> None:
    coordinator = Asking(demo, "coordinator")
    await coordinator.hears(line(day=TODAY + timedelta(30)))
    card = await coordinator.hears(
        f"/handover Mexico; Other Person; other@example.org; {TODAY + timedelta(10)}; REF/2"
    )
    assert "has a holder already" in card.text
    assert len(await holders(demo, TODAY + timedelta(60))) == 1


async def test_the_form_asks_for_one_s_own_post(demo: Database) -> None:
    replies = await Asking(demo, "focal").asks("/handover")
    assert isinstance(replies, Reply)
    assert replies.form is not None
    assert replies.form.action == f"handover-form:{POST}"
    assert "Mexico" in replies.form.text


async def test_a_forged_form_or_button_does_nothing(demo: Database) -> None:
    before = await named(demo, "acs-fp-co")
    asker = Asking(demo, "focal")
    assert "no longer in use" in here(await asker.presses("handover:acs-fp-co")).text
    async with demo.writing() as session:
        context = await asker._context(session, Said("x"))
        given: dict[str, Value] = {
            "given_name": "A",
            "email": "a@example.org",
            "since": TODAY,
            "reference": "R",
        }
        answer = await handler.submitted(context, ["acs-fp-co"], given)
    assert not isinstance(answer, Problems)
    assert "no longer in use" in here(answer).text
    assert await named(demo, "acs-fp-co") == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_away_is_shown_with_who_stands_in(demo: Database, language: str) -> None:
    t = Translator(language)
    until = TODAY + timedelta(9)
    asker = Asking(demo, "focal", language=language)
    card = await asker.hears(f"/away {until.isoformat()}")
    assert t("away.noted", day=t.day(until)) in card.text
    assert t("away.stands_in", name="Tomás Demóstico") in words(card)
    shown = words(await Asking(demo, "coordinator", language=language).hears("/contact Mexico"))
    assert (
        t("away.with_stand_in", name="Lucía Demoreda", day=t.day(until), stand_in="Tomás Demóstico") in shown
    )
    opened = here(await Asking(demo, "coordinator", language=language).presses("open:person:demo-mx"))
    assert t("entry.away_until", day=t.day(until)) in words(opened)
    async with demo.reading() as session:
        acting = await handover.standing_in(session, POST, TODAY)
        after = await handover.standing_in(session, POST, until + timedelta(1))
    assert acting is not None
    assert after is not None
    assert (acting.person, after.person) == ("demo-mx-alt", "demo-mx")
    card = here(await asker.presses("away-off"))
    assert t("away.example") in card.text
    assert "Demóstico" not in card.text


@pytest.mark.parametrize("typed", ["off", "back", "fin", "retour", "de volta", "de vuelta"])
async def test_the_absence_ends_in_every_language(demo: Database, typed: str) -> None:
    asker = Asking(demo, "focal")
    await asker.hears(f"/away until {(TODAY + timedelta(3)).isoformat()}")
    assert "No absence is recorded" in (await asker.hears(f"/away {typed}")).text
    async with demo.reading() as session:
        assert await entries.away(session, ["demo-mx"], TODAY) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("until whenever", "names no day"),
        ("1999-01-01", "is past"),
        ("2199-01-01", "more than a year ahead"),
        ("until tomorrow", "Absence recorded"),
        ("hasta mañana", "Absence recorded"),
        ("jusqu'à demain", "Absence recorded"),
        ("até amanhã", "Absence recorded"),
    ],
)
async def test_how_an_absence_is_typed(demo: Database, typed: str, said: str) -> None:
    assert said in (await Asking(demo, "focal").hears(f"/away {typed}")).text


async def test_an_alternate_who_is_away_stands_in_for_nobody(demo: Database) -> None:
    async with demo.writing() as session:
        for person in ("demo-mx", "demo-mx-alt"):
            await entries.set_away(session, person, TODAY + timedelta(2))
    async with demo.reading() as session:
        assert await handover.standing_in(session, POST, TODAY) is None
    card = await Asking(demo, "focal").hears("/away")
    assert isinstance(card, Card)
    assert "nobody is named who stands in" in words(card)
