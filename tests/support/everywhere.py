"""The program on four platforms at once: four rooms in four languages and zones, and people on each."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.app import Enlace, open_app
from bot.contract import PlaceKind
from bot.demo import NETWORK
from bot.platforms.browser import Browser
from bot.platforms.terminal import Terminal
from directory import accounts, rooms
from directory.accounts import Account
from directory.demo import DEMO_PEOPLE
from directory.rooms import Proposal, Receives, Room
from tests.support.browser_talk import BrowserTalk
from tests.support.slack import limits as slack_limits
from tests.support.slack.people import buttons_of
from tests.support.slack.server import SlackServer
from tests.support.slack.serving import served
from tests.support.slack.talk import SlackTalk, plain
from tests.support.slack.world import TEAM, Channel
from tests.support.slack.world import User as SlackUser
from tests.support.talk import Talk
from tests.support.telegram import limits as telegram_limits
from tests.support.telegram.server import TelegramServer
from tests.support.telegram.talk import TelegramTalk
from tests.support.telegram.world import Chat
from tests.support.telegram.world import User as TelegramUser
from tests.support.terminal_talk import TerminalPerson, TerminalTalk
from tests.support.web import application, serving
from tests.support.world import only_asked, slack_on, telegram_on

#: The rooms: the platform and the language of each, which name it, and its zone.
ROOMS: Final[Mapping[str, str]] = {
    "telegram es": "America/Mexico_City",
    "telegram fr": "America/Port-au-Prince",
    "slack en": "America/Port_of_Spain",
    "slack pt": "America/Sao_Paulo",
}


@dataclass
class Watch:
    """The program's clock; it can be moved on."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """What it shows."""
        return datetime.now(UTC) + self.ahead

    def passes(self, seconds: float) -> None:
        """Move it on."""
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Everywhere:
    """The program, its clock, the local servers, and how to meet somebody.

    A place is called as its platform, for somebody's direct chat there, or as a room in :data:`ROOMS`.
    """

    app: Enlace
    watch: Watch
    telegram: TelegramServer
    slack: SlackServer
    groups: dict[str, Chat] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    browser_at: str = ""
    _talks: dict[tuple[str, str], Talk] = field(default_factory=dict)
    _users: dict[tuple[str, str], Any] = field(default_factory=dict)
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def meet(self, speaker: str, place: str, language: str) -> Talk:
        """The conversation of a speaker in a place; see ``tests.support.scenario.Meet``."""
        if (speaker, place) not in self._talks:
            self._talks[speaker, place] = await self._met(speaker, place, language)
        return self._talks[speaker, place]

    async def user(self, platform: str, speaker: str, language: str) -> Any:
        """Somebody's account on Telegram or Slack, linked to their entry."""
        if (platform, speaker) not in self._users:
            if platform == "telegram":
                user: Any = self.telegram.people.user(speaker, language=language)
                await self._know(platform, "", str(user.id), speaker)
            else:
                user = self.slack.people.user(speaker, locale=language, tz="UTC")
                for channel in self.channels.values():
                    channel.members.add(user.id)
                await self._know(platform, TEAM, user.id, speaker)
            self._users[platform, speaker] = user
        return self._users[platform, speaker]

    async def _met(self, speaker: str, place: str, language: str) -> Talk:
        platform = place.partition(" ")[0]
        if platform == "terminal":
            terminal = Terminal(speaker, kind=PlaceKind.DIRECT, language=language)
            await self.app.start(terminal)
            await self._know(platform, "", speaker, speaker)
            return TerminalTalk(TerminalPerson(terminal), terminal.direct)
        if platform == "browser":
            await self._know(platform, "", speaker, speaker)
            return await self._stack.enter_async_context(
                BrowserTalk(self.browser_at, speaker, "direct", language)
            )
        user = await self.user(platform, speaker, language)
        if isinstance(user, TelegramUser):
            return TelegramTalk(self.telegram, user, self.groups.get(place))
        assert isinstance(user, SlackUser)
        return SlackTalk(self.slack, user, self.channels.get(place))

    async def _know(self, platform: str, team: str, user: str, speaker: str) -> None:
        person = DEMO_PEOPLE.get(speaker, f"demo-{speaker}")
        async with self.app.database.writing() as session:
            await accounts.save_account(session, Account(platform, team, user, person))

    async def rooms(self) -> dict[str, Room]:
        """The rooms as they are stored."""
        async with self.app.database.reading() as session:
            bound = await rooms.bound_to(session, [NETWORK])
        return {f"{room.platform} {room.language}": room for room in bound if room.language}

    async def press(self, speaker: str, room: str, ending: str) -> None:
        """Press, on the last card in a room that has it, the button whose action ends so."""
        platform = room.partition(" ")[0]
        user = await self.user(platform, speaker, "en")
        if platform == "telegram":
            group = self.groups[room]
            for message in reversed(group.messages.values()):
                rows = message.data.get("reply_markup", {}).get("inline_keyboard", [])
                for button in (item for row in rows for item in row):
                    if button.get("callback_data", "").endswith(ending):
                        self.telegram.people.press(
                            user, group, message.data["message_id"], button["callback_data"]
                        )
                        return
        else:
            channel = self.channels[room]
            for stamp, posted in reversed(channel.messages.items()):
                for item in buttons_of(posted):
                    if item.get("value", "").endswith(ending):
                        self.slack.people.press(user, channel, stamp, item["value"])
                        return
        raise AssertionError(f"no button in {room} ends with {ending!r}: {self.cards()[room]}")

    def told(self, platform: str, speaker: str) -> list[str]:
        """What somebody was sent in their direct chat, in order."""
        user = self._users[platform, speaker]
        if platform == "telegram":
            messages = self.telegram.people.private(user).messages.values()
            return [str(message.data.get("text", "")) for message in messages if message.mine]
        direct = self.slack.people.direct(user)
        return [plain(message) for message in direct.messages.values() if "bot_id" in message]

    def cards(self) -> dict[str, list[str]]:
        """What stands in each room from the bot: the text of every message, as it is now."""
        found = {
            name: [str(message.data.get("text", "")) for message in chat.messages.values() if message.mine]
            for name, chat in self.groups.items()
        }
        for name, channel in self.channels.items():
            found[name] = [plain(message) for message in channel.messages.values() if "bot_id" in message]
        return found


