"""Logging: structured, on standard error, and free of secrets whatever a library writes."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

#: What tokens of the platforms and of links to calendars look like, wherever they turn up (a URL, an error).
_TOKENS: Final = re.compile(
    r"(bot)?\d{5,}:[A-Za-z0-9_-]{10,}|xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+|ecal_[A-Za-z0-9_-]{10,}"
)
#: What PostgreSQL adds to an error: the values of the row that it refused.
_DETAILS: Final = re.compile(
    r"(DETAIL:|Failing row contains).*?(?=\n\n|\n\[SQL|\n\(Background|\Z)", re.DOTALL
)
_HIDDEN: Final = "***"
#: Libraries whose lines below warnings hold whole addresses (with the bot token in them), what is read and
#: stored, or only noise.
_QUIET: Final = (
    "httpx",
    "httpcore",
    "telegram",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "aiosqlite",
    "apscheduler",
    "uvicorn",
    "alembic",
)


class Redactor:
    """A processor that takes known secrets out of every value, what looks like a token, and refused rows."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))

    def text(self, text: str) -> str:
        """``text`` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _TOKENS.sub(_HIDDEN, _DETAILS.sub(rf"\1 {_HIDDEN}", text))

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        """The structlog processor."""
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = self.text(value)
            elif not isinstance(value, int | float | bool | None):
                event[key] = self.text(str(value))
        return event


def configure(level: str = "info", form: str = "auto", secrets: Sequence[str] = ()) -> None:
    """Set up structlog and the standard library's logging, both through the same processors."""
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    redactor = Redactor(secrets)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redactor,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
