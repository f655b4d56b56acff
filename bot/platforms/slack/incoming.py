"""From Slack's payloads to ``Incoming``: commands, mentions, messages, buttons, forms, the Home page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from bot.contract import (
    Event,
    FileRef,
    Happened,
    Incoming,
    Lifecycle,
    Opened,
    Place,
    PlaceKind,
    Pressed,
    Said,
    Sender,
    Submitted,
)
from bot.platforms.slack.text import typed
from bot.platforms.slack.views import CALLBACK, filled_in

PLATFORM: Final = "slack"
#: The command that takes anything; Slack sends no command that the manifest does not name.
ANYTHING: Final = "/enlace"
#: Subtypes of messages that a person wrote all the same.
_WRITTEN: Final = ("", "file_share", "thread_broadcast")
_LEFT: Final = ("member_left_channel", "channel_left", "group_left")
#: Longer texts hold nothing that a person asks; they are stored as far as this.
MAX_TEXT: Final = 40_000
#: More files than a message may bring are not counted.
MAX_FILES: Final = 10

Json = dict[str, Any]


class Malformed(ValueError):
    """A payload that Slack would not send."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    account: str
    user: str
    bot: str = ""


def text_of(source: Any, *keys: str) -> str:
    """The text at a path of keys; empty where there is none."""
    for key in keys:
        source = source.get(key) if isinstance(source, dict) else None
    return source if isinstance(source, str) else ""


@dataclass(frozen=True, slots=True)
class Found:
    """An event before anything was asked about its sender.

    ``own``: Slack sends such an event only from the bot's own direct conversation with the sender.
    """

    incoming: Incoming
    own: bool = False

    @property
    def user(self) -> str:
        """The sender's id."""
        return self.incoming.sender.user

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.incoming.place.id


def translate(body: Json, me: Me, now: datetime, is_hook: Callable[[str], bool]) -> list[Found]:
    """What a payload stands for; nothing where it does not concern the program.

    A place whose id begins with D counts as shared here; the caller knows better, see ``Found.own``.

    Raises:
        Malformed: it is none of Slack's.
    """
    kind = text_of(body, "type")
    if kind == "event_callback":
        found = _event(body, me, now)
        return [found] if found is not None else []
    if kind == "block_actions":
        return _pressed(body, me, now, is_hook)
    if kind == "view_submission":
        return _submitted(body, me, now)
    if "command" in body:
        return [_command(body, me, now, is_hook)]
    return []


def private(incoming: Incoming) -> Incoming:
    """The same event, once its place is known to be the bot's own direct conversation with the sender."""
    return replace(incoming, place=replace(incoming.place, kind=PlaceKind.DIRECT))


def _kind(channel: str) -> PlaceKind:
    return PlaceKind.CHANNEL if channel.startswith("C") else PlaceKind.GROUP


def _digest(body: Json) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _instant(stamp: str, now: datetime) -> datetime:
    """Slack's time stamps: seconds, with a counter as a fraction."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return now


def _command(body: Json, me: Me, now: datetime, is_hook: Callable[[str], bool]) -> Found:
    command, channel, user = (text_of(body, key) for key in ("command", "channel_id", "user_id"))
    if not command.startswith("/") or not channel or not user:
        raise Malformed("command")
    said = typed(text_of(body, "text")[:MAX_TEXT])
    text = (said or "/help") if command.lower() == ANYTHING else f"{command} {said}".strip()
    hook = text_of(body, "response_url")
    sender = Sender(PLATFORM, text_of(body, "team_id") or me.account, user, text_of(body, "user_name"))
    incoming = Incoming(
        event_id=f"command:{text_of(body, 'trigger_id') or _digest(body)}",
        place=Place(PLATFORM, me.account, _kind(channel), channel),
        sender=sender,
        event=Said(text),
        sent_at=now,
        reply_token=hook if is_hook(hook) else "",
        trigger=text_of(body, "trigger_id"),
    )
    return Found(incoming)


def _pressed(body: Json, me: Me, now: datetime, is_hook: Callable[[str], bool]) -> list[Found]:
    user, actions = text_of(body, "user", "id"), body.get("actions")
    if not user or not isinstance(actions, list):
        raise Malformed("block_actions")
    channel = text_of(body, "channel", "id") or text_of(body, "container", "channel_id")
    message = text_of(body, "container", "message_ts") or text_of(body, "message", "ts")
    thread = text_of(body, "container", "thread_ts") or text_of(body, "message", "thread_ts")
    home = text_of(body, "container", "type") == "view"
    if not home and (not channel or not message):
        raise Malformed("block_actions")
    place = (
        Place(PLATFORM, me.account, PlaceKind.DIRECT, user)
        if home
        else Place(PLATFORM, me.account, _kind(channel), channel, "" if thread == message else thread)
    )
    hook = text_of(body, "response_url")
    team = text_of(body, "user", "team_id") or text_of(body, "team", "id") or me.account
    sender = Sender(PLATFORM, team, user, text_of(body, "user", "name") or text_of(body, "user", "username"))
    trigger = text_of(body, "trigger_id") or _digest(body)
    found = []
    for number, action in enumerate(actions):
        value = text_of(action, "value")
        if not value:
            # A button that opens a page is reported as well.
            continue
        incoming = Incoming(
            event_id=f"press:{trigger}:{number}",
            place=place,
            sender=sender,
            event=Pressed(value, message),
            sent_at=_instant(text_of(action, "action_ts"), now),
            message_id=message,
            reply_token=hook if is_hook(hook) else "",
            trigger=text_of(body, "trigger_id"),
        )
        found.append(Found(incoming, own=home))
    return found


def _submitted(body: Json, me: Me, now: datetime) -> list[Found]:
    """A modal that was sent. Its place is the direct conversation, wherever it was opened."""
    user, view = text_of(body, "user", "id"), body.get("view")
    number = text_of(view, "id")
    if not user or not number:
        raise Malformed("view_submission")
    if text_of(view, "callback_id") != CALLBACK:
        return []
    state = view.get("state") if isinstance(view, dict) else None
    values = filled_in(state.get("values") if isinstance(state, dict) else None)
    team = text_of(body, "user", "team_id") or text_of(body, "team", "id") or me.account
    incoming = Incoming(
        # A person who gets no answer sends the same view again; it is the same event.
        event_id=f"view:{number}:{text_of(view, 'hash')}"[:160],
        place=Place(PLATFORM, me.account, PlaceKind.DIRECT, user),
        sender=Sender(
            PLATFORM, team, user, text_of(body, "user", "name") or text_of(body, "user", "username")
        ),
        event=Submitted(text_of(view, "private_metadata")[:64], values),
        sent_at=now,
        trigger=text_of(body, "trigger_id"),
    )
    return [Found(incoming, own=True)]


@dataclass(frozen=True, slots=True)
class Typing:
    """What is being typed into a field of a modal: ``at`` is as when it is sent, with that text alone."""

    at: Found
    field: str


def typing(body: Json, me: Me, now: datetime) -> Typing | None:
    """What a select that asks for its options (``block_suggestion``) is about; ``None`` outside our modals.

    Raises:
        Malformed: it is none of Slack's.
    """
    view, field = body.get("view"), text_of(body, "block_id")
    if not field or not text_of(body, "user", "id"):
        raise Malformed("block_suggestion")
    if text_of(view, "callback_id") != CALLBACK:
        return None
    state = {"values": {field: {field: {"value": text_of(body, "value")[:MAX_TEXT]}}}}
    (found,) = _submitted({**body, "view": {**body["view"], "state": state}}, me, now)
    return Typing(found, field)


def _closed(user: object) -> Json:
    """The account that was closed, of Slack's ``user`` object; an empty one where it was not."""
    return user if isinstance(user, dict) and user.get("deleted") is True else {}