@contextlib.asynccontextmanager
async def everywhere(database_url: str) -> AsyncIterator[Everywhere]:
    """The program on a demo database with all platforms; only what is asked or announced is sent."""
    watch = Watch()
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(database_url, now=watch.now))
        only_asked(app)
        telegram = await stack.enter_async_context(
            TelegramServer(limits=telegram_limits.Limits(enforced=False))
        )
        slack = await stack.enter_async_context(SlackServer(limits=slack_limits.Limits(enforced=False)))
        here = Everywhere(app, watch, telegram, slack, _stack=stack)
        on_telegram, on_slack = telegram_on(telegram, app), slack_on(slack, app)
        for platform in (on_telegram, on_slack):
            platform.rates = lambda _message: ()  # type: ignore[method-assign, assignment]
        browser = await Browser.open(app.database, demo_speakers=True)
        await app.start(browser)
        for name in ROOMS:
            if name.startswith("telegram"):
                here.groups[name] = telegram.people.group(name)
            else:
                here.channels[name] = slack.people.channel(name=name.replace(" ", "-"))
        await stack.enter_async_context(app.running([on_telegram, on_slack, browser]))
        here.browser_at = await stack.enter_async_context(serving(application(browser)))
        for platform in (on_telegram, on_slack):
            await app.until_up(platform)
        await stack.enter_async_context(served(on_slack, slack))
        await _bind(here, on_telegram.account, on_slack.account)
        yield here


async def _bind(here: Everywhere, telegram: str, slack: str) -> None:
    now = here.watch.now()
    places = {name: ("telegram", telegram, str(chat.id)) for name, chat in here.groups.items()}
    places |= {name: ("slack", slack, channel.id) for name, channel in here.channels.items()}
    by, confirmed = DEMO_PEOPLE["coordinator"], DEMO_PEOPLE["operator"]
    async with here.app.database.writing() as session:
        for name, place in places.items():
            await rooms.save(session, await rooms.get(session, *place))
            known = await rooms.get(session, *place)
            language, zone = name.split()[1], ROOMS[name]
            wanted = Proposal(known.id, NETWORK, name, language, zone, Receives.EVERYTHING, by, now)
            await rooms.bind(session, wanted, confirmed, now)
