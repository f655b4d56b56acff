"""The program with the demo network on one platform, and people who talk to it there."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Final

from bot.app import Enlace, open_app
from bot.contract import Outgoing, PlaceKind, Platform, Rate
from bot.demo import bind_room
from bot.i18n import Translator
from bot.platforms.terminal import Terminal
from directory import accounts
from directory.accounts import Account
from directory.demo import DEMO_PEOPLE
from tests.support.scenario import Meet
from tests.support.talk import Talk
from tests.support.terminal_talk import TerminalPerson, TerminalTalk

if TYPE_CHECKING:
    from bot.platforms.slack import Slack
    from bot.platforms.telegram import Telegram
    from tests.support.slack.server import SlackServer
    from tests.support.telegram.server import TelegramServer

#: The platforms that scenarios are played on.
PLATFORMS: Final = ("terminal", "browser", "telegram", "slack")


async def bind(app: Enlace, platform: Platform, place: str) -> None:
    """Bind a room to the demo network, as if it had been proposed and confirmed there."""
    async with app.database.writing() as session:
        await bind_room(session, platform.name, platform.account, place)


async def know(app: Enlace, platform: str, team: str, user: str, speaker: str) -> None:
    """Link an account of a platform to the demo person behind a speaker's handle."""
    if speaker in DEMO_PEOPLE:
        async with app.database.writing() as session:
            await accounts.save_account(session, Account(platform, team, user, DEMO_PEOPLE[speaker]))


def _say(language: str, key: str) -> str:
    return Translator(language)(key)


@contextlib.asynccontextmanager
async def _terminal(app: Enlace) -> AsyncIterator[Meet]:
    people: dict[tuple[str, str], TerminalPerson] = {}

    async def meet(speaker: str, place: str, language: str) -> Talk:
        if (speaker, language) not in people:
            terminal = Terminal(speaker, kind=PlaceKind.DIRECT, language=language)
            await app.start(terminal)
            await bind(app, terminal, terminal.group.id)
            await know(app, "terminal", "", speaker, speaker)
            people[speaker, language] = TerminalPerson(terminal)
        person = people[speaker, language]
        here = person.terminal.direct if place == "direct" else person.terminal.group
        return TerminalTalk(person, here)

    async with app.running([]):
        yield meet


@contextlib.asynccontextmanager
async def _browser(app: Enlace) -> AsyncIterator[Meet]:
    from bot.platforms.browser import Browser
    from tests.support.browser_talk import BrowserTalk
    from tests.support.web import application, serving

    browser = await Browser.open(app.database, demo_speakers=True)
    async with contextlib.AsyncExitStack() as stack:
        await app.start(browser)
        await stack.enter_async_context(app.running([browser]))
        address = await stack.enter_async_context(serving(application(browser)))
        talks: dict[tuple[str, str, str], BrowserTalk] = {}

        async def meet(speaker: str, place: str, language: str) -> Talk:
            if (speaker, place, language) not in talks:
                await know(app, "browser", "", speaker, speaker)
                talk = BrowserTalk(address, speaker, place, language)
                talks[speaker, place, language] = await stack.enter_async_context(talk)
            return talks[speaker, place, language]

        yield meet


def telegram_on(server: TelegramServer, app: Enlace) -> Telegram:
    """The program's platform, told of a local server; it asks for updates."""
    from bot.platforms.telegram import Telegram

    return Telegram(
        token=server.token,
        api_url=server.url,
        mode="polling",
        webhook_secret="",
        public_url="",
        menu=app.registry.menu(),
        say=_say,
        messages_per_second=1000,
    )


def slack_on(server: SlackServer, app: Enlace) -> Slack:
    """The program's platform, told of a local server; events come by HTTP."""
    from bot.platforms.slack import Slack

    return Slack(
        bot_token=server.token,
        signing_secret=server.secret,
        app_token="",
        api_url=server.url,
        menu=app.registry.menu(),
        say=_say,
    )


