"""Files: encodings, separators, headings; and hostile ones, each with a clear answer."""

from __future__ import annotations

import contextlib
import csv
import io
import time
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.exporting import workbooks
from directory.importing import ImportKind, Trouble, UnreadableError, headings, table
from directory.importing.cells import Formula
from directory.importing.headings import Layout
from directory.importing.reading import headings_of

_HEADINGS = ("País", "Nombre y Apellido", "Correo", "Teléfono")
_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=20)


def _csv(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def _texts(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(map(table.shown, row.cells)) for row in table.opened(data).rows()]


def _trouble(data: bytes) -> Trouble:
    with pytest.raises(UnreadableError) as error:
        list(table.opened(data).rows())
    return error.value.trouble


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_guessed(encoding: str, separator: str) -> None:
    rows = [
        _HEADINGS,
        ("México", "Lucía Núñez", "lucia@example.org", "55 1234"),
        ("España", "Íñigo Peña", "-", ""),
    ]
    data = _csv(rows, separator).encode(encoding)
    found = table.opened(data)
    assert found.separator == separator
    assert _texts(data) == [tuple(row) for row in rows]


@settings(deadline=None)
@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_whatever_is_in_the_cells_comes_out_of_them(rows: list[tuple[str, str, str]], separator: str) -> None:
    heading = ("Country", "Name", "E-mail")
    data = ("sep=" + separator + "\r\n" + _csv([heading, *rows], separator)).encode("utf-8-sig")
    expected = [tuple(row) for row in rows if any(row)]
    assert _texts(data)[1:] == expected


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=4))
def test_a_workbook_holds_text_and_nothing_else(rows: list[tuple[str, str]]) -> None:
    buffer = io.BytesIO()
    workbooks.write(buffer, ("=A", "@B"), rows)
    found = list(table.opened(buffer.getvalue()).rows())
    assert not any(isinstance(cell, Formula) for row in found for cell in row.cells)
    assert b"<f>" not in zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml")


@given(_CELLS)
def test_no_cell_of_a_csv_is_live(cell: str) -> None:
    buffer = io.BytesIO()
    workbooks.write_csv(buffer, ("A",), [(cell,)])
    first = next(csv.reader(io.StringIO(buffer.getvalue().decode("utf-8-sig").partition("\r\n")[2])), [""])
    assert not first[0].startswith(workbooks.LIVE)


def _layout(*texts: str, kind: ImportKind | None = None, **by_hand: str) -> Layout:
    return headings.recognise([(1, texts)], kind, by_hand)


def test_headings_in_four_languages_and_two_at_once() -> None:
    for texts in (
        ("Country", "Full name", "E-mail", "Phone", "Position"),
        ("PAÍS", "Nombre y Apellidos", "Correo electrónico", "Teléfono", "Cargo"),
        ("Pays", "Nom et prénom", "Courriel", "Téléphone", "Fonction"),
        ("País", "Nome completo", "E-mail / Correio eletrônico", "Telefone", "Cargo"),
        ("Country / País", "Name / Nombre completo", "E-mail / Correo", "Tel.", "Post (en)"),
    ):
        found = _layout(*texts)
        assert [column.field for column in found.columns] == ["country", "name", "email", "phone", "post"]
        assert found.kind is ImportKind.FOCAL_POINTS


def test_a_heading_is_understood_by_its_neighbours() -> None:
    assert [column.field for column in _layout("País", "Nombre", "Apellidos").columns] == [
        "country",
        "given_name",
        "family_name",
    ]
    assert [column.field for column in _layout("País", "Nombre").columns] == ["country", "name"]
    assert _layout("Name", "First name", "Country").columns[0].field == "family_name"


def test_projects_are_told_from_people() -> None:
    assert _layout("Código", "Título", "Estado", "Presupuesto").kind is ImportKind.PROJECTS


def test_columns_are_mapped_by_hand() -> None:
    found = headings.recognise(
        [(1, ("Land", "Wer", "Post"))], ImportKind.FOCAL_POINTS, {"Land": "country", "B": "name", "Post": "-"}
    )
    assert [column.field for column in found.columns] == ["country", "name"]
    assert found.ignored == ("Post",)


def test_headings_may_stand_below_a_title() -> None:
    data = "Lista de puntos focales;;\n;;\nPaís;Nombre;Correo\nMéxico;Ana;a@example.org\n".encode()
    found = headings.recognise(headings_of(table.opened(data).rows(), headings.ABOVE))
    assert found.row == 3
    assert found.language == "es"


