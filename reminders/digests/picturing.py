"""Has charts drawn by a program that lives no longer than that, so that this one stays small."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import Collection, Mapping
from typing import Final

import structlog

from reminders.digests.drawing import Chart, as_json

#: How long the drawing of one chart may take at most, and the start of the program, in seconds.
PATIENCE: Final = 5.0
START: Final = 30.0
#: What the program needs to know of its surroundings; secrets are not among it.
_SURROUNDINGS: Final = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TMP",
    "TEMP",
    "SYSTEMROOT",
    "MPLCONFIGDIR",
    "LD_LIBRARY_PATH",
)


async def pictures(charts: Collection[Chart]) -> Mapping[Chart, bytes]:
    """The charts as PNG; those that could not be drawn are missing: a message does without its picture."""
    wanted = tuple(dict.fromkeys(charts))
    if not wanted:
        return {}
    log = structlog.get_logger("reminders.digests")
    surroundings = {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "reminders.digests.drawing",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=surroundings | {"MPLBACKEND": "agg", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        async with asyncio.timeout(START + PATIENCE * len(wanted)):
            drawn, _ = await process.communicate(as_json(wanted))
        lines = drawn.split()
        if process.returncode != 0 or len(lines) != len(wanted):
            log.warning("pictures_not_drawn", ended=process.returncode, wanted=len(wanted))
            return {}
        return {chart: base64.b64decode(line) for chart, line in zip(wanted, lines, strict=True)}
    except (OSError, TimeoutError) as error:
        log.warning("pictures_not_drawn", error=type(error).__name__, wanted=len(wanted))
        return {}
    finally:
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