@contextlib.asynccontextmanager
async def _telegram(app: Enlace) -> AsyncIterator[Meet]:
    from tests.support.telegram.limits import Limits
    from tests.support.telegram.server import TelegramServer
    from tests.support.telegram.talk import TelegramTalk

    async with TelegramServer(limits=Limits(enforced=False)) as server:
        platform = telegram_on(server, app)
        group = server.people.group("Focal points")
        talks: dict[tuple[str, str, str], TelegramTalk] = {}
        people: dict[tuple[str, str], int] = {}

        async def meet(speaker: str, place: str, language: str) -> Talk:
            if (speaker, language) not in people:
                user = server.people.user(speaker.title(), language=language)
                await know(app, "telegram", "", str(user.id), speaker)
                people[speaker, language] = user.id
            user = server.world.users[people[speaker, language]]
            if (speaker, place, language) not in talks:
                talks[speaker, place, language] = TelegramTalk(
                    server, user, None if place == "direct" else group
                )
            return talks[speaker, place, language]

        async with _up(app, platform):
            await bind(app, platform, str(group.id))
            yield meet


@contextlib.asynccontextmanager
async def _slack(app: Enlace) -> AsyncIterator[Meet]:
    from tests.support.slack.limits import Limits
    from tests.support.slack.server import SlackServer
    from tests.support.slack.serving import served
    from tests.support.slack.talk import SlackTalk
    from tests.support.slack.world import TEAM

    async with SlackServer(limits=Limits(enforced=False)) as server:
        platform = slack_on(server, app)
        group = server.people.channel(name="focal-points")
        talks: dict[tuple[str, str, str], SlackTalk] = {}
        people: dict[tuple[str, str], str] = {}

        async def meet(speaker: str, place: str, language: str) -> Talk:
            if (speaker, language) not in people:
                user = server.people.user(speaker.title(), locale=language, tz="UTC")
                group.members.add(user.id)
                await know(app, "slack", TEAM, user.id, speaker)
                people[speaker, language] = user.id
            user = server.world.users[people[speaker, language]]
            if (speaker, place, language) not in talks:
                talks[speaker, place, language] = SlackTalk(
                    server, user, None if place == "direct" else group
                )
            return talks[speaker, place, language]

        async with _up(app, platform), served(platform, server):
            await bind(app, platform, group.id)
            yield meet


def _none(_message: Outgoing) -> Sequence[tuple[str, Rate]]:
    return ()


@contextlib.asynccontextmanager
async def _up(app: Enlace, platform: Platform) -> AsyncIterator[None]:
    # A conversation would wait for its turns longer than for its answers; limits have tests of their own.
    platform.rates = _none  # type: ignore[assignment, method-assign]
    async with app.running([platform]):
        await app.until_up(platform)
        yield


_WORLDS: Final[dict[str, Callable[[Enlace], contextlib.AbstractAsyncContextManager[Meet]]]] = {
    "terminal": _terminal,
    "browser": _browser,
    "telegram": _telegram,
    "slack": _slack,
}


async def _nothing() -> None:
    """Do nothing."""


def only_asked(app: Enlace) -> None:
    """Let the program send nothing by itself, such as reminders, which come at hours of their own.

    They have tests of their own; a conversation must go the same way at night and on Sundays.
    """
    app.nudger.tick = _nothing  # type: ignore[method-assign]
    app.digests.tick = _nothing  # type: ignore[method-assign]
    app.reviewer.review = _nothing  # type: ignore[method-assign]


def stage(platform: str, app: Enlace) -> contextlib.AbstractAsyncContextManager[Meet]:
    """A program, running with one platform; gives the way to meet people there."""
    only_asked(app)
    return _WORLDS[platform](app)


@contextlib.asynccontextmanager
async def world(platform: str, database_url: str) -> AsyncIterator[Meet]:
    """The program, running on a demo database with one platform; gives the way to meet people there."""
    async with open_app(database_url) as app, stage(platform, app) as meet:
        yield meet
