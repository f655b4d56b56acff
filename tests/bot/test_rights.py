"""Every right, through the dispatcher: kinds of identity by what they want, by place, by platform.

What is expected stands in ``tests/support/rights.py``, written down from the rules. A probe stands for each
thing that people may want; it says what the policy says to it in every case. The real commands are asked
as well: each must answer as far as the right to its subject goes.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards.examples import ASK
from bot.command import Command, Context, Replies
from bot.contract import Card, Inline, Place, PlaceKind, Pressed, Reply, Said, Sender
from bot.demo import bind_room
from bot.i18n import Translator
from bot.registry import Registry
from directory import access, accounts, people, suspensions
from directory.access import Cell, Decision, Role, Subject
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Person
from directory.suspensions import Suspension
from tests.support.asking import registry, words
from tests.support.front import Answer, Front, incoming
from tests.support.rights import ASKERS, CASE, MEANING, expectations

REFUSED: Final = Translator("en")("dispatch.refused")
SENT: Final = Translator("en")("dispatch.private_sent")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who asks, and as what the rules take them."""

    name: str
    taken_for: str
    user: str
    person: bool = True
    guest: bool = False
    relayed: bool = False
    late: timedelta = timedelta()


IDENTITIES: Final = (
    Identity("stranger", "stranger", "901"),
    Identity("a coordinator's guest account", "stranger", "904", guest=True),
    Identity("an anonymous administrator or a bot", "stranger", "904", person=False),
    Identity("a coordinator's words, passed on or edited", "stranger", "904", relayed=True),
    Identity("a coordinator, too late", "stranger", "904", late=timedelta(minutes=10, seconds=1)),
    Identity("a suspended coordinator", "stranger", "906"),
    Identity("a suspended operator", "stranger", "907"),
    Identity("linked", "linked", "902"),
    Identity("focal point", "focal point", "903"),
    Identity("coordinator", "coordinator", "904"),
    Identity("a coordinator, late but in time", "coordinator", "904", late=timedelta(minutes=9, seconds=59)),
    Identity("operator", "operator", "905"),
)
LINKED: Final = {
    "902": "demo-mx-past",
    "903": DEMO_PEOPLE["focal"],
    "904": DEMO_PEOPLE["coordinator"],
    "905": DEMO_PEOPLE["operator"],
    "906": "suspended-coordinator",
    "907": "suspended-operator",
}
#: Where, and as what the rules take it.
PLACES: Final = {
    "direct chat": "direct",
    "bound group": "bound",
    "bound channel": "bound",
    "other group": "other",
    "other channel": "other",
}
#: The bot's account and the team of its people, on each platform.
PLATFORMS: Final = {
    "telegram": ("4242", ""),
    "slack": ("T0001", "T0001"),
    "browser": ("browser", ""),
    "terminal": ("0f0f0f", ""),
}
_IDS: Final = {
    "telegram": ("-1001", "-1002", "-1003", "-1004"),
    "slack": ("G01BOUND", "C02BOUND", "G03OTHER", "C04OTHER"),
}


def _place(platform: str, where: str, user: str) -> Place:
    account = PLATFORMS[platform][0]
    if where == "direct chat":
        return Place(platform, account, PlaceKind.DIRECT, user)
    number = list(PLACES).index(where) - 1
    kind = PlaceKind.CHANNEL if where.endswith("channel") else PlaceKind.GROUP
    name = _IDS.get(platform, ("bound", "bound-channel", "other", "other-channel"))[number]
    return Place(
        platform, account, kind, name, "7" if platform == "telegram" and where == "bound group" else ""
    )


def _probe(subject: Subject) -> Command:
    async def run(context: Context, _argument: str) -> Replies:
        said = {case: context.decide(subject, "ACS", {CASE[case]} if case else ()) for case in ("", *CASE)}
        return Reply(Card(text="\n".join(f"{case or 'else'}={decision}" for case, decision in said.items())))

    async def press(context: Context, _arguments: object) -> Replies:
        return await run(context, "")

    name = f"probe{subject.value.replace('_', '')}"
    return Command(name, subject, run, "help.summary", "help.usage", actions={name: press})


PROBES: Final = {subject: _probe(subject) for subject in Subject}


