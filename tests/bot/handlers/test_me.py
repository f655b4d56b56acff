"""``/me``: one's own entry, in the direct chat only; what is changed there is changed for oneself alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import entry as cards
from bot.cards import entry_form
from bot.command import Problems, Replies, Value
from bot.contract import Button, Card, Reply, Said
from bot.demo import bind_room
from bot.handlers import me
from bot.i18n import LANGUAGES, Translator
from bot.permission import carry_out
from directory import audit, entries, people, posts, search
from directory.access import Role
from directory.database import Database
from directory.people import Contact, ContactKind, Person
from tests.support.asking import Asking, buttons, here, private, words

PERSON = "demo-mx"


def button(card: Card, label: str) -> Button:
    """The button with this label."""
    found = [item for item in buttons(card) if label in item.label]
    assert found, f"{label!r} is not among {[item.label for item in buttons(card)]}"
    return found[0]


async def pressed(asker: Asking, card: Card, label: str) -> Card:
    """The card that the button with this label turns into."""
    return here(await asker.presses(button(card, label).action))


async def own(database: Database, key: str = PERSON) -> entries.Entry:
    async with database.reading() as session:
        entry = await entries.get(session, key)
    assert entry is not None
    return entry


async def test_everything_of_oneself_with_who_may_see_it(demo: Database) -> None:
    text = words(await Asking(demo, "focal").hears("/me"))
    assert "Lucía Demoreda — shown to: the network's verified focal points" in text
    assert "lucia.demoreda@example.org — shown to: the network's verified focal points" in text
    assert "@demo_demoreda — shown to: only you (" in text
    mobile = next(item.contact for item in (await own(demo)).values if item.contact.level == 2)
    assert f"{mobile.value} — shown to: the coordination" in text
    assert "Focal point for international cooperation, Mexico, since" in text
    assert "Linked accounts: Browser and Terminal" in text
    assert "Consent: not given yet" in text


@pytest.mark.parametrize("speaker", ["focal", "coordinator", "operator"])
async def test_in_a_group_nothing_is_shown(demo: Database, speaker: str) -> None:
    room = Asking(demo, speaker, shared=True)
    async with demo.writing() as session:
        await bind_room(session, "terminal", "bot", room.room)
        context = await room._context(session, Said("/me"))
        replies = await carry_out(me.COMMAND, context, lambda place: me.run(place, ""))
    assert words(here(replies)) == Translator("en")("dispatch.private_sent")
    assert "@example.org" in words(private(replies)[0])


async def test_an_account_of_nobody_is_told_so(demo: Database) -> None:
    card = await Asking(demo, "stranger").hears("/me")
    assert "belongs to nobody in the directory yet" in card.text
    assert "example.org" not in words(card)


@pytest.mark.parametrize("level", entries.LEVELS)
async def test_a_level_is_changed_in_place(demo: Database, level: int) -> None:
    asker = Asking(demo, "focal")
    card = await pressed(asker, await asker.hears("/me"), "Who sees: E-mail")
    assert "lucia.demoreda@example.org is shown to" in card.text
    value = next(item for item in (await own(demo)).values if item.contact.kind is ContactKind.EMAIL)
    reply = await asker.presses(f"me-level:{value.id}:{level}")
    assert isinstance(reply, Reply)
    assert reply.replaces
    changed = next(item for item in (await own(demo)).values if item.id == value.id)
    assert changed.contact.level == level
    assert changed.contact.confirmed_on == value.contact.confirmed_on
    async with demo.reading() as session:
        person = await people.get(session, PERSON, 1)
        trail = await audit.history(session, audit.PERSON, PERSON)
    assert person is not None
    assert ("lucia.demoreda@example.org" in {item.value for item in person.contacts}) is (level == 1)
    assert trail[0].action == "level"
    assert trail[0].after == ({} if level == 1 else {"level of email": level})


@pytest.mark.parametrize(
    "action",
    [
        "me-level:1:0",
        "me-level:1:4",
        "me-level:99999:1",
        "me-level:x:y",
        "me-level:1",
        "me-who:99999",
        "me-who",
        "me-right:1",
        "me-left:no-such-post",
        "me-leave:acs-fp-co",
        "me-left:acs-fp-co",
    ],
)
async def test_a_forged_press_changes_nothing(demo: Database, action: str) -> None:
    before = await own(demo)
    text = here(await Asking(demo, "focal").presses(action)).text
    assert "no longer in use" in text or "no longer yours" in text
    assert await own(demo) == before


async def test_nobody_touches_the_value_of_another(demo: Database) -> None:
    theirs = (await own(demo, "demo-co")).values[0]
    card = here(await Asking(demo, "focal").presses(f"me-level:{theirs.id}:3"))
    assert "no longer in use" in card.text
    assert (await own(demo, "demo-co")).values[0] == theirs


@pytest.mark.parametrize("action", ["me", "me-right", "me-withdraw", "me-edit"])
async def test_a_press_in_a_group_shows_nothing(demo: Database, action: str) -> None:
    before = await own(demo)
    card = here(await Asking(demo, "focal", shared=True).presses(action))
    assert "no longer in use" in card.text
    assert await own(demo) == before


async def test_still_right_confirms_every_value(demo: Database) -> None:
    asker = Asking(demo, "focal")
    card = await pressed(asker, await asker.hears("/me"), "Still right")
    today = datetime.now(UTC).date()
    assert "confirmed as of today" in card.text
    entry = await own(demo)
    assert entry.confirmed_on == today
    assert {item.contact.confirmed_on for item in entry.values} == {today}
    async with demo.reading() as session:
        trail = await audit.history(session, audit.PERSON, PERSON)
    assert trail[0].action == "confirm"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_consent_is_kept_with_its_exact_words(demo: Database, language: str) -> None:
    asker = Asking(demo, "focal", language=language)
    t = Translator(language)
    card = await asker.hears("/me")
    assert t("entry.consent_wording") in words(card)
    card = await pressed(asker, card, t("entry.agree_button"))
    consent = (await own(demo)).consent
    assert consent is not None
    assert (consent.wording, consent.language) == (cards.WORDING, language)
    assert consent.text == t("entry.consent_wording")
    assert t("entry.consent_wording") not in words(card)
    card = await pressed(asker, card, t("entry.withdraw_button"))
    entry = await own(demo)
    assert entry.consent is None
    assert [item.withdrawn_at is not None for item in entry.consents] == [True], "that it was given stays"
    assert {item.contact.level for item in entry.values} == {3}


async def test_an_old_button_does_not_agree_to_new_words(demo: Database) -> None:
    card = here(await Asking(demo, "focal").presses("me-agree:0"))
    assert "have changed" in card.text
    assert (await own(demo)).consent is None


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("/me email new@example.org", ContactKind.EMAIL, "new@example.org"),
        ("/me Correo: nueva@example.org", ContactKind.EMAIL, "nueva@example.org"),
        ("/me phone 55 5555 0100", ContactKind.PHONE, "+52 55 5555 0100"),
        ("/me teléfono +1 868 555 0142", ContactKind.PHONE, "+1 868-555-0142"),
        ("/me movil +1 (868) 555-0143", ContactKind.MOBILE, "+1 868-555-0143"),
        ("/me handle @demo_new", ContactKind.HANDLE, "@demo_new"),
    ],
)
async def test_one_value_in_one_line(demo: Database, typed: str, kind: ContactKind, value: str) -> None:
    before = await own(demo)
    card = await Asking(demo, "focal").hears(typed)
    assert value in card.text
    held = [item.contact for item in (await own(demo)).values if item.contact.kind is kind]
    old = next(item.contact for item in before.values if item.contact.kind is kind)
    assert held == [Contact(kind, value, old.level, datetime.now(UTC).date())]
    others = [item for item in before.values if item.contact.kind is not kind]
    assert [item for item in (await own(demo)).values if item.contact.kind is not kind] == others


async def test_a_value_is_taken_away_in_one_line(demo: Database) -> None:
    await Asking(demo, "focal").hears("/me mobile none")
    assert ContactKind.MOBILE not in {item.contact.kind for item in (await own(demo)).values}


@pytest.mark.parametrize(
    "typed",
    [
        "/me email",
        "/me email nonsense",
        "/me email a@b",
        "/me phone abc",
        "/me phone 1",
        "/me shoe size 42",
        "/me handle two words",
        "/me email " + "a" * 300 + "@example.org",
    ],
)
async def test_what_is_no_value_changes_nothing(demo: Database, typed: str) -> None:
    before = await own(demo)
    card = await Asking(demo, "focal").hears(typed)
    assert "/me email name@example.org" in card.text
    assert await own(demo) == before


async def test_leaving_a_post_ends_its_rights_and_tells_nobody_else_anything(demo: Database) -> None:
    asker = Asking(demo, "focal")
    today = datetime.now(UTC).date()
    card = await pressed(asker, await asker.hears("/me"), "I have left")
    assert "Mexico" in card.text
    card = await pressed(asker, card, "Yes, I have left it")
    assert "It is recorded that you left the post" in card.text
    async with demo.reading() as session:
        standing = await people.standing(session, PERSON)
        named = (await posts.nominations(session, ["acs-fp-mx"]))["acs-fp-mx"]
        trail = await audit.history(session, "nomination", "acs-fp-mx")
    assert standing.role is Role.LINKED
    assert [item.until for item in named if item.person == PERSON] == [today]
    assert trail[0].action == "leave"
    assert "Focal point for international cooperation, Mexico" not in words(await asker.hears("/me"))
    again = here(await asker.presses("me-left:acs-fp-mx"))
    assert "no longer yours" in again.text


async def test_the_name_is_escaped_nowhere_and_kept_as_it_is(demo: Database) -> None:
    odd = Person("odd", "<b>*Ana*</b>", "O'Demo _x_", contacts=())
    async with demo.writing() as session:
        await people.add(session, [odd])
    entry = await own(demo, "odd")
    assert entry.person == odd
    assert entry.values == ()
    assert entry.confirmed_on is None


async def test_the_entry_as_a_whole_is_as_old_as_its_oldest_confirmed_value(demo: Database) -> None:
    today = datetime.now(UTC).date()
    old, new = today - timedelta(400), today - timedelta(3)
    mixed = Person(
        "mixed",
        "A",
        "B",
        contacts=(
            Contact(ContactKind.EMAIL, "a@example.org", 1, new),
            Contact(ContactKind.PHONE, "+1 868 555 0190", 1, old),
            Contact(ContactKind.HANDLE, "@a", 3, None),
        ),
    )
    async with demo.writing() as session:
        await people.add(session, [mixed])
    assert (await own(demo, "mixed")).confirmed_on == old
    async with demo.writing() as session:
        await entries.confirm(session, "mixed", today)
    assert (await own(demo, "mixed")).confirmed_on == today


async def _submit(database: Database, given: dict[str, Value]) -> Replies | Problems:
    """The form of the focal point, sent with these answers in place of what stands there."""
    async with database.writing() as session:
        context = await Asking(database, "focal")._context(session, Said("x"))
        entry = await entries.get(session, PERSON)
        assert entry is not None
        shown = {field.name: field.value or None for field in entry_form.form(context.t, entry).fields}
        return await me.submitted(context, [], {**shown, **given})


async def test_the_form_shows_the_entry_and_keeps_what_is_not_changed(demo: Database) -> None:
    before = await own(demo)
    reply = await Asking(demo, "focal").presses("me-edit")
    assert isinstance(reply, Reply)
    assert reply.form is not None
    assert {field.name: field.value for field in reply.form.fields} == {
        "given_name": "Lucía",
        "family_name": "Demoreda",
        "email": "lucia.demoreda@example.org",
        "phone": before.person.contacts[1].value,
        "mobile": before.person.contacts[2].value,
        "handle": "@demo_demoreda",
        "languages": "Spanish, English, French",
        "time_zone": "Mexico City",
    }
    answer = await _submit(demo, {})
    assert not isinstance(answer, Problems)
    after = await own(demo)
    today = datetime.now(UTC).date()
    assert [(item.id, item.contact.value, item.contact.level) for item in after.values] == [
        (item.id, item.contact.value, item.contact.level) for item in before.values
    ]
    assert (after.person.languages, after.person.time_zone) == (
        before.person.languages,
        before.person.time_zone,
    )
    assert {item.contact.confirmed_on for item in after.values} == {today}


async def test_what_the_form_changes_keeps_its_level_and_is_found_by_its_new_name(demo: Database) -> None:
    answer = await _submit(
        demo,
        {
            "family_name": "Demonueva",
            "mobile": "+1 868 555 0188",
            "email": None,
            "languages": "español; Portuguese",
            "time_zone": "Bogotá",
        },
    )
    assert not isinstance(answer, Problems)
    entry = await own(demo)
    assert entry.person.name == "Lucía Demonueva"
    assert (entry.person.languages, entry.person.time_zone) == (("es", "pt"), "America/Bogota")
    held = {item.contact.kind: item.contact for item in entry.values}
    assert ContactKind.EMAIL not in held
    assert (held[ContactKind.MOBILE].value, held[ContactKind.MOBILE].level) == ("+1 868-555-0188", 2)
    async with demo.reading() as session:
        hits = await search.find(session, "demonueva", kinds=(search.Kind.PERSON,), max_level=1)
        assert [hit.key for hit in hits] == [PERSON]
        old = await search.find(session, "demoreda", kinds=(search.Kind.PERSON,), max_level=1)
        assert PERSON not in {hit.key for hit in old if "Demoreda" in hit.matched}
        trail = await audit.history(session, audit.PERSON, PERSON)
    assert trail[0].action == "edit"
    assert trail[0].before["family_name"] == "Demoreda"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "nonsense"),
        ("phone", "call me"),
        ("mobile", "1"),
        ("handle", "two words"),
        ("languages", "Klingonese"),
        ("time_zone", "Atlantis"),
    ],
)
async def test_what_the_form_cannot_take_is_said_at_its_field(demo: Database, name: str, value: str) -> None:
    before = await own(demo)
    answer = await _submit(demo, {name: value})
    assert isinstance(answer, Problems)
    assert list(answer.fields) == [name]
    assert await own(demo) == before
