"""What each method of the local Slack does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.support.slack.blockkit import check_blocks
from tests.support.slack.methods import ApiError
from tests.support.slack.shapes import Invalid, escaped, string
from tests.support.slack.views import check_view
from tests.support.slack.world import APP_ID, BOT_ID, BOT_USER, TEAM, Channel, Hook, World

MAX_TEXT: Final = 40_000
MAX_METADATA: Final = 8_000
Given = dict[str, Any]


class Api:
    """The methods by name; each takes its arguments and returns the answer without ``ok``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.methods: dict[str, Callable[[Given], Given]] = {
            "auth.test": self.auth_test,
            "chat.postMessage": self.post_message,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "conversations.open": self.open,
            "conversations.info": self.info,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.members": self.members,
            "users.info": self.user,
            "views.publish": self.publish,
            "views.open": self.open_view,
            "views.update": self.update_view,
            "files.getUploadURLExternal": self.announce_file,
            "files.completeUploadExternal": self.share_files,
        }
        #: Where files are sent; set by the server.
        self.url = ""

    def auth_test(self, _: Given) -> Given:
        return {
            "url": "https://local.slack.test/",
            "team": "Local",
            "user": "enlace",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    # Messages

    def _channel(self, name: str, *, opens: bool = False) -> Channel:
        """A channel that the bot may write in."""
        if name[:1] == "U" and opens:
            if name not in self.world.users:
                raise ApiError("channel_not_found")
            return self.world.direct(name)
        channel = self.world.channels.get(name)
        if channel is None:
            raise ApiError("channel_not_found")
        if BOT_USER not in channel.members:
            raise ApiError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
        if channel.archived:
            raise ApiError("is_archived")
        return channel

    def post_message(self, given: Given) -> Given:
        channel = self._channel(given["channel"], opens=True)
        thread = given.get("thread_ts")
        if thread and thread not in channel.messages:
            raise ApiError("thread_not_found")
        message = self.world.post(channel, **_said(given), **({"thread_ts": thread} if thread else {}))
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def post_ephemeral(self, given: Given) -> Given:
        channel = self._channel(given["channel"])
        if given["user"] not in channel.members:
            raise ApiError("user_not_in_channel")
        _said(given)
        return {"message_ts": self.world.stamp()}

    def _own(self, given: Given) -> dict[str, Any]:
        message = self._channel(given["channel"]).messages.get(given["ts"])
        if message is None:
            raise ApiError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise ApiError("cant_update_message")
        return message

    def update(self, given: Given) -> Given:
        message = self._own(given)
        changed = _said(given)
        message.update({key: changed[key] for key in ("text", "blocks", "metadata") if key in changed})
        message["edited"] = {"user": BOT_USER, "ts": self.world.stamp()}
        return {
            "channel": given["channel"],
            "ts": given["ts"],
            "text": message["text"],
            "message": dict(message),
        }

    def delete(self, given: Given) -> Given:
        self._own(given)
        del self.world.channels[given["channel"]].messages[given["ts"]]
        return {"channel": given["channel"], "ts": given["ts"]}

    def respond(self, hook: Hook, given: Given) -> Given:
        """Use a response_url.

        Raises:
            ApiError: it is used up, too old, or the message is not valid.
        """
        if hook.uses <= 0:
            raise ApiError("used_url", status=404)
        if self.world.now() > hook.until:
            raise ApiError("expired_url", status=404)
        known = {"response_type", "replace_original", "delete_original", "thread_ts", "mrkdwn"}
        known |= {"text", "blocks", "attachments", "parse", "link_names", "unfurl_links", "unfurl_media"}
        if unknown := set(given) - known:
            raise ApiError(f"unknown_argument_{min(unknown)}", status=400)
        try:
            said = _said(given)
        except ApiError as error:
            raise ApiError(error.code, status=400, **error.more) from None
        hook.uses -= 1
        channel = self.world.channels[hook.channel]
        if given.get("replace_original"):
            message = channel.messages.get(hook.message)
            if message is None:
                raise ApiError("message_not_found", status=404)
            message.update({key: said[key] for key in ("text", "blocks")})
            return {"channel": channel.id, "ts": hook.message, "message": dict(message), "edited": True}
        if given.get("response_type") != "in_channel":
            return {"channel": channel.id, "ts": "", "message": said, "to": hook.user}
        message = self.world.post(channel, **said)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    # Conversations and people

    def open(self, given: Given) -> Given:
        users = given.get("users", "").split(",")
        if len(users) != 1:
            raise ApiError("not_supported_here")
        user = self.world.users.get(users[0])
        if user is None:
            raise ApiError("user_not_found")
        if user.deleted:
            raise ApiError("user_disabled")
        if user.is_bot:
            raise ApiError("cannot_dm_bot")
        return {"channel": {"id": self.world.direct(user.id).id}}

    def info(self, given: Given) -> Given:
        channel = self.world.channels.get(given["channel"])
        if channel is None or (channel.kind != "channel" and BOT_USER not in channel.members):
            raise ApiError("channel_not_found")
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_im": channel.kind == "im",
                "is_archived": channel.archived,
                "is_member": BOT_USER in channel.members,
            }
        }

    def history(self, given: Given) -> Given:
        channel = self._channel(given["channel"])
        found = [message for message in channel.messages.values() if not _is_reply(message)]
        return _page(given, found)

    def replies(self, given: Given) -> Given:
        channel = self._channel(given["channel"])
        if given["ts"] not in channel.messages:
            raise ApiError("thread_not_found")
        return _page(
            given,
            [
                message
                for message in channel.messages.values()
                if given["ts"] in (message["ts"], message.get("thread_ts"))
            ],
        )

    def members(self, given: Given) -> Given:
        return {
            "members": sorted(self._channel(given["channel"]).members),
            "response_metadata": {"next_cursor": ""},
        }

    def user(self, given: Given) -> Given:
        user = self.world.users.get(given["user"])
        if user is None:
            raise ApiError("user_not_found")
        return {"user": user.json(locale=given.get("include_locale", False))}

    # Views

    def publish(self, given: Given) -> Given:
        _valid(check_view, given["view"], "invalid_arguments")
        if given["view"]["type"] != "home" or given["user_id"] not in self.world.users:
            raise ApiError("invalid_arguments")
        self.world.homes[given["user_id"]] = given["view"]
        return {"view": {"id": self.world.fresh("V"), "hash": self.world.stamp(), **given["view"]}}

    def open_view(self, given: Given) -> Given:
        trigger, world = given.get("trigger_id"), self.world
        if not trigger:
            raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] trigger_id"]})
        if trigger in world.exchanged:
            raise ApiError("exchanged_trigger_id")
        if trigger not in world.triggers:
            raise ApiError("invalid_trigger_id")
        until, user = world.triggers[trigger]
        if world.now() > until:
            raise ApiError("expired_trigger_id")
        _valid(check_view, given["view"], "invalid_arguments")
        if given["view"]["type"] != "modal":
            raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] view.type"]})
        # The right is used up even where nobody will ever see the answer.
        world.exchanged.add(trigger)
        view = {"id": world.fresh("V"), "hash": world.stamp(), **given["view"]}
        world.views[view["id"]], world.modals[user] = view, view["id"]
        return {"view": view, "user": user}

    def update_view(self, given: Given) -> Given:
        _valid(check_view, given["view"], "invalid_arguments")
        if ("view_id" in given) == ("external_id" in given):
            raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] view_id"]})
        view = self.world.views.get(given.get("view_id", ""))
        if view is None:
            raise ApiError("not_found")
        if given.get("hash", view["hash"]) != view["hash"]:
            raise ApiError("hash_conflict")
        view.update({**given["view"], "hash": self.world.stamp()})
        return {"view": dict(view)}

    # Files

    def announce_file(self, given: Given) -> Given:
        from tests.support.slack.world import File

        if given["length"] <= 0 or not given["filename"]:
            raise ApiError("invalid_arguments")
        file = File(self.world.fresh("F"), given["filename"], given["length"])
        self.world.files[file.id] = file
        return {"upload_url": f"{self.url}/upload/{file.id}", "file_id": file.id}

    def share_files(self, given: Given) -> Given:
        channel = self._channel(given["channel_id"]) if "channel_id" in given else None
        files = []
        for item in given["files"]:
            file = self.world.files.get(item.get("id", "")) if isinstance(item, dict) else None
            if file is None or not file.uploaded or file.shared:
                raise ApiError("file_not_found")
            file.title, file.shared = item.get("title", file.name), True
            files.append({"id": file.id, "name": file.name, "title": file.title})
        answer: Given = {"files": files}
        if channel is not None:
            thread = {"thread_ts": given["thread_ts"]} if "thread_ts" in given else {}
            message = self.world.post(channel, user=BOT_USER, bot_id=BOT_ID, text="", files=files, **thread)
            answer |= {"channel": channel.id, "ts": message["ts"], "message": message}
        return answer


