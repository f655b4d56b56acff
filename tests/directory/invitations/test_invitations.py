"""Joining by a code: once, by one, within its time; guesses are counted; nothing readable is stored."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from directory import accounts, handover, invitations, people, posts
from directory.accounts import Account
from directory.database import Database
from directory.invitations import InvitationState, Invitee, Joined, Refusal, codes, guesses, proposals
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Standing

NOW = datetime(2027, 4, 15, 12, tzinfo=UTC)
EVA = Account("telegram", "", "42")
POST = "acs-fp-bb"
WANTED = Invitee(POST, "ACS", "Eva", "Demonova", "eva.demonova@example.org", "es")
VOUCHED = Invitee(
    POST,
    "ACS",
    "Eva",
    "Demonova",
    "eva.demonova@example.org",
    "es",
    reference="N-17",
    letter_on=date(2027, 4, 1),
)


async def invite(database: Database, wanted: Invitee = WANTED, at: datetime = NOW) -> tuple[int, str]:
    async with database.writing() as session:
        made, code = await invitations.invite(session, wanted, "demo-coordinator", at)
    return made.id, code


async def tries(database: Database, code: str, who: Account = EVA, at: datetime = NOW) -> Joined | Refusal:
    async with database.writing() as session:
        return await invitations.redeem(session, code, who, at)


async def owner(database: Database, who: Account) -> str | None:
    async with database.reading() as session:
        return (await accounts.account(session, who.platform, who.team, who.user)).person_key


async def test_an_invited_person_joins_and_is_in_the_directory_from_then_on(demo: Database) -> None:
    _, code = await invite(demo)
    async with demo.reading() as session:
        assert await invitations.with_email(session, WANTED.email) is None
    joined = await tries(demo, codes.shown(code).lower())
    assert isinstance(joined, Joined)
    assert joined.new_person
    assert not joined.verified
    async with demo.reading() as session:
        person = await people.get(session, joined.person, 1)
        assert person is not None
        assert (person.name, person.languages) == ("Eva Demonova", ("es",))
        assert [(value.kind, value.value) for value in person.contacts] == [
            (ContactKind.EMAIL, "eva.demonova@example.org")
        ]
        assert await invitations.with_email(session, "EVA.Demonova@example.org") == joined.person
        named = (await posts.nominations(session, [POST]))[POST]
        (mine,) = [item for item in named if item.person == joined.person]
        assert (mine.since, mine.until, mine.confirmed_on) == (NOW.date(), None, None)
        account = await accounts.account(session, "telegram", "", "42")
        assert (account.person_key, account.language) == (joined.person, "es")
        standing = await people.standing(session, joined.person)
        assert standing.linked
        assert not standing.verified_in


async def test_with_the_reference_of_the_letter_whoever_joins_is_verified(demo: Database) -> None:
    _, code = await invite(demo, VOUCHED)
    joined = await tries(demo, code)
    assert isinstance(joined, Joined)
    assert joined.verified
    async with demo.reading() as session:
        named = (await posts.nominations(session, [POST]))[POST]
        (mine,) = [item for item in named if item.person == joined.person]
    assert (mine.reference, mine.letter_on) == ("N-17", date(2027, 4, 1))
    assert (mine.confirmed_on, mine.confirmed_by) == (NOW.date(), "demo-coordinator")


async def test_a_code_is_good_once_and_for_fourteen_days(demo: Database) -> None:
    _, code = await invite(demo)
    late = NOW + timedelta(days=14)
    assert await tries(demo, code, at=late) is Refusal.INVALID
    assert isinstance(await tries(demo, code, at=late - timedelta(seconds=1)), Joined)
    assert await tries(demo, code, Account("telegram", "", "43"), late) is Refusal.INVALID


async def test_a_code_that_was_sent_again_voids_the_old_one_and_a_revoked_one_opens_nothing(
    demo: Database,
) -> None:
    number, old = await invite(demo)
    async with demo.writing() as session:
        renewed = await invitations.resend(session, number, NOW + timedelta(days=20))
    assert renewed is not None
    assert renewed[0].expires_at == NOW + timedelta(days=34)
    async with demo.writing() as session:
        assert await invitations.revoke(session, number, NOW)
        assert not await invitations.revoke(session, number, NOW)
    later = NOW + timedelta(days=21)
    assert await tries(demo, old, at=later) is Refusal.INVALID
    assert await tries(demo, renewed[1], at=later) is Refusal.INVALID
    async with demo.writing() as session:
        again = await invitations.resend(session, number, later)
    assert again is not None
    assert isinstance(await tries(demo, again[1], at=later), Joined)
    async with demo.writing() as session:
        assert await invitations.resend(session, number, later) is None
        assert not await invitations.revoke(session, number, later)


async def test_of_ten_who_try_the_same_code_at_once_one_wins(demo: Database) -> None:
    _, code = await invite(demo)
    crowd = [Account("telegram", "", str(number)) for number in range(10)]
    results = await asyncio.gather(*(tries(demo, code, who) for who in crowd))
    winners = [who for who, result in zip(crowd, results, strict=True) if isinstance(result, Joined)]
    assert len(winners) == 1
    owners = [await owner(demo, who) for who in crowd]
    assert sum(key is not None for key in owners) == 1
    assert await owner(demo, winners[0]) is not None


async def test_two_invitations_to_the_same_address_make_one_person(demo: Database) -> None:
    _, one = await invite(demo)
    _, other = await invite(demo, Invitee("acs-fp-tt", "ACS", "Eva", "Demonova", WANTED.email))
    first = await tries(demo, one)
    assert isinstance(first, Joined)
    assert await tries(demo, other, Account("slack", "T1", "U1")) is Refusal.INVALID
    second = await tries(demo, other)
    assert isinstance(second, Joined)
    assert (second.person, second.new_person) == (first.person, False)


async def test_who_has_an_account_cannot_be_spoken_for_by_an_invitation(demo: Database) -> None:
    async with demo.writing() as session:
        await accounts.link(session, Account("telegram", "", "1"), "demo-operator", NOW)
    operator = Invitee(POST, "ACS", "Ana", "Demopérez", "x@example.org", person="demo-operator")
    _, code = await invite(demo, operator)
    assert await tries(demo, code) is Refusal.INVALID
    assert await owner(demo, EVA) is None


async def test_an_account_that_is_somebody_elses_stays_so_and_the_code_stays_good(demo: Database) -> None:
    async with demo.writing() as session:
        await accounts.link(session, EVA, "demo-mx", NOW)
    _, code = await invite(demo)
    assert await tries(demo, code) is Refusal.TAKEN
    assert await owner(demo, EVA) == "demo-mx"
    assert isinstance(await tries(demo, code, Account("telegram", "", "43")), Joined)


async def test_guesses_are_limited_for_an_account_and_for_everybody(demo: Database) -> None:
    _, code = await invite(demo)
    for _ in range(guesses.OWN_LIMIT):
        assert await tries(demo, codes.make()) is Refusal.INVALID
    assert await tries(demo, code) is Refusal.LIMITED
    assert await tries(demo, code, at=NOW + timedelta(minutes=59)) is Refusal.LIMITED
    for number in range(guesses.LIMIT - guesses.OWN_LIMIT):
        who = Account("telegram", "", f"g{number}")
        assert await tries(demo, codes.make(), who, NOW + timedelta(minutes=1)) is Refusal.INVALID
    other = Account("telegram", "", "44")
    assert await tries(demo, code, other, NOW + timedelta(minutes=2)) is Refusal.LIMITED
    assert isinstance(await tries(demo, code, other, NOW + timedelta(minutes=61)), Joined)


async def test_guesses_at_the_same_time_do_not_pass_the_limit(demo: Database) -> None:
    async with demo.reading() as session:
        assert not await guesses.is_exhausted(session, EVA, NOW)
    results = await asyncio.gather(*(tries(demo, codes.make()) for _ in range(12)))
    assert results.count(Refusal.INVALID) == guesses.OWN_LIMIT
    assert results.count(Refusal.LIMITED) == 12 - guesses.OWN_LIMIT


async def test_a_code_read_aloud_in_a_group_is_burnt(demo: Database) -> None:
    number, code = await invite(demo)
    async with demo.writing() as session:
        burnt = await invitations.burn(session, code, EVA, NOW)
        assert burnt is not None
        assert burnt.state is InvitationState.BURNT
        assert await invitations.burn(session, code, EVA, NOW) is None
    assert await tries(demo, code, Account("telegram", "", "43")) is Refusal.INVALID
    async with demo.reading() as session:
        (shown,) = [item for item in await invitations.unused(session, ["ACS"]) if item.id == number]
    assert shown.state is InvitationState.BURNT
    assert not shown.is_open(NOW)


async def test_a_second_account_is_linked_by_a_code_of_the_first(demo: Database) -> None:
    async with demo.writing() as session:
        await accounts.link(session, EVA, "demo-mx", NOW)
        _, old = await invitations.link_code(session, "demo-mx", NOW)
        _, code = await invitations.link_code(session, "demo-mx", NOW)
    second = Account("slack", "T1", "U1")
    assert await tries(demo, old, second) is Refusal.INVALID
    assert await tries(demo, code, second, NOW + timedelta(minutes=15)) is Refusal.INVALID
    joined = await tries(demo, code, second, NOW + timedelta(minutes=14))
    assert isinstance(joined, Joined)
    assert (joined.person, joined.invitation.invitee) == ("demo-mx", None)
    async with demo.reading() as session:
        assert [item.account.user for item in await accounts.of_person(session, "demo-mx")][-2:] == [
            "42",
            "U1",
        ]
        assert await invitations.unused(session, None) == []
    async with demo.writing() as session:
        assert await accounts.unlink(session, second, "demo-mx")
        assert not await accounts.unlink(session, second, "demo-mx")
        assert not await accounts.unlink(session, EVA, "demo-tt")
    assert await owner(demo, second) is None
    assert await owner(demo, EVA) == "demo-mx"


async def test_no_code_and_no_name_stays_where_it_is_not_needed(demo: Database) -> None:
    number, code = await invite(demo)
    await invite(demo, Invitee(POST, "ACS", "Ida", "Unjoined", "ida@example.org"))
    assert isinstance(await tries(demo, code), Joined)
    async with demo.writing() as session:
        await invitations.prune(session, NOW + timedelta(days=60))
    async with demo.reading() as session:
        rows = (await session.execute(sa.text("SELECT * FROM invitation"))).all()
        assert await invitations.get(session, number) is not None
        assert await invitations.unused(session, None) == []
    text = repr(rows)
    for secret in (code, codes.shown(code), "Ida", "Unjoined", "Demonova", "example.org"):
        assert secret not in text


async def test_a_proposal_is_decided_once(demo: Database) -> None:
    who = Account("slack", "T1", "U1")
    async with demo.writing() as session:
        assert await proposals.propose(session, who, "Lucía", "demo-mx", NOW)
        assert not await proposals.propose(session, who, "Lucía", "demo-mx", NOW)
        (found,) = await proposals.waiting(session)
        assert await proposals.get(session, found.id) == found
        assert await proposals.decide(session, found.id, "demo-coordinator", NOW, confirm=True)
        assert not await proposals.decide(session, found.id, "demo-coordinator", NOW, confirm=False)
        assert await proposals.get(session, found.id) is None
        assert not await proposals.propose(session, who, "Lucía", "demo-mx", NOW)
    assert await owner(demo, who) == "demo-mx"


async def test_a_declined_proposal_links_nothing_and_one_for_a_taken_account_neither(demo: Database) -> None:
    who, taken = Account("slack", "T1", "U1"), Account("slack", "T1", "U2")
    async with demo.writing() as session:
        await accounts.link(session, taken, "demo-tt", NOW)
        for account in (who, taken):
            await proposals.propose(session, account, "Lucía", "demo-mx", NOW)
        one, other = await proposals.waiting(session)
        assert await proposals.decide(session, one.id, "demo-coordinator", NOW, confirm=False)
        assert not await proposals.decide(session, other.id, "demo-coordinator", NOW, confirm=True)
    assert await owner(demo, who) is None
    assert await owner(demo, taken) == "demo-tt"


async def test_an_address_that_two_people_share_or_that_is_private_matches_nobody(demo: Database) -> None:
    shared = (Contact(ContactKind.EMAIL, "desk@example.org", 1),)
    hidden = (Contact(ContactKind.EMAIL, "hidden@example.org", 2),)
    async with demo.writing() as session:
        await people.add(
            session, [Person("p-a", "A", "B", contacts=shared), Person("p-b", "C", "D", contacts=shared)]
        )
        await people.add(session, [Person("p-c", "E", "F", contacts=hidden)])
        assert await invitations.with_email(session, "desk@example.org") is None
        assert await invitations.with_email(session, "hidden@example.org") is None


async def test_who_confirmed_a_nomination_is_kept(demo: Database) -> None:
    async with demo.writing() as session:
        confirmed = await posts.confirm(
            session,
            "acs-fp-mx",
            "demo-mx",
            reference="N-9",
            letter_on=None,
            on=NOW.date(),
            by="demo-coordinator",
        )
        assert confirmed
        assert not await posts.confirm(
            session,
            "acs-fp-mx",
            "demo-tt",
            reference="",
            letter_on=None,
            on=NOW.date(),
            by="demo-coordinator",
        )
        (mine,) = [
            item
            for item in (await posts.nominations(session, ["acs-fp-mx"]))["acs-fp-mx"]
            if item.person == "demo-mx"
        ]
    assert (mine.reference, mine.confirmed_by, mine.confirmed_on) == ("N-9", "demo-coordinator", NOW.date())


async def test_a_confirmed_holder_follows_whoever_held_the_post(demo: Database) -> None:
    today = NOW.date()
    async with demo.writing() as session:
        named = Nomination("acs-fp-mx", "demo-tt", Standing.HOLDER, today)
        await posts.add(session, [], [named])
        before = {item.person for item in await handover.present(session, "acs-fp-mx", today)}
        assert await posts.confirm(
            session, "acs-fp-mx", "demo-tt", reference="N-10", letter_on=None, on=today, by="demo-coordinator"
        )
        present = await handover.present(session, "acs-fp-mx", today)
        holders = [item.person for item in present if item.standing is not Standing.ALTERNATE]
        alternates = {item.person for item in present if item.standing is Standing.ALTERNATE}
    assert "demo-mx" in before
    assert holders == ["demo-tt"]
    assert alternates == before - {"demo-mx", "demo-tt"}
