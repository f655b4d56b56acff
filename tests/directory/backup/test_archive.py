"""The file of a backup tells whether it is what was written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.backup import BackupError, DamagedError, Reader
from directory.backup.archive import Writer
from directory.backup.records import Column, Kind, Shape
from tests.directory.backup.conftest import NOW

_SHAPE = Shape("thing", (Column("id", Kind.PLAIN), Column("text", Kind.PLAIN)), ("id",))


def _write(path: Path) -> bytes:
    with Writer(path) as writer:
        with writer.table(_SHAPE) as table:
            table.write([[number, f"Cañada ñ € 中 {number}"] for number in range(200)])
        writer.finish(NOW, "0.1.0", "0012", "sqlite", None)
    return path.read_bytes()


def _read(path: Path) -> list[list[object]]:
    with Reader(path) as reader:
        return [row for rows in reader.rows("thing", 64) for row in rows]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("archive") / "a.backup"
    return path, _write(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_changed_in_it_is_noticed_or_changes_nothing(
    written: tuple[Path, bytes], data: st.DataObject
) -> None:
    path, whole = written
    known = [[number, f"Cañada ñ € 中 {number}"] for number in range(200)]
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    if data.draw(st.booleans()):
        changed[at] ^= data.draw(st.integers(1, 255))
    else:
        del changed[at : at + data.draw(st.integers(1, 50))]
    other = path.with_name("changed.backup")
    other.write_bytes(bytes(changed))
    try:
        rows = _read(other)
    except DamagedError:
        return
    assert rows == known


def test_it_is_for_its_owner_alone_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    _write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupError, match="exists already"):
        Writer(path)
    assert [found.name for found in tmp_path.iterdir()] == ["a.backup"]


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with Writer(tmp_path / "a.backup") as writer, writer.table(_SHAPE) as table:
            table.write([[1, "x"]])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"PK\x05\x06" + b"\0" * 18])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.backup"
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        Reader(path)


def test_a_table_too_many_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    _write(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("tables/other.jsonl", "[]\n")
    with pytest.raises(DamagedError, match="other tables"):
        Reader(path)
