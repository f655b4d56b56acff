"""The other side of the bot: people who write, press, ask inline, come and go."""

from __future__ import annotations

import itertools
import re
from typing import Any, Final

from tests.support.telegram.markup import units
from tests.support.telegram.world import Chat, Message, User, World

_COMMAND: Final = re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@\w+)?")
_MENTION: Final = re.compile(r"(?<!\w)@\w{4,32}")
#: The rights of an administrator of a channel (Bot API, ChatMemberAdministrator).
ADMINISTRATOR: Final = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
)


def _standing(chat: Chat) -> str:
    return "administrator" if chat.type == "channel" else "member"


class People:
    """Makes people and rooms of a :class:`World`, and lets them act."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._user_ids = itertools.count(5001)
        self._group_ids = itertools.count(1)

    def user(
        self, name: str = "Ana", *, language: str = "en", number: int | None = None, started: bool = True
    ) -> User:
        """A person; ``started``: they have opened the chat with the bot, so that it may write to them."""
        user = User(number or next(self._user_ids), name, language)
        self.world.users[user.id] = user
        chat = Chat(user.id, "private", person=user, state="member" if started else "stranger")
        self.world.chats[user.id] = chat
        return user

    def group(self, title: str = "Group", *, basic: bool = False, topics: tuple[int, ...] = ()) -> Chat:
        """A supergroup, a basic group, or a forum with ``topics``."""
        number = next(self._group_ids)
        chat = Chat(
            -number if basic else -1_000_000_000_000 - number,
            "group" if basic else "supergroup",
            title,
            topics=set(topics),
            is_forum=bool(topics),
        )
        self.world.chats[chat.id] = chat
        return chat

    def channel(self, title: str = "Channel", username: str = "", *, member: bool = True) -> Chat:
        """A broadcast channel, with a public name perhaps; ``member``: the bot is an administrator of it."""
        number = -1_000_000_900_000 - next(self._group_ids)
        chat = Chat(number, "channel", title, username, state="member" if member else "stranger")
        self.world.chats[chat.id] = chat
        return chat

    def private(self, user: User) -> Chat:
        """The chat of a person with the bot."""
        return self.world.chats[user.id]

    def say(
        self,
        user: User | None,
        text: str,
        chat: Chat | None = None,
        *,
        topic: int = 0,
        reply_to: int = 0,
        **more: Any,
    ) -> int | None:
        """A message; returns the update's id. ``more``: further fields of the message."""
        if chat is None:
            assert user is not None
            chat = self.private(user)
            chat.state = "member" if chat.state == "stranger" else chat.state
        number = next(chat.ids)
        data: dict[str, Any] = {
            "message_id": number,
            "date": self.world.date(),
            "chat": chat.json(),
            "text": text,
        }
        if chat.type == "channel":
            assert user is None, "a post of a channel tells nobody who wrote it"
            data["sender_chat"] = chat.json()
        elif user is not None:
            data["from"] = user.json()
        entities = [
            {
                "type": kind,
                "offset": units(text[: match.start()]),
                "length": units(match[0]),
            }
            for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
            for match in pattern.finditer(text)
        ]
        if entities:
            data["entities"] = entities
        if topic:
            data |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to:
            data["reply_to_message"] = chat.messages[reply_to].data
        data |= more
        chat.messages[number] = Message(number, data, mine=False)
        if chat.type == "channel":
            return self.world.issue(channel_post=data)
        return self.world.issue(message=data)

    def bring(
        self,
        user: User,
        name: str,
        content: bytes,
        chat: Chat | None = None,
        *,
        caption: str = "",
        media_type: str = "application/octet-stream",
        **more: Any,
    ) -> int | None:
        """A message with a document; returns the update's id."""
        file_id = f"BQACAgI{len(self.world.files) + 1:06d}"
        self.world.files[file_id] = (f"documents/file_{len(self.world.files) + 1}", content)
        document = {
            "file_id": file_id,
            "file_unique_id": f"U{file_id}",
            "file_name": name,
            "mime_type": media_type,
            "file_size": len(content),
        }
        if chat is None:
            chat = self.private(user)
            chat.state = "member" if chat.state == "stranger" else chat.state
        number = next(chat.ids)
        data: dict[str, Any] = {
            "message_id": number,
            "date": self.world.date(),
            "chat": chat.json(),
            "from": user.json(),
            "document": document,
            **more,
        }
        if caption:
            data["caption"] = caption
        chat.messages[number] = Message(number, data, mine=False)
        return self.world.issue(message=data)

    def press(self, user: User, chat: Chat, message_id: int, data: str) -> str:
        """A button is pressed; returns the query's id."""
        message = chat.messages[message_id].data
        query = self.world.query_id()
        self.world.queries[query] = self.world.now()
        self.world.issue(
            callback_query={
                "id": query,
                "from": user.json(),
                "message": message,
                "chat_instance": str(chat.id),
                "data": data,
            }
        )
        return query

    def ask_inline(self, user: User, text: str) -> str:
        """An inline query is typed; returns its id."""
        query = self.world.query_id()
        self.world.inline_queries[query] = self.world.now()
        self.world.issue(
            inline_query={
                "id": query,
                "from": user.json(),
                "query": text,
                "offset": "",
                "chat_type": "sender",
            }
        )
        return query

    def _membership(self, chat: Chat, user: User, old: str, new: str) -> None:
        me = self.world.me.json()

        def member(status: str) -> dict[str, Any]:
            more: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
            if status == "administrator":
                more = {"can_be_edited": False, **dict.fromkeys(ADMINISTRATOR, True)}
            return {"user": me, "status": status, **more}

        self.world.issue(
            my_chat_member={
                "chat": chat.json(),
                "from": user.json(),
                "date": self.world.date(),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            }
        )

    def block(self, user: User) -> None:
        """A person blocks the bot."""
        chat = self.private(user)
        chat.state = "blocked"
        self._membership(chat, user, "member", "kicked")

    def unblock(self, user: User) -> None:
        """A person lets the bot write again."""
        chat = self.private(user)
        chat.state = "member"
        self._membership(chat, user, "kicked", "member")

    def add_bot(self, user: User, chat: Chat) -> None:
        """The bot is added to a room; a channel takes no bot but as an administrator."""
        chat.state = "member"
        self._membership(chat, user, "left", _standing(chat))

    def remove_bot(self, user: User, chat: Chat) -> None:
        """The bot is taken out of a room."""
        chat.state = "kicked"
        self._membership(chat, user, _standing(chat), "kicked")

    def migrate(self, user: User, chat: Chat) -> Chat:
        """A basic group becomes a supergroup; returns the new chat."""
        new = self.group(chat.title)
        chat.migrated_to = new.id
        for room, field, other in (
            (chat, "migrate_to_chat_id", new.id),
            (new, "migrate_from_chat_id", chat.id),
        ):
            self.world.issue(
                message={
                    "message_id": next(room.ids),
                    "date": self.world.date(),
                    "chat": room.json(),
                    "from": user.json(),
                    field: other,
                }
            )
        return new
