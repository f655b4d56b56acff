"""The methods of the Bot API: each checks a request at least as strictly as Telegram, and carries it out."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tests.support.telegram.keyboards import check_keyboard
from tests.support.telegram.limits import Meter
from tests.support.telegram.markup import read, units
from tests.support.telegram.schema import ApiError, Upload, bad
from tests.support.telegram.world import LIFETIMES, Chat, Message, World

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES: Final = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CLOSED: Final = {
    "blocked": "bot was blocked by the user",
    "deactivated": "user is deactivated",
    "stranger": "bot can't initiate conversation with a user",
}

Arguments = dict[str, Any]

#: What a bot may download, in bytes (Bot API, getFile).
MAX_DOWNLOAD: Final = 20 * 1024 * 1024


class Api:
    """Carries requests out on a :class:`World`."""

    def __init__(self, world: World, meter: Meter) -> None:
        self.world = world
        self.meter = meter
        self.methods: Final[Mapping[str, Callable[[Arguments], Any]]] = {
            "getMe": self.get_me,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "sendMessage": self.send_message,
            "sendDocument": self.send_document,
            "sendPhoto": self.send_photo,
            "editMessageText": self.edit_message_text,
            "editMessageReplyMarkup": self.edit_message_reply_markup,
            "deleteMessage": self.delete_message,
            "answerCallbackQuery": self.answer_callback_query,
            "answerInlineQuery": self.answer_inline_query,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "getChat": self.get_chat,
            "leaveChat": self.leave_chat,
            "sendChatAction": self.send_chat_action,
            "getFile": self.get_file,
        }

    # Files

    def get_file(self, given: Arguments) -> Any:
        known = self.world.files.get(given["file_id"])
        if known is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        path, content = known
        if len(content) > MAX_DOWNLOAD:
            raise bad("file is too big")
        self.world.handed_out.add(path)
        return {
            "file_id": given["file_id"],
            "file_unique_id": f"U{given['file_id']}",
            "file_size": len(content),
            "file_path": path,
        }

    # The account

    def get_me(self, _: Arguments) -> Any:
        return {
            **self.world.me.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    def set_webhook(self, given: Arguments) -> Any:
        url = given["url"]
        if url:
            parts = urlsplit(url)
            local = parts.hostname in ("127.0.0.1", "localhost", "::1")
            if parts.scheme != "https" and not (local and parts.scheme == "http"):
                raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = given.get("secret_token")
        if secret is not None and not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        if not 1 <= given.get("max_connections", 40) <= 100:
            raise bad("max_connections must be between 1 and 100")
        self._allow(given)
        self._drop_pending(given)
        self.world.webhook = {"url": url, "secret": secret or ""} if url else {}
        self.world.news.set()
        return True

    def delete_webhook(self, given: Arguments) -> Any:
        self._drop_pending(given)
        self.world.webhook = {}
        return True

    def get_webhook_info(self, _: Arguments) -> Any:
        return {
            "url": self.world.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.queue),
        }

    def _drop_pending(self, given: Arguments) -> None:
        if given.get("drop_pending_updates"):
            self.world.queue.clear()

    def _allow(self, given: Arguments) -> None:
        if "allowed_updates" in given:
            self.world.allowed = tuple(given["allowed_updates"]) or None

    def set_my_commands(self, given: Arguments) -> Any:
        commands = given["commands"]
        if not 0 < len(commands) <= 100:
            raise bad("BOT_COMMANDS_TOO_MUCH" if commands else "BOT_COMMANDS_EMPTY")
        for command in commands:
            if not _COMMAND.fullmatch(command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= units(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        names = [command["command"] for command in commands]
        if len(set(names)) < len(names):
            raise bad("a command is given twice")
        self.world.commands[self._scope(given)] = commands
        return True

    def get_my_commands(self, given: Arguments) -> Any:
        return self.world.commands.get(self._scope(given), [])

    def _scope(self, given: Arguments) -> tuple[str, str]:
        scope = given.get("scope", {"type": "default"})["type"]
        language = given.get("language_code", "")
        if scope not in _SCOPES:
            raise bad("can't parse BotCommandScope")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise bad("invalid language code specified")
        return scope, language

    # Chats

    def _chat(self, given: Arguments) -> Chat:
        chat = self.world.chats.get(given["chat_id"])
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        if chat.state == "kicked":
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        if chat.state == "stranger" and chat.type != "private":
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        if chat.state != "member":
            raise ApiError(403, f"Forbidden: {_CLOSED[chat.state]}")
        return chat

    def get_chat(self, given: Arguments) -> Any:
        return {**self._chat(given).json(), "accent_color_id": 0, "max_reaction_count": 11}

    def leave_chat(self, given: Arguments) -> Any:
        chat = self._chat(given)
        if chat.type == "private":
            raise bad("chat is a private chat")
        chat.state = "kicked"
        return True

    def send_chat_action(self, given: Arguments) -> Any:
        self._chat(given)
        return True

    # Messages

    def send_message(self, given: Arguments) -> Any:
        text, entities = read(given["text"], given.get("parse_mode"))
        self._length(text, MAX_TEXT, "message is too long")
        content: dict[str, Any] = {"text": text}
        if entities:
            content["entities"] = entities
        return self._send(given, content)

    def send_document(self, given: Arguments) -> Any:
        file = given["document"]
        if not isinstance(file, Upload):
            raise bad("wrong file identifier/HTTP URL specified")
        self._size(file, 50_000_000)
        document = {"file_id": f"doc-{file.name}", "file_unique_id": f"d{len(file.content)}"}
        return self._send(
            given,
            {
                "document": {**document, "file_name": file.name, "file_size": len(file.content)},
                **self._caption(given),
            },
        )

    def send_photo(self, given: Arguments) -> Any:
        file = given["photo"]
        if not isinstance(file, Upload):
            raise bad("wrong file identifier/HTTP URL specified")
        self._size(file, 10_000_000)
        width, height = _measures(file.content)
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        photo = {"file_id": f"photo-{file.name}", "file_unique_id": f"p{len(file.content)}"}
        return self._send(
            given, {"photo": [{**photo, "width": width, "height": height}], **self._caption(given)}
        )

    def _size(self, file: Upload, limit: int) -> None:
        if not file.content:
            raise bad("file must be non-empty")
        if len(file.content) > limit:
            raise ApiError(413, "Request Entity Too Large")
        if not file.name:
            raise bad("a file needs a name")

    def _caption(self, given: Arguments) -> dict[str, Any]:
        if not given.get("caption"):
            return {}
        text, entities = read(given["caption"], given.get("parse_mode"))
        self._length(text, MAX_CAPTION, "message caption is too long")
        return {"caption": text, "caption_entities": entities}

    def _length(self, text: str, limit: int, problem: str) -> None:
        if not text.strip("\u2060\u200b\ufeff "):
            raise bad("message text is empty")
        if units(text) > limit:
            raise bad(problem)

    def _send(self, given: Arguments, content: dict[str, Any]) -> Any:
        chat = self._chat(given)
        topic = given.get("message_thread_id")
        if topic is not None and topic not in chat.topics:
            raise bad("message thread not found")
        reply = given.get("reply_parameters")
        original = None
        if reply is not None:
            original = chat.messages.get(reply["message_id"])
            if original is None and not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        markup = self._keyboard(given)
        self.meter.count(chat.id, self.world.now())
        number = next(chat.ids)
        data: dict[str, Any] = {
            "message_id": number,
            "from": self.world.me.json(),
            "chat": chat.json(),
            "date": self.world.date(),
            **content,
        }
        if markup:
            data["reply_markup"] = markup
        if topic is not None:
            data |= {"message_thread_id": topic, "is_topic_message": True}
        if original is not None:
            data["reply_to_message"] = {
                key: value for key, value in original.data.items() if key != "reply_to_message"
            }
        chat.messages[number] = Message(number, data, mine=True)
        return data

    def _keyboard(self, given: Arguments) -> dict[str, Any] | None:
        markup: dict[str, Any] | None = given.get("reply_markup")
        if markup is None:
            return None
        rows = markup.get("inline_keyboard")
        if rows is None:
            raise bad("only inline keyboards are known here")
        check_keyboard(rows)
        return markup if any(rows) else None

    def _mine(self, given: Arguments) -> tuple[Chat, Message]:
        if given.get("chat_id") is None or given.get("message_id") is None:
            raise bad("message identifier is not specified")
        chat = self._chat(given)
        message = chat.messages.get(given["message_id"])
        if message is None:
            raise bad("message to edit not found")
        if not message.mine:
            raise bad("message can't be edited")
        return chat, message

    def edit_message_text(self, given: Arguments) -> Any:
        if "text" not in given:
            raise bad("message text is empty")
        text, entities = read(given["text"], given.get("parse_mode"))
        self._length(text, MAX_TEXT, "message is too long")
        chat, message = self._mine(given)
        if "text" not in message.data:
            raise bad("there is no text in the message to edit")
        markup = self._keyboard(given)
        old = message.data
        if (old["text"], old.get("entities", []), old.get("reply_markup")) == (text, entities, markup):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        self.meter.count(chat.id, self.world.now())
        content: dict[str, Any] = {"text": text}
        if entities:
            content["entities"] = entities
        if markup:
            content["reply_markup"] = markup
        kept = {key: value for key, value in old.items() if key not in ("text", "entities", "reply_markup")}
        message.data = {**kept, **content, "edit_date": self.world.date()}
        return message.data

    def edit_message_reply_markup(self, given: Arguments) -> Any:
        chat, message = self._mine(given)
        markup = self._keyboard(given)
        if message.data.get("reply_markup") == markup:
            raise bad("message is not modified")
        self.meter.count(chat.id, self.world.now())
        message.data = {**message.data, "reply_markup": markup, "edit_date": self.world.date()}
        if markup is None:
            del message.data["reply_markup"]
        return message.data

    def delete_message(self, given: Arguments) -> Any:
        chat = self._chat(given)
        message = chat.messages.get(given["message_id"])
        if message is None:
            raise bad("message to delete not found")
        if not (message.mine or chat.type == "private" or chat.bot_deletes):
            raise bad("message can't be deleted")
        del chat.messages[given["message_id"]]
        return True

    # Queries

    def answer_callback_query(self, given: Arguments) -> Any:
        if units(given.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self._fresh(self.world.queries, given["callback_query_id"], LIFETIMES["callback_query"])
        return True

    def answer_inline_query(self, given: Arguments) -> Any:
        results = given["results"]
        if len(results) > 50:
            raise bad("RESULTS_TOO_MUCH")
        ids = [result["id"] for result in results]
        if len(set(ids)) < len(ids):
            raise bad("RESULT_ID_DUPLICATE")
        for result in results:
            if result["type"] != "article" or not result["title"].strip():
                raise bad("RESULT_TYPE_INVALID" if result["type"] != "article" else "ARTICLE_TITLE_EMPTY")
            if not 1 <= len(result["id"].encode()) <= 64:
                raise bad("RESULT_ID_INVALID")
            content = result["input_message_content"]
            text, _ = read(content["message_text"], content.get("parse_mode"))
            self._length(text, MAX_TEXT, "MESSAGE_TOO_LONG")
            if "reply_markup" in result:
                check_keyboard(result["reply_markup"]["inline_keyboard"])
        self._fresh(self.world.inline_queries, given["inline_query_id"], LIFETIMES["inline_query"])
        return True

    def _fresh(self, queries: dict[str, float], query_id: str, lifetime: float) -> None:
        asked = queries.get(query_id)
        if asked is None or self.world.now() - asked > lifetime:
            raise bad("query is too old and response timeout expired or query ID is invalid")


def _measures(content: bytes) -> tuple[int, int]:
    """Width and height of a picture; a JPEG is believed to be of ordinary size."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return max(1, width), max(1, height)
    if content.startswith(b"\xff\xd8\xff"):
        return 800, 600
    raise bad("IMAGE_PROCESS_FAILED")
