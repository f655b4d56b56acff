"""Carries one message to Telegram: posts, edits, answers to inline queries, files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from telegram import (
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.contract import (
    Attachment,
    Card,
    DeliveryError,
    InDoubt,
    Operation,
    Outgoing,
    PlaceKind,
    Refused,
    Retry,
    Section,
)
from bot.plain import ELLIPSIS, is_visible, one_line, shorten
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.outcomes import is_not_editable, is_unchanged, outcome
from bot.platforms.telegram.rendering import keyboard, keyboard_json, messages, one_message
from bot.platforms.telegram.text import inert

#: Bot API, answerInlineQuery and InlineQueryResultArticle.
MAX_RESULTS: Final = 50
MAX_RESULT_TEXT: Final = 200
#: How long Telegram may show the same results for the same query to the same person, in seconds.
INLINE_CACHE_SECONDS: Final = 5
#: Bot API, sendPhoto: larger pictures go as files, and so does what Telegram does not show as a photo.
MAX_PHOTO_BYTES: Final = 10_000_000
MAX_CAPTION: Final = 1024
PHOTO_TYPES: Final = ("image/png", "image/jpeg")
#: How many requests of one message go out at once before they are spaced, one a second.
BURST: Final = 3
#: How long, in all, the rest of a message may wait for its turn once its first part is out, in seconds.
PATIENCE: Final = 60.0

#: A card with no more characters than these fits into one message, whatever its markup adds.
SHORT: Final = 2_000

#: The pause before an edit that got no answer is repeated, in seconds.
EDIT_PAUSE: Final = 2.0

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

Part = Callable[[], Awaitable[str]]


async def deliver(client: Client, message: Outgoing) -> str:
    """Send ``message``; returns the id of the message that has the buttons.

    Raises:
        Retry, Refused, Gone, Moved, InDoubt: how it ended otherwise.
    """
    try:
        if message.operation is Operation.INLINE:
            return await _answer_inline(client, message)
        if message.operation is Operation.HOME:
            raise Refused("no_home_page")
        if message.operation is Operation.DELETE:
            return await _delete(client, message)
        parts, main = _parts(client, message)
        return await _in_order(parts, main)
    except TelegramError as error:
        raise outcome(error) from None


def requests(message: Outgoing) -> int:
    """How many requests a message takes that count against Telegram's limits."""
    if len(message.cards) != 1 or message.operation is Operation.INLINE:
        return 1
    (card,) = message.cards
    files = len(card.attachments) + (card.picture is not None)
    # To render it in order to count costs as much as sending does; what is short is one message.
    texts = 1 if message.operation is Operation.EDIT or _size(card) <= SHORT else len(messages(card))
    return max(1, files + texts)


def _size(card: Card) -> int:
    """How many characters a card has, about."""
    parts = [Section(card.title, card.text, card.fields), *card.sections]
    return sum(
        len(part.heading) + len(part.text) + sum(len(item.label) + len(item.value) for item in part.fields)
        for part in parts
    )


def _parts(client: Client, message: Outgoing) -> tuple[list[Part], int]:
    """The requests that a message takes, in order, and which of them sends what has the buttons."""
    (card,) = message.cards
    target = _target(message)
    picture = [partial(_picture, client, target, card.picture)] if card.picture is not None else []
    buttons = keyboard_json(card.buttons)
    parts: list[Part]
    if message.operation is Operation.EDIT:
        main = 0
        parts = [partial(_edit, client, message, target, one_message(card), buttons), *picture]
    else:
        parts = [*picture]
        texts = messages(card)
        if not texts and (buttons or not (card.picture or card.attachments)):
            texts = [one_message(Card(text=card.summary))]
        for number, text in enumerate(texts, 1):
            last = buttons if number == len(texts) else None
            parts.append(partial(_post, client, target, text, last))
        main = max(0, len(parts) - 1)
    parts += [partial(_document, client, target, file) for file in card.attachments]
    return parts, main


async def _in_order(parts: Sequence[Part], main: int) -> str:
    """Send all parts. Once one is out the whole is never repeated: a later failure is in doubt."""
    ids: list[str] = []
    for number, part in enumerate(parts):
        if number == 0:
            ids.append(await part())
            continue
        if number >= BURST:
            await asyncio.sleep(1.0)
        try:
            ids.append(await _patiently(part))
        except TelegramError as error:
            raise InDoubt(f"part_{number + 1}_{outcome(error).reason}") from None
        except DeliveryError as error:
            raise InDoubt(f"part_{number + 1}_{error.reason}") from None
    return ids[main] if ids else ""


