"""Plans and what becomes of them, on both databases: merged, matched, doubted, carried out, undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts, audit, countries, institutions, networks, people, posts, projects, search
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.importing import (
    ChangedSinceError,
    Defaults,
    Doubt,
    ImportKind,
    ImportState,
    NotPossibleError,
    Outcome,
    Plan,
    Request,
    Result,
    Trace,
    Trouble,
    UnreadableError,
    make,
    store,
)
from directory.importing.store import ImportChangeRow
from directory.networks import Network
from directory.people import ContactKind
from directory.posts import Standing
from directory.projects import PartyRole, Status
from directory.search import Kind
from directory.texts import local

TODAY = date(2027, 4, 15)
NOW = datetime(2027, 4, 15, 12, tzinfo=UTC)
ACTOR = Actor.command_line("tester")


@pytest.fixture
async def network(database: Database) -> Database:
    """A directory with countries and two networks, and nobody in it."""
    async with database.writing() as session:
        await countries.load(session)
        await networks.add(
            session, [Network("ACS", local(en="ACS"), local()), Network("SDC", local(en="SDC"), local())], []
        )
    return database


def _file(*lines: str) -> bytes:
    return "\n".join(lines).encode()


async def _plan(session: AsyncSession, *lines: str, network: str = "ACS", **more: object) -> Plan:
    plan = await make(session, Request(_file(*lines), TODAY, defaults=Defaults(network), **more))  # type: ignore[arg-type]
    return plan


async def _outcomes(database: Database, *lines: str, **more: object) -> list[Outcome]:
    async with database.reading() as session:
        plan = await _plan(session, *lines, **more)  # type: ignore[arg-type]
        async for _ in plan.changes(session):
            pass
        return list(plan.outcomes())


async def _import(database: Database, *lines: str, network: str = "ACS", **more: object) -> tuple[int, Plan]:
    async with database.writing() as session:
        plan = await _plan(session, *lines, network=network, **more)
        number = await store.new(
            session, NOW, kind=plan.kind, file_name="list.csv", network=network, owner="me", counts={}
        )
        trace = Trace()
        await store.carry_out(session, number, trace.of(plan.changes(session)), NOW)
        await trace.enter(session, ACTOR, NOW, number, network=network, counts=plan.counts())
    return number, plan


def _told(outcomes: Sequence[Outcome]) -> list[tuple[Result, Doubt | None]]:
    return [(item.result, item.problem.doubt if item.problem else None) for item in outcomes]


LIST = (
    "Country;Institution;Post;Name;E-mail;Phone;Mobile;Languages;Since;Reference",
    "MÉXICO;Secretaría de Relaciones Exteriores (SRE);Adviser;MARÍA DEL CARMEN LÓPEZ;"
    "maria@example.org, m.lopez@example.org;55 3686 5100;N/A;español, English;2024-03-01;N/12",
    "Trinidad and Tobago;-;Director;Ana Mohammed;ana@example.org;868 623 2783;868 701 0000;;;s/d",
)


async def test_a_list_starts_a_network(network: Database) -> None:
    _, plan = await _import(network, *LIST)
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
    await _import(network, *LIST)
    number, plan = await _import(network, *LIST)
    assert plan.counts() == {"new": 0, "changed": 0, "unchanged": 2, "doubtful": 0, "refused": 0, "merged": 0}
    async with network.reading() as session:
        assert not (await session.execute(sa.select(ImportChangeRow).filter_by(import_id=number))).all()


async def test_rows_of_one_person_are_merged(network: Database) -> None:
    (outcome,) = await _outcomes(
        network,
        "Country,Name,E-mail,Post",
        "Mexico,Juan Pérez,juan@example.org,Adviser",
        "México,JUAN PEREZ,jp@example.org,Adviser",
        "MX,Juan Pérez,juan@example.org,Director",
    )
    assert outcome.rows == (2, 3, 4)
    assert outcome.result is Result.NEW
    _, plan = await _import(
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
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser,")
    (outcome,) = await _outcomes(network, heading, row)
    assert outcome.problem is not None
    assert outcome.problem.doubt is doubt
    assert outcome.rows == (2,)
    async with network.reading() as session:
        plan = await _plan(session, heading, row)
        assert [change async for batch in plan.changes(session) for change in batch] == []


async def test_changes_are_told_from_what_to_what(network: Database) -> None:
    heading = "Country,Name,E-mail,Phone,Post"
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,55 3686 5100,Adviser")
    (outcome,) = await _outcomes(
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
    await _import(network, *LIST)
    (first, second) = await _outcomes(
        network, "Country,Name,E-mail", "Mexico,María del Carmen López,N/A", "TT,Ana Mohammed,"
    )
    assert first.result is second.result is Result.UNCHANGED


async def test_what_a_person_keeps_for_fewer_eyes_stays(network: Database) -> None:
    await _import(network, "Country,Name,E-mail,Mobile", "TT,Ana Mohammed,ana@example.org,868 701 0000")
    async with network.writing() as session:
        (hit,) = await search.find(session, "ana mohammed", kinds=[Kind.PERSON])
        person = await people.get(session, hit.key, 3)
        assert person is not None
        private = people.Contact(ContactKind.EMAIL, "private@example.org", 3)
        from dataclasses import replace

        await people.replace(session, replace(person, contacts=(*person.contacts, private)))
    await _import(network, "Country,Name,E-mail", "TT,Ana Mohammed,new@example.org")
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
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser,2024-01-01")
    _, plan = await _import(network, heading, "Mexico,Lucía Gómez,lucia@example.org,Adviser,2027-02-01")
    assert plan.counts()[Result.NEW] == 1
    async with network.reading() as session:
        (post,) = await posts.of_country(session, "MX")
        named = (await posts.nominations(session, [post.key]))[post.key]
    assert [(item.since, item.until) for item in named] == [
        (date(2027, 2, 1), None),
        (date(2024, 1, 1), date(2027, 2, 1)),
    ]


async def test_holder_and_alternate_share_a_post(network: Database) -> None:
    await _import(
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


async def test_undoing_restores_everything(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser")
    async with network.reading() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        before = await people.get(session, hit.key, 3)
    number, _ = await _import(
        network,
        heading,
        "Mexico,Juan Pérez,new@example.org,Adviser",
        "Cuba,Yanela Sosa,yanela@example.org,Adviser",
    )
    async with network.writing() as session:
        await store.undo(session, number, NOW)
    async with network.reading() as session:
        assert await people.get(session, hit.key, 3) == before
        assert await search.find(session, "yanela sosa", kinds=[Kind.PERSON]) == []
        assert await posts.of_country(session, "CU") == []
        known = await store.get(session, number)
        assert known is not None
        assert known.state is ImportState.UNDONE
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_undoing_is_refused_where_something_changed_since(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    number, _ = await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser")
    await _import(network, heading, "Mexico,Juan Pérez,new@example.org,Adviser")
    with pytest.raises(ChangedSinceError) as refused:
        async with network.writing() as session:
            await store.undo(session, number, NOW)
    assert [noun.value for noun, _ in refused.value.records] == ["person"]
    async with network.reading() as session:
        known = await store.get(session, number)
        assert known is not None
        assert known.state is ImportState.DONE
        assert await search.find(session, "juan perez", kinds=[Kind.PERSON])


async def test_undoing_is_refused_where_an_account_was_linked(network: Database) -> None:
    number, _ = await _import(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        await accounts.save_account(session, Account("telegram", "", "1", hit.key))
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_a_kept_plan_is_confirmed_once_and_only_as_it_was(network: Database) -> None:
    heading = "Country,Name,E-mail"
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        numbers = []
        for address in ("first@example.org", "second@example.org"):
            plan = await _plan(session, heading, f"Mexico,Juan Pérez,{address}")
            changes = [change async for batch in plan.changes(session) for change in batch]
            number = await store.new(
                session, NOW, kind=plan.kind, file_name="x", network="ACS", owner="me", counts={}
            )
            await store.plan(session, number, changes)
            numbers.append(number)
    async with network.writing() as session:
        assert len(await store.confirm(session, numbers[0], NOW)) == 1
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.confirm(session, numbers[0], NOW)
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.confirm(session, numbers[1], NOW)
    async with network.reading() as session:
        kept = (await session.execute(sa.select(ImportChangeRow.after))).scalars().all()
        assert [after for after in kept if after is not None] != []


async def test_what_is_too_old_is_forgotten(network: Database) -> None:
    number, _ = await _import(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        waiting = await store.new(
            session, NOW, kind="focal-points", file_name="x", network="", owner="me", counts={}
        )
        await store.prune(session, NOW + store.PLAN_KEPT + timedelta(seconds=1))
        assert await store.get(session, waiting) is None
        assert await store.get(session, number) is not None
        await store.prune(session, NOW + store.UNDO_KEPT + timedelta(seconds=1))
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_a_coordinator_changes_nobody_of_another_network(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    await _import(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser", network="SDC")
    only = frozenset({"ACS"})
    (outcome,) = await _outcomes(
        network, heading, "Mexico,Juan Pérez,juan@example.org,Other post", networks=only
    )
    assert outcome.problem is not None
    assert outcome.problem.doubt is Doubt.OTHER_NETWORK
    with pytest.raises(UnreadableError) as error:
        await _outcomes(network, heading, "Mexico,Ana Ruiz,a@example.org,X", network="SDC", networks=only)
    assert error.value.trouble is Trouble.UNKNOWN_NETWORK
    (other,) = await _outcomes(
        network, "Network,Country,Name", "SDC,Mexico,Ana Ruiz", network="", networks=only
    )
    assert other.problem is not None
    assert other.problem.doubt is Doubt.UNKNOWN_NETWORK


async def test_projects_are_imported_changed_and_undone(network: Database) -> None:
    heading = "Código;Título;Estado;Inicio;Fin;País;Presupuesto;Institución ejecutora;Beneficiarios"
    number, plan = await _import(
        network,
        heading,
        "acs sf 1;Reunión;En ejecución;01/02/2027;2027-12-31;México;USD 18.500,00;Grupo técnico;México; ",
        "ACS-SF-002;Otra;Planificado;;;;USD 18.500;;",
        "ACS-SF-003;;;;;;;;",
        "¡no!;Otra;;;;;;;",
    )
    assert plan.kind is ImportKind.PROJECTS
    assert _told(list(plan.outcomes())) == [
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
    _, again = await _import(network, "Código;Título;Estado", "ACSSF001;Reunión;Concluido")
    (outcome,) = again.outcomes()
    assert [(item.field, item.before, item.after) for item in outcome.differences] == [
        ("status", "ongoing", "completed")
    ]
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_every_change_is_in_the_trail(network: Database) -> None:
    await _import(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    number, _ = await _import(network, "Country,Name,E-mail", "Mexico,Juan Pérez,new@example.org")
    async with network.reading() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        changed, made = await audit.history(session, "person", hit.key)
        assert (made.action, changed.action) == ("import", "import")
        assert "contacts" in (changed.after or {})
        (whole,) = await audit.history(session, "import", str(number))
        assert whole.after is not None
        assert whole.after["changed"] == 1
        assert await audit.verify(session) is None
