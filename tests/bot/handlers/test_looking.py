"""Looks at people: what is recorded, the weekly budget, who is told; and who looked me up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from bot.command import Command
from bot.permission import several
from directory import audit, lookups, people
from directory.accounts import Account, save_account
from directory.audit import Entry
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Person, PersonRow
from tests.support.asking import Asking, buttons, here, private, registry, words
from tests.support.traced import Traced, trail


def looks(entries: Sequence[Entry]) -> list[tuple[str | None, int | None, str | None]]:
    return [(entry.key, entry.level, entry.network) for entry in entries if entry.action == audit.LOOK]


async def test_a_card_of_a_post_leaves_one_look_for_each_person_named(demo: Database) -> None:
    focal = Traced(demo, "focal")
    card = await focal.card("/contact Honduras")
    found = looks(await trail(demo))
    assert found
    assert len({key for key, _, _ in found}) == len(found), "once an answer"
    assert {of for _, _, of in found} == {"ACS"}
    async with demo.reading() as session:
        named = [person.name for key, _, _ in found if key and (person := await people.get(session, key, 1))]
    assert all(name in words(card) for name in named)


async def test_the_level_of_what_was_shown_is_recorded(demo: Database) -> None:
    await Traced(demo, "coordinator").card("/contact Mexico")
    found = {key: level for key, level, _ in looks(await trail(demo))}
    assert found["demo-mx"] == 2
    assert set(found.values()) == {1, 2}, "the others are named, no more"


async def test_what_names_nobody_leaves_no_look(demo: Database) -> None:
    before = len(await trail(demo))
    for text in ("/country Mexico", "/contact Mexico", "/find IMEXCI", "/institution IMEXCI"):
        await Traced(demo, "visitor").asks(text)
        await Traced(demo, "focal", shared=True).asks(text)
    found = (await trail(demo))[before:]
    assert all(entry.place == "direct" for entry in found), "in a room nothing is shown"
    async with demo.reading() as session:
        assert all(entry.actor and entry.actor.person_key == "demo-mx" for entry in found)
        assert await audit.by_person(session, "visitor") == []


async def test_seeing_oneself_is_no_look(demo: Database) -> None:
    await Traced(demo, "focal").asks("/contact Mexico")
    assert "demo-mx" not in {key for key, _, _ in looks(await trail(demo))}


async def test_a_list_and_a_file_leave_looks_too(demo: Database) -> None:
    focal = Traced(demo, "focal")
    card = await focal.card("/country Honduras")
    listed = {key for key, _, _ in looks(await trail(demo))}
    assert listed
    assert any(item.value for section in card.sections for item in section.fields)
    key = sorted(key for key in listed if key)[0]
    await focal.presses(f"vcf:{key}")
    last = (await trail(demo))[-1]
    assert (last.key, last.level) == (key, 1)


async def test_the_budget_withholds_and_says_when_it_renews(demo: Database) -> None:
    focal = Traced(demo, "focal", weekly_lookups=3)
    assert "@example.org" in words(await focal.card("/contact Honduras"))
    for text in ("/contact Guatemala", "/contact Cuba", "/contact Panama"):
        last = words(await focal.card(text))
    assert "weekly allowance of 3 contacts" in last
    assert "@example.org" not in last
    seen = {key for key, _, _ in looks(await trail(demo))}
    assert len(seen) <= 3
    # Whom one has seen already stays to be seen.
    assert "@example.org" in words(await focal.card("/contact Honduras"))


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
async def test_a_budget_that_is_used_up_tells_nothing_of_who_exists(demo: Database, language: str) -> None:
    focal = Traced(demo, "focal", language, weekly_lookups=1)
    await focal.asks("/contact Honduras")
    async with demo.writing() as session:
        await audit.look(session, _focal(), datetime.now(UTC), [audit.Look("demo-cu", 1)])
    known = words(await focal.card("/find Marisol Demoriche"))
    unknown = words(await focal.card("/find Marisol Demoxyzzy"))
    assert known.replace("Demoriche", "…") == unknown.replace("Demoxyzzy", "…")
    assert "1" in known


def _focal() -> audit.Actor:
    return audit.Actor("terminal", "", "focal", "demo-mx", "focal_point", "direct")


async def test_all_accounts_of_a_person_share_the_budget(demo: Database) -> None:
    async with demo.writing() as session:
        await save_account(session, Account("terminal", "", "other", "demo-mx"))
    await Traced(demo, "focal", weekly_lookups=2).asks("/contact Honduras")
    other = Traced(demo, "other", weekly_lookups=2)
    said = [words(await other.card(text)) for text in ("/contact Guatemala", "/contact Cuba")]
    assert "weekly allowance of 2 contacts" in said[-1]


async def test_the_budget_renews_after_seven_days(demo: Database) -> None:
    now = datetime.now(UTC)
    focal = Traced(demo, "focal", weekly_lookups=2, now=now)
    for text in ("/contact Honduras", "/contact Guatemala", "/contact Cuba"):
        last = words(await focal.card(text))
    assert "weekly allowance" in last
    focal.now = now + timedelta(days=7, minutes=1)
    assert "@example.org" in words(await focal.card("/contact Cuba"))


async def test_the_coordination_is_told_once_a_week(demo: Database) -> None:
    now = datetime.now(UTC)
    focal = Traced(demo, "focal", weekly_lookups=1, now=now)
    for text in ("/contact Honduras", "/contact Guatemala", "/contact Cuba", "/contact Cuba"):
        await focal.asks(text)
    assert [(letter.person, letter.message) for letter in focal.letters] == [
        ("demo-coordinator", "lookups.told")
    ]
    assert focal.letters[0].values == {"name": "Lucía Demoreda", "number": "1"}
    used = [entry for entry in await trail(demo) if entry.action == "lookups_used_up"]
    assert [(entry.key, entry.network) for entry in used] == [("demo-mx", "ACS")]
    focal.now = now + timedelta(days=8)
    for text in ("/contact Honduras", "/contact Guatemala"):
        await focal.asks(text)
    assert len(focal.letters) == 2


async def test_of_a_coordinator_alone_the_operators_are_told(demo: Database) -> None:
    coordinator = Traced(demo, "coordinator", weekly_lookups=1)
    for text in ("/contact Honduras", "/contact Guatemala"):
        await coordinator.asks(text)
    assert [letter.person for letter in coordinator.letters] == ["demo-operator"]


def test_the_arithmetic_of_the_budget() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    known = {f"p{n}": start + timedelta(hours=n) for n in range(3)}
    assert lookups.admitted(known, ["p0", "x", "y"], 4) == {"p0", "x"}
    assert lookups.admitted(known, ["p0", "x"], 3) == {"p0"}
    assert lookups.admitted({}, [], 3) == frozenset()
    assert lookups.renews(known, 4) is None
    assert lookups.renews(known, 3) == start + timedelta(days=7)
    assert lookups.renews(known, 2) == start + timedelta(days=7, hours=1)
    assert lookups.renews({}, 1) is None


async def test_who_looked_me_up(demo: Database) -> None:
    await Traced(demo, "coordinator").asks("/contact Mexico")
    focal = Traced(demo, "focal")
    said = words(await focal.card("/lookups"))
    assert "Marisol Demoriche (coordination, ACS): also saw what coordinators may see" in said
    assert "0 of 150" in said
    again = words(await focal.card("/lookups"))
    assert "1 of 150" in again, "to learn who looked is a look as well"


async def test_who_looked_is_named_only_where_the_policy_lets_it(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(session, [Person("newcomer", "Nora", "Newcomer")])
        await save_account(session, Account("terminal", "", "nora", "newcomer"))
        await audit.look(session, _focal(), datetime.now(UTC), [audit.Look("newcomer", 1)])
    said = words(await Traced(demo, "nora").card("/lookups"))
    assert "focal point, ACS: saw your name" in said
    assert "Demoreda" not in said


@pytest.mark.parametrize(
    ("language", "none", "command"),
    [
        ("en", "Nobody has looked you up", "/lookups"),
        ("es", "nadie ha consultado", "/consultas"),
        ("fr", "Personne n'a consulté", "/consultations"),
        ("pt", "ninguém consultou", "/consultas"),
    ],
)
async def test_nobody_so_far(demo: Database, language: str, none: str, command: str) -> None:
    assert none in words(await Asking(demo, "focal", language).hears(command))


async def test_older_looks_are_a_button_away(demo: Database) -> None:
    async with demo.writing() as session:
        for _ in range(20):
            await audit.look(session, _focal(), datetime.now(UTC), [audit.Look("demo-coordinator", 1)])
    asking = Asking(demo, "coordinator")
    card = await asking.hears("/lookups")
    assert len(card.fields) == 8
    older = next(button for button in buttons(card) if button.label == "Older")
    page = here(await asking.presses(older.action))
    assert {f.label for f in page.fields}
    assert here(await asking.presses("lookups:x")).text.startswith("This button")


async def test_nobody_asks_who_is_not_in_the_directory(demo: Database) -> None:
    for name in ("lookups", "audit", "breakglass"):
        command = registry().named(name)
        assert command is not None
        assert not await Asking(demo, "visitor").may(command)
        assert await Asking(demo, "operator").may(command)


async def test_people_named_privately_from_a_room_are_recorded(demo: Database) -> None:
    focal = Traced(demo, "focal", shared=True)
    replies = await focal.asks("/find Marisol Demoriche")
    assert any("Demoriche" in words(card) for card in private(replies))
    assert "demo-coordinator" in {key for key, _, _ in looks(await trail(demo))}


QUESTIONS: Final = (
    "/contact Mexico",
    "/contact Marisol Demoriche",
    "/country Honduras",
    "/institution IMEXCI",
    "/find Demo",
    "/find Lucía Demoreda",
    "/me",
    "/away",
    "/handover",
    "/verify Lucía Demoreda",
    "/suspend Lucía Demoreda",
    "/suspend Demor",
    "/invitations",
    "/history Lucía Demoreda",
    "/edit Lucía Demoreda",
    "/breakglass Demor",
    "/audit",
    "/audit Lucía Demoreda",
    "/lookups",
)
#: How many answers are pressed further, for each asker.
ANSWERS: Final = 60


@pytest.mark.parametrize("who", ["focal", "coordinator", "operator"])
async def test_whoever_an_answer_names_has_a_look_in_the_trail(demo: Database, who: str) -> None:
    """Every question, and every button of every answer as far as time allows."""
    async with demo.reading() as session:
        keys = (await session.execute(sa.select(PersonRow.key))).scalars().all()
        everybody = await people.several(session, keys, 3)
    giveaways = {
        text: key
        for key, person in everybody.items()
        for text in (person.name, *(contact.value for contact in person.contacts))
    }
    asking = Traced(demo, who)
    waiting: list[tuple[str, str]] = [("says", text) for text in QUESTIONS]
    asked: set[str] = set()
    while waiting and len(asked) < ANSWERS:
        how, text = waiting.pop(0)
        command = _command_of(how, text)
        if text in asked or command is None or not await asking.may(command):
            continue
        asked.add(text)
        replies = await (asking.asks(text) if how == "says" else asking.presses(text))
        cards = [reply.card for reply in several(replies) if reply.form is None]
        said = "\n".join(words(card) for card in cards)
        shown = {key for value, key in giveaways.items() if value in said and value not in text}
        last = (await trail(demo))[-1:]
        read = {key for entry in last for key in entry.after.get("named", ())}
        recorded = set(asking.looked) | read | ({DEMO_PEOPLE[who]} if who in DEMO_PEOPLE else set())
        assert shown <= recorded, f"{text}: {shown - recorded} without a trace"
        # Read only: what changes something is not pressed here.
        waiting += [
            ("presses", button.action)
            for card in cards
            for button in buttons(card)
            # One's own data needs the whole program around it, and is nobody else's.
            if button.action and not button.action.startswith("mydata")
        ]
    assert len(asked) > 8


def _command_of(how: str, text: str) -> Command | None:
    if how == "says":
        return registry().named(text[1:].split(" ")[0])
    found = registry().press(text.split(":")[0])
    return found[0] if found is not None and not found[0].writes else None
