"""Plans and what becomes of them, on both databases: merged, matched, doubted, carried out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from directory import audit, institutions, people, posts, projects, search
from directory.database import Database
from directory.importing import (
    ChangedSinceError,
    Doubt,
    ImportKind,
    Result,
    Trouble,
    UnreadableError,
    store,
)
from directory.importing.rows import ImportChangeRow
from directory.people import ContactKind
from directory.posts import Standing
from directory.projects import PartyRole, Status
from directory.search import Kind
from tests.directory.importing.lists import (
    LIST,
    NOW,
    imported,
    network,
    outcomes_of,
    planned,
    told,
)

__all__ = ["network"]


async def test_a_list_starts_a_network(network: Database) -> None:
    _, plan = await imported(network, *LIST)
    assert plan.counts()[Result.NEW] == 2
    async with network.reading() as session:
        (hit,) = await search.find(session, "maria del carmen lopez", kinds=[Kind.PERSON])
        person = await people.get(session, hit.key, 2)
        assert person is not None
        assert person.name == "María del Carmen López"
        assert person.languages == ("es", "en")
        assert [contact.value for contact in person.contacts] == [
            "maria@example.org",
            "m.lopez@example.org",
            "+52 55 3686 5100",
        ]
        assert {contact.level for contact in person.contacts} == {1}
        (post,) = await posts.of_country(session, "MX")
        assert post.network == "ACS"
        body = await institutions.get(session, post.institution or "")
        assert body is not None
        assert body.acronyms.by_language == {"en": "SRE"}
        assert body.kind.value == "ministry"
        (named,) = (await posts.nominations(session, [post.key]))[post.key]
        assert (named.person, named.since, named.reference) == (hit.key, date(2024, 3, 1), "N/12")
        assert named.confirmed_on is None
        (other,) = await search.find(session, "ana mohammed", kinds=[Kind.PERSON])
        ana = await people.get(session, other.key, 2)
        assert ana is not None
        assert [(item.kind, item.level) for item in ana.contacts][-1] == (ContactKind.MOBILE, 2)


async def test_a_second_import_changes_nothing(network: Database) -> None:
    await imported(network, *LIST)
    number, plan = await imported(network, *LIST)
    assert plan.counts() == {"new": 0, "changed": 0, "unchanged": 2, "doubtful": 0, "refused": 0, "merged": 0}
    async with network.reading() as session:
        assert not (await session.execute(sa.select(ImportChangeRow).filter_by(import_id=number))).all()


async def test_rows_of_one_person_are_merged(network: Database) -> None:
    (outcome,) = await outcomes_of(
        network,
        "Country,Name,E-mail,Post",
        "Mexico,Juan Pérez,juan@example.org,Adviser",
        "México,JUAN PEREZ,jp@example.org,Adviser",
        "MX,Juan Pérez,juan@example.org,Director",
    )
    assert outcome.rows == (2, 3, 4)
    assert outcome.result is Result.NEW
    _, plan = await imported(
        network,
        "Country,Name,E-mail,Post",
        "Mexico,Juan Pérez,juan@example.org,Adviser",
        "México,JUAN PEREZ,jp@example.org,Adviser",
    )
    assert plan.counts()["merged"] == 1


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        ("Mexico,Juan Peres,,Adviser,", Doubt.NEAR_PERSON),
        ("Mexico,Otra Persona,juan@example.org,Adviser,", Doubt.SHARED_EMAIL),
        ("Mexico,Ana Ruiz,ana@,Adviser,", Doubt.EMAIL),
        ("Mexico,Ana Ruiz,ana@example.org,Advisers,", Doubt.NEAR_POST),
        ("Mexico,Ana Ruiz,ana@example.org,Adviser,03/04/2024", Doubt.DATE_TWICE),
        ("Mexico,Ana Ruiz,ana@example.org,Adviser,someday", Doubt.DATE),
        ("Mexiko D,Ana Ruiz,ana@example.org,Adviser,", Doubt.UNKNOWN_COUNTRY),
        ("Mexicoo,Ana Ruiz,ana@example.org,Adviser,", Doubt.NEAR_COUNTRY),
        ("Mexico,,ana@example.org,Adviser,", Doubt.NO_NAME),
        (",Ana Ruiz,ana@example.org,Adviser,", Doubt.NO_PLACE),
        ("Mexico,=cmd(),ana@example.org,Adviser,", Doubt.NOT_A_NAME),
        ("Mexico,<b>Ana</b>,ana@example.org,Adviser,", Doubt.NOT_A_NAME),
        ("Mexico," + "A" * 130 + " B,ana@example.org,Adviser,", Doubt.TOO_LONG),
    ],
)
async def test_what_has_two_readings_is_left_out(network: Database, row: str, doubt: Doubt) -> None:
    heading = "Country,Name,E-mail,Post,Since"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser,")
    (outcome,) = await outcomes_of(network, heading, row)
    assert outcome.problem is not None
    assert outcome.problem.doubt is doubt
    assert outcome.rows == (2,)
    async with network.reading() as session:
        plan = await planned(session, heading, row)
        assert [change async for batch in plan.changes(session) for change in batch] == []


async def test_changes_are_told_from_what_to_what(network: Database) -> None:
    heading = "Country,Name,E-mail,Phone,Post"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,55 3686 5100,Adviser")
    (outcome,) = await outcomes_of(
        network, heading, "Mexico,Juan Pérez,new@example.org,+52 55 3686 5100,Adviser"
    )
    assert outcome.result is Result.CHANGED
    (difference,) = outcome.differences
    assert (difference.field, difference.before, difference.after) == (
        "email",
        "juan@example.org",
        "new@example.org",
    )


async def test_an_empty_cell_and_a_missing_column_take_nothing_away(network: Database) -> None:
    await imported(network, *LIST)
    (first, second) = await outcomes_of(
        network, "Country,Name,E-mail", "Mexico,María del Carmen López,N/A", "TT,Ana Mohammed,"
    )
    assert first.result is second.result is Result.UNCHANGED


async def test_what_a_person_keeps_for_fewer_eyes_stays(network: Database) -> None:
    await imported(network, "Country,Name,E-mail,Mobile", "TT,Ana Mohammed,ana@example.org,868 701 0000")
    async with network.writing() as session:
        (hit,) = await search.find(session, "ana mohammed", kinds=[Kind.PERSON])
        person = await people.get(session, hit.key, 3)
        assert person is not None
        private = people.Contact(ContactKind.EMAIL, "private@example.org", 3)
        from dataclasses import replace

        await people.replace(session, replace(person, contacts=(*person.contacts, private)))
    await imported(network, "Country,Name,E-mail", "TT,Ana Mohammed,new@example.org")
    async with network.reading() as session:
        person = await people.get(session, hit.key, 3)
        assert person is not None
        assert {item.value for item in person.contacts} == {
            "new@example.org",
            "private@example.org",
            "+1 868-701-0000",
        }


async def test_a_new_holder_ends_the_old_ones_nomination(network: Database) -> None:
    heading = "Country,Name,E-mail,Post,Since"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser,2024-01-01")
    _, plan = await imported(network, heading, "Mexico,Lucía Gómez,lucia@example.org,Adviser,2027-02-01")
    assert plan.counts()[Result.NEW] == 1
    async with network.reading() as session:
        (post,) = await posts.of_country(session, "MX")
        named = (await posts.nominations(session, [post.key]))[post.key]
    assert [(item.since, item.until) for item in named] == [
        (date(2027, 2, 1), None),
        (date(2024, 1, 1), date(2027, 2, 1)),
    ]


async def test_holder_and_alternate_share_a_post(network: Database) -> None:
    await imported(
        network,
        "País;Nombre completo;Calidad;Correo",
        "México;Juan Pérez;Titular;juan@example.org",
        "México;Lucía Gómez;Suplente;lucia@example.org",
    )
    async with network.reading() as session:
        (post,) = await posts.of_country(session, "MX")
        assert post.titles.by_language["es"] == "Punto focal"
        named = (await posts.nominations(session, [post.key]))[post.key]
    assert {item.standing for item in named} == {Standing.HOLDER, Standing.ALTERNATE}


async def test_a_coordinator_changes_nobody_of_another_network(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser", network="SDC")
    only = frozenset({"ACS"})
    (outcome,) = await outcomes_of(
        network, heading, "Mexico,Juan Pérez,juan@example.org,Other post", networks=only
    )
    assert outcome.problem is not None
    assert outcome.problem.doubt is Doubt.OTHER_NETWORK
    with pytest.raises(UnreadableError) as error:
        await outcomes_of(network, heading, "Mexico,Ana Ruiz,a@example.org,X", network="SDC", networks=only)
    assert error.value.trouble is Trouble.UNKNOWN_NETWORK
    (other,) = await outcomes_of(
        network, "Network,Country,Name", "SDC,Mexico,Ana Ruiz", network="", networks=only
    )
    assert other.problem is not None
    assert other.problem.doubt is Doubt.UNKNOWN_NETWORK


async def test_projects_are_imported_changed_and_undone(network: Database) -> None:
    heading = "Código;Título;Estado;Inicio;Fin;País;Presupuesto;Institución ejecutora;Beneficiarios"
    number, plan = await imported(
        network,
        heading,
        "acs sf 1;Reunión;En ejecución;01/02/2027;2027-12-31;México;USD 18.500,00;Grupo técnico;México; ",
        "ACS-SF-002;Otra;Planificado;;;;USD 18.500;;",
        "ACS-SF-003;;;;;;;;",
        "¡no!;Otra;;;;;;;",
    )
    assert plan.kind is ImportKind.PROJECTS
    assert told(list(plan.outcomes())) == [
        (Result.NEW, None),
        (Result.DOUBTFUL, Doubt.AMOUNT_TWICE),
        (Result.REFUSED, Doubt.NO_TITLE),
        (Result.REFUSED, Doubt.BAD_CODE),
    ]
    async with network.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-1")
        assert sheet is not None
        assert sheet.titles.by_language == {"es": "Reunión"}
        assert sheet.status is Status.ONGOING
        assert sheet.starts_on == date(2027, 2, 1)
        assert sheet.budget is not None
        assert (sheet.budget.value, sheet.budget.currency) == (Decimal(18500), "USD")
        assert sheet.parties_as(PartyRole.EXECUTING)[0].name.by_language == {"es": "Grupo técnico"}
        assert sheet.parties_as(PartyRole.BENEFICIARY)[0].country == "MX"
        assert [hit.key for hit in await search.find(session, "reunion", kinds=[Kind.PROJECT])] == [
            "ACS-SF-1"
        ]
    _, again = await imported(network, "Código;Título;Estado", "ACSSF001;Reunión;Concluido")
    (outcome,) = again.outcomes()
    assert [(item.field, item.before, item.after) for item in outcome.differences] == [
        ("status", "ongoing", "completed")
    ]
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_every_change_is_in_the_trail(network: Database) -> None:
    await imported(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    number, _ = await imported(network, "Country,Name,E-mail", "Mexico,Juan Pérez,new@example.org")
    async with network.reading() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        changed, made = await audit.history(session, "person", hit.key)
        assert (made.action, changed.action) == ("import", "import")
        assert "contacts" in (changed.after or {})
        (whole,) = await audit.history(session, "import", str(number))
        assert whole.after is not None
        assert whole.after["changed"] == 1
        assert await audit.verify(session) is None
