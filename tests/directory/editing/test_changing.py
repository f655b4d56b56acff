"""Adding, changing, retiring and undoing, with the trail beside them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit, editing, institutions, networks, posts, projects, search
from directory.audit import Actor
from directory.database import Database
from directory.editing import SECTIONS, Changed, Kept, NotUndone, Noun
from directory.institutions import Institution, InstitutionKind
from directory.networks import MemberKind, Membership, Network
from directory.people import Person
from directory.posts import Post
from directory.problems import Invalid, Reason
from directory.projects import Amount, ProjectSheet
from directory.search import Kind
from directory.texts import LocalText, local

WHO = Actor("terminal", "", "coordinator", "demo-coordinator", "coordinator", "direct")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

NEW_ONES: dict[Noun, Any] = {
    Noun.PROJECT: ProjectSheet("ACS-SF-002", local(en="Second meeting"), "ACS"),
    Noun.INSTITUTION: Institution("new-body", local(en="New body"), local(en="NB"), InstitutionKind.AGENCY),
    Noun.POST: Post("new-post", local(en="Zarzamora officer"), network="ACS", country="MX"),
    Noun.PERSON: Person("new-person", "Ana", "Zarzamora", contacts=editing.contacts("ana@z.org", "")),
    Noun.NETWORK: Network("NEW", local(en="New network"), local()),
    Noun.MEMBERSHIP: Membership("ACS", "DE", MemberKind.OBSERVER, date(2026, 1, 1)),
}


def reachable(email: str, phone: str) -> Any:
    return replace(NEW_ONES[Noun.PERSON], contacts=editing.contacts(email, phone))


async def last(session: AsyncSession, change: Changed) -> audit.Entry:
    return (await audit.history(session, change.noun.value, change.key))[0]


@pytest.mark.parametrize("noun", list(Noun))
async def test_what_was_added_is_undone_and_undone_again(demo: Database, noun: Noun) -> None:
    async with demo.writing() as session:
        added = await editing.add(session, WHO, NOW, NEW_ONES[noun], "ACS")
        stored = await editing.read(session, noun, added.key)
        assert (added.before, added.after) == (None, editing.plain(stored))
        entry = await last(session, added)
        assert (entry.action, entry.network) == ("add", "NEW" if noun is Noun.NETWORK else "ACS")
        gone = await editing.undo(session, WHO, NOW, entry)
        assert await editing.read(session, noun, added.key) is None
        assert (gone.before, gone.after) == (added.after, None)
        back = await editing.undo(session, WHO, NOW, await last(session, added))
        assert back.after == added.after
    async with demo.reading() as session:
        assert await editing.read(session, noun, added.key) == stored
        assert [item.action for item in await audit.history(session, noun.value, added.key)] == [
            "undo",
            "undo",
            "add",
        ]
        assert await audit.verify(session) is None


FOUND = {
    Noun.PROJECT: (Kind.PROJECT, "ACS-SF-001", "Primera reunión de responsables"),
    Noun.INSTITUTION: (Kind.INSTITUTION, "imexci", "IMEXCI"),
    Noun.POST: (Kind.POST, "acs-dcrm-adviser", "Adviser for cooperation"),
    Noun.PERSON: (Kind.PERSON, "demo-coordinator", "Marisol Demoriche"),
}


@pytest.mark.parametrize("noun", list(FOUND))
async def test_what_is_retired_is_not_found_and_comes_back(demo: Database, noun: Noun) -> None:
    kind, key, words = FOUND[noun]

    async def found(session: AsyncSession) -> bool:
        hits = await search.find(session, words, kinds=(kind,), max_level=1)
        return key in [hit.key for hit in hits]

    async with demo.writing() as session:
        record = await editing.read(session, noun, key)
        assert await found(session)
        retired = await editing.retire(session, WHO, NOW, record, TODAY)
        assert retired is not None
        assert retired.fields == ("retired_on",)
        assert not await found(session)
        known = await editing.read(session, noun, key)
        assert known == replace(record, retired_on=TODAY)
        assert await editing.retire(session, WHO, NOW, known, date(2030, 1, 1)) is None
        assert await editing.restore(session, WHO, NOW, known) is not None
        assert await found(session)
        assert await editing.restore(session, WHO, NOW, record) is None
        assert await editing.read(session, noun, key) == record


async def test_what_is_retired_is_not_listed(demo: Database) -> None:
    async with demo.writing() as session:
        for noun, key in (
            (Noun.PROJECT, "ACS-SF-001"),
            (Noun.INSTITUTION, "imexci"),
            (Noun.POST, "acs-fp-mx"),
            (Noun.NETWORK, "OAS"),
        ):
            await editing.retire(session, WHO, NOW, await editing.read(session, noun, key), TODAY)
        listed, total = await projects.listing(session, projects.Filters(), 0, 10)
        assert ([line.code for line in listed], total) == (["SDC-ML-SEG-3"], 1)
        assert await projects.of_country(session, "MX") == []
        assert await projects.of_institution(session, "imexci") == []
        assert "imexci" not in [body.key for body in await institutions.of_country(session, "MX")]
        assert "acs-fp-mx" not in [post.key for post in await posts.of_country(session, "MX")]
        assert "OAS" not in [network.code for network in await networks.every(session)]
        assert await projects.code_of(session, "acs sf 1") == "ACS-SF-001"


async def test_a_membership_ends_when_it_is_retired(demo: Database) -> None:
    async with demo.writing() as session:
        held = (await networks.memberships_of(session, "MX", TODAY))[0]
        ended = await editing.retire(session, WHO, NOW, held, TODAY)
        assert ended is not None
        assert held.country not in [
            item.country for item in await networks.members_of(session, held.network, TODAY)
        ]
        past = await editing.read(session, Noun.MEMBERSHIP, str(held.id))
        assert await editing.retire(session, WHO, NOW, past, TODAY) is None
        await editing.restore(session, WHO, NOW, past)
        assert await editing.read(session, Noun.MEMBERSHIP, str(held.id)) == held
        future = await editing.add(
            session, WHO, NOW, Membership("ACS", "DE", MemberKind.OBSERVER, date(2030, 1, 1))
        )
        coming = await editing.read(session, Noun.MEMBERSHIP, future.key)
        with pytest.raises(Invalid, match="until: before_start"):
            await editing.retire(session, WHO, NOW, coming, TODAY)


async def test_a_change_is_kept_where_it_was_changed_since(demo: Database) -> None:
    async with demo.writing() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
        assert sheet is not None
        first = await editing.change(session, WHO, NOW, replace(sheet, country="CO"))
        assert first is not None
        assert first.fields == ("country",)
        await editing.change(session, WHO, NOW, replace(sheet, country="CO", justification=local(en="New")))
        entries = await audit.history(session, "project", "ACS-SF-001")
        # Another field of it was changed since: that stays, and the country goes back.
        await editing.undo(session, WHO, NOW, entries[1])
        present = await projects.sheet(session, "ACS-SF-001")
        assert present == replace(sheet, justification=local(en="New"))
        with pytest.raises(NotUndone) as kept:
            await editing.undo(session, WHO, NOW, entries[1])
        assert kept.value.reason is Kept.CHANGED_SINCE


async def test_what_others_refer_to_is_not_taken_out_and_nothing_is_lost(demo: Database) -> None:
    async with demo.writing() as session:
        added = await editing.add(session, WHO, NOW, NEW_ONES[Noun.INSTITUTION])
        await editing.add(session, WHO, NOW, replace(NEW_ONES[Noun.POST], institution="new-body"))
        with pytest.raises(NotUndone) as kept:
            await editing.undo(session, WHO, NOW, await last(session, added))
        assert kept.value.reason is Kept.IN_USE
    async with demo.reading() as session:
        assert await institutions.get(session, "new-body") == NEW_ONES[Noun.INSTITUTION]
        assert (await posts.of_institution(session, "new-body"))[0].key == "new-post"


async def test_what_goes_back_to_something_that_is_gone_is_kept(demo: Database) -> None:
    async with demo.writing() as session:
        body = await editing.add(session, WHO, NOW, NEW_ONES[Noun.INSTITUTION])
        await editing.add(session, WHO, NOW, replace(NEW_ONES[Noun.POST], institution="new-body"))
        post = await posts.get(session, "new-post")
        assert post is not None
        moved = await editing.change(session, WHO, NOW, replace(post, institution=None))
        assert moved is not None
        await editing.undo(session, WHO, NOW, await last(session, body))
        with pytest.raises(NotUndone) as kept:
            await editing.undo(session, WHO, NOW, await last(session, moved))
        assert kept.value.reason is Kept.CHANGED_SINCE
        assert await posts.get(session, "new-post") == replace(post, institution=None)


async def test_words_of_others_in_the_trail_are_not_undone(demo: Database) -> None:
    async with demo.writing() as session:
        for before, after in (
            (None, {"reference": "N/1"}),
            ({"role": "x"}, {"role": "y"}),
            ({}, {"family_name": "Alone"}),
        ):
            await audit.changed(session, WHO, NOW, "verify", "person", "demo-mx", before, after)
            entry = (await audit.history(session, "person", "demo-mx"))[0]
            assert not editing.undoable(entry)
            with pytest.raises(NotUndone) as kept:
                await editing.undo(session, WHO, NOW, entry)
            assert kept.value.reason is Kept.NOT_POSSIBLE


async def test_erased_values_are_not_put_back(demo: Database) -> None:
    async with demo.writing() as session:
        person = await editing.read(session, Noun.PERSON, "demo-mx")
        changed = await editing.change(session, WHO, NOW, replace(person, given_name="Otra"))
        assert changed is not None
        entry = replace(await last(session, changed), erased=("given_name",), before={}, after={})
        with pytest.raises(NotUndone):
            await editing.undo(session, WHO, NOW, entry)
        half = replace(await last(session, changed), erased=("family_name",))
        with pytest.raises(NotUndone) as kept:
            await editing.undo(session, WHO, NOW, half)
        assert kept.value.reason is Kept.ERASED


@pytest.mark.parametrize(
    ("record", "field", "reason", "detail"),
    [
        (ProjectSheet("acs sf 2", local(en="x")), "code", Reason.NOT_A_CODE, ""),
        (ProjectSheet("ACS", local(en="x")), "code", Reason.NOT_A_CODE, ""),
        (ProjectSheet("A" * 31 + "-1", local(en="x")), "code", Reason.NOT_A_CODE, ""),
        (ProjectSheet("ACS-SF-1", local(en="x")), "code", Reason.TAKEN, "ACS-SF-001"),
        (replace(NEW_ONES[Noun.INSTITUTION], parent="nobody"), "parent", Reason.UNKNOWN, "nobody"),
        (Network("ACS", local(en="x"), local()), "code", Reason.TAKEN, "ACS"),
        (Network("A:B", local(en="x"), local()), "code", Reason.NOT_A_CODE, ""),
        (Network("A" * 17, local(en="x"), local()), "code", Reason.NOT_A_CODE, ""),
        (Membership("ACS", "MX", MemberKind.MEMBER, date(2020, 1, 1)), "country", Reason.TAKEN, "ACS MX"),
        (
            replace(NEW_ONES[Noun.PERSON], contacts=editing.contacts("x@", "")),
            "email",
            Reason.NOT_AN_ADDRESS,
            "",
        ),
        (
            replace(NEW_ONES[Noun.PERSON], contacts=editing.contacts("", "12")),
            "phone",
            Reason.NOT_A_PHONE,
            "",
        ),
    ],
)
async def test_a_new_record_that_cannot_be_is_refused_at_its_field(
    demo: Database, record: Any, field: str, reason: Reason, detail: str
) -> None:
    async with demo.writing() as session:
        with pytest.raises(Invalid) as refused:
            await editing.add(session, WHO, NOW, record)
        assert (refused.value.field, refused.value.reason, refused.value.detail) == (field, reason, detail)


async def test_an_address_is_one_persons(demo: Database) -> None:
    async with demo.writing() as session:
        known = await editing.read(session, Noun.PERSON, "demo-mx")
        address = known.contacts[0].value
        with pytest.raises(Invalid) as refused:
            await editing.add(
                session,
                WHO,
                NOW,
                replace(NEW_ONES[Noun.PERSON], contacts=editing.contacts(address.upper(), "")),
            )
        assert (refused.value.field, refused.value.detail) == ("email", "demo-mx")
        other = await editing.read(session, Noun.PERSON, "demo-operator")
        with pytest.raises(Invalid) as refused:
            await editing.change(session, WHO, NOW, replace(other, contacts=editing.contacts(address, "")))
        assert refused.value.field == "value"


async def test_a_parent_is_no_part_of_its_parts(demo: Database) -> None:
    async with demo.writing() as session:
        acs = await editing.read(session, Noun.INSTITUTION, "acs")
        with pytest.raises(Invalid, match="parent: own_part"):
            await editing.change(session, WHO, NOW, replace(acs, parent="acs-dcrm"))
        with pytest.raises(Invalid, match="key: unknown"):
            await editing.change(session, WHO, NOW, replace(acs, key="nobody"))


async def test_keys_are_made_of_names_and_are_free(demo: Database) -> None:
    async with demo.writing() as session:
        assert (
            await editing.free_key(session, Noun.INSTITUTION, "", "Ministère de l'Été")
            == "ministere-de-l-ete"
        )
        assert await editing.free_key(session, Noun.INSTITUTION, "IMEXCI") == "imexci-2"
        assert await editing.free_key(session, Noun.PERSON, "李") == "person"
        long = await editing.free_key(session, Noun.POST, "word " * 20)
        await editing.add(session, WHO, NOW, replace(NEW_ONES[Noun.POST], key=long))
        assert await editing.free_key(session, Noun.POST, "word " * 20) == f"{long}-2"


async def test_whose_record_it_is(demo: Database) -> None:
    async with demo.reading() as session:
        for noun, key, owners in (
            (Noun.PROJECT, "ACS-SF-001", {"ACS"}),
            (Noun.PROJECT, "SDC-ML-SEG-3", set()),
            (Noun.INSTITUTION, "imexci", set()),
            (Noun.POST, "acs-fp-mx", {"ACS"}),
            (Noun.PERSON, "demo-mx", {"ACS"}),
            (Noun.PERSON, "demo-operator", set()),
            (Noun.NETWORK, "OAS", {"OAS"}),
            (Noun.MEMBERSHIP, "1", {"ACS"}),
        ):
            assert await editing.networks_of(session, await editing.read(session, noun, key)) == owners


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
_KEYS = [(Noun.PROJECT, "ACS-SF-001"), (Noun.PROJECT, "SDC-ML-SEG-3"), (Noun.INSTITUTION, "imexci")]
_KEYS += [(Noun.POST, "acs-fp-mx"), (Noun.PERSON, "demo-mx"), (Noun.NETWORK, "ACS"), (Noun.MEMBERSHIP, "1")]


def _answer(asks: editing.Asks, choices: tuple[str, ...]) -> st.SearchStrategy[Any]:
    answers: dict[editing.Asks, Callable[[], st.SearchStrategy[Any]]] = {
        editing.Asks.CHOICE: lambda: st.sampled_from(choices or ("ACS", "OAS")),
        editing.Asks.DATE: lambda: st.dates(date(1990, 1, 1), date(2040, 1, 1)),
        editing.Asks.COUNTRY: lambda: st.sampled_from(("MX", "FR", "BR")),
        editing.Asks.MONEY: lambda: st.builds(
            Amount, st.decimals(1, 10**9, places=4), st.sampled_from(("USD", "EUR"))
        ),
        editing.Asks.NUMBER: lambda: st.decimals(1, 99, places=0),
    }
    return answers.get(asks, lambda: words)()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_undoing_every_change_backwards_restores_exactly(demo: Database, data: st.DataObject) -> None:
    """Whatever was edited in whatever order: each undo leads to exactly what was there before."""
    noun, key = data.draw(st.sampled_from(_KEYS))
    async with demo.writing() as session:
        states = [await editing.read(session, noun, key)]
        changes: list[Changed] = []
        for _ in range(data.draw(st.integers(1, 4))):
            record = states[-1]
            changed: Changed | None = None
            if data.draw(st.integers(0, 5)) == 0:
                # A membership that was made to begin later cannot end now.
                with contextlib.suppress(Invalid):
                    changed = await editing.retire(session, WHO, NOW, record, TODAY)
            else:
                part = data.draw(st.sampled_from(SECTIONS[noun]))
                count = len(part.items(record))
                index = data.draw(st.none() | st.integers(0, count - 1)) if part.of and count else None
                language = data.draw(st.sampled_from(("en", "es", "fr", "pt")))
                answers = {
                    item.name: data.draw(
                        (st.just("acs") if item.institution else _answer(item.asks, item.choices))
                        | (st.nothing() if item.required else st.none())
                    )
                    for item in part.inputs
                }
                try:
                    edited = part.put(record, language, answers, index)
                    changed = await editing.change(session, WHO, NOW, edited)
                except (Invalid, ValueError):
                    continue
            if changed is not None:
                changes.append(changed)
                states.append(await editing.read(session, noun, key))
        for changed, state in zip(reversed(changes), reversed(states[:-1]), strict=True):
            number = (await last(session, changed)).number
            entries = await audit.history(session, noun.value, key, before=number + 1)
            wanted = next(item for item in entries if item.number == changed.number)
            undone = await editing.undo(session, WHO, NOW, wanted)
            assert await editing.read(session, noun, key) == state
            assert undone.before == changed.after
        assert await audit.verify(session) is None


def test_texts_differ_only_where_they_do() -> None:
    before = {"a": {"by_language": {"en": "x"}}, "b": 1}
    assert editing.differing(before, {"b": 1, "a": {"by_language": {"en": "y"}}}) == ("a",)
    assert editing.differing({}, {"b": None}) == ()
    assert LocalText({"en": ""}).by_language