async def _patiently(part: Part) -> str:
    """Send a later part, waiting where Telegram says to wait."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        try:
            return await part()
        except TelegramError as error:
            ended = outcome(error)
            if not isinstance(ended, Retry) or loop.time() + ended.after > end:
                raise
            await asyncio.sleep(ended.after)


def _target(message: Outgoing) -> dict[str, Any]:
    """The parameters that say where a message goes.

    Raises:
        Refused: the place is no chat, or a direct place is not a person's.
    """
    place = message.place
    try:
        chat_id = int(place.id)
        topic = int(place.topic) if place.topic else None
        reply_to = int(message.reply_to) if message.reply_to else None
    except ValueError:
        raise Refused("not_a_chat") from None
    if place.kind is PlaceKind.DIRECT:
        if chat_id <= 0:
            # What was meant for one person must never land in a room.
            raise Refused("not_a_person")
        reply_to = None
    target: dict[str, Any] = {"chat_id": chat_id, "message_thread_id": topic}
    if reply_to is not None and message.operation is Operation.POST:
        target["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
    return target


def _file_name(file: Attachment) -> str:
    """The name of a file: never a path."""
    return one_line(file.name).replace("/", "_").replace("\\", "_") or "file"


def _words(text: str, buttons: str | None) -> dict[str, Any]:
    """The parameters that carry a text."""
    return {
        "text": text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": _NO_PREVIEW,
        "reply_markup": buttons,
    }


async def _post(client: Client, target: dict[str, Any], text: str, buttons: str | None) -> str:
    return await client.message("sendMessage", **target, **_words(text, buttons))


async def _edit(
    client: Client,
    message: Outgoing,
    target: dict[str, Any],
    text: str,
    buttons: str | None,
) -> str:
    if not message.target.isdigit():
        return await _post(client, target, text, buttons)
    try:
        await client.message(
            "editMessageText",
            chat_id=target["chat_id"],
            message_id=int(message.target),
            **_words(text, buttons),
        )
    except TelegramError as error:
        if is_unchanged(error):
            return message.target
        if isinstance(outcome(error), InDoubt):
            # Repeating an edit has the effect of doing it once.
            raise Retry("edit_unanswered", EDIT_PAUSE) from None
        if not is_not_editable(error):
            raise
    else:
        return message.target
    return await _post(client, target, text, buttons)


async def _delete(client: Client, message: Outgoing) -> str:
    """Take a message away; where the bot may not (no administrator, too old) it stays."""
    chat_id = _target(message)["chat_id"]
    try:
        await client.delete_message(chat_id, int(message.target or 0))
    except BadRequest as error:
        if not isinstance(outcome(error), Refused):
            raise
    except TelegramError as error:
        if isinstance(outcome(error), InDoubt):
            # Repeating it has the effect of doing it once.
            raise Retry("delete_unanswered", EDIT_PAUSE) from None
        raise
    return ""


async def _picture(client: Client, target: dict[str, Any], picture: Attachment) -> str:
    if picture.media_type not in PHOTO_TYPES or len(picture.content) > MAX_PHOTO_BYTES:
        return await _document(client, target, picture)
    try:
        photo = InputFile(picture.content, filename=_file_name(picture))
        # Telegram has no other text for those who do not see a picture.
        caption = shorten(inert(one_line(picture.description)), MAX_CAPTION)
        return await client.message("sendPhoto", **target, photo=photo, caption=caption or None)
    except BadRequest as error:
        # Measures that Telegram does not take for a photo (PHOTO_INVALID_DIMENSIONS and the like).
        if "photo" not in error.message.lower() and "image" not in error.message.lower():
            raise
        return await _document(client, target, picture)


async def _document(client: Client, target: dict[str, Any], file: Attachment) -> str:
    document = InputFile(file.content, filename=_file_name(file))
    return await client.message(
        "sendDocument", **target, document=document, disable_content_type_detection=True
    )


async def _answer_inline(client: Client, message: Outgoing) -> str:
    results = [_article(number, card) for number, card in enumerate(message.cards[:MAX_RESULTS])]
    await client.answer_inline_query(
        message.target, results, cache_time=INLINE_CACHE_SECONDS, is_personal=True
    )
    return ""


def _article(number: int, card: Card) -> InlineQueryResultArticle:
    title = one_line(card.title) or one_line(card.summary) or one_line(card.text)
    description = one_line(card.summary) or one_line(card.subtitle)
    return InlineQueryResultArticle(
        id=str(number),
        title=shorten(title, MAX_RESULT_TEXT) if is_visible(title) else ELLIPSIS,
        description=shorten(description, MAX_RESULT_TEXT) or None,
        input_message_content=InputTextMessageContent(
            one_message(card), parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
        ),
        reply_markup=keyboard(card.buttons, actions=False),
    )
