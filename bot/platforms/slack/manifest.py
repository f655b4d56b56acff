"""The app manifest, made from the menu: ``enlace manifest slack``.

Keys and limits: Slack's manifest schema, version 2 (github.com/slackapi/manifest-schema).
"""

from __future__ import annotations

import re
from typing import Any, Final

from bot.contract import Menu, MenuEntry
from bot.plain import one_line, shorten

#: What the bot needs: commands and writing, direct messages, mentions, names with locale and zone, files,
#: rooms it was added to; histories serve to settle deliveries in doubt.
SCOPES: Final = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
    "users:read.email",
)
EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_left",
    "group_left",
    "member_joined_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
MAX_COMMANDS: Final = 50
MAX_NAME: Final = 32
MAX_DESCRIPTION: Final = 140
MAX_USAGE: Final = 140
PATH: Final = "/slack/events"
#: Commands that Slack keeps for itself; they are reached as "/enlace help" and the like.
RESERVED: Final = frozenset(
    {
        "active",
        "apps",
        "archive",
        "away",
        "call",
        "collapse",
        "dm",
        "dnd",
        "expand",
        "feed",
        "feedback",
        "help",
        "invite",
        "invite_people",
        "join",
        "kick",
        "leave",
        "me",
        "msg",
        "mute",
        "open",
        "part",
        "prefs",
        "remind",
        "remove",
        "rename",
        "search",
        "shortcuts",
        "shrug",
        "star",
        "status",
        "todo",
        "topic",
        "trigger",
        "who",
    }
)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


def manifest(menu: Menu, *, url: str | None, socket_mode: bool) -> dict[str, Any]:
    """The manifest as plain data.

    ``url`` is the program's public address, needed unless ``socket_mode``. English names of commands
    come first, then those of the other languages, as many as Slack allows.
    """
    address = f"{url.rstrip('/')}{PATH}" if url and not socket_mode else None
    where = {"request_url": address} if address else {}
    # Where selects ask for what they offer (docs.slack.dev/reference/app-manifest).
    options = {"message_menu_options_url": address} if address else {}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Enlace",
            "description": "The directory of focal points and projects",
            "background_color": "#1f3a5f",
        },
        "features": {
            "bot_user": {"display_name": "Enlace", "always_online": True},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "slash_commands": [_command(entry, address) for entry in _entries(menu)],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **where, **options},
            "socket_mode_enabled": socket_mode,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def _entries(menu: Menu) -> list[MenuEntry]:
    """The commands to register: the one that takes anything, English, then the other languages."""
    usage = "project ACS-SF-001"
    found = {"enlace": MenuEntry("enlace", "Ask anything: a code, a country, a name", usage)}
    languages = sorted(menu.private, key=lambda language: (language != "en", language))
    for language in languages:
        _add(found, menu.private[language])
    return list(found.values())[:MAX_COMMANDS]


def _add(found: dict[str, MenuEntry], entries: tuple[MenuEntry, ...]) -> None:
    for entry in entries:
        name = entry.name.lower()
        if _NAME.fullmatch(name) and len(name) < MAX_NAME and name not in RESERVED:
            found.setdefault(name, entry)


def _command(entry: MenuEntry, address: str | None) -> dict[str, Any]:
    name = entry.name.lower()
    found: dict[str, Any] = {
        "command": f"/{name}",
        "description": shorten(one_line(entry.summary), MAX_DESCRIPTION) or name,
        "should_escape": False,
    }
    # The hint stands after the name, so it shows only what is typed after it.
    usage = one_line(entry.usage).removeprefix(f"/{entry.name}").strip()
    if usage:
        found["usage_hint"] = shorten(usage, MAX_USAGE)
    if address:
        found["url"] = address
    return found
