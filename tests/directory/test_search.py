"""One search finds every noun, however it is typed, alike on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from directory.database import Database
from directory.search import Entry, Hit, Kind, Name, find, put, remove

NETWORK = (
    Entry(
        Kind.COUNTRY, "MX", [Name("Mexico", "en"), Name("México", "es"), Name("Mexique", "fr"), Name("MX")]
    ),
    Entry(Kind.COUNTRY, "CI", [Name("Côte d'Ivoire"), Name("Ivory Coast", "en")]),
    Entry(Kind.COUNTRY, "GW", [Name("Guinea-Bissau"), Name("Guiné-Bissau", "pt")]),
    Entry(Kind.COUNTRY, "VC", [Name("Saint Vincent and the Grenadines"), Name("Saint-Vincent", "fr")]),
    Entry(Kind.COUNTRY, "CW", [Name("Curaçao"), Name("Curazao", "es")]),
    Entry(Kind.COUNTRY, "US", [Name("United States"), Name("EE.UU.", "es")]),
    Entry(
        Kind.INSTITUTION,
        "imexci",
        [Name("Instituto Mexicano de Cooperación Internacional", "es"), Name("I.M.E.X.C.I.")],
    ),
    Entry(Kind.INSTITUTION, "inegi", [Name("Instituto Nacional de Estadística y Geografía", "es")]),
    Entry(Kind.INSTITUTION, "minsalud", [Name("Ministère de la Santé publique d'Haïti", "fr")]),
    Entry(
        Kind.POST, "acs-fp-mx", [Name("Focal point of Mexico", "en"), Name("Point focal du Mexique", "fr")]
    ),
    Entry(Kind.PERSON, "ana-demo-01", [Name("Ana Núñez de la Cruz")], level=1),
    Entry(
        Kind.PROJECT,
        "ACS-SF-001",
        [
            Name("ACS-SF-001"),
            Name("Strengthening hydrographic services in the Greater Caribbean", "en"),
            Name("Seguridad de la navegación", "es", 0.6),
        ],
    ),
)

pytestmark = pytest.mark.every_case


async def ask(database: Database, query: str, **options: object) -> list[Hit]:
    async with database.reading() as session:
        return await find(session, query, **options)  # type: ignore[arg-type]


@pytest.fixture
async def network(database: Database) -> Database:
    async with database.writing() as session:
        await put(session, *NETWORK)
    return database


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("Mexico", "MX"),
        ("MÉXICO", "MX"),
        ("mx", "MX"),
        ("mexcio", "MX"),
        ("cote divoire", "CI"),
        ("COTE D’IVOIRE", "CI"),
        ("ivoire cote", "CI"),
        ("guineabissau", "GW"),
        ("guinea bisau", "GW"),
        ("saint-vincent", "VC"),
        ("grenadines", "VC"),
        ("curacao", "CW"),
        ("curasao", "CW"),
        ("eeuu", "US"),
        ("E.E.U.U.", "US"),
        ("I.M.E.X.C.I.", "imexci"),
        ("imexci", "imexci"),
        ("i m e x c i", "imexci"),
        ("imexci mexico", "imexci"),
        ("instituto mexicano coop", "imexci"),
        ("institutomexicano de cooperacion internacional", "imexci"),
        ("insituto mexicano de coperacion internacional", "imexci"),
        ("cooperacion internacional instituto", "imexci"),
        ("instituto nacional de estadistica", "inegi"),
        ("esta distica geografia", "inegi"),
        ("ministere sante haiti", "minsalud"),
        ("focal point mexico", "acs-fp-mx"),
        ("nunez ana", "ana-demo-01"),
        ("acs sf 001", "ACS-SF-001"),
        ("acssf001", "ACS-SF-001"),
        ("hydrographic", "ACS-SF-001"),
        ("hidrographic servces", "ACS-SF-001"),
        ("navegacion", "ACS-SF-001"),
    ],
)
async def test_found_first(network: Database, query: str, key: str) -> None:
    hits = await ask(network, query)
    assert hits
    assert hits[0].key == key


async def test_the_name_itself_scores_highest(network: Database) -> None:
    hits = await ask(network, "mexico")
    assert hits[0] == Hit(Kind.COUNTRY, "MX", 100.0, hits[0].matched)
    assert hits[0].matched in {"Mexico", "México"}
    assert all(hit.score < 90 for hit in hits[1:])


async def test_a_lesser_name_is_never_the_answer(network: Database) -> None:
    hits = await ask(network, "seguridad de la navegación")
    assert hits[0].key == "ACS-SF-001"
    assert hits[0].score < 90


@pytest.mark.parametrize(
    "query", ["xyzzy quux", "", " ", "!!!", "🎉🎉", "\x00", "\ud800", "''--", "qqqqqqqq"]
)
async def test_nothing_in_common_finds_nothing(network: Database, query: str) -> None:
    assert await ask(network, query) == []


@pytest.mark.parametrize(
    "query",
    [
        'NEAR("mexico" "focal", 3)',
        '"mexico" OR *',
        "folded:mexico",
        "mexico NOT focal",
        "- mexico ^ mexico*",
        "mexico & !(focal | x) <-> 'y':*",
        "mexico'); DROP TABLE search_entry; --",
        "mexico\\' | 'x",
        "<!channel> @everyone mexico",
        "\u202emexico\u202c",
        "mexico¤level1 ¶1",
    ],
)
async def test_the_languages_of_the_databases_are_plain_words(network: Database, query: str) -> None:
    hits = await ask(network, query)
    assert {"MX", "acs-fp-mx"} & {hit.key for hit in hits}
    assert await ask(network, "curacao")


@pytest.mark.parametrize(
    "query",
    ["a" * 100_000, "mexico " * 20_000, "é" * 100_000, "\ud83c" * 100_000, "a.b." * 25_000, "'" * 100_000],
)
async def test_a_hundred_thousand_characters_do_no_harm(network: Database, query: str) -> None:
    assert len(await ask(network, query)) <= 10


async def test_levels_hide_persons(network: Database) -> None:
    assert [hit.key for hit in await ask(network, "Ana Núñez de la Cruz")] == ["ana-demo-01"]
    assert await ask(network, "Ana Núñez de la Cruz", max_level=0) == []


async def test_kinds_narrow_the_search(network: Database) -> None:
    assert {hit.kind for hit in await ask(network, "mexico", kinds={Kind.POST})} == {Kind.POST}
    assert {hit.kind for hit in await ask(network, "mexico", kinds=[Kind.POST, Kind.COUNTRY])} == {
        Kind.POST,
        Kind.COUNTRY,
    }
    assert await ask(network, "mexico", kinds=[]) == []


async def test_the_limit_is_kept(network: Database) -> None:
    assert len(await ask(network, "mexico", limit=1)) == 1
    assert await ask(network, "mexico", limit=0) == []


async def test_putting_again_replaces(network: Database) -> None:
    async with network.writing() as session:
        await put(session, Entry(Kind.COUNTRY, "CW", [Name("Willemstad")], level=1))
    assert await ask(network, "curacao") == []
    assert [hit.key for hit in await ask(network, "willemstad")] == ["CW"]
    assert await ask(network, "willemstad", max_level=0) == []


async def test_the_last_of_two_entries_counts(database: Database) -> None:
    async with database.writing() as session:
        await put(
            session,
            Entry(Kind.PROJECT, "P", [Name("Lighthouse")]),
            Entry(Kind.PROJECT, "P", [Name("Seamark")]),
        )
    assert await ask(database, "lighthouse") == []
    assert [hit.key for hit in await ask(database, "seamark")] == ["P"]


async def test_removing_leaves_no_trace(network: Database) -> None:
    async with network.writing() as session:
        for entry in NETWORK:
            await remove(session, entry.kind, entry.key)
        await remove(session, Kind.PERSON, "never there")
    async with network.reading() as session:
        for table in ("search_entry", "search_name", "search_word", "search_key"):
            assert await session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0
    assert await ask(network, "mexico") == []
    if network.is_sqlite:
        async with network.writing() as session:
            await session.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('integrity-check')"))


async def test_the_vocabulary_counts_documents(network: Database) -> None:
    async with network.writing() as session:
        await put(session, *NETWORK)
        await put(session, Entry(Kind.PROJECT, "X", [Name("Mexico Mexico"), Name("Mexico project")]))
        await remove(session, Kind.COUNTRY, "MX")
    async with network.reading() as session:
        names = (await session.execute(sa.text("SELECT folded, marks FROM search_name"))).all()
        counted: dict[str, int] = {}
        for folded, marks in names:
            for word in {*folded.split(), *marks.split()}:
                counted[word] = counted.get(word, 0) + 1
        words = (await session.execute(sa.text("SELECT text, frequency FROM search_word"))).all()
    assert {row.text: row.frequency for row in words} == counted
    if network.is_sqlite:
        async with network.writing() as session:
            await session.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('integrity-check')"))


async def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was(network: Database) -> None:
    async with network.writing() as session:
        await put(session, Entry(Kind.PROJECT, "Y", [Name("Zanzibar lagoon")]))
        assert [hit.key for hit in await find(session, "zanzibar lagoon")] == ["Y"]
        await session.rollback()
    assert await ask(network, "zanzibar lagoon") == []


async def test_a_name_without_letters_is_left_out(database: Database) -> None:
    async with database.writing() as session:
        await put(session, Entry(Kind.PROJECT, "E", [Name("🎉"), Name("a\x00\ud800b"), Name("x" * 5_000)]))
    assert [hit.key for hit in await ask(database, "x" * 5_000)] == ["E"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Entry(Kind.PROJECT, "", [Name("x")]),
        lambda: Entry(Kind.PROJECT, "k", [Name("x")], level=4),
        lambda: Entry(Kind.PROJECT, "k", [Name("x", weight=0)]),
    ],
)
def test_entries_that_make_no_sense_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=r"level|key|weight"):
        make()