def _event(body: Json, me: Me, now: datetime) -> Found | None:
    event, event_id = body.get("event"), text_of(body, "event_id")
    if not isinstance(event, dict) or not event_id:
        raise Malformed("event_callback")
    kind = text_of(event, "type")
    channel, user = text_of(event, "channel"), text_of(event, "user")
    heard: Event | None = None
    own = False
    if kind == "app_mention" or (kind == "message" and text_of(event, "channel_type") == "im"):
        own = kind == "message"
        if own != channel.startswith("D") or not _is_written(event, me):
            return None
        text = typed(text_of(event, "text")[:MAX_TEXT], addressee=me.user)
        files = _files(event) if own else ()
        heard = Said(text, files=files) if text or files or not own else None
    elif kind == "app_home_opened" and text_of(event, "tab") in ("", "home"):
        heard, own, channel = Opened(), True, channel or user
    elif kind == "member_joined_channel" and user == me.user:
        heard, user = Happened(Lifecycle.JOINED), text_of(event, "inviter")
    elif kind in _LEFT and (user == me.user or kind != "member_left_channel"):
        heard, user = Happened(Lifecycle.REMOVED), text_of(event, "actor_id")
    elif kind == "user_change" and (gone := _closed(event.get("user"))):
        heard, own, user = Happened(Lifecycle.DEPARTED), True, text_of(gone, "id")
        channel, event = user, {**event, "user_team": text_of(gone, "team_id")}
    if heard is None or not channel or not (user or isinstance(heard, Happened)):
        return None
    stamp = text_of(event, "ts") or text_of(event, "event_ts")
    thread = text_of(event, "thread_ts")
    team = text_of(event, "user_team") or text_of(event, "team") or text_of(body, "team_id") or me.account
    incoming = Incoming(
        event_id=event_id,
        place=Place(PLATFORM, me.account, _kind(channel), channel, "" if thread == stamp else thread),
        sender=Sender(PLATFORM, team, user or me.user, person=bool(user)),
        event=heard,
        sent_at=_instant(stamp or str(body.get("event_time") or ""), now),
        message_id=stamp if isinstance(heard, Said) else "",
        relayed="edited" in event,
    )
    return Found(incoming, own=own)


def _files(event: Json) -> tuple[FileRef, ...]:
    """The files that Slack keeps for a message; those that it only links to are not."""
    found = event.get("files")
    refs = []
    for item in found[:MAX_FILES] if isinstance(found, list) else ():
        handle = text_of(item, "url_private_download") or text_of(item, "url_private")
        if handle and isinstance(item, dict) and item.get("is_external") is not True:
            size = item.get("size")
            media_type = text_of(item, "mimetype") or "application/octet-stream"
            name = text_of(item, "name") or "file"
            refs.append(FileRef(name, media_type, size if isinstance(size, int) else 0, handle[:2000]))
    return tuple(refs)


def _is_written(event: Json, me: Me) -> bool:
    """Whether a person wrote this message just now."""
    if event.get("bot_id") or text_of(event, "subtype") not in _WRITTEN or event.get("hidden") is True:
        return False
    return text_of(event, "user") not in ("", me.user, "USLACKBOT")
