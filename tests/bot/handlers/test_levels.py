"""What is shown of a person is a matter of the networks they belong to, and never shows otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from directory import accounts, people, posts
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local
from tests.support.asking import Asking, here, private, words

LONG_AGO: Final = date(2020, 1, 2)
YESTERDAY: Final = datetime.now(UTC).date() - timedelta(days=1)


def _person(key: str, given: str, family: str) -> Person:
    return Person(
        key,
        given,
        family,
        contacts=(
            Contact(ContactKind.EMAIL, f"{key}@office.example.org", 1),
            Contact(ContactKind.MOBILE, f"{key}-mobile", 2),
            Contact(ContactKind.HANDLE, f"{key}-handle", 3),
        ),
    )


@pytest.fixture
async def networks(demo: Database) -> Database:
    """Somebody of another network only, somebody of both, somebody of the past, somebody of none."""
    async with demo.writing() as session:
        await people.add(
            session,
            [
                _person("other", "Qwendolina", "Vexmoor"),
                _person("both", "Zorbelinda", "Quixley"),
                _person("past", "Wulfgangus", "Pembrixo"),
                _person("none", "Yxandria", "Tollimund"),
                _person("oas-coordinator", "Umberina", "Kwestor"),
            ],
        )
        await posts.add(
            session,
            [
                Post("oas-fp", local(en="Focal point of the other one"), network="OAS", country="MX"),
                Post(
                    "oas-fp-2", local(en="Second focal point of the other one"), network="OAS", country="BZ"
                ),
                Post("acs-extra", local(en="Extra focal point"), network="ACS", country="BZ"),
            ],
            [
                Nomination("oas-fp", "other", Standing.HOLDER, LONG_AGO, confirmed_on=LONG_AGO),
                Nomination("oas-fp-2", "both", Standing.HOLDER, LONG_AGO, confirmed_on=LONG_AGO),
                Nomination("acs-extra", "both", Standing.ALTERNATE, LONG_AGO),
                Nomination("acs-extra", "past", Standing.HOLDER, LONG_AGO, YESTERDAY, confirmed_on=LONG_AGO),
            ],
        )
        await people.grant(session, "oas-coordinator", Role.COORDINATOR, "OAS")
        await accounts.save_account(session, Account("terminal", "", "foreign", "oas-coordinator"))
        await accounts.save_account(session, Account("terminal", "", "other", "other"))
    return demo


#: Who sees how much of whom in a direct chat: nothing, the name, level 1, level 2.
SEEN: Final = {
    "visitor": {"other": 0, "both": 0, "past": 0, "none": 0, "demo-mx": 0},
    "focal": {"other": 0, "both": 2, "past": 1, "none": 0, "demo-mx": 2},
    "coordinator": {"other": 2, "both": 3, "past": 2, "none": 2, "demo-mx": 3},
    "operator": {"other": 2, "both": 2, "past": 2, "none": 2, "demo-mx": 2},
    "foreign": {"other": 3, "both": 3, "past": 2, "none": 2, "demo-mx": 2},
    "other": {"other": 2, "both": 2, "past": 0, "none": 0, "demo-mx": 0},
}


def _seen(text: str, key: str) -> int:
    name = {"other": "Vexmoor", "both": "Quixley", "past": "Pembrixo", "none": "Tollimund"}.get(
        key, "Demoreda"
    )
    mail = "lucia.demoreda@example.org" if key == "demo-mx" else f"{key}@office"
    mobile = "+1 868 555" if key == "demo-mx" else f"{key}-mobile"
    assert f"{key}-handle" not in text, "level 3 is the person's own"
    assert "@demo_" not in text
    if key == "demo-mx":
        count = text.count(mobile)
        return 0 if name not in text else 1 + (mail in text) + (count > 1)
    return 0 if name not in text else 1 + (mail in text) + (mobile in text)


@pytest.mark.parametrize("who", SEEN)
async def test_levels_by_network(networks: Database, who: str) -> None:
    asking = Asking(networks, who)
    nobody = here(await asking.presses("open:person:nobody-at-all"))
    for key, level in SEEN[who].items():
        card = here(await asking.presses(f"open:person:{key}"))
        assert _seen(words(card), key) == level, key
        if level == 0:
            assert card == nobody
        filed = here(await asking.presses(f"vcf:{key}"))
        content = filed.attachments[0].content.decode() if filed.attachments else ""
        assert _seen(content, key) == level, key
        if level == 0:
            assert filed == here(await asking.presses("vcf:nobody-at-all"))


@pytest.mark.parametrize("command", ["", "/contact ", "/find "])
@pytest.mark.parametrize("who", SEEN)
async def test_who_may_not_be_known_is_not_found(networks: Database, who: str, command: str) -> None:
    asking = Asking(networks, who)
    names = {"other": "Qwendolina Vexmoor", "both": "Zorbelinda Quixley", "none": "Yxandria Tollimund"}
    for key, name in names.items():
        card = await asking.hears(command + name)
        assert (card.title == name) == bool(SEEN[who][key])
        if not SEEN[who][key]:
            invented = "Brumhildan Oxterquist"
            unknown = await asking.hears(command + invented)
            assert words(card).replace(name, invented) == words(unknown)


async def test_a_post_of_another_network_says_nothing_of_who_holds_it(networks: Database) -> None:
    focal, foreign = Asking(networks, "focal"), Asking(networks, "foreign")
    visitor = Asking(networks)
    for post in ("oas-fp", "oas-fp-2"):
        mine = here(await focal.presses(f"open:post:{post}"))
        assert words(mine) == words(here(await visitor.presses(f"open:post:{post}")))
    assert "Vexmoor" in words(here(await foreign.presses("open:post:oas-fp")))
    country = here(await focal.presses("open:country:BZ"))
    assert "Quixley" in words(country), "as the alternate of the post of the own network"
    person = here(await focal.presses("open:person:both"))
    assert "Second focal point" not in words(person)
    assert "Extra focal point" in words(person)


async def test_a_room_says_the_same_whatever_the_asker_may_know(networks: Database) -> None:
    said = set()
    for name in ("Qwendolina Vexmoor", "Zorbelinda Quixley", "Brumhildan Oxterquist"):
        replies = await Asking(networks, "focal", shared=True).asks(f"/contact {name}")
        said.add(words(here(replies)))
        shown = "\n".join(map(words, private(replies)))
        assert ("Quixley" in shown) == ("Quixley" in name)
    assert len(said) == 1
    replies = await Asking(networks, "focal", shared=True).asks("/contact Focal point of the other one")
    assert "Vexmoor" not in "\n".join(map(words, (here(replies), *private(replies))))
