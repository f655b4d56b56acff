"""``/contact``: who holds a post, as far as asker and place allow; no contact values where others read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from directory import people
from directory.accounts import Account, save_account
from directory.database import Database
from directory.people import Contact, ContactKind, Person, PersonRow
from tests.support.asking import Asking, buttons, here, private, words

ANSWERED = {
    "en": (
        "Focal point: Lucía Demoreda, since",
        "Languages: Spanish, English and French",
        "Alternate: Tomás",
    ),
    "es": ("Punto focal: Lucía Demoreda, desde el", "Idiomas: español, inglés y francés", "Suplente: Tomás"),
    "fr": (
        "Point focal: Lucía Demoreda, depuis le",
        "Langues: espagnol, anglais et français",
        "suppléant: Tomás",
    ),
    "pt": ("Ponto focal: Lucía Demoreda, desde", "Idiomas: espanhol, inglês e francês", "Suplente: Tomás"),
}


@pytest.mark.parametrize("language", ANSWERED)
async def test_the_holder_in_four_languages(network: Database, language: str) -> None:
    card = await Asking(network, "focal", language).hears("/contact México")
    said = words(card)
    for expected in ANSWERED[language]:
        assert expected in said
    assert "lucia.demoreda@example.org" in said
    assert "UTC−6" in said
    assert "Irma Demontaño" in said, "who held it before"
    assert len(card.fields) <= 10


async def test_levels_of_values(network: Database) -> None:
    focal = words(await Asking(network, "focal").hears("/contact Mexico"))
    coordinator = words(await Asking(network, "coordinator").hears("/contact Mexico"))
    assert "Office phone:" in focal
    assert "Mobile:" not in focal
    assert "Mobile:" in coordinator
    assert "@demo_" not in focal + coordinator


async def test_freshness_is_said(network: Database) -> None:
    focal = Asking(network, "focal")
    assert "confirmed 1 month ago" in words(await focal.hears("/contact Mexico"))
    assert "not confirmed since 20" in words(await focal.hears("/contact Honduras"))


async def test_vacant_and_acting_posts_are_said(network: Database) -> None:
    focal = Asking(network, "focal")
    assert "the post has been vacant since" in words(await focal.hears("/contact Guyana"))
    assert "the post is vacant" in words(await focal.hears("/contact Nicaragua"))
    acting = words(await focal.hears("/contact Grenada"))
    assert "Acting focal point: Kimberley Demoor" in acting
    assert "kimberley.demoor@example.org" in acting


async def test_the_public_sees_the_same_shape_whoever_holds_a_post(network: Database) -> None:
    visitor = Asking(network)
    held, vacant = await visitor.hears("/contact Mexico"), await visitor.hears("/contact Nicaragua")
    assert [item.label for item in held.fields] == [item.label for item in vacant.fields]
    assert held.fields[1] == vacant.fields[1]
    assert "Demoreda" not in words(held)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("command", ["/contact ", "/find ", ""])
async def test_a_person_and_nobody_are_the_same_to_the_public(
    demo: Database, command: str, shared: bool
) -> None:
    async with demo.writing() as session:
        await people.add(session, [Person("canary", "Zwxqvily", "Qvorzik")])
    visitor = Asking(demo, shared=shared)
    known = await visitor.hears(f"{command}Zwxqvily Qvorzik")
    unknown = await visitor.hears(f"{command}Zwxqvila Qvorzuk")
    assert words(known).replace("Zwxqvily Qvorzik", "") == words(unknown).replace("Zwxqvila Qvorzuk", "")


async def test_a_person_is_found_by_those_who_may(network: Database) -> None:
    card = await Asking(network, "focal").hears("/contact lucia demoreda")
    assert card.title == "Lucía Demoreda"
    assert "Focal point for international cooperation, Mexico, since" in words(card)


async def test_in_a_shared_place_only_the_post_and_the_details_go_direct(network: Database) -> None:
    replies = await Asking(network, "focal", shared=True).asks("/contact Mexico")
    card, direct = here(replies), private(replies)
    assert "Demoreda" not in words(card)
    assert "was sent to you directly" in card.text
    assert len(direct) == 1
    assert "lucia.demoreda@example.org" in words(direct[0])


async def test_a_person_asked_for_in_a_shared_place(network: Database) -> None:
    focal = Asking(network, "focal", shared=True)
    found, none = await focal.asks("/contact Lucía Demoreda"), await focal.asks("/contact Zwxqvily Qvorzik")
    assert words(here(found)) == words(here(none)), "those who read along learn nothing"
    assert "lucia.demoreda@example.org" in words(private(found)[0])
    assert "No focal point was found" in words(private(none)[0])


async def test_what_is_public_is_listed_here_and_people_beside_it_directly(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(session, [Person("sanmar", "Sanmar", "Demosan")])
    replies = await Asking(demo, "focal", shared=True).asks("/find san mar")
    public = await Asking(demo, shared=True).hears("/find san mar")
    assert here(replies) == public, "nobody who reads along can tell"
    assert "Demosan" not in words(public)


@pytest.mark.parametrize("who", ["visitor", "focal", "coordinator", "operator"])
async def test_no_value_and_no_name_ever_in_a_shared_place(network: Database, who: str) -> None:
    everybody = await _everybody(network)
    asking = Asking(network, who, shared=True)
    countries = ["MX", "HT", "GD", "BB", "TT"]
    questions = [f"{command}{person.name}" for person in everybody[:6] for command in ("/contact ", "/find ")]
    questions += [f"{command} {code}" for code in countries for command in ("/contact", "/country")]
    questions += ["/institution ACS", "/institution DCRM", "demoreda", "lucia.demoreda@example.org"]
    cards = [here(await asking.asks(question)) for question in questions]
    for person in everybody:
        cards.append(here(await asking.presses(f"open:person:{person.key}")))
        cards.append(here(await asking.presses(f"vcf:{person.key}")))
    secrets = [contact.value for person in everybody for contact in person.contacts]
    for card in cards:
        said = words(card)
        assert not card.attachments
        # A question that holds a name may be repeated in the answer; nothing else may say one.
        answer = said if "“" not in said else said.split("“")[0] + said.split("”")[-1]
        for person in everybody:
            assert person.family_name not in answer
        assert not [secret for secret in secrets if secret in answer]


async def _everybody(database: Database) -> Sequence[Person]:
    async with database.reading() as session:
        keys = (await session.execute(sa.select(PersonRow.key).order_by(PersonRow.key))).scalars().all()
        return list((await people.several(session, keys, 3)).values())


async def test_second_hand_words_carry_no_right(network: Database) -> None:
    card = await Asking(network, "focal", relayed=True).hears("/contact Mexico")
    assert "Demoreda" not in words(card)


async def test_a_linked_account_that_is_not_verified_sees_what_the_public_sees(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(session, [Person("linked", "Only", "Linked")])
        await save_account(session, Account("terminal", "", "somebody", "linked"))
    assert "Demoreda" not in words(await Asking(demo, "somebody").hears("/contact Mexico"))


async def test_the_file_holds_what_may_be_shown_and_no_more(network: Database) -> None:
    focal = Asking(network, "focal")
    card = await focal.hears("/contact Mexico")
    button = next(item for item in buttons(card) if item.action.startswith("vcf:"))
    reply = here(await focal.presses(button.action))
    text = reply.attachments[0].content.decode()
    assert reply.attachments[0].media_type == "text/vcard"
    assert "FN:Lucía Demoreda\r\n" in text
    assert "lucia.demoreda@example.org" in text
    assert "CELL" not in text
    assert "@demo_" not in text
    coordinator = here(await Asking(network, "coordinator").presses(button.action))
    assert "CELL" in coordinator.attachments[0].content.decode()


@pytest.mark.parametrize("who", ["visitor", "nobody"])
async def test_the_file_is_not_for_the_public(network: Database, who: str) -> None:
    visitor = Asking(network, who)
    known, unknown = await visitor.presses("vcf:demo-mx"), await visitor.presses("vcf:no-such-person")
    assert here(known) == here(unknown)
    assert not here(known).attachments


async def test_a_hostile_name_stays_text_in_the_file(demo: Database) -> None:
    async with demo.writing() as session:
        contact = Contact(ContactKind.EMAIL, "a@example.org\r\nNOTE:injected", 1)
        await people.add(session, [Person("hostile", "=cmd\r\nEND:VCARD", "X;Y,Z", contacts=(contact,))])
    reply = here(await Asking(demo, "coordinator").presses("vcf:hostile"))
    lines = reply.attachments[0].content.decode().splitlines()
    assert lines.count("END:VCARD") == 1
    assert "NOTE:injected" not in lines


async def test_a_country_without_a_post(network: Database) -> None:
    card = await Asking(network, "focal").hears("/contact Switzerland")
    assert card.text.startswith("No focal point is recorded for Switzerland.")
    assert [button.action for button in buttons(card)] == ["open:country:CH"]


@pytest.mark.parametrize("typed", ["ACS", "Directorate for Cooperation and Resource Mobilisation"])
async def test_the_posts_of_an_institution_and_of_its_parts(network: Database, typed: str) -> None:
    card = await Asking(network, "focal").hears(f"/contact {typed}")
    assert {button.action.rsplit("-", 1)[0] for button in buttons(card)} == {"open:post:acs-dcrm"}
