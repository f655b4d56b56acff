"""Has pictures and pages drawn by a program that lives no longer than that, so that this one stays small."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from typing import Final

import structlog

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


async def by(module: str, given: bytes, wanted: int, seconds: float) -> tuple[bytes, ...]:
    """What the program ``python -m module`` makes of ``given``: ``wanted`` files, a line each in base 64.

    Nothing where it fails or takes longer than ``seconds``: whoever asked does without.
    """
    log = structlog.get_logger("reminders.drawn")
    surroundings = {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=surroundings | {"MPLBACKEND": "agg", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        async with asyncio.timeout(seconds):
            drawn, _ = await process.communicate(given)
        lines = drawn.split()
        if process.returncode != 0 or len(lines) != wanted:
            log.warning("not_drawn", module=module, ended=process.returncode, wanted=wanted)
            return ()
        return tuple(base64.b64decode(line) for line in lines)
    except (OSError, TimeoutError) as error:
        log.warning("not_drawn", module=module, error=type(error).__name__, wanted=wanted)
        return ()
    finally:
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
