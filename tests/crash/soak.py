"""``make soak``: the program under steady traffic for a long time; what it holds must stay level.

``MINUTES=2`` tries it out. People ask, messages go out to many places, and reminders are told in the first
minutes: the program's clock begins at nine in the morning of a working day.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from benchmarks.nudging import FIRST, NINE, READERS, owe
from bot.contract import Card, Place, PlaceKind
from bot.demo import load_if_empty
from bot.outgoing import letter_draft
from reminders import outbox
from tests.crash.nursery import Child
from tests.crash.site import Ground, Site
from tests.support.crashing import TASKS

MINUTES: Final = 30.0
#: How many samples are taken in all.
SAMPLES: Final = 40
#: Questions a second, and messages that are put out every ten seconds.
ASKED: Final = 10
POSTED: Final = 50
QUESTIONS: Final = ("/help", "/project ACS-SF-001", "/find Mexico", "/projects", "/country MX", "/deadlines")
#: By how much the last quarter may lie above the second one.
MORE_MEGABYTES: Final = 12.0
MORE_FILES: Final = 8
MORE_TASKS: Final = 24


@dataclass(frozen=True, slots=True)
class Sample:
    """What the program holds at a moment, ``seconds`` after the start."""

    seconds: float
    megabytes: float
    files: int
    tasks: int


def _sample(child: Child, began: float) -> Sample:
    process = psutil.Process(child.pid)
    with process.oneshot():
        memory, files = process.memory_info().rss / 1e6, process.num_fds()
    tasks = Path(f"{child.log}.tasks")
    return Sample(
        time.monotonic() - began, memory, files, int(tasks.read_text() or 0) if tasks.exists() else 0
    )


async def _ask(site: Site, until: float) -> None:
    number = 0
    while time.monotonic() < until:
        asked = [
            {"user": FIRST + (number + more) % READERS, "text": QUESTIONS[(number + more) % len(QUESTIONS)]}
            for more in range(ASKED)
        ]
        number += ASKED
        await site.server.post("say", asked)
        await asyncio.sleep(1.0)


async def _post(site: Site, until: float) -> None:
    while time.monotonic() < until:
        drafts = [
            letter_draft(
                Place("telegram", site.account, PlaceKind.DIRECT, str(FIRST + number % READERS)),
                Card(title="Soak", text=f"No. {number}"),
                "en",
            )
            for number in range(POSTED)
        ]
        async with site.database.writing() as session:
            await outbox.enqueue(session, drafts, datetime.now(UTC))
        await asyncio.sleep(10.0)


async def _watch(child: Child, until: float, pause: float) -> list[Sample]:
    began, samples = time.monotonic(), []
    print(f"{'minutes':>8} {'MB':>8} {'files':>6} {'tasks':>6}", flush=True)
    while time.monotonic() < until:
        await asyncio.sleep(pause)
        samples.append(sample := _sample(child, began))
        print(
            f"{sample.seconds / 60:8.1f} {sample.megabytes:8.1f} {sample.files:6} {sample.tasks:6}",
            flush=True,
        )
    return samples


def grown(samples: Sequence[Sample]) -> list[str]:
    """What lies higher in the last quarter than in the second by more than it may."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]

    def more(name: str) -> float:
        first, last = ([float(getattr(one, name)) for one in part] for part in (early, late))
        return statistics.median(last) - statistics.median(first)

    limits = {"megabytes": MORE_MEGABYTES, "files": MORE_FILES, "tasks": MORE_TASKS}
    return [f"{more(name):.1f} more {name}" for name, most in limits.items() if more(name) > most]


async def soak(minutes: float) -> list[str]:
    """Run; what has grown."""
    with tempfile.TemporaryDirectory(prefix="enlace-soak-") as folder:
        async with Ground.open(Path(folder)) as ground, ground.site("sqlite", "telegram") as site:
            await load_if_empty(site.database)
            await owe(site.database)
            await site.server.post("places", {"count": READERS, "first": FIRST})
            shift = NINE.timestamp() - datetime.now(UTC).timestamp()
            child = await site.start(TASKS, web=True, shift=shift)
            seconds = minutes * 60
            until = time.monotonic() + seconds
            watching = asyncio.gather(
                _watch(child, until, seconds / SAMPLES), _ask(site, until), _post(site, until)
            )
            samples, _, _ = await child.lives_through(_all(watching))
            told = await site.server.get("said")
            print(f"{len(told)} messages were said", flush=True)
            await child.stop()
    return grown(samples)


async def _all(
    watching: asyncio.Future[tuple[list[Sample], None, None]],
) -> tuple[list[Sample], None, None]:
    return await watching


def main() -> int:
    """Run for the minutes that are given."""
    problems = asyncio.run(soak(float(sys.argv[1]) if sys.argv[1:] else MINUTES))
    print("; ".join(problems) or "level")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
