"""Who may invite, verify, link and suspend whom, and what is told to whom."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import invitation, invite_form, platforms
from bot.cards import letter as letter_card
from bot.command import Problems, Value
from bot.contract import Reply
from bot.handlers import invite, join
from bot.i18n import Translator
from directory import invitations, people, posts
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.invitations import Invitee, codes, guesses
from directory.letters import Letter
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local
from tests.bot.handlers.joining import CODE, LINE, Speaker, invited, newcomer, office_address, person_of, said
from tests.support.asking import buttons, here, registry, words
from tests.support.traced import trail


async def test_an_invitation_has_everything_to_pass_it_on_by(demo: Database) -> None:
    card = here(await Speaker(demo, "coordinator").asks(f"/invite {LINE}"))
    text = words(card)
    code = CODE.search(text)
    assert code is not None
    bare = code[0].replace("-", "")
    assert f"https://t.me/EnlaceDemoBot?start={bare}" in text
    assert f"join {code[0]}" in text
    assert card.picture is not None
    assert card.picture.content.startswith(b"\x89PNG\r\n")
    assert [button.action.split(":")[0] for button in buttons(card)] == [invitation.RESEND, invitation.REVOKE]
    (entry,) = [entry for entry in await trail(demo) if entry.action == "invite"]
    kept = repr(entry)
    assert entry.network == "ACS"
    for secret in (code[0], bare, "Eva", "Demonova", "example.org"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("visitor", f"/invite {LINE}"),
        ("visitor", "/invite"),
        *itertools.product(
            ("visitor", "focal"), ("/invitations", "/verify Lucía Demoreda", "/suspend Lucía Demoreda")
        ),
    ],
)
async def test_nobody_else_invites_verifies_or_suspends(demo: Database, who: str, line: str) -> None:
    asking = Speaker(demo, who)
    command = registry().named(line.split()[0].strip("/"))
    assert command is not None
    if not await asking.may(command):
        return
    assert "not available" in words(here(await asking.asks(line)))
    async with demo.reading() as session:
        assert await invitations.unused(session, None) == []


async def test_the_form_asks_again_where_something_cannot_be(demo: Database) -> None:
    coordinator = Speaker(demo, "coordinator")
    reply = await coordinator.asks("/invite")
    assert isinstance(reply, Reply)
    assert reply.form is not None
    assert reply.form.action == invite_form.FORM
    answers: dict[str, Value] = {
        "post": "Atlantis",
        "given_name": "Eva",
        "family_name": "Demonova",
        "email": "eva",
        "language": "en",
        "standing": "holder",
        "reference": "",
        "letter_on": datetime.now(UTC).date() + timedelta(days=1),
    }
    async with demo.writing() as session:
        context = await coordinator._context(session, None)  # type: ignore[arg-type]
        refused = await invite.submitted(context, (), answers)
        assert isinstance(refused, Problems)
        assert set(refused.fields) == {"post", "email", "letter_on"}
        taken = await invite.submitted(
            context, (), {**answers, "post": "acs-fp-bb", "email": "eva@example.org", "letter_on": None}
        )
        assert isinstance(taken, Reply)
    assert CODE.search(words(taken.card))


async def test_a_line_that_cannot_be_is_answered_with_one_that_can(demo: Database) -> None:
    text = words(here(await Speaker(demo, "coordinator").asks("/invite Barbados; Eva Demonova; eva; en")))
    assert "not an e-mail address" in text
    assert "Barbados; Eva Example; eva@example.org; en" in text


async def test_a_coordinator_invites_to_the_own_network_alone(demo: Database) -> None:
    async with demo.writing() as session:
        await posts.add(
            session, [Post("other-post", local(en="Elsewhere"), network="SEGIB", country="MX")], []
        )
    text = words(
        here(await Speaker(demo, "coordinator").asks("/invite other-post; Eva X; eva@example.org; en"))
    )
    assert "another coordination" in text
    assert CODE.search(
        words(here(await Speaker(demo, "operator").asks("/invite other-post; E X; e@example.org; en")))
    )


async def test_nobody_becomes_an_operator_by_the_invitation_of_a_coordinator(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(
            session,
            [Person("p-boss", "Bo", "Demoss", contacts=(Contact(ContactKind.EMAIL, "bo@example.org", 1),))],
        )
        await people.grant(session, "p-boss", Role.OPERATOR)
    text = words(
        here(await Speaker(demo, "coordinator").asks("/invite acs-fp-bb; Bo Demoss; BO@example.org; en"))
    )
    assert CODE.search(text) is None or "K7QM" in text
    assert "another coordination looks after" in text


async def test_whoever_invited_is_told_who_joined_and_how_to_confirm_it(demo: Database) -> None:
    code = await invited(demo)
    eva = newcomer(demo)
    assert "Welcome, Eva Demonova" in words(await eva.card(f"/join {code}"))
    (letter,) = eva.letters
    key = await person_of(demo, eva)
    assert (letter.person, letter.message) == ("demo-coordinator", "join.told")
    assert letter.values == {"name": "Eva Demonova", "person": key}
    entry = (await trail(demo))[-1]
    assert (entry.action, entry.key) == ("join", key)
    card = words(await Speaker(demo, "coordinator").card(f"/verify {key}"))
    assert "not confirmed yet" in card


async def test_every_code_that_opens_nothing_is_answered_alike(demo: Database) -> None:
    revoked, used, expired, burnt = [await invited(demo) for _ in range(4)]
    async with demo.writing() as session:
        numbers = [item.id for item in await invitations.unused(session, None)]
        await invitations.revoke(session, numbers[3], datetime.now(UTC))
        await invitations.burn(session, burnt, Account("terminal", "", "x"), datetime.now(UTC))
    await newcomer(demo).asks(f"/join {used}")
    unknown, mistyped = codes.shown(codes.make()), used[:-1] + ("A" if used[-1] != "A" else "B")
    answers = set()
    for code in (revoked, used, burnt, unknown, mistyped, "hello"):
        who = newcomer(demo)
        answers.add(words(await who.card(f"/join {code}")))
        assert await person_of(demo, who) is None
    late = newcomer(demo)
    late.now = datetime.now(UTC) + timedelta(days=15)
    answers.add(words(await late.card(f"/join {expired}")))
    assert len(answers) == 1
    assert "opens nothing" in answers.pop()


async def test_after_too_many_guesses_the_right_code_is_not_looked_at(demo: Database) -> None:
    code, who = await invited(demo), newcomer(demo)
    for _ in range(guesses.OWN_LIMIT):
        await who.asks(f"/join {codes.make()}")
    assert "in an hour" in words(await who.card(f"/join {code}"))
    assert "Welcome" in words(await newcomer(demo).card(f"/join {code}"))


async def test_a_forwarded_code_is_not_taken(demo: Database) -> None:
    code = await invited(demo)
    who = newcomer(demo)
    who.relayed = True
    assert "not forwarded or edited" in words(await who.card(f"/join {code}"))
    assert await person_of(demo, who) is None


async def test_a_second_account_by_a_code_of_the_first_and_the_first_is_told(demo: Database) -> None:
    focal, second = Speaker(demo, "focal"), newcomer(demo)
    code = CODE.search(words(await focal.card("/link")))
    assert code is not None
    assert "belongs to Lucía Demoreda too" in words(await second.card(f"/join {code[0]}"))
    assert await person_of(demo, second) == "demo-mx"
    assert [(letter.person, letter.message) for letter in second.letters] == [("demo-mx", "link.linked_told")]
    card = await second.card("/unlink")
    assert len(buttons(card)) == 3  # browser, terminal, and this one
    (mine,) = [button for button in buttons(card) if "This account" in button.label]
    (sure,) = buttons(here(await second.presses(mine.action)))
    assert "no longer linked" in words(here(await second.presses(sure.action)))
    assert await person_of(demo, second) is None
    assert "no longer in use" in words(here(await second.presses(sure.action)))


async def test_nobody_unlinks_an_account_of_somebody_else(demo: Database) -> None:
    focal = Speaker(demo, "focal")
    assert "no longer in use" in words(here(await focal.presses("unlink-yes:terminal:coordinator")))
    assert await person_of(demo, Speaker(demo, "coordinator")) == "demo-coordinator"


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30, "1:2"])
async def test_forged_buttons_of_invitations_do_nothing(demo: Database, number: str) -> None:
    await invited(demo)
    coordinator = Speaker(demo, "coordinator")
    for name in (invitation.RESEND, invitation.REVOKE, invitation.CONFIRM, invitation.DECLINE):
        card = here(await coordinator.presses(f"{name}:{number}"))
        assert CODE.search(words(card)) is None
    async with demo.reading() as session:
        (out,) = await invitations.unused(session, None)
    assert out.is_open(datetime.now(UTC))


async def test_a_focal_points_press_on_a_coordinators_button_does_nothing(demo: Database) -> None:
    await invited(demo)
    async with demo.reading() as session:
        (out,) = await invitations.unused(session, None)
    focal = Speaker(demo, "focal")
    for name in (invitation.RESEND, invitation.REVOKE):
        assert "no longer open" in words(here(await focal.presses(f"{name}:{out.id}")))
    async with demo.reading() as session:
        (still,) = await invitations.unused(session, None)
    assert still == out


async def test_an_invitation_for_somebody_known_is_for_their_entry(demo: Database) -> None:
    wanted = Invitee("acs-fp-bb", "ACS", "Ann", "Demoknown", "ann@example.org")
    async with demo.writing() as session:
        email = Contact(ContactKind.EMAIL, wanted.email, 1)
        await people.add(session, [Person("p-ann", "Ann", "Demoknown", contacts=(email,))])
        await posts.add(
            session, [], [Nomination("acs-fp-bb", "p-ann", Standing.HOLDER, datetime.now(UTC).date())]
        )
    card = here(await Speaker(demo, "coordinator").asks("/invite acs-fp-bb; Ann X; ann@example.org; en"))
    assert "is in the directory already" in words(card)
    code, ann = CODE.search(words(card)), newcomer(demo)
    assert code is not None
    assert "Welcome, Ann Demoknown" in words(await ann.card(f"/join {code[0]}"))
    assert await person_of(demo, ann) == "p-ann"


async def test_in_any_other_place_a_code_is_burnt_without_a_word(demo: Database) -> None:
    code, other = await invited(demo), newcomer(demo)
    other.shared, other.bound = True, False
    async with demo.writing() as session:
        context = await other._context(session, None)  # type: ignore[arg-type]
        assert await join.burnt(context, code) == [Reply(deletes=True)]
        assert await join.burnt(context, "") == []
        for effect in context.effects:
            await effect(session)
    assert said(other.letters) == ["join.burnt_told"]
    assert "opens nothing" in words(await newcomer(demo).card(f"/join {code}"))


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
async def test_letters_have_the_button_that_does_what_they_ask_for(demo: Database, language: str) -> None:
    code, eva = await invited(demo), newcomer(demo)
    await eva.asks(f"/join {code}")
    (button,) = buttons(letter_card.card(Translator(language), eva.letters[0]))
    coordinator = Speaker(demo, "coordinator", language=language)
    card = here(await coordinator.presses(button.action))
    assert card.title == "Eva Demonova"
    assert len(buttons(card)) == 1
    browser = platforms.named(Translator(language), "browser")
    for message, shown in (("join.proposed_told", "Eva"), ("link.linked_told", browser)):
        letter = Letter("demo-coordinator", message, {"platform": "Slack"}, datetime.now(UTC))
        (button,) = buttons(letter_card.card(Translator(language), letter))
        if message.startswith("join"):
            await invited(demo, "Barbados; Eva Demosecond; second@example.org; en")
        assert shown in words(here(await coordinator.presses(button.action)))
    plain = Letter("demo-mx", "suspend.told", {}, datetime.now(UTC))
    assert buttons(letter_card.card(Translator(language), plain)) == []


async def test_who_held_a_post_of_the_network_is_invited_again_by_its_coordination(demo: Database) -> None:
    address = await office_address(demo, "demo-mx-past")
    assert await invited(demo, f"acs-fp-mx; A B; {address}; es")


async def test_help_offers_enrolling_to_those_alone_who_may(demo: Database) -> None:
    hidden = ["/invitations:", "/verify:", "/suspend:", "/unsuspend:"]
    for who, never in (("visitor", ["/invite:", *hidden]), ("focal", hidden)):
        text = words(await Speaker(demo, who).card("/help"))
        assert not [name for name in never if name in text]
    for who in ("coordinator", "operator"):
        text = words(await Speaker(demo, who).card("/help"))
        assert all(name in text for name in hidden)


async def test_operators_are_told_once_an_hour_that_guesses_keep_everybody_out(demo: Database) -> None:
    now = datetime.now(UTC)
    async with demo.writing() as session:
        for number in range(guesses.LIMIT):
            await guesses.count(session, Account("telegram", "", f"g{number}"), now)
    letters: list[Letter] = []
    for _ in range(3):
        late = newcomer(demo)
        assert "again in an hour" in words(here(await late.asks("/join K7QM-2F9R-XW3T")))
        letters += late.letters
    assert [(letter.person, letter.message) for letter in letters] == [
        (DEMO_PEOPLE["operator"], "join.guesses_told")
    ]
    async with demo.writing() as session:
        assert await guesses.recent(session, now) == guesses.LIMIT
        assert not await guesses.first_warning(session, now + timedelta(minutes=59))
        for number in range(guesses.LIMIT):
            await guesses.count(session, Account("telegram", "", f"h{number}"), now + timedelta(minutes=50))
        assert await guesses.first_warning(session, now + timedelta(minutes=61))