@pytest.fixture
def copied(tmp_path: Path, sqlite_demo_template: Path) -> str:
    """The address of a fresh database with the demo network."""
    path = tmp_path / "enlace.db"
    path.write_bytes(sqlite_demo_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def network(copied: str) -> AsyncIterator[Database]:
    """The demo network with an account for each identity on each platform, and bound rooms there.

    What is decided is the same on every database, so one of them is enough.
    """
    database = Database(copied)
    async with database.writing() as session:
        await _populate(session)
    yield database
    await database.close()


async def _populate(session: AsyncSession) -> None:
    for key, role, of in (
        ("suspended-coordinator", Role.COORDINATOR, "ACS"),
        ("suspended-operator", Role.OPERATOR, None),
    ):
        await people.add(session, [Person(key, "Suspended", key)])
        await people.grant(session, key, role, of)
        await suspensions.suspend(session, Suspension(key, datetime.now(UTC)))
    for platform, (account, team) in PLATFORMS.items():
        for user, person in LINKED.items():
            await accounts.save_account(session, Account(platform, team, user, person))
        for where, taken_for in PLACES.items():
            if taken_for == "bound":
                await bind_room(session, platform, account, _place(platform, where, "").id)


@dataclass(frozen=True, slots=True)
class Asked:
    """One event of the test: who, where, on which platform."""

    identity: Identity
    where: str
    platform: str

    async def hears(self, session: AsyncSession, front: Front, event: Said | Pressed) -> Answer:
        """What is answered; whatever it changes is undone."""
        who = self.identity
        sender = Sender(
            self.platform,
            PLATFORMS[self.platform][1],
            who.user,
            language="en",
            person=who.person,
            guest=who.guest,
        )
        place = _place(self.platform, self.where, who.user)
        async with session.begin_nested() as savepoint:
            sent = incoming(place, sender, event, relayed=who.relayed)
            answer = await front.answer(session, sent, late=who.late)
            await savepoint.rollback()
        return answer

    def expected(self, subject: Subject) -> Decision:
        """What the rules say to a command about this subject, in whatever case it may be."""
        said = WRITTEN[subject, self.identity.taken_for, PLACES[self.where]].values()
        best = min((MEANING[decided] for decided in said), key=list(Decision).index)
        # Where nobody is behind the words there is no direct chat to answer in.
        nowhere = best is Decision.DIRECT_CHAT and not self.identity.person
        return Decision.REFUSED if nowhere else best


def _written() -> dict[tuple[Subject, str, str], dict[str, str]]:
    found: dict[tuple[Subject, str, str], dict[str, str]] = {}
    for item in expectations():
        found.setdefault((Subject(item.subject), item.asker, item.place), {})[item.case] = item.decided
    return found


#: What is expected in each case, by subject, asker and place.
WRITTEN: Final = _written()


def _wrong(asked: Asked, subject: Subject, answer: Answer) -> str:
    """What is wrong with a probe's answer; empty where it is as written."""
    expected = asked.expected(subject)
    if expected is Decision.IGNORED:
        return "" if answer.silent else "it is answered"
    said = [words(card) for card in answer.here]
    if expected is Decision.REFUSED:
        return "" if said == [REFUSED] and not answer.private else f"it is not refused: {said}"
    place = PLACES[asked.where]
    if expected is Decision.DIRECT_CHAT:
        if said != [SENT]:
            return f"the room reads {said}"
        said, place = [words(card) for card in answer.private], "direct"
    elif answer.private:
        return "something is sent directly"
    wanted = WRITTEN[subject, asked.identity.taken_for, place]
    shown = "\n".join(f"{case or 'else'}={MEANING[wanted[case]]}" for case in ("", *CASE))
    return "" if said == [shown] else f"said {said} and not {shown}"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_right_of_everybody_everywhere(network: Database, platform: str) -> None:
    front = Front(network, Registry(list(PROBES.values())))
    wrong = []
    async with network.writing() as session:
        for identity, where, subject in itertools.product(IDENTITIES, PLACES, Subject):
            asked, probe = Asked(identity, where, platform), PROBES[subject]
            said, pressed = Said(f"/{probe.name}"), Pressed(probe.name, "m1")
            for event in (said, pressed) if platform == "telegram" else (said,):
                answer = await asked.hears(session, front, event)
                if problem := _wrong(asked, subject, answer):
                    wrong.append((identity.name, where, subject, event.kind, problem))
        await session.rollback()
    assert wrong == []


async def test_a_sample_of_rights_is_the_same_on_every_database(demo: Database) -> None:
    """Every nineteenth of all cases, which meets everybody, every place and every subject."""
    async with demo.writing() as session:
        await _populate(session)
    front = Front(demo, Registry(list(PROBES.values())))
    cases = list(itertools.product(IDENTITIES, PLACES, Subject))[::19]
    assert {identity.name for identity, _, _ in cases} == {identity.name for identity in IDENTITIES}
    assert {where for _, where, _ in cases} == set(PLACES)
    assert {subject for _, _, subject in cases} == set(Subject)
    wrong = []
    async with demo.writing() as session:
        for identity, where, subject in cases:
            asked = Asked(identity, where, "slack")
            answer = await asked.hears(session, front, Said(f"/{PROBES[subject].name}"))
            if problem := _wrong(asked, subject, answer):
                wrong.append((identity.name, where, subject, problem))
        await session.rollback()
    assert wrong == []


def _mutants(right: Cell) -> Iterator[Cell]:
    return (Cell(decision, right.conditions) for decision in Decision if decision is not right.decision)


async def test_no_rule_can_be_changed_without_somebody_being_answered_otherwise(
    network: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cell of the program's table in turn says something else, and an answer gives it away."""
    front = Front(network, Registry(list(PROBES.values())))
    table = dict(access.cells())
    monkeypatch.setattr(access, "cells", lambda: table)
    plain = {who.taken_for: who for who in reversed(IDENTITIES)}
    where_of = {"direct": "direct chat", "bound": "bound group", "other": "other group"}
    unnoticed = []
    async with network.writing() as session:
        for (subject, role, place), right in list(table.items()):
            identity = plain[ASKERS[list(Role).index(role)]]
            # What goes to the direct chat is seen there as well.
            asked = [Asked(identity, where_of[place.value], "telegram")]
            for mutant in _mutants(right):
                table[subject, role, place] = mutant
                said = [await one.hears(session, front, Said(f"/{PROBES[subject].name}")) for one in asked]
                if not any(_wrong(one, subject, answer) for one, answer in zip(asked, said, strict=True)):
                    unnoticed.append((subject, role, place, mutant.decision))
            table[subject, role, place] = right
        await session.rollback()
    assert unnoticed == []


def _argument(command: Command) -> str:
    """Something to ask: the first example, else nothing."""
    return next(iter(command.examples), f"/{command.name}")


@pytest.mark.parametrize("where", PLACES)
async def test_every_command_goes_as_far_as_the_right_to_its_subject(network: Database, where: str) -> None:
    front = Front(network)
    wrong = []
    async with network.writing() as session:
        for identity, command in itertools.product(IDENTITIES, registry().commands):
            asked = Asked(identity, where, "slack" if where == "bound channel" else "telegram")
            expected = asked.expected(command.subject)
            # The button that asks another question is answered as that question would be.
            pressed = [Pressed(name, "m1") for name in command.actions if name != ASK]
            events: list[Said | Pressed] = [Said(f"/{command.name}"), Said(_argument(command)), *pressed]
            for event in events:
                answer = await asked.hears(session, front, event)
                if problem := _misplaced(expected, command, event, answer):
                    wrong.append((identity.name, command.name, event, problem))
        await session.rollback()
    assert wrong == []


def _misplaced(expected: Decision, command: Command, event: Said | Pressed, answer: Answer) -> str:
    """Whether a command answered where it may not, or did not where it may."""
    said = [words(card) for card in answer.here]
    if (
        expected in (Decision.IGNORED, Decision.REFUSED)
        and command.refused is not None
        and isinstance(event, Said)
    ):
        return "" if not answer.private and not answer.forms else "it ran"
    if expected is Decision.IGNORED:
        return "" if answer.silent and not answer.letters else f"it is answered: {said}"
    if expected is Decision.REFUSED:
        refused = said == [REFUSED] and not (answer.private or answer.forms or answer.letters)
        return "" if refused else f"it is not refused: {said}"
    if expected is Decision.DIRECT_CHAT:
        return "" if set(said) <= {SENT} and (answer.private or answer.forms) else f"the room reads {said}"
    return "" if not answer.silent else "nothing is answered"


async def test_free_words_and_unknown_commands_are_answered_where_they_may_be(network: Database) -> None:
    front = Front(network)
    async with network.writing() as session:
        for identity, where in itertools.product(IDENTITIES, PLACES):
            for text in (
                "Mexico",
                "/nonsense",
                "zzqx nothing at all",
                "/",
                "x" * 20_000,
                "/start ACS-SF-001",
            ):
                answer = await Asked(identity, where, "telegram").hears(session, front, Said(text))
                assert answer.silent == (PLACES[where] == "other"), (identity.name, where, text)
        await session.rollback()


async def test_what_is_typed_after_the_bot_s_name_has_no_right(network: Database) -> None:
    """The list is public projects for everybody, whoever asks."""
    front = Front(network)
    place = Place("telegram", "4242", PlaceKind.GROUP, "inline-904")
    lists = set()
    async with network.writing() as session:
        for identity, query in itertools.product(IDENTITIES, ("", "ACS", "Lucía Demoreda")):
            sender = Sender("telegram", "", identity.user, language="en")
            answer = await front.answer(session, incoming(place, sender, Inline(query, "q1")))
            lists.add((query, answer.here))
            assert not answer.private
        await session.rollback()
    assert len(lists) == 3
    assert dict(lists)["Lucía Demoreda"] == (), "nobody's name finds anything"


async def test_menus_of_rooms_offer_only_what_somebody_is_answered_there() -> None:
    for language, entries in registry().menu().group.items():
        named = {entry.name for entry in entries}
        for command in registry().commands:
            anybody = any(
                MEANING[decided] not in (Decision.REFUSED, Decision.IGNORED)
                for asker in ASKERS
                for decided in WRITTEN[command.subject, asker, "bound"].values()
            )
            offered = command.name_in(language) in named
            assert offered == (anybody and command.in_menu and command.subject is not Subject.OWN_SETTINGS), (
                command.name
            )
