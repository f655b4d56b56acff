"""``enlace doctor``: what is configured, what can be reached, what is missing."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot import trail
from bot.app import Enlace, open_app
from bot.contract import ConfigurationError, Incoming, Platform
from bot.serving import platforms
from bot.settings import Settings
from directory import backup, schema
from directory.troubles import check_writable, trouble

#: A backup that is older than so much shows that the nightly one is not made.
TOO_OLD: Final = timedelta(hours=50)


def _line(good: bool, text: str) -> bool:
    print(f"{'ok     ' if good else 'MISSING'}  {text}")
    return good


async def examine(settings: Settings) -> bool:
    """Print one line a finding; whether the bot could work."""
    good = True
    async with _opened(settings) as app:
        engine = "SQLite" if app.database.is_sqlite else "PostgreSQL"
        try:
            revision = await schema.current_revision(app.database)
        except Exception as error:
            _line(False, f"database: {engine} cannot be reached ({type(error).__name__})")
            return False
        current = revision == schema.newest_revision()
        good &= _line(current, f"database: {engine}, " + _schema(revision, current))
        if app.database.safe_mode:
            _line(True, "database: this SQLite has the WAL-reset race, so checkpoints run in safe mode")
        if current:
            good &= await _writable(app)
            good &= await _directory(app)
            good &= _line(*await trail.state(app.database))
            good &= _line(*await _backup(app, settings))
        for platform in platforms(settings, app):
            good &= await _reach(platform)
    if settings.telegram_token is None:
        _line(True, "telegram: not configured (set ENLACE_TELEGRAM_TOKEN)")
    if settings.slack_bot_token is None:
        _line(True, "slack: not configured (set ENLACE_SLACK_BOT_TOKEN)")
    chat = "served" if settings.on_loopback or settings.web_public_chat else "not served on this address"
    _line(True, f"browser chat: {chat} at http://{settings.web_host}:{settings.web_port}")
    return good


def _schema(revision: str | None, current: bool) -> str:
    if current:
        return f"schema {revision}"
    return (
        f"schema {revision or 'none'}, this program needs {schema.newest_revision()} (run: enlace db upgrade)"
    )


async def _writable(app: Enlace) -> bool:
    try:
        await check_writable(app.database)
    except (SQLAlchemyError, OSError) as error:
        return _line(False, f"database: {trouble(error) or type(error).__name__}")
    return True


async def _backup(app: Enlace, settings: Settings) -> tuple[bool, str]:
    """When the last good backup was made; too long ago is a fault only where they are made by the clock."""
    async with app.database.reading() as session:
        good, last = await backup.last_good(session), await backup.last(session)
    if good is None or good.finished_at is None:
        made = "none yet"
        old = last is not None
    else:
        made = f"the last good one is {good.name} of {good.finished_at:%Y-%m-%d %H:%M} UTC"
        old = app.now() - good.finished_at > TOO_OLD
    if last is not None and last.reason:
        made += f"; the one of {last.started_at:%Y-%m-%d %H:%M} UTC failed: {last.reason}"
    if not settings.backup_dir:
        made += " (set ENLACE_BACKUP_DIR for one every night)"
    return not old or not settings.backup_dir, f"backup: {made}"


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Enlace]:
    async with open_app(settings.database_url) as app:
        yield app


async def _directory(app: Enlace) -> bool:
    from directory import demo, grants
    from directory.access import Role

    async with app.database.reading() as session:
        empty = await demo.is_empty(session)
        operators = sum(item.role is Role.OPERATOR for item in await grants.every(session))
    _line(
        True,
        "directory: empty (run: enlace db demo, or enlace run --demo)" if empty else "directory: has records",
    )
    make = "none yet (run: enlace grant operator telegram:123456, with your own account)"
    _line(True, f"operators: {operators or make}")
    return True


async def _reach(platform: Platform) -> bool:
    async def receive(events: Sequence[Incoming]) -> None:
        del events
        raise RuntimeError("nothing is received during an examination")

    try:
        await platform.start(receive)
    except ConfigurationError as error:
        return _line(False, str(error))
    except Exception as error:
        return _line(False, f"{platform.name}: cannot be reached ({type(error).__name__})")
    try:
        return _line(True, f"{platform.name}: connected as {platform.account}")
    finally:
        with contextlib.suppress(Exception):
            await platform.stop()
