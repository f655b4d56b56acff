"""``make bench``: every goal with its figure; ``ONLY=search`` a part. Fails where a goal is missed."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Final

from benchmarks.report import Row, print_table

#: The parts, in the order in which they run; each is a module with ``async def measure() -> list[Row]``.
PARTS: Final = (
    "startup",
    "telegram",
    "slack",
    "fanout",
    "lookups",
    "search",
    "importing",
    "scraping",
    "guessing",
    "probing",
    "nudging",
)


def main() -> int:
    """Run the parts that were asked for, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)} (there are: {', '.join(PARTS)})", file=sys.stderr)
        return 2
    good = True
    for name in wanted:
        print(f"\n{name}", flush=True)
        rows: list[Row] = asyncio.run(importlib.import_module(f"benchmarks.{name}").measure())
        good &= print_table(rows)
    print("\nall goals are met" if good else "\na goal is missed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