@pytest.mark.parametrize(
    ("texts", "by_hand", "trouble"),
    [
        (("foo", "bar"), {}, Trouble.NO_HEADINGS),
        (("Country", "E-mail"), {}, Trouble.MISSING_COLUMNS),
        (("Country", "Name"), {"Nowhere": "email"}, Trouble.NO_SUCH_COLUMN),
        (("Country", "Name"), {"Name": "nonsense"}, Trouble.NO_SUCH_FIELD),
    ],
)
def test_headings_that_do_not_do(texts: tuple[str, ...], by_hand: dict[str, str], trouble: Trouble) -> None:
    with pytest.raises(UnreadableError) as error:
        headings.recognise([(1, texts)], None, by_hand)
    assert error.value.trouble is trouble


# Hostile files


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", Trouble.EMPTY),
        (b"\x00" * 500, Trouble.EMPTY),
        (b"\r\n \r\n", Trouble.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, Trouble.NOT_A_TABLE),
        (b"%PDF-1.7\n", Trouble.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, Trouble.OLD_EXCEL),
        (b"PK\x03\x04 and then nothing", Trouble.DAMAGED),
        (bytes(range(256)) * 20, Trouble.NOT_A_TABLE),
        (b"Country,Name\n" + b"x," * 1_000_000 + b"\n", Trouble.TOO_MANY_COLUMNS),
        (b"Country,Name\nMX," + b"a" * 100_000 + b"\n", Trouble.HUGE_CELL),
        (b'Country,Name\nMX,"' + b"a\n" * 200_000, Trouble.HUGE_CELL),
        (b"Country,Name\n" + b"MX,Ana\n" * 200_001, Trouble.TOO_MANY_ROWS),
    ],
    ids=lambda value: value.value if isinstance(value, Trouble) else "",
)
def test_hostile_files_have_a_clear_answer(data: bytes, trouble: Trouble) -> None:
    started = time.perf_counter()
    assert _trouble(data) is trouble
    assert time.perf_counter() - started < 20


def _workbook(sheet: bytes, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    workbooks.write(buffer, ("A",), [("b",)])
    source = zipfile.ZipFile(buffer)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>'
    b"</worksheet>"
)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = _workbook(_SHEET % b"<row/>", **{"xl/media/image.bin": b"\0" * 300_000_000})
    assert len(bomb) < 1_000_000
    assert _trouble(bomb) is Trouble.UNPACKS_TOO_BIG


def test_a_row_of_a_million_cells_is_given_up_early() -> None:
    cells = b"".join(b'<c t="str"><v>%d</v></c>' % number for number in range(60_000))
    assert _trouble(_workbook(_SHEET % (b"<row>" + cells + b"</row>"))) is Trouble.TOO_MANY_COLUMNS


def test_a_cell_far_to_the_right_costs_nothing() -> None:
    far = b'<row r="1"><c r="A1" t="str"><v>x</v></c><c r="XFD1" t="str"><v>y</v></c></row>'
    assert _trouble(_workbook(_SHEET % far)) is Trouble.TOO_MANY_COLUMNS
    empty = b'<row r="1"><c r="A1" t="str"><v>x</v></c><c r="XFD1"/></row>'
    assert _texts(_workbook(_SHEET % empty)) == [("x",)]


def test_a_row_far_below_keeps_its_number() -> None:
    rows = b"".join(b'<row r="%d"><c t="str"><v>x</v></c></row>' % number for number in (1, 99_999))
    assert [row.number for row in table.opened(_workbook(_SHEET % rows)).rows()] == [1, 99_999]


def test_formulas_are_no_values() -> None:
    formula = b'<row r="1"><c r="A1"><f>HYPERLINK("http://example.org","x")</f><v>x</v></c></row>'
    (row,) = table.opened(_workbook(_SHEET % formula)).rows()
    assert isinstance(row.cells[0], Formula)


def test_a_million_entities_do_not_grow() -> None:
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    sheet = (
        b'<!DOCTYPE x [<!ENTITY l0 "lol">'
        + lol
        + b"]>"
        + _SHEET % (b'<row><c t="str"><v>&l11;</v></c></row>')
    )
    assert _trouble(_workbook(sheet)) is Trouble.DAMAGED


def test_a_zip_that_is_no_workbook() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert _trouble(made.getvalue()) is Trouble.NOT_A_TABLE


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_have_a_clear_answer(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        listed = list(table.opened(data).rows())
        headings.recognise(headings_of(iter(listed), headings.ABOVE))


@settings(deadline=None, max_examples=60)
@given(st.binary(min_size=1, max_size=60), st.integers(0, 3000))
def test_a_damaged_workbook_has_a_clear_answer(noise: bytes, place: int) -> None:
    buffer = io.BytesIO()
    workbooks.write(buffer, ("Country", "Name"), [("MX", "Ana")])
    data = bytearray(buffer.getvalue())
    data[place : place + len(noise)] = noise
    with contextlib.suppress(UnreadableError):
        list(table.opened(bytes(data)).rows())
