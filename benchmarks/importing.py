"""A list of 50,000 focal points through ``enlace import``, on both databases: how long, and how much memory.

Each import is a process of its own, from its start to its end, the database on the disk included.
"""

from __future__ import annotations

import asyncio
import csv
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.names import institutions
from benchmarks.program import database_url
from benchmarks.report import Row
from directory import countries, schema
from directory.database import Database

#: People in the list.
SIZE: Final = 50_000
SECONDS: Final = 60
MEGABYTES: Final = 200

_FAMILIES: Final = 8_000
_SYLLABLES: Final = (
    "ba",
    "le",
    "ri",
    "no",
    "ta",
    "mu",
    "so",
    "ke",
    "da",
    "vi",
    "lo",
    "pe",
    "cha",
    "zu",
    "rre",
    "ñi",
)
_GIVEN: Final = (
    "MARÍA",
    "Juan",
    "Ana Luisa",
    "JEAN-PIERRE",
    "Kwame",
    "Aïssatou",
    "José",
    "Shanice",
    "Lucía",
    "Óscar",
)
_AREAS: Final = (
    "Trade",
    "Disaster risk",
    "Tourism",
    "Transport",
    "Health",
    "Environment",
    "Culture",
    "Statistics",
)

#: ``enlace``, and at the end how much memory it took: Linux counts in KiB (getrusage(2)).
_CHILD: Final = """
import resource
from bot.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
"""


def write_list(path: Path, size: int = SIZE) -> None:
    """Write a made-up list that is always the same, as CSV or XLSX by the file's ending."""
    chance = random.Random(7)
    bodies = [item.name for item in institutions(2_000)]
    codes = sorted(countries.iso_codes())
    names = {code: countries.names(code)[1].text for code in codes}
    # People share family names: as many as a country of some millions has.
    families = [
        "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((4, 5)))).title()
        for _ in range(_FAMILIES)
    ]
    rows = []
    for number in range(size):
        family = f"{chance.choice(families)} {chance.choice(families)}"
        given = chance.choice(_GIVEN)
        if given.isupper():
            family = family.upper()
        code = chance.choice(codes)
        rows.append(
            (
                names[code],
                f"{bodies[codes.index(code) * 8 + chance.randrange(8)]}",
                f"Focal point for {chance.choice(_AREAS)} {number % 97}",
                f"{given} {family}",
                f"person{number}@example.org" + (f"; second{number}@example.org" if number % 9 == 0 else ""),
                f"+1 868 {200 + number % 700} {number % 10_000:04d}",
                "N/A" if number % 3 else f"+1 868 {300 + number % 600} {number % 9_973:04d}",
                "English, español" if number % 2 else "",
                f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}",
            )
        )
    headings = (
        "Country",
        "Institution",
        "Post",
        "Name",
        "E-mail / Correo",
        "Phone",
        "Mobile",
        "Languages",
        "Since",
    )
    if path.suffix == ".xlsx":
        from directory.exporting.workbooks import write

        with path.open("wb") as file:
            write(file, headings, rows)
        return
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(headings)
        writer.writerows(rows)


async def measure(size: int = SIZE) -> list[Row]:
    """Import the list on each database, and import it again."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        listed = {ending: Path(folder) / f"list{ending}" for ending in (".csv", ".xlsx")}
        for path in listed.values():
            write_list(path, size)
        for engine in ("sqlite", "postgresql"):
            for ending, path in listed.items():
                async with database_url(engine, Path(folder), f"import{ending[1:]}") as url:
                    rows += await _imports(
                        f"import, {size:,} rows of {ending[1:].upper()}, {engine}", url, path
                    )
    return rows


async def _imports(label: str, url: str, path: Path) -> list[Row]:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()
    rows = []
    for again in ("", " again"):
        seconds, megabytes, code = await _enlace(
            url, "import", str(path), "--network", "TST", "--network-name", "Test", "--yes"
        )
        rows += [
            Row(f"{label}{again}: time", seconds, "s", f"<= {SECONDS}", seconds <= SECONDS),
            Row(
                f"{label}{again}: memory at most", megabytes, "MB", f"<= {MEGABYTES}", megabytes <= MEGABYTES
            ),
            Row(f"{label}{again}: exit code", code, "", "0 or 3", code in (0, 3)),
        ]
    return rows


async def _enlace(url: str, *arguments: str) -> tuple[float, float, int]:
    """Run the command in a process; returns seconds, the most memory it held in MB, and its exit code."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _CHILD,
        *arguments,
        env={**os.environ, "ENLACE_DATABASE_URL": url, "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    seconds = time.perf_counter() - started
    lines = printed.decode().splitlines()
    if "-v" in sys.argv:
        print("\n".join(lines))
    return seconds, float(lines[-1]), process.returncode or 0
