"""The file of a backup: a ZIP of one text a table, a JSON array a line, and a manifest with their digests.

It comes into being beside its place and is moved there when it is whole and on the disk, readable by its
owner alone; a process that ends meanwhile leaves no file that looks like a backup.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, Self

from directory.audit import Head
from directory.backup.records import BackupError, DamagedError, Manifest, Member, Shape

FORMAT: Final = "enlace-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
#: What files that are not whole end with.
UNFINISHED: Final = ".part"
#: The longest line that is read, in bytes: rows hold texts and documents, the longest of them 1 MB.
LONGEST_LINE: Final = 64 * 1024 * 1024
_LEVEL: Final = 6
#: What reading a damaged ZIP ends with.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ArithmeticError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    # What a ZIP may have and none of ours has: encryption, other ways to compress.
    RuntimeError,
)


class Writer:
    """Writes a backup to ``path``, which must not exist.

    Raises:
        BackupError: there is such a file.
        OSError: the folder cannot be written to, or is full.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise BackupError(f"{path} exists already")
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
        handle = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        """The file is there, without its name."""
        return self

    def __exit__(self, *_error: object) -> None:
        """What was not finished goes."""
        # A ZIP that is not finished must not try to write its end when it is let go of.
        self._zip.fp = None
        with contextlib.suppress(OSError):
            self._file.close()
        self._part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def table(self, shape: Shape) -> Iterator[TableWriter]:
        """Write the rows of a table."""
        with self._zip.open(_member(shape.table), "w", force_zip64=True) as member:
            writer = TableWriter(member)
            yield writer
        columns = tuple(column.name for column in shape.columns)
        self._members[shape.table] = Member(columns, writer.rows, writer.digest)

    def finish(
        self, made_at: datetime, program: str, revision: str, database: str, head: Head | None
    ) -> Manifest:
        """Write the manifest, wait for the disk, and give the file its name."""
        manifest = Manifest(made_at, program, revision, database, head, self._members)
        said = _described(manifest)
        text = json.dumps({**said, "sha256": _digest(said)}, indent=1, ensure_ascii=False)
        self._zip.writestr(MANIFEST, text)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._path)
        flush_folder(self._path.parent)
        return manifest


class TableWriter:
    """Writes one table's rows, and counts and digests them."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self._hash = hashlib.sha256()
        self.rows = 0

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows of values that JSON knows."""
        text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
        self._hash.update(text)
        self._member.write(text)
        self.rows += len(rows)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written."""
        return self._hash.hexdigest()


class Reader:
    """Reads a backup.

    Raises:
        DamagedError: the file is not a backup, or its manifest is not whole.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _understanding("is not a backup, or its end is missing"):
            self._zip = zipfile.ZipFile(path)
        with contextlib.ExitStack() as stack:
            stack.callback(self._zip.close)
            with _understanding("has no manifest that can be read"):
                self.manifest: Final = _understood(self._zip.read(MANIFEST))
            if set(self._zip.namelist()) != {MANIFEST, *map(_member, self.manifest.tables)}:
                raise DamagedError("holds other tables than its manifest names")
            stack.pop_all()

    def __enter__(self) -> Self:
        """The file is open."""
        return self

    def __exit__(self, *_error: object) -> None:
        """The file is closed."""
        self._zip.close()

    def rows(self, table: str, most: int) -> Iterator[list[list[Any]]]:
        """The rows of a table, up to ``most`` at a time.

        Raises:
            DamagedError: they are not those that were written; known at the end only.
        """
        member, digest, batch, count = self.manifest.tables[table], hashlib.sha256(), [], 0
        with _understanding(f"cannot be read in table {table}"), self._zip.open(_member(table)) as lines:
            while line := lines.readline(LONGEST_LINE):
                digest.update(line)
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != len(member.columns):
                    raise DamagedError(f"has a broken row in table {table}")
                count += 1
                batch.append(row)
                if len(batch) == most:
                    yield batch
                    batch = []
        if batch:
            yield batch
        if count != member.rows or digest.hexdigest() != member.sha256:
            raise DamagedError(f"holds other rows of table {table} than were written")

    def check(self) -> None:
        """Read everything.

        Raises:
            DamagedError: something is not what was written.
        """
        for table in self.manifest.tables:
            for _ in self.rows(table, 1000):
                pass


@contextlib.contextmanager
def _understanding(problem: str) -> Iterator[None]:
    """Tell damage from a disk that cannot be read."""
    try:
        yield
    except OSError as error:
        # A place before the beginning of the file.
        if error.errno != errno.EINVAL:
            raise
        raise DamagedError(problem) from None
    except _DAMAGE:
        raise DamagedError(problem) from None


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _described(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": manifest.made_at.isoformat(),
        "program": manifest.program,
        "revision": manifest.revision,
        "database": manifest.database,
        "head": [manifest.head.number, manifest.head.hash] if manifest.head else None,
        "tables": {
            name: {"columns": list(member.columns), "rows": member.rows, "sha256": member.sha256}
            for name, member in manifest.tables.items()
        },
    }


def _understood(text: bytes) -> Manifest:
    said: Mapping[str, Any] = json.loads(text)
    if said["format"] != FORMAT:
        raise DamagedError("is not a backup of this program")
    if said["version"] != VERSION:
        raise DamagedError("was made by a newer program; install that one, or a later one")
    rest = {name: value for name, value in said.items() if name != "sha256"}
    if _digest(rest) != said["sha256"]:
        raise DamagedError("has a manifest that was changed")
    return Manifest(
        datetime.fromisoformat(said["made_at"]),
        str(said["program"]),
        str(said["revision"]),
        str(said["database"]),
        Head(int(said["head"][0]), str(said["head"][1])) if said["head"] else None,
        {
            name: Member(tuple(member["columns"]), int(member["rows"]), str(member["sha256"]))
            for name, member in said["tables"].items()
        },
    )


def _digest(said: Mapping[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
