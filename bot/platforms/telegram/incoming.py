"""From Telegram's updates to events: one update in, one event or none out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

from bot.contract import (
    Event,
    FileRef,
    Happened,
    Incoming,
    Inline,
    Lifecycle,
    Place,
    PlaceKind,
    Pressed,
    Said,
    Sender,
)

PLATFORM: Final = "telegram"
#: How the place of an inline query is named: the answer can end up in any chat, so it is a shared place.
INLINE_PLACE: Final = "inline-"

_COMMAND: Final = re.compile(r"\s*/[^\s/@]+(?:@(\w+))?(?=\s|$)")
_KINDS: Final = {ChatType.PRIVATE: PlaceKind.DIRECT, ChatType.CHANNEL: PlaceKind.BROADCAST}


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account: its id and its name without the ``@``."""

    id: int
    username: str

    @property
    def account(self) -> str:
        """How places name it."""
        return str(self.id)


def translate(raw: dict[str, Any], me: Me, now: datetime) -> Incoming | None:
    """The event that an update stands for, or ``None`` where the bot has no business with it.

    Edited messages are no events: a command that somebody edits is not run again.

    Raises:
        Exception: the update is not shaped as the Bot API says; the library's parser raises what it will.
    """
    update = Update.de_json(raw, None)
    event_id = str(update.update_id)
    if update.callback_query is not None:
        return _pressed(event_id, update.callback_query, me, now)
    if update.inline_query is not None:
        return _inline(event_id, update.inline_query, me, now)
    if update.my_chat_member is not None:
        return _membership(event_id, update.my_chat_member, me)
    message = update.message or update.channel_post
    return _message(event_id, message, me) if message is not None else None


def _place(me: Me, chat: Chat, topic: int | None = None) -> Place:
    kind = (
        _KINDS.get(ChatType(chat.type), PlaceKind.GROUP) if chat.type in list(ChatType) else PlaceKind.GROUP
    )
    return Place(PLATFORM, me.account, kind, str(chat.id), str(topic) if topic else "")


def _sender(user: User | None, *, person: bool = True) -> Sender:
    if user is None:
        return Sender(PLATFORM, "", "", person=False)
    return Sender(
        PLATFORM,
        "",
        str(user.id),
        user.full_name,
        language=user.language_code or "",
        person=person and not user.is_bot,
    )


def _topic(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _message(event_id: str, message: Message, me: Me) -> Incoming | None:
    # A post on behalf of a group or a channel carries a placeholder account; nobody is behind it.
    sender = _sender(message.from_user, person=message.sender_chat is None)
    place = _place(me, message.chat, _topic(message))
    event: Event
    if message.migrate_to_chat_id:
        event = Happened(Lifecycle.MIGRATED, str(message.migrate_to_chat_id))
    else:
        said = _said(message, me, direct=not place.shared)
        if said is None:
            return None
        event = said
    return Incoming(
        event_id,
        place,
        sender,
        event,
        message.date,
        message_id=str(message.message_id),
        relayed=message.forward_origin is not None or bool(message.is_automatic_forward),
    )


def _said(message: Message, me: Me, *, direct: bool) -> Said | None:
    if message.via_bot is not None and message.via_bot.id == me.id:
        return None  # the bot's own inline result, posted by a person
    written = message.text if message.text is not None else message.caption
    entities = message.entities if message.text is not None else message.caption_entities
    if written is None and not (direct and message.effective_attachment):
        return None
    text, mentioned = _without_mentions(written or "", entities, me)
    command = _COMMAND.match(text)
    if command is not None and command[1]:
        if command[1].casefold() != me.username.casefold():
            return Said(text, files=_files(message)) if direct else None
        text = text[: command.start(1) - 1] + text[command.end(1) :]
    if direct or mentioned or command is not None or _answers_me(message, me):
        return Said(text.strip(), files=_files(message))
    return None


def _files(message: Message) -> tuple[FileRef, ...]:
    """The document of a message; pictures and the like are no lists."""
    found = message.document
    if found is None:
        return ()
    name, media_type = found.file_name or "file", found.mime_type or "application/octet-stream"
    return (FileRef(name, media_type, found.file_size or 0, found.file_id),)


def _answers_me(message: Message, me: Me) -> bool:
    """Whether it is a reply to the bot. In a topic every message refers to the one that opened it."""
    original = message.reply_to_message
    return (
        original is not None
        and original.forum_topic_created is None
        and original.from_user is not None
        and original.from_user.id == me.id
    )


def _without_mentions(text: str, entities: Iterable[MessageEntity], me: Me) -> tuple[str, bool]:
    """``text`` without mentions of the bot, and whether there were any."""
    units = text.encode("utf-16-le", "surrogatepass")
    name = f"@{me.username}".casefold()
    kept: list[bytes] = []
    position = 0
    for entity in sorted(entities, key=lambda entity: entity.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        if start < position:
            continue
        shown = units[start:end].decode("utf-16-le", "replace").casefold()
        named = entity.type == MessageEntityType.MENTION and shown == name
        meant = entity.type == MessageEntityType.TEXT_MENTION and entity.user and entity.user.id == me.id
        if named or meant:
            kept.append(units[position:start])
            position = end
    if not position:
        return text, False
    kept.append(units[position:])
    return " ".encode("utf-16-le").join(kept).decode("utf-16-le", "surrogatepass").strip(), True


def _pressed(event_id: str, query: CallbackQuery, me: Me, now: datetime) -> Incoming | None:
    message = query.message
    if message is None or query.data is None:
        return None  # under an inline result, where the bot puts no such button
    topic = _topic(message) if isinstance(message, Message) else None
    message_id = str(message.message_id)
    return Incoming(
        event_id,
        _place(me, message.chat, topic),
        _sender(query.from_user),
        Pressed(query.data, message_id),
        now,
        message_id=message_id,
    )


def _inline(event_id: str, query: InlineQuery, me: Me, now: datetime) -> Incoming:
    user = query.from_user
    place = Place(PLATFORM, me.account, PlaceKind.GROUP, f"{INLINE_PLACE}{user.id}")
    return Incoming(event_id, place, _sender(user), Inline(query.query, query.id), now)


def _membership(event_id: str, change: ChatMemberUpdated, me: Me) -> Incoming | None:
    before, after = _present(change.old_chat_member), _present(change.new_chat_member)
    if before == after:
        return None
    if change.chat.type == ChatType.PRIVATE:
        what = Lifecycle.UNBLOCKED if after else Lifecycle.BLOCKED
    else:
        what = Lifecycle.JOINED if after else Lifecycle.REMOVED
    sender, chat = _sender(change.from_user), change.chat
    happened = Happened(what)
    if chat.type == ChatType.CHANNEL:
        happened = Happened(what, title=chat.title or "", handle=chat.username or "")
    return Incoming(event_id, _place(me, chat), sender, happened, change.date)


def _present(member: Any) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(member.is_member)
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