def _is_reply(message: Given) -> bool:
    return bool(message.get("thread_ts")) and message["thread_ts"] != message["ts"]


def _page(given: Given, found: list[dict[str, Any]]) -> Given:
    """Newest first, within the given times, a page at a time; metadata only where asked for."""
    oldest, latest = float(given.get("oldest", 0)), float(given.get("latest", 1e12))
    found = [message for message in reversed(found) if oldest < float(message["ts"]) < latest]
    limit, start = min(999, given.get("limit", 100)), int(given.get("cursor") or 0)
    more = str(start + limit) if start + limit < len(found) else ""
    page = [dict(message) for message in found[start : start + limit]]
    if not given.get("include_all_metadata"):
        for message in page:
            message.pop("metadata", None)
    return {"messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}


def _valid(check: Callable[[Any], None], value: Any, code: str) -> None:
    try:
        check(value)
    except Invalid as error:
        raise ApiError(code, response_metadata={"messages": [f"[ERROR] {error}"]}) from None


def _said(given: Given) -> Given:
    """The content of a message, checked: valid, within limits, free of other people's markup.

    Raises:
        ApiError: as Slack refuses it, or stricter.
    """
    text, blocks = given.get("text", ""), given.get("blocks")
    if not text and not blocks:
        raise ApiError("no_text")
    if given.get("attachments") or given.get("markdown_text"):
        raise ApiError("invalid_attachments")
    _valid(lambda value: string(MAX_TEXT)(value, "text"), text, "msg_too_long")
    _valid(lambda value: escaped(value, "text"), text, "unescaped_markup")
    if given.get("link_names") or given.get("parse", "none") not in ("none", ""):
        raise ApiError("names_would_be_linked")
    if blocks is not None:
        _valid(check_blocks, blocks, "invalid_blocks")
    if (metadata := given.get("metadata")) is not None:
        if not isinstance(metadata.get("event_type"), str) or not isinstance(
            metadata.get("event_payload"), dict
        ):
            raise ApiError("invalid_metadata_format")
        if len(str(metadata)) > MAX_METADATA:
            raise ApiError("metadata_too_large")
    found = {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM, "text": text}
    found |= {"blocks": blocks or []} | ({"metadata": metadata} if metadata is not None else {})
    return found
