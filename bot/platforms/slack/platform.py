"""The Slack platform: receives over HTTP or Socket Mode, sends, knows its own limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from bot.contract import (
    Choice,
    ConfigurationError,
    DeliveryError,
    FileRef,
    FormStyle,
    HttpRequest,
    HttpResponse,
    Incoming,
    InDoubt,
    Menu,
    Operation,
    Outgoing,
    Rate,
    Receive,
    Route,
    Suggest,
)
from bot.platforms.slack.client import Client
from bot.platforms.slack.incoming import PLATFORM, Found, Me, private, text_of, translate, typing
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.outcomes import Problem, limit_of
from bot.platforms.slack.people import About, People, about
from bot.platforms.slack.sending import OPEN, POST, Attempts, deliver, find, methods

#: How often Slack lets these methods be called in a minute (docs.slack.dev: tier 3 "50+", tier 4 "100+").
TIERS: Final = {
    "chat.update": 50,
    "conversations.open": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "views.open": 100,
    "views.publish": 100,
}
#: A little more than a minute, because requests do not take equally long to arrive; in seconds.
MINUTE: Final = 61.0
EVENTS_PATH: Final = "/slack/events"
#: How long an event waits, before it is stored, for what Slack says about its sender, in seconds.
PATIENCE: Final = 0.4
#: How long events under way may take when the platform stops, in seconds.
STOP_SECONDS: Final = 3.0
#: Slack waits three seconds for what a select offers; then it says that nothing was found.
SUGGEST_SECONDS: Final = 2.4
#: The largest file that is fetched, in bytes.
LARGEST_DOWNLOAD: Final = 20 * 1024 * 1024


class Slack:
    """Implements ``bot.contract.Platform`` for one workspace."""

    name = PLATFORM
    idempotent = False
    listens_alone = True
    can_confirm = True
    forms = FormStyle.DIALOG

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str = "",
        app_token: str = "",
        api_url: str = "https://slack.com/api/",
        menu: Menu,
        say: Callable[[str, str], str],
        settle: float = 40.0,
    ) -> None:
        """With ``app_token`` events come by Socket Mode, else over HTTP, signed with ``signing_secret``.

        ``settle``: how long a request without an answer may still take effect, in seconds. ``menu`` and
        ``say`` are not needed: commands stand in the manifest, and all that is shown comes from cards.
        """
        self.account = ""
        self._me = Me("", "")
        self._token = bot_token
        self._secret = signing_secret
        self._app_token = app_token
        self._client = Client(bot_token, api_url)
        self._people = People(self._user)
        self._attempts = Attempts(settle)
        self._receive: Receive | None = None
        self._suggest: Suggest | None = None
        self._app: Any = None
        self._busy: set[asyncio.Task[Any]] = set()
        self._log = structlog.get_logger("bot.platforms.slack")

    # Life

    async def start(self, receive: Receive) -> None:
        """See ``Platform``.

        Raises:
            ConfigurationError: Slack does not accept the token, or nothing says what signs its requests.
            Problem: Slack cannot be reached now.
        """
        from bot.platforms.slack.listener import bolt

        if not (self._app_token or self._secret):
            raise ConfigurationError("ENLACE_SLACK_SIGNING_SECRET", "is required for Slack over HTTP")
        await self._client.open()
        try:
            mine, granted = await self._client.scopes()
        except Problem as problem:
            await self._client.close()
            if problem.is_token:
                raise ConfigurationError(
                    "ENLACE_SLACK_BOT_TOKEN", f"Slack does not accept this token ({problem.code})"
                ) from None
            raise
        if missing := sorted(set(SCOPES) - granted) if granted else []:
            self._log.warning("scopes_missing", scopes=", ".join(missing))
        self._me = Me(text_of(mine, "team_id"), text_of(mine, "user_id"), text_of(mine, "bot_id"))
        self.account = self._me.account
        self._receive = receive
        self._app = bolt(
            signing_secret=self._secret,
            client=self._client.web(),
            me=lambda: self._me,
            token=self._token,
            take=self._take,
            offer=self._offer,
        )

    async def listen(self) -> None:
        """See ``Platform``: Socket Mode until cancelled; over HTTP there is nothing to do."""
        if not self._app_token:
            return
        from bot.platforms.slack.socket import listen

        await listen(self._app, self._app_token)

    async def stop(self) -> None:
        """See ``Platform``."""
        if self._busy:
            await asyncio.wait(tuple(self._busy), timeout=STOP_SECONDS)
        await self._people.stop()
        await self._client.close()

    # In

    def routes(self) -> Sequence[Route]:
        """See ``Platform``: one address for events, commands and interactivity, unless by Socket Mode."""
        return () if self._app_token else (Route(EVENTS_PATH, self._hook),)

    async def _hook(self, request: HttpRequest) -> HttpResponse:
        if self._app is None:
            return HttpResponse(503, b"not ready", headers={"Retry-After": "2"})
        from bot.platforms.slack.listener import over_http

        return await over_http(self._app, request)

    async def fetch(self, file: FileRef) -> bytes:
        """See ``Fetching``: from Slack's own address of files, with the bot's token.

        Raises:
            Problem: it cannot be had.
        """
        return await self._client.get(file.handle, LARGEST_DOWNLOAD)

    async def _take(self, body: dict[str, Any]) -> None:
        """Store what a payload stands for.

        Raises:
            Malformed: it is none of Slack's.
            NotStored: it could not be stored.
        """
        from bot.platforms.slack.listener import NotStored

        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        self._notice(body)
        found = translate(body, self._me, datetime.now(UTC), self._client.is_hook)
        if not found:
            return
        if self._receive is None:
            raise NotStored("not started")
        events = [await self._complete(item) for item in found]
        try:
            await self._receive(events)
        except Exception as error:
            raise NotStored("receive") from error

    def complete(self, suggest: Suggest) -> None:
        """See ``Suggesting``."""
        self._suggest = suggest

    async def _offer(self, body: dict[str, Any]) -> Sequence[Choice]:
        """What may be meant by what is typed into a select of a modal; nothing where it takes too long.

        Raises:
            Malformed: it is none of Slack's.
        """
        found = typing(body, self._me, datetime.now(UTC))
        if found is None or self._suggest is None:
            return ()
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                return await self._suggest(await self._complete(found.at), found.field)
        except Exception as error:
            self._log.warning("nothing_suggested", error=type(error).__name__)
            return ()

    async def _complete(self, found: Found) -> Incoming:
        """Add what Slack knows about the sender and the conversation, as far as it answers in time."""
        event = found.incoming
        if found.own and found.channel.startswith("D"):
            self._client.remember(found.user, found.channel)
        if not event.sender.person:
            return event
        asked = found.channel.startswith("D") and not found.own
        known, own = await asyncio.gather(
            self._people.about(found.user, PATIENCE),
            self._client.is_direct(found.user, found.channel, PATIENCE) if asked else _settled(found.own),
        )
        if own:
            event = private(event)
        return _with_hints(event, known)

    def _notice(self, body: dict[str, Any]) -> None:
        """What concerns the platform alone."""
        event = body.get("event")
        if not isinstance(event, dict):
            return
        kind = text_of(event, "type")
        if kind in ("app_uninstalled", "tokens_revoked"):
            self._log.error(kind, hint="install the app again and set ENLACE_SLACK_BOT_TOKEN")
        elif kind == "user_change" and isinstance(user := event.get("user"), dict):
            self._people.learn(text_of(user, "id"), about(user))

    async def _user(self, user: str) -> dict[str, Any]:
        arguments = {"user": user, "include_locale": "true"}
        found = (await self._client.call("users.info", arguments, form=True)).get("user")
        return found if isinstance(found, dict) else {}

    # Out

    async def send(self, message: Outgoing) -> str:
        """See ``Platform``."""
        self._attempts.begin(message.id)
        try:
            sent = await deliver(self._client, message)
        except InDoubt:
            raise
        except DeliveryError:
            self._attempts.end(message.id)
            raise
        self._attempts.end(message.id)
        return sent

    async def confirm(self, message: Outgoing) -> str | None:
        """See ``Platform``: the history is asked for the id that every message carries in its metadata."""
        since = self._attempts.since(message.id)
        return None if since is None else await find(self._client, message, since)

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        """See ``Platform``. Slack: about one message a second in a channel, short bursts tolerated.

        What else it takes falls under the tier of its method (:data:`TIERS`).
        """
        rates = [("account", Rate(50, 1.0, spread=True)), (f"channel:{message.place.id}", Rate(4, 4.0))]
        rates += [
            (limit_of(method), Rate(TIERS[method], MINUTE))
            for method in methods(message)
            if method in TIERS and not (method == OPEN and self._client.knows(message.place.id))
        ]
        if message.operation in (Operation.POST, Operation.FORM):
            # It has no tier, but Slack may say that it wants less of it.
            rates.append((limit_of(POST), Rate(50, 1.0)))
        return rates

    def requests(self, message: Outgoing) -> int:
        """See ``Platform``: what does not fit into one message is spaced as it is sent."""
        return 1


async def _settled(value: bool) -> bool:
    return value


def _with_hints(event: Incoming, known: About) -> Incoming:
    sender = replace(
        event.sender,
        name=known.name or event.sender.name,
        language=known.language,
        time_zone=known.time_zone,
        person=event.sender.person and not known.bot,
        email=known.email,
        guest=known.guest or event.sender.team != event.place.account,
    )
    return replace(event, sender=sender)
