"""Deadlines: set, moved, handed on, done, repeated; whom they concern; what is kept of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit, entries, handover, posts
from directory.audit import Actor
from directory.database import Database
from directory.posts import Nomination, Standing
from directory.texts import local
from reminders import deadlines
from reminders.deadlines import (
    Circular,
    Deadline,
    Decided,
    Ended,
    File,
    Filters,
    Happened,
    Owner,
    OwnerKind,
    RequestState,
    Source,
    SourceKind,
    State,
    erasure,
    requests,
)
from reminders.vague import VagueDate

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY: Final = NOW.date()
COORDINATOR: Final = Actor("browser", "", "c", "demo-coordinator", "coordinator", "direct")
FOCAL: Final = Actor("browser", "", "f", "demo-mx", "focal_point", "direct")
MEXICO: Final = Owner(OwnerKind.COUNTRY, "MX")
HAITI: Final = Owner(OwnerKind.COUNTRY, "HT")
TITLE: Final = local(en="Guidelines document", fr="Document des lignes directrices")


def due(code: str) -> VagueDate:
    return VagueDate.of_code(code)


def plain(*owners: Owner, when: str = "2027-01", **more: Any) -> Deadline:
    return replace(Deadline(0, "ACS", TITLE, due(when), owners=owners), **more)


async def put(database: Database, *owners: Owner, when: str = "2027-01", **more: Any) -> Deadline:
    async with database.writing() as session:
        return await deadlines.create(session, COORDINATOR, NOW, plain(*owners, when=when, **more))


async def ended(session: AsyncSession) -> Deadline:
    """The deadline of the demo that is done."""
    return (await deadlines.listing(session, Filters(states=[State.DONE])))[0]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *((text, 12) for text in ("D-12", "d12", "D 12", "d-012", " D–12 ")),
        *((text, None) for text in ("12", "D-0", "D", "DD-1", "D-1-2", "D-1234567890")),
    ],
)
def test_codes_forgive(typed: str, number: int | None) -> None:
    assert deadlines.number_of(typed) == number


async def test_a_deadline_is_kept_whole(demo: Database) -> None:
    wanted = plain(
        MEXICO,
        Owner(OwnerKind.POST, "acs-fp-ni"),
        when="2027-Q1",
        descriptions=local(pt="Texto"),
        source=Source(SourceKind.PROJECT, "ACS-SF-001", local(es="Hoja")),
        lead=(10, 0, 60),
        overdue=(2,),
    )
    async with demo.writing() as session:
        stored = await deadlines.create(session, COORDINATOR, NOW, wanted)
    async with demo.reading() as session:
        assert await deadlines.get(session, stored.number) == stored
        assert await deadlines.get(session, 10**6) is None
    kept = replace(wanted, number=stored.number, lead=(60, 10, 0), planned=due("2027-Q1"))
    assert stored == replace(kept, created_by="demo-coordinator", created_at=NOW)
    assert stored.code == f"D-{stored.number}"


async def test_what_is_no_deadline_is_not_stored(database: Database) -> None:
    wrong: list[dict[str, Any]] = [{"titles": local()}, {"lead": (-1,)}, {"overdue": (3, -2)}]
    async with database.writing() as session:
        for some in wrong:
            with pytest.raises(ValueError, match=r".+"):
                await deadlines.create(session, COORDINATOR, NOW, plain(**some))


async def test_moved_done_and_opened_again(demo: Database) -> None:
    number = (await put(demo, MEXICO)).number
    async with demo.writing() as session:
        moved = await deadlines.move(session, COORDINATOR, NOW, number, due("2027-02-15"), "Consultations")
        assert (moved.drift(TODAY), moved.planned) == (15, due("2027-01"))
        assert moved.is_overdue(date(2027, 2, 16))
        assert not moved.is_overdue(date(2027, 2, 15))
        large = File("a", "text/plain", b"x" * (deadlines.LARGEST_FILE + 1))
        with pytest.raises(ValueError, match="bytes"):
            await deadlines.add_evidence(session, FOCAL, NOW, (await ended(session)).number, file=large)
        file = File("report.pdf", "application/pdf", b"%PDF")
        done = await deadlines.complete(
            session, FOCAL, NOW, number, note="Sent", link="https://example.org/r", file=file
        )
    (evidence,) = done.evidence
    assert (done.state, done.done_on, done.done_by) == (State.DONE, TODAY, "demo-mx")
    assert (evidence.note, evidence.file_name, evidence.size) == ("Sent", "report.pdf", 4)
    assert done.drift(TODAY + timedelta(days=300)) == (TODAY - date(2027, 1, 31)).days
    async with demo.reading() as session:
        assert await deadlines.file_of(session, number, evidence.number) == file
        assert await deadlines.file_of(session, number + 1, evidence.number) is None
    async with demo.writing() as session:
        with pytest.raises(Ended) as late:
            await deadlines.complete(session, COORDINATOR, NOW, number)
        assert late.value.deadline.done_by == "demo-mx"
        for act in (deadlines.move(session, COORDINATOR, NOW, number, due("2028")),
                    deadlines.assign(session, COORDINATOR, NOW, number, []),
                    deadlines.snooze(session, FOCAL, NOW, number, "demo-mx", TODAY),
                    deadlines.cancel(session, COORDINATOR, NOW, number)):  # fmt: skip
            with pytest.raises(Ended):
                await act
        opened = await deadlines.reopen(session, COORDINATOR, NOW, number, "Not complete")
        assert (opened.state, opened.done_on, opened.ended_at) == (State.OPEN, None, None)
        with pytest.raises(Ended):
            await deadlines.reopen(session, COORDINATOR, NOW, number)
        await deadlines.cancel(session, COORDINATOR, NOW, number, "Dropped")
    async with demo.reading() as session:
        steps = await deadlines.history(session, number)
        assert await audit.verify(session) is None
    assert [(step.what, step.note) for step in reversed(steps)] == [
        (Happened.CREATED, ""),
        (Happened.MOVED, "Consultations"),
        (Happened.DONE, "Sent"),
        (Happened.REOPENED, "Not complete"),
        (Happened.CANCELLED, "Dropped"),
    ]
    assert (steps[3].due_before, steps[3].due_after) == (due("2027-01"), due("2027-02-15"))


async def test_what_waits_for_another_waits_until_that_ends(demo: Database) -> None:
    first = await put(demo, MEXICO)
    second = await put(demo, HAITI, after=first.number)
    async with demo.writing() as session:
        assert await deadlines.waiting(session, [first, second]) == {second.number}
        assert await deadlines.depending(session, first.number) == [second.number]
        with pytest.raises(Circular):
            await deadlines.change(session, COORDINATOR, NOW, replace(first, after=second.number))
        with pytest.raises(Circular):
            await deadlines.change(session, COORDINATOR, NOW, replace(first, after=first.number))
        with pytest.raises(LookupError):
            await deadlines.create(session, COORDINATOR, NOW, plain(after=10**6))
        await deadlines.complete(session, FOCAL, NOW, first.number)
        assert await deadlines.waiting(session, [first, second]) == frozenset()


async def test_changing_one_thing_changes_nothing_else(demo: Database) -> None:
    before = await put(demo, MEXICO, when="2027-S1")
    wanted = replace(
        before, titles=local(en="Other"), lead=(5,), due=due("2030"), owners=(), state=State.DONE
    )
    async with demo.writing() as session:
        after = await deadlines.change(session, COORDINATOR, NOW, wanted, "Clearer")
    assert after == replace(before, titles=local(en="Other"), lead=(5,))


async def test_a_post_passes_on_with_what_it_owes_and_a_snooze_does_not(demo: Database) -> None:
    """Nobody reassigns anything: the deadline is the post's, putting it off was the past holder's."""
    number = (await put(demo, MEXICO, when="2026-12-10")).number
    own = await put(demo, Owner(OwnerKind.POST, "acs-fp-mx"), when="2026-12-11")
    async with demo.writing() as session:
        await deadlines.snooze(session, FOCAL, NOW, number, "demo-mx", date(2026, 12, 5))
        assert number in [item.number for item in await deadlines.owed_by(session, "demo-mx", TODAY)]
        await handover.hand_over(session, "acs-fp-mx", "demo-ht-alt", date(2026, 12, 1))
    day = date(2026, 12, 2)
    async with demo.reading() as session:
        deadline = await deadlines.get(session, number)
        assert deadline is not None
        found = await deadlines.concerned(session, deadline, day)
        owed = [item.number for item in await deadlines.owed_by(session, "demo-ht-alt", day)]
        assert await deadlines.owed_by(session, "demo-mx", day) == []
        assert await deadlines.snoozes(session, [number], day) == {number: {"demo-mx": date(2026, 12, 5)}}
        assert await deadlines.owes(session, "demo-ht-alt", deadline, day)
        assert not await deadlines.owes(session, "demo-mx", deadline, day)
    assert [post.holder for post in found.posts] == ["demo-ht-alt"]
    assert {number, own.number} <= set(owed)
    assert found.owing == {"demo-ht-alt", "demo-mx-alt"}


async def test_whom_it_concerns(demo: Database) -> None:
    number = (
        await put(demo, MEXICO, Owner(OwnerKind.POST, "acs-fp-gd"), Owner(OwnerKind.POST, "acs-fp-ni"))
    ).number
    async with demo.writing() as session:
        await entries.set_away(session, "demo-mx", TODAY + timedelta(days=3))
        other = Nomination("acs-fp-ni", "demo-ht", Standing.HOLDER, TODAY + timedelta(days=10))
        await posts.add(session, [], [other])
        deadline = await deadlines.get(session, number)
        assert deadline is not None
        found = await deadlines.concerned(session, deadline, TODAY)
    mexico, grenada, vacant = found.posts
    assert (mexico.holder, mexico.first, mexico.stand_ins) == ("demo-mx", "demo-mx-alt", ("demo-mx-alt",))
    assert (grenada.holder, grenada.acting, grenada.first) == (None, ("demo-gd",), "demo-gd")
    assert (vacant.holder, vacant.first) == (None, None)
    assert found.coordinators == ("demo-coordinator",)


async def test_a_country_owes_in_one_network_only(demo: Database) -> None:
    async with demo.writing() as session:
        elsewhere = await deadlines.create(session, COORDINATOR, NOW, replace(plain(MEXICO), network="OAS"))
        assert (await deadlines.concerned(session, elsewhere, TODAY)).posts == ()
        assert not await deadlines.owes(session, "demo-mx", elsewhere, TODAY)
        assert elsewhere not in await deadlines.owed_by(session, "demo-mx", TODAY)


async def test_more_time_is_asked_and_granted_once(demo: Database) -> None:
    number = (await put(demo, MEXICO)).number
    async with demo.writing() as session:
        first = await deadlines.ask_for_time(session, FOCAL, NOW, number, "demo-mx", due("2027-02"), "Late")
        asked = await deadlines.ask_for_time(session, FOCAL, NOW, number, "demo-mx", due("2027-03"), "Later")
        assert [item.number for item in await requests.waiting(session, networks=["ACS"])] == [asked.number]
        assert await requests.waiting(session, networks=["OAS"]) == []
        with pytest.raises(Decided):
            await deadlines.decide(session, COORDINATOR, NOW, first.number, granted=True)
        decided, moved = await deadlines.decide(session, COORDINATOR, NOW, asked.number, granted=True)
        assert (decided.state, decided.decided_by) == (RequestState.GRANTED, "demo-coordinator")
        assert moved.due == due("2027-03")
        with pytest.raises(Decided) as late:
            await deadlines.decide(session, COORDINATOR, NOW, asked.number, granted=False)
        assert late.value.request == decided
        with pytest.raises(LookupError):
            await deadlines.decide(session, COORDINATOR, NOW, 10**6, granted=True)
        steps = await deadlines.history(session, number)
    assert [step.what for step in steps[:3]] == [
        Happened.TIME_GRANTED,
        Happened.TIME_ASKED,
        Happened.TIME_ASKED,
    ]


async def test_another_owner_takes_the_place_of_one(demo: Database) -> None:
    number = (await put(demo, MEXICO, HAITI)).number
    jamaica, cuba = Owner(OwnerKind.COUNTRY, "JM"), Owner(OwnerKind.COUNTRY, "CU")
    async with demo.writing() as session:
        asked = await deadlines.propose_owner(
            session, FOCAL, NOW, number, "demo-mx", jamaica, MEXICO, "Theirs"
        )
        _, after = await deadlines.decide(session, COORDINATOR, NOW, asked.number, granted=True)
        assert after.owners == (jamaica, HAITI)
        again = await deadlines.propose_owner(session, FOCAL, NOW, number, "demo-mx", cuba)
        _, same = await deadlines.decide(session, COORDINATOR, NOW, again.number, granted=False, note="No")
        assert same.owners == after.owners
        assert [step.what for step in await deadlines.history(session, number)][:2] == [
            Happened.OWNER_DECLINED,
            Happened.OWNER_PROPOSED,
        ]


async def test_what_was_asked_lapses_when_the_deadline_ends(demo: Database) -> None:
    number = (await put(demo, MEXICO)).number
    async with demo.writing() as session:
        asked = await deadlines.ask_for_time(session, FOCAL, NOW, number, "demo-mx", due("2028"))
        await deadlines.complete(session, FOCAL, NOW, number)
        with pytest.raises(Decided) as lapsed:
            await deadlines.decide(session, COORDINATOR, NOW, asked.number, granted=True)
        assert lapsed.value.request.state is RequestState.WITHDRAWN
        assert await requests.waiting(session, deadline=number) == []


async def test_lists_are_narrowed(demo: Database) -> None:
    async with demo.writing() as session:
        new = plain(when="2031-05-01")
        mine = await deadlines.create(session, COORDINATOR, NOW, replace(new, owners=(MEXICO,)))
        none = await deadlines.create(session, COORDINATOR, NOW, replace(new, due=due("2031-04")))
        done = await deadlines.create(session, COORDINATOR, NOW, replace(new, owners=(HAITI,)))
        await deadlines.complete(session, COORDINATOR, NOW, done.number)
    late = Filters(networks=["ACS"], first=date(2031, 1, 1))

    async def found(filters: Filters) -> list[int]:
        async with demo.reading() as session:
            listed = await deadlines.listing(session, filters)
            assert await deadlines.count(session, filters) == len(listed)
            return [item.number for item in listed]

    assert await found(late) == [none.number, mine.number, done.number]
    assert await found(replace(late, owners=[MEXICO])) == [mine.number]
    assert await found(replace(late, owners=[])) == []
    assert await found(replace(late, designated=False)) == [none.number]
    assert await found(replace(late, states=[State.DONE], ended_since=NOW)) == [done.number]
    assert await found(replace(late, ended_since=NOW + timedelta(seconds=1))) == []
    assert await found(replace(late, last=date(2031, 4, 30))) == [none.number]
    assert await found(replace(late, networks=["OAS"])) == []


async def test_what_is_kept_of_a_person_is_told_and_erased(demo: Database) -> None:
    number = (await put(demo, MEXICO)).number
    async with demo.writing() as session:
        await deadlines.snooze(session, FOCAL, NOW, number, "demo-mx", date(2026, 12, 1))
        await deadlines.ask_for_time(
            session, FOCAL, NOW, number, "demo-mx", due("2028"), "Lucía Demoreda is away"
        )
        await deadlines.complete(session, FOCAL, NOW, number, note="Ask Lucía Demoreda")
        told = await erasure.known(session, "demo-mx")
    text = str(told)
    assert all(part in text for part in ("2026-12-01", "is away", "Ask Lucía", "'did': 'done'"))
    async with demo.writing() as session:
        await erasure.erase(session, "demo-mx")
        assert await erasure.known(session, "demo-mx") == []
        left = await deadlines.get(session, number)
        assert left is not None
        assert (left.state, left.done_by, left.evidence[0].note) == (State.DONE, "", "")
