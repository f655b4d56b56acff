"""Nominations are confirmed, people suspended, accounts proposed: by whom, and by whom not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import invitation, suspending, verifying
from bot.contract import Reply
from bot.handlers import verify
from directory import people, posts, suspensions
from directory.database import Database
from directory.invitations import proposals
from directory.posts import Nomination, Post, Standing
from directory.texts import local
from tests.bot.handlers.joining import Speaker, invited, newcomer, office_address, person_of, said
from tests.support.asking import buttons, here, words
from tests.support.traced import trail


async def test_a_nomination_is_confirmed_with_the_letter_by_somebody_else(demo: Database) -> None:
    code, eva = await invited(demo), newcomer(demo)
    await eva.asks(f"/join {code}")
    key = await person_of(demo, eva) or ""
    coordinator = Speaker(demo, "coordinator")
    (button,) = buttons(await coordinator.card(f"/verify {key}"))
    asked = await coordinator.presses(button.action)
    assert isinstance(asked, Reply)
    assert asked.form is not None
    name, *arguments = asked.form.action.split(":")
    assert name == verifying.FORM
    async with demo.writing() as session:
        context = await coordinator._context(session, None)  # type: ignore[arg-type]
        done = await verify.submitted(context, arguments, {"reference": "N-17", "letter_on": None})
        assert isinstance(done, Reply)
        own = verifying.mark((await posts.get(session, "acs-fp-bb")) or Post("x", local(en="x")))
        stolen = await Speaker(demo, "focal")._context(session, None)  # type: ignore[arg-type]
        refused = await verify.submitted(stolen, [key, own], {"reference": "N-18", "letter_on": None})
        assert isinstance(refused, Reply)
        assert "no longer in use" in words(refused.card)
        assert (await people.standing(session, key)).verified_in == {"ACS"}
        (mine,) = [
            n for n in (await posts.nominations(session, ["acs-fp-bb"]))["acs-fp-bb"] if n.person == key
        ]
    assert (mine.reference, mine.confirmed_by) == ("N-17", "demo-coordinator")


async def test_nobody_confirms_their_own_nomination(demo: Database) -> None:
    today = datetime.now(UTC).date()
    async with demo.writing() as session:
        await posts.add(
            session,
            [],
            [Nomination("acs-fp-bb", "demo-coordinator", Standing.HOLDER, today - timedelta(days=1))],
        )
    coordinator = Speaker(demo, "coordinator")
    async with demo.reading() as session:
        post = await posts.get(session, "acs-fp-bb")
    assert post is not None
    action = f"{verifying.VERIFY}:demo-coordinator:{verifying.mark(post)}"
    assert "their own nomination" in words(here(await coordinator.presses(action)))


async def test_a_suspended_person_counts_as_the_public_on_every_account(demo: Database) -> None:
    coordinator, focal = Speaker(demo, "coordinator"), Speaker(demo, "focal")
    assert "Lucía Demoreda" in words(await focal.card("/contact Mexico"))
    (button,) = buttons(await coordinator.card("/suspend Lucía Demoreda"))
    assert "is suspended" in words(here(await coordinator.presses(button.action)))
    assert said(coordinator.letters) == ["suspend.told"]
    assert "Demoreda" not in words(await focal.card("/contact Mexico"))
    async with demo.reading() as session:
        known = await suspensions.of(session, "demo-mx")
    assert known is not None
    assert known.suspended_by == "demo-coordinator"
    (lift,) = buttons(await coordinator.card("/unsuspend demo-mx"))
    assert "has all rights back" in words(here(await coordinator.presses(lift.action)))
    assert "Lucía Demoreda" in words(await focal.card("/contact Mexico"))
    assert [e.action for e in await trail(demo) if "suspend" in e.action] == ["suspend", "unsuspend"]


@pytest.mark.parametrize("target", ["demo-operator", "demo-coordinator", "nobody"])
async def test_a_coordinator_suspends_neither_operators_nor_coordinators(demo: Database, target: str) -> None:
    coordinator = Speaker(demo, "coordinator")
    for name in (suspending.SUSPEND, suspending.CHOOSE, suspending.LIFT):
        assert "no longer in use" in words(here(await coordinator.presses(f"{name}:{target}")))
    async with demo.reading() as session:
        assert await suspensions.of(session, target) is None


async def test_an_operator_suspends_a_coordinator_but_nobody_themselves(demo: Database) -> None:
    operator = Speaker(demo, "operator")
    assert "is suspended" in words(here(await operator.presses(f"{suspending.SUSPEND}:demo-coordinator")))
    assert "Nobody can suspend themselves" in words(
        here(await operator.presses(f"{suspending.SUSPEND}:demo-operator"))
    )


async def test_an_address_that_the_platform_vouches_for_is_proposed_and_the_asker_learns_nothing(
    demo: Database,
) -> None:
    known = newcomer(demo, email=(await office_address(demo, "demo-mx")).upper())
    stranger = newcomer(demo, email="nobody@example.org")
    first, again = words(await known.card("/join")), words(await known.card("/join"))
    assert first == again == words(await stranger.card("/join"))
    assert await person_of(demo, known) is None
    assert said(known.letters) == ["join.proposed_told"]
    assert said(stranger.letters) == []
    coordinator = Speaker(demo, "coordinator")
    card = await coordinator.card("/invitations")
    assert "Lucía Demoreda" in words(card)
    (yes,) = [button for button in buttons(card) if button.action.startswith(invitation.CONFIRM)]
    assert "now belongs to Lucía Demoreda" in words(here(await coordinator.presses(yes.action)))
    assert await person_of(demo, known) == "demo-mx"
    assert said(coordinator.letters) == ["link.confirmed_told"]
    assert "no longer in use" in words(here(await coordinator.presses(yes.action)))


async def test_a_guest_is_never_proposed_and_a_declined_account_not_again(demo: Database) -> None:
    address = await office_address(demo, "demo-mx")
    guest = newcomer(demo, email=address)
    guest.guest = True
    await guest.asks("/join")
    async with demo.reading() as session:
        assert await proposals.waiting(session) == []
    known, coordinator = newcomer(demo, email=address), Speaker(demo, "coordinator")
    await known.asks("/join")
    card = await coordinator.card("/invitations")
    (no,) = [button for button in buttons(card) if button.action.startswith(invitation.DECLINE)]
    assert "is not proposed again" in words(here(await coordinator.presses(no.action)))
    await known.asks("/join")
    async with demo.reading() as session:
        assert await proposals.waiting(session) == []
    assert await person_of(demo, known) is None


async def test_who_coordinates_nothing_of_a_person_does_not_decide_on_their_account(demo: Database) -> None:
    known = newcomer(demo, email=await office_address(demo, "demo-operator"))
    await known.asks("/join")
    coordinator = Speaker(demo, "coordinator")
    assert "Demopérez" not in words(await coordinator.card("/invitations"))
    async with demo.reading() as session:
        (waiting,) = await proposals.waiting(session)
    assert "no longer in use" in words(here(await coordinator.presses(f"{invitation.CONFIRM}:{waiting.id}")))
    assert await person_of(demo, known) is None
