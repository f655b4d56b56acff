"""Records as plain data and back, the questions about them, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from directory import editing
from directory.database import Database
from directory.editing import NEW, SECTIONS, Noun, Section, section
from directory.institutions import Institution, InstitutionKind
from directory.networks import MemberKind, Membership
from directory.people import Contact, ContactKind, Person
from directory.posts import Post
from directory.problems import Invalid, Reason
from directory.projects import Amount, Party, PartyRole, ProjectSheet
from directory.texts import NO_TEXT, local

#: One record of each noun of the demo network; the richest where there are several.
KEYS = {
    Noun.PROJECT: ("ACS-SF-001", "SDC-ML-SEG-3"),
    Noun.INSTITUTION: ("acs-dcrm", "imexci"),
    Noun.POST: ("acs-fp-mx", "acs-dcrm-director"),
    Noun.PERSON: ("demo-mx", "demo-operator"),
    Noun.NETWORK: ("ACS", "MERCOSUR"),
    Noun.MEMBERSHIP: ("1", "2"),
}


def of(noun: Noun, code: str) -> Section:
    found = section(noun, code)
    assert found is not None
    return found


@pytest.mark.parametrize(("noun", "key"), [(noun, key) for noun, keys in KEYS.items() for key in keys])
async def test_a_record_is_written_back_as_it_was(demo: Database, noun: Noun, key: str) -> None:
    async with demo.writing() as session:
        record = await editing.read(session, noun, key)
        values = editing.plain(record)
        again = editing.record(noun, values)
        assert editing.plain(again) == values
        assert editing.key_of(again) == key
        assert editing.noun_of(again) is noun
        assert await editing.nouns.write(session, again) == key
    async with demo.reading() as session:
        assert await editing.read(session, noun, key) == record


@pytest.mark.parametrize(("noun", "key"), [(noun, key) for noun, keys in KEYS.items() for key in keys])
async def test_answering_with_what_stands_there_changes_nothing(demo: Database, noun: Noun, key: str) -> None:
    async with demo.reading() as session:
        record = await editing.read(session, noun, key)
    for part in SECTIONS[noun]:
        for language in ("en", "es", "fr", "pt"):
            for index in range(len(part.items(record))) if part.of else (None,):
                values = part.values(record, language, index)
                assert editing.plain(part.put(record, language, values, index)) == editing.plain(record)


def test_sections_have_names_of_their_own_that_fit_into_buttons() -> None:
    for noun, parts in SECTIONS.items():
        assert len({part.code for part in parts}) == len(parts)
        assert len({part.name for part in parts}) == len(parts)
        for questions in (*(part.inputs for part in parts), NEW[noun]):
            assert len({item.name for item in questions}) == len(questions)
        assert all(len(part.code) == 2 for part in parts)
        assert all(bool(part.of) == (part.blank is not None) for part in parts)
    assert section(Noun.PERSON, "xx") is None


def test_an_item_is_added_changed_and_taken_away() -> None:
    sheet = ProjectSheet("X-1", local(en="x"))
    parties = of(Noun.PROJECT, "pa")
    answers: dict[str, Any] = {"role": "donor", "institution": "", "country": "MX", "description": None}
    one = parties.put(sheet, "en", answers)
    assert one.parties == (Party(PartyRole.DONOR, None, "MX"),)
    two = parties.put(one, "fr", {"role": "associated", "country": None, "description": "Amis du récif"})
    assert two.parties[1] == Party(PartyRole.ASSOCIATED, None, None, local(fr="Amis du récif"))
    changed = parties.put(two, "en", {"description": "Friends of the reef"}, 1)
    assert changed.parties[1].name == local(fr="Amis du récif", en="Friends of the reef")
    assert parties.without(changed, 0).parties == changed.parties[1:]
    assert parties.digest(changed, "en", 1) != parties.digest(two, "en", 1)
    assert parties.digest(changed, "fr", 1) == parties.digest(two, "fr", 1)


def test_a_duration_has_a_number_and_a_unit() -> None:
    sheet = ProjectSheet("X-1", local(en="x"))
    components = of(Noun.PROJECT, "co")
    made = components.put(sheet, "en", {"title": "Survey", "duration": Decimal(3), "duration_unit": None})
    assert components.values(made, "en", 0)["duration_unit"] == "month"
    made = components.put(made, "en", {"duration": Decimal(2), "duration_unit": "year"}, 0)
    assert components.values(made, "en", 0)["duration"] == 2
    gone = components.put(made, "en", {"duration": None, "duration_unit": "year"}, 0)
    assert gone.components[0].duration is None
    for wrong in (Decimal("1.5"), Decimal(0), Decimal(-1), Decimal(10**6)):
        with pytest.raises(Invalid) as refused:
            components.put(sheet, "en", {"title": "Survey", "duration": wrong, "duration_unit": "day"})
        assert (refused.value.field, refused.value.reason) == ("duration", Reason.NOT_POSITIVE)


def test_a_theme_keeps_its_key_when_its_name_changes() -> None:
    themes = of(Noun.PROJECT, "th")
    made = themes.put(ProjectSheet("X-1", local(en="x")), "es", {"name": "Gestión del agua"})
    assert made.themes[0].slug == "gestion-del-agua"
    renamed = themes.put(made, "es", {"name": "Agua"}, 0)
    assert renamed.themes[0].slug == "gestion-del-agua"
    assert themes.put(made, "es", {"name": "水"}).themes[1].slug


SHEET = ProjectSheet("X-1", local(en="x"), starts_on=date(2027, 3, 1))
BODY = Institution("un", local(en="United Nations"), NO_TEXT, InstitutionKind.OFFICE)
POST = Post("x", local(en="x"), network="ACS", country="MX")
SOMEBODY = Person("x", "Ana", "Pérez", contacts=(Contact(ContactKind.PHONE, "+52 55 1234 5678", 1),))
MEMBER = Membership("ACS", "MX", MemberKind.MEMBER, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("noun", "code", "record", "answers", "field", "reason"),
    [
        (Noun.PROJECT, "ba", SHEET, {"ends_on": date(2027, 2, 28)}, "ends_on", Reason.BEFORE_START),
        (Noun.PROJECT, "ba", SHEET, {"starts_on": date(202, 7, 1)}, "starts_on", Reason.FAR_DATE),
        (Noun.PROJECT, "ba", SHEET, {"budget": Amount(Decimal(0), "USD")}, "budget", Reason.NOT_POSITIVE),
        (Noun.PROJECT, "na", SHEET, {"title": None}, "title", Reason.EMPTY),
        (Noun.PROJECT, "so", SHEET, {"text": None}, "text", Reason.EMPTY),
        (Noun.PROJECT, "pa", SHEET, {"role": "donor"}, "institution", Reason.NOBODY),
        (Noun.PROJECT, "fu", SHEET, {"institution": "un"}, "amount", Reason.NOT_POSITIVE),
        (
            Noun.PROJECT,
            "fu",
            SHEET,
            {"amount": Amount(Decimal(5), "USD")},
            "institution",
            Reason.NOBODY,
        ),
        (
            Noun.PROJECT,
            "pr",
            SHEET,
            {"text": "x", "on": date(2027, 3, 2), "until": date(2027, 3, 1)},
            "until",
            Reason.BEFORE_START,
        ),
        (
            Noun.PROJECT,
            "ph",
            SHEET,
            {"title": "1", "starts_on": date(2027, 3, 2), "ends_on": date(2026, 1, 1)},
            "ends_on",
            Reason.BEFORE_START,
        ),
        (Noun.PROJECT, "co", SHEET, {"cost": Amount(Decimal(-1), "USD")}, "title", Reason.EMPTY),
        (
            Noun.PROJECT,
            "co",
            SHEET,
            {"title": "x", "cost": Amount(Decimal(-1), "USD")},
            "cost",
            Reason.NOT_POSITIVE,
        ),
        (
            Noun.PROJECT,
            "do",
            SHEET,
            {"kind": "mandate", "title": "x", "url": "javascript:alert(1)"},
            "url",
            Reason.NOT_A_URL,
        ),
        (Noun.PROJECT, "th", SHEET, {"name": ""}, "name", Reason.EMPTY),
        (Noun.INSTITUTION, "na", BODY, {"name": None}, "name", Reason.EMPTY),
        (Noun.INSTITUTION, "ba", BODY, {"website": "http://[x"}, "website", Reason.NOT_A_URL),
        (Noun.INSTITUTION, "ba", BODY, {"website": "https://a:b@x.org"}, "website", Reason.NOT_A_URL),
        (Noun.INSTITUTION, "ba", BODY, {"parent": "un"}, "parent", Reason.OWN_PART),
        (Noun.POST, "na", POST, {"title": None}, "title", Reason.EMPTY),
        (Noun.POST, "ba", POST, {"country": None}, "country", Reason.NOBODY),
        (Noun.PERSON, "ba", SOMEBODY, {"given_name": "", "family_name": ""}, "family_name", Reason.EMPTY),
        (Noun.PERSON, "ba", SOMEBODY, {"languages": "es, klingon"}, "languages", Reason.NOT_A_LANGUAGE),
        (Noun.PERSON, "ba", SOMEBODY, {"time_zone": "America/Nowhere"}, "time_zone", Reason.NOT_A_ZONE),
        (
            Noun.PERSON,
            "ct",
            SOMEBODY,
            {"kind": "email", "value": "ana at x.org", "level": "1"},
            "value",
            Reason.NOT_AN_ADDRESS,
        ),
        (
            Noun.PERSON,
            "ct",
            SOMEBODY,
            {"kind": "mobile", "value": "5512", "level": "2"},
            "value",
            Reason.NOT_A_PHONE,
        ),
        (Noun.PERSON, "ct", SOMEBODY, {"kind": "handle", "value": " "}, "value", Reason.EMPTY),
        (Noun.PERSON, "ct", SOMEBODY, {"kind": "handle", "value": "a b"}, "value", Reason.NOT_A_HANDLE),
        (
            Noun.NETWORK,
            "na",
            editing.record(
                Noun.NETWORK,
                {"code": "X", "names": {"by_language": {"en": "x"}}, "acronyms": {"by_language": {}}},
            ),
            {"name": None},
            "name",
            Reason.EMPTY,
        ),
        (Noun.MEMBERSHIP, "ba", MEMBER, {"until": date(2019, 12, 31)}, "until", Reason.BEFORE_START),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    noun: Noun, code: str, record: Any, answers: dict[str, Any], field: str, reason: Reason
) -> None:
    with pytest.raises(Invalid) as refused:
        of(noun, code).put(record, "en", answers)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert field in {item.name for item in of(noun, code).inputs}


def party_of(code: str, sheet: ProjectSheet) -> Party:
    return sheet.parties[0] if code == "pa" else sheet.funding[0].donor


@pytest.mark.parametrize("code", ["pa", "fu"])
async def test_the_names_of_an_institution_are_no_description(demo: Database, code: str) -> None:
    async with demo.reading() as session:
        sheet = await editing.read(session, Noun.PROJECT, "ACS-SF-001")
    part = of(Noun.PROJECT, code)
    values = part.values(sheet, "en", 0)
    assert party_of(code, sheet).name
    assert values["description"] is None
    changed = party_of(code, part.put(sheet, "en", values | {"institution": None, "country": "MX"}, 0))
    assert (changed.country, changed.name) == ("MX", NO_TEXT)
    named = part.put(sheet, "en", values | {"institution": None, "description": "A group"}, 0)
    assert party_of(code, named).name == local(en="A group")
    kept = part.put(sheet, "en", values | {"description": "A group"}, 0)
    assert party_of(code, kept) == party_of(code, sheet)


def test_a_contact_value_is_kept_as_it_is_dialled_and_seen_by_no_more_people() -> None:
    contacts = of(Noun.PERSON, "ct")
    kept = contacts.put(SOMEBODY, "en", {"kind": "mobile", "value": "+525512345678", "level": "2"})
    assert kept.contacts[1] == Contact(ContactKind.MOBILE, "+52 55 1234 5678", 2)
    with pytest.raises(Invalid, match="level: seen_by_more"):
        contacts.put(kept, "en", {"level": "1"}, 1)
    hidden = contacts.put(kept, "en", {"level": "2"}, 0)
    assert [item.level for item in hidden.contacts] == [2, 2]
