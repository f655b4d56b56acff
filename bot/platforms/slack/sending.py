"""From messages of the outbox to requests of the Web API, in an order in which nothing goes out twice."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.contract import Attachment, Card, InDoubt, Operation, Outgoing, PlaceKind, Refused, Retry
from bot.plain import one_line, shorten
from bot.platforms.slack.blocks import MAX_HOME_BLOCKS, Page, messages, one_message
from bot.platforms.slack.client import Client
from bot.platforms.slack.outcomes import Problem, outcome
from bot.platforms.slack.views import modal

#: The metadata that tells a delivery's message again (chat.postMessage, metadata).
EVENT_TYPE: Final = "enlace_delivery"
#: Methods that several places name.
POST: Final = "chat.postMessage"
OPEN: Final = "conversations.open"
#: How many messages go out at once before they are spaced, one a second.
BURST: Final = 3
#: How long, in all, the rest of a message may wait for its turn once its first part is out, in seconds.
PATIENCE: Final = 60.0
#: The pause before something that may be repeated, and got no answer, is repeated, in seconds.
AGAIN: Final = 2.0
#: How far back :func:`find` reads: pages of this many messages.
HISTORY_PAGES: Final = 5
HISTORY_LIMIT: Final = 100
MAX_FILE_NAME: Final = 200
#: files.getUploadURLExternal, alt_txt.
MAX_DESCRIPTION: Final = 1000
#: What is wrong with a view itself and would be again (docs.slack.dev, views.open).
NOT_A_VIEW: Final = frozenset(
    {"invalid_arguments", "invalid_blocks", "view_too_large", "duplicate_external_id"}
)


def methods(message: Outgoing) -> list[str]:
    """The methods that it takes to send a message, as far as their number is limited."""
    if message.operation is Operation.HOME:
        return ["views.publish"]
    if message.operation not in (Operation.POST, Operation.EDIT, Operation.FORM):
        return []
    used = [OPEN] if message.place.kind is PlaceKind.DIRECT and message.place.id[:1] in ("U", "W") else []
    if any(_files(card) for card in message.cards):
        used += ["files.getUploadURLExternal", "files.completeUploadExternal"]
    if message.operation is Operation.FORM and message.trigger:
        used.append("views.open")
    used.append("chat.update" if message.operation is Operation.EDIT and message.target else POST)
    return used


async def deliver(client: Client, message: Outgoing) -> str:
    """Send ``message``; returns the id of the message that has the buttons.

    Raises:
        Retry, Refused, Gone, InDoubt: how it ended otherwise.
    """
    try:
        if message.operation is Operation.INLINE:
            raise Refused("no_inline_queries")
        if message.operation is Operation.DELETE:
            # A bot takes away only what it posted itself (chat.delete with a bot token).
            return ""
        if message.operation is Operation.HOME:
            return await _home(client, message)
        if message.operation is Operation.FORM and await _opened(client, message):
            return ""
        channel = await channel_of(client, message)
        (card,) = message.cards
        files = [await _upload(client, file) for file in _files(card)]
        if message.operation is Operation.EDIT and message.target:
            sent = await _edit(client, message, channel, card)
        else:
            sent = await _post(client, message, channel, card, alone=not files)
    except Problem as problem:
        raise outcome(problem) from None
    await _share(client, message, channel, files, first=not sent)
    return sent


async def _opened(client: Client, message: Outgoing) -> bool:
    """Open a form over what the person sees; false where that cannot be, and its card is to be posted.

    The right to open it holds for three seconds, once. Where it is not known whether the form came up, the
    card beside it does no harm.

    Raises:
        Problem: Slack takes no such form.
    """
    if message.form is None or not message.trigger:
        return False
    view = modal(message.form, message.cards[0])
    try:
        await client.call("views.open", {"trigger_id": message.trigger, "view": view})
    except Problem as problem:
        if problem.code in NOT_A_VIEW:
            raise
        return False
    return True


async def channel_of(client: Client, message: Outgoing) -> str:
    """The channel of a message's place.

    Raises:
        Problem: there is no direct conversation with the person.
        Refused: the place is none of Slack's.
    """
    place = message.place
    if place.kind is not PlaceKind.DIRECT:
        if place.id[:1] not in ("C", "G", "D"):
            raise Refused("not_a_channel")
        return place.id
    if place.id[:1] in ("U", "W"):
        return await client.direct(place.id)
    if place.id[:1] != "D":
        # What was meant for one person must never land in a room.
        raise Refused("not_a_person")
    return place.id


# Messages


def _content(page: Page) -> dict[str, Any]:
    return {"text": page.text, "blocks": page.blocks, "parse": "none", "link_names": False}


async def _post(client: Client, message: Outgoing, channel: str, card: Card, *, alone: bool) -> str:
    pages = messages(card)
    if not pages:
        if not alone:
            return ""
        pages = [one_message(Card(text=card.summary))]
    sent = ""
    for number, page in enumerate(pages, 1):

        async def part(number: int = number, page: Page = page) -> str:
            arguments = _content(page) | {
                "channel": channel,
                "mrkdwn": False,
                "unfurl_links": False,
                "unfurl_media": False,
                "metadata": {
                    "event_type": EVENT_TYPE,
                    "event_payload": {"id": message.id, "part": number, "of": len(pages)},
                },
            }
            if message.place.topic:
                arguments["thread_ts"] = message.place.topic
            answer = await client.call(POST, arguments)
            if not (stamp := answer.get("ts")):
                # Slack names what it posted; something else answered.
                raise Problem("no_answer")
            return str(stamp)

        if number == 1:
            try:
                sent = await part()
            except Problem as problem:
                if not (problem.is_not_there and message.reply_token):
                    raise
                return await _respond(client, message, card, replace=False)
        else:
            sent = await _rest(part, number)
    return sent


async def _rest(part: Callable[[], Awaitable[str]], number: int) -> str:
    """Send a later part. Once one is out the whole is never repeated: a failure is in doubt."""
    if number > BURST:
        await asyncio.sleep(1.0)
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        try:
            return await part()
        except Problem as problem:
            ended = outcome(problem)
            if not isinstance(ended, Retry) or loop.time() + ended.after > end:
                raise InDoubt(f"part_{number}_{ended.reason}") from None
            await asyncio.sleep(ended.after)


async def _respond(client: Client, message: Outgoing, card: Card, *, replace: bool) -> str:
    """Answer where the bot is not, for as long as Slack's address for it is good; it gives no id."""
    payload = _content(one_message(card)) | {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    if replace:
        payload["replace_original"] = True
    else:
        payload |= {"response_type": "in_channel", "replace_original": False}
        if message.place.topic:
            payload["thread_ts"] = message.place.topic
    await client.respond(message.reply_token, payload)
    return message.target if replace else ""


async def _edit(client: Client, message: Outgoing, channel: str, card: Card) -> str:
    arguments = _content(one_message(card)) | {"channel": channel, "ts": message.target}
    try:
        await client.call("chat.update", arguments)
    except Problem as problem:
        if problem.is_not_there and message.reply_token:
            try:
                return await _respond(client, message, card, replace=True)
            except Problem as other:
                raise _repeatable(other) from None
        if problem.is_not_editable:
            return await _post(client, message, channel, card, alone=True)
        raise _repeatable(problem) from None
    return message.target


async def _home(client: Client, message: Outgoing) -> str:
    (card,) = message.cards
    view = {"type": "home", "blocks": one_message(card, MAX_HOME_BLOCKS).blocks}
    try:
        await client.call("views.publish", {"user_id": message.user or message.place.id, "view": view})
    except Problem as problem:
        raise _repeatable(problem) from None
    return ""


def _repeatable(problem: Problem) -> Exception:
    """The outcome of a request that has the same effect when it is made twice."""
    ended = outcome(problem)
    return Retry("edit_unanswered", AGAIN) if isinstance(ended, InDoubt) else ended


# Files


def _files(card: Card) -> list[Attachment]:
    return [*([card.picture] if card.picture is not None else []), *card.attachments]


async def _upload(client: Client, file: Attachment) -> dict[str, str]:
    """Bring a file to Slack; nobody sees it before it is shared, so this may be done again."""
    name = one_line(file.name).replace("/", "_").replace("\\", "_")[-MAX_FILE_NAME:] or "file"
    try:
        arguments = {"filename": name, "length": str(len(file.content))}
        if file.description:
            arguments["alt_txt"] = shorten(one_line(file.description), MAX_DESCRIPTION)
        answer = await client.call("files.getUploadURLExternal", arguments, form=True)
        await client.put(str(answer.get("upload_url", "")), file.content)
    except Problem as problem:
        raise _repeatable(problem) from None
    return {"id": str(answer.get("file_id", "")), "title": name}


async def _share(
    client: Client, message: Outgoing, channel: str, files: list[dict[str, str]], *, first: bool
) -> None:
    """Show files in the conversation; ``first``: nothing of the message is out yet."""
    if not files:
        return
    arguments: dict[str, Any] = {"files": json.dumps(files), "channel_id": channel}
    if message.place.topic:
        arguments["thread_ts"] = message.place.topic
    try:
        try:
            await client.call("files.completeUploadExternal", arguments, form=True)
        except Problem as problem:
            if not (problem.is_not_there and message.reply_token and message.user):
                raise
            # Where the bot is not, a file reaches at least the person who asked.
            arguments = {"files": json.dumps(files), "channel_id": await client.direct(message.user)}
            await client.call("files.completeUploadExternal", arguments, form=True)
    except Problem as problem:
        ended = outcome(problem)
        raise ended if first else InDoubt(f"files_{ended.reason}") from None


# Deliveries in doubt


async def find(client: Client, message: Outgoing, since: float) -> str | None:
    """The message of a delivery that may have been sent at ``since`` (Unix seconds) or later.

    ``""``: the history reaches back that far and it is not there. ``None``: Slack does not tell.
    """
    if message.operation not in (Operation.POST, Operation.FORM) or not messages(message.cards[0]):
        return None
    try:
        channel = await channel_of(client, message)
        return await _search(client, message, channel, since)
    except (Problem, Refused):
        return None


async def _search(client: Client, message: Outgoing, channel: str, since: float) -> str | None:
    method = "conversations.replies" if message.place.topic else "conversations.history"
    arguments = {
        "channel": channel,
        "oldest": f"{since:.6f}",
        "limit": str(HISTORY_LIMIT),
        "include_all_metadata": "true",
    }
    if message.place.topic:
        arguments["ts"] = message.place.topic
    parts: dict[int, str] = {}
    of = 0
    for _ in range(HISTORY_PAGES):
        answer = await client.call(method, arguments, form=True)
        for found in answer.get("messages") or ():
            metadata = found.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("id") == message.id:
                parts[int(payload.get("part", 1))] = str(found.get("ts", ""))
                of = int(payload.get("of", 1))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if parts and len(parts) >= of:
            return parts[of]
        if not cursor:
            return None if parts else ""
        arguments["cursor"] = str(cursor)
    return None


class Attempts:
    """When each delivery was last tried by this process, for :func:`find`."""

    def __init__(self, settle: float = 40.0, before: float = 7 * 86_400.0, most: int = 10_000) -> None:
        """``settle``: how long a request may still take effect; ``before``: how far back others' may lie."""
        self._settle = settle
        self._before = before
        self._most = most
        self._started = time.time()
        self._at: dict[str, float] = {}

    def begin(self, delivery: str) -> None:
        """A delivery is tried now."""
        self._at.pop(delivery, None)
        self._at[delivery] = time.time()
        if len(self._at) > self._most:
            del self._at[next(iter(self._at))]

    def end(self, delivery: str) -> None:
        """It ended clearly."""
        self._at.pop(delivery, None)

    def since(self, delivery: str) -> float | None:
        """From when on to look for it, in Unix seconds; ``None`` where it is too early to say."""
        tried = self._at.get(delivery)
        if time.time() < (tried or self._started) + self._settle:
            return None
        # Slack's clock and this one may differ.
        return (tried - 300.0) if tried is not None else self._started - self._before
