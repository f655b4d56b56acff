"""Runs the program as a service: which platforms the settings enable, the web server, and the signals."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from bot.app import Enlace, open_app
from bot.backing_up import Plan
from bot.contract import ConfigurationError, Platform
from bot.i18n import Translator
from bot.lock import only_worker
from bot.settings import Settings
from directory import feeds, schema
from directory.troubles import check_writable
from reminders.delivery import Point, nowhere
from reminders.nudging.calendars import read_subdivisions

if TYPE_CHECKING:
    from pydantic import SecretStr
    from starlette.applications import Starlette

    from bot.calendars.feeds import Calendar

#: How long the web server waits for requests under way when it stops, in seconds.
WEB_STOP_SECONDS: Final = 3


class Part(enum.Flag):
    """What a process does: take requests over HTTP, work through inbox and outbox, or both."""

    WEB = enum.auto()
    WORKER = enum.auto()


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""


def _say(language: str, key: str) -> str:
    return Translator(language)(key)


def platforms(settings: Settings, app: Enlace) -> list[Platform]:
    """The platforms that the settings enable; their libraries are loaded only now."""
    found: list[Platform] = []
    menu = app.registry.menu()
    if settings.telegram_token is not None:
        from bot.platforms.telegram import Telegram

        found.append(
            Telegram(
                token=_plain(settings.telegram_token),
                api_url=settings.telegram_api_url,
                mode=settings.telegram_mode,
                webhook_secret=_plain(settings.telegram_webhook_secret),
                public_url=settings.public_url,
                menu=menu,
                say=_say,
                messages_per_second=settings.telegram_messages_per_second,
            )
        )
    if settings.slack_bot_token is not None:
        from bot.platforms.slack import Slack

        found.append(
            Slack(
                bot_token=_plain(settings.slack_bot_token),
                signing_secret=_plain(settings.slack_signing_secret),
                app_token=_plain(settings.slack_app_token),
                api_url=settings.slack_api_url,
                menu=menu,
                say=_say,
            )
        )
    return found


async def readiness(app: Enlace) -> dict[str, bool]:
    """What must hold for the program to do its work."""
    try:
        current = await schema.current_revision(app.database)
    except Exception:
        structlog.get_logger("bot.serving").warning("database_unreachable", exc_info=True)
        return {"database": False, "schema": False}
    return {"database": True, "schema": current == schema.newest_revision()}


def web_application(settings: Settings, app: Enlace, enabled: Sequence[Platform]) -> Starlette:
    """The Starlette application with every enabled platform's routes."""
    from bot.calendars import feeds as calendars
    from bot.platforms.browser import Browser
    from bot.web.app import build

    async def ready() -> dict[str, bool]:
        return await readiness(app)

    async def calendar(token: str) -> Calendar | None:

        async with app.database.reading() as session:
            feed = await feeds.opened(session, token)
            return await calendars.read(session, feed, app.now()) if feed is not None else None

    chat = next((platform for platform in enabled if isinstance(platform, Browser)), None)
    return build(
        routes=[route for platform in enabled for route in platform.routes()],
        chat=chat,
        readiness=ready,
        metrics=app.metrics,
        on_loopback=_is_private(settings),
        public_metrics=settings.web_public_metrics,
        proxies=settings.web_proxies,
        calendar=calendar,
    )


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.web_host.strip("[]"), settings.web_port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower().partition(" (")[0]
        raise ConfigurationError("ENLACE_WEB_PORT", f"cannot listen there ({reason})") from error


@contextlib.asynccontextmanager
async def _serving(application: Starlette, listening: socket.socket) -> AsyncIterator[None]:
    import uvicorn

    from bot.web.protocol import PatientH11

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Signals belong to the program, not to its web server."""
            yield

    server = Server(
        uvicorn.Config(
            application,
            http=PatientH11,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=WEB_STOP_SECONDS,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=WEB_STOP_SECONDS + 1)
        task.cancel()
        listening.close()


async def serve(
    settings: Settings, parts: Part, *, demo: bool, announce: bool, point: Point = nowhere
) -> None:
    """Run until SIGINT or SIGTERM.

    Raises:
        ConfigurationError: a setting is wrong.
        AlreadyRunningError: another process works on this SQLite file.
        sqlalchemy.exc.DBAPIError, OSError: the database cannot be written to.
    """
    from bot.app import prepare

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            open_app(
                settings.database_url,
                point=point,
                weekly_lookups=settings.weekly_lookups,
                backup_days=settings.backup_days,
                backups=_backups(settings),
                public_url=settings.public_url,
                holidays=read_subdivisions(settings.holidays),
            )
        )
        if app.database.safe_mode:
            app.log.warning("sqlite_safe_mode", reason="this SQLite has the WAL-reset race, see README")
        alone = stack.enter_context(only_worker(app.database)) if Part.WORKER in parts else False
        await check_writable(app.database)
        if Part.WEB in parts and Part.WORKER in parts:
            await prepare(app.database, demo=demo)
        elif not all((await readiness(app)).values()):
            raise ConfigurationError("ENLACE_DATABASE_URL", "is not migrated (run: enlace db upgrade)")
        enabled = platforms(settings, app)
        browser = await _browser(settings, app)
        if browser is not None:
            enabled.append(browser)
        if Part.WEB in parts:
            application = web_application(settings, app, enabled)
            listening = _listen(settings)
            await stack.enter_async_context(_serving(application, listening))
            if announce:
                _announce(settings, listening)
        working = Part.WORKER in parts
        running = app.running(
            enabled,
            alone=alone,
            answering=working,
            # Telegram ends the one of two pollers; a web process only takes what is sent to it.
            listens=lambda platform: working or platform is browser,
        )
        await stack.enter_async_context(running)
        app.log.info("started", platforms=", ".join(platform.name for platform in enabled))
        await stop.wait()
        app.log.info("stopping")


def _backups(settings: Settings) -> Plan | None:
    if not settings.backup_dir:
        return None
    return Plan(Path(settings.backup_dir), settings.backup_hour, settings.backup_days)


def _is_private(settings: Settings) -> bool:
    # A proxy on this machine may pass the public on to a server that itself listens on loopback.
    return settings.on_loopback and not settings.web_public_chat


async def _browser(settings: Settings, app: Enlace) -> Platform | None:
    if not settings.on_loopback and not settings.web_public_chat:
        return None
    from bot.platforms.browser import Browser

    return await Browser.open(app.database, demo_speakers=_is_private(settings))


def _announce(settings: Settings, listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    print(f"Enlace answers at http://{settings.web_host}:{port}")
    print("Open it and type:  /project ACS-SF-001   (Ctrl-C stops)", flush=True)
