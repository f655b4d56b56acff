"""``make crash``: processes killed wherever it can hurt, and what became of every message.

``SAMPLE=60`` does so with so many kills, spread over all points, and a tenth of the workers' messages.
``ONLY=outbound`` (``inbound``, ``planner``, ``workers``) runs a part. Prints a table and fails where a row
falls short.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bot import logs
from tests.crash.matrix import inbound_rows, outbound_rows, planner_rows
from tests.crash.site import Ground
from tests.crash.table import Row, merged, text_of
from tests.crash.workers import FULL, TENTH, worker_rows

PARTS: Final = ("outbound", "inbound", "planner", "workers")


async def _run(parts: list[str], sample: int) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="enlace-crash-") as folder:
        async with Ground.open(Path(folder)) as ground:
            if "outbound" in parts:
                rows += await outbound_rows(ground, sample)
            if "inbound" in parts:
                rows += await inbound_rows(ground, sample)
            if "planner" in parts:
                rows += await planner_rows(ground)
            if "workers" in parts:
                rows += await worker_rows(ground, TENTH if sample else FULL)
    return rows


def main() -> int:
    """Run the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--sample", type=int, default=0, help="about so many kills in all; 0: every one")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are: {', '.join(PARTS)})")
    logs.configure("error", "json", ())
    began = time.monotonic()
    rows = merged(asyncio.run(_run(given.parts or list(PARTS), given.sample)))
    print(text_of(rows))
    kills = sum(row.kills for row in rows)
    good = all(row.ok for row in rows)
    verdict = "every promise is kept" if good else "a promise is broken"
    print(f"\n{kills} kills in {time.monotonic() - began:.0f} s: {verdict}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
