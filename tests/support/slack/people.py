"""The other side of the bot: people who write, mention, command, press and open."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from tests.support.slack.inbound import Inbound
from tests.support.slack.views import check_options
from tests.support.slack.world import APP_ID, BOT_ID, BOT_USER, TEAM, Channel, User, World


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class People:
    """Makes people and rooms of a :class:`World`, and lets them act. Actions return the event's id."""

    def __init__(self, world: World, inbound: Inbound) -> None:
        self.world = world
        self.inbound = inbound
        #: Where response addresses lead; set by the server.
        self.url = ""
        #: What came up in selects, by view and block: nothing else can be submitted there.
        self._offered: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def user(
        self,
        name: str = "Ana",
        *,
        locale: str = "en-US",
        tz: str = "America/New_York",
        team: str = TEAM,
        number: str = "",
    ) -> User:
        """A person of the workspace, or of another one."""
        user = User(number or self.world.fresh("U"), name, locale, tz, team)
        self.world.users[user.id] = user
        return user

    def channel(
        self, *members: User, name: str = "general", private: bool = False, bot: bool = True
    ) -> Channel:
        """A channel; ``bot``: the bot is in it."""
        ids = {user.id for user in members} | ({BOT_USER} if bot else set())
        return self.world.open("group" if private else "channel", ids, name)

    def between(self, *members: User) -> Channel:
        """A direct conversation of people, without the bot."""
        return self.world.open("im", {user.id for user in members})

    def direct(self, user: User) -> Channel:
        """The bot's direct conversation with a person."""
        return self.world.direct(user.id)

    def event(self, event: dict[str, Any]) -> str:
        """Any event of the Events API."""
        key = self.world.fresh("Ev")
        payload = {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": APP_ID,
            "type": "event_callback",
            "event_id": key,
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
            "event": event,
        }
        self.inbound.send("events_api", payload, key)
        return key

    def _message(self, user: User, text: str, channel: Channel, thread: str, more: dict[str, Any]) -> Any:
        threaded = {"thread_ts": thread} if thread else {}
        message = self.world.post(channel, user=user.id, team=user.team, text=text, **threaded)
        return {
            **message,
            "channel": channel.id,
            "event_ts": message["ts"],
            "client_msg_id": self.world.fresh("m"),
            **more,
        }

    def say(self, user: User, text: str, *, thread: str = "", raw: bool = False, **more: Any) -> str:
        """A direct message to the bot; ``raw``: ``text`` is markup as Slack writes it."""
        said = text if raw else _escape(text)
        message = self._message(user, said, self.direct(user), thread, more)
        return self.event({**message, "type": "message", "channel_type": "im"})

    def bring(self, user: User, name: str, content: bytes, text: str = "", **more: Any) -> str:
        """A direct message to the bot with a file."""
        number = self.world.fresh("F")
        self.world.given[number] = content
        file = {
            "id": number,
            "name": name,
            "title": name,
            "mimetype": "text/csv" if name.endswith(".csv") else "application/octet-stream",
            "mode": "hosted",
            "is_external": False,
            "size": len(content),
            "user": user.id,
            "url_private": f"{self.url}/files-pri/{TEAM}-{number}/{name}",
            "url_private_download": f"{self.url}/files-pri/{TEAM}-{number}/download/{name}",
        }
        return self.say(user, text, subtype="file_share", files=[file], **more)

    def mention(
        self, user: User, text: str, channel: Channel, *, thread: str = "", raw: bool = False, **more: Any
    ) -> str:
        """A message in a channel that mentions the bot."""
        said = f"<@{BOT_USER}> {text if raw else _escape(text)}"
        return self.event({**self._message(user, said, channel, thread, more), "type": "app_mention"})

    def command(self, user: User, line: str, channel: Channel | None = None, **more: Any) -> str:
        """A slash command, typed as ``line``."""
        channel = channel or self.direct(user)
        command, _, text = line.partition(" ")
        trigger = self.world.trigger(user.id)
        payload = {
            "token": "unused",
            "api_app_id": APP_ID,
            "team_id": user.team,
            "team_domain": "local",
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind == "im" else channel.name,
            "user_id": user.id,
            "user_name": user.name.lower(),
            "command": command,
            "text": _escape(text),
            "response_url": f"{self.url}/commands/{self.world.hook(channel.id, user.id)}",
            "trigger_id": trigger,
            "is_enterprise_install": "false",
            **more,
        }
        self.inbound.send("slash_commands", payload, trigger)
        return trigger

    def press(self, user: User, channel: Channel, stamp: str, value: str, **more: Any) -> str:
        """A button is pressed; it must be there."""
        message = channel.messages[stamp]
        button = next(item for item in buttons_of(message) if item.get("value", "") == value)
        trigger = self.world.trigger(user.id)
        thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "local"},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
            "api_app_id": APP_ID,
            "token": "unused",
            "container": {
                "type": "message",
                "message_ts": stamp,
                "channel_id": channel.id,
                "is_ephemeral": False,
                **thread,
            },
            "trigger_id": trigger,
            "channel": {"id": channel.id, "name": channel.name},
            "message": message,
            "response_url": f"{self.url}/actions/{self.world.hook(channel.id, user.id, stamp)}",
            "actions": [{**button, "block_id": "x", "action_ts": self.world.stamp()}],
            **more,
        }
        self.inbound.send("interactive", payload, trigger)
        return trigger

    async def type(self, user: User, view: dict[str, Any], name: str, text: str) -> list[dict[str, Any]]:
        """Something is typed into a select of an open modal; the options that come up, to be submitted.

        Raises:
            ValueError: Slack would not ask for them, or not take the answer.
        """
        block = next(block for block in view["blocks"] if block.get("block_id") == name)
        element = block["element"]
        if element["type"] != "external_select":
            raise ValueError(f"{name} does not ask for its options")
        if len(text) < element.get("min_query_length", 3):
            raise ValueError(f"{text!r} is too short to be asked about")
        answer = await self.inbound.ask(
            {
                "type": "block_suggestion",
                "team": {"id": TEAM, "domain": "local"},
                "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
                "container": {"type": "view", "view_id": view["id"]},
                "api_app_id": APP_ID,
                "token": "unused",
                "action_id": element["action_id"],
                "block_id": name,
                "value": text,
                "view": {**view, "team_id": TEAM, "app_id": APP_ID, "bot_id": BOT_ID},
                "is_enterprise_install": False,
                "enterprise": None,
            }
        )
        check_options(answer, name)
        options: list[dict[str, Any]] = answer["options"]
        self._offered.setdefault((view["id"], name), []).extend(options)
        return options

    def submit(self, user: User, view: dict[str, Any], values: Mapping[str, str], **more: Any) -> str:
        """A modal that is open is sent with ``values`` by block id, as Slack's own client lets it be sent.

        Raises:
            ValueError: Slack's client would not send it: something required is empty, an answer is too long
                or of another kind.
        """
        trigger = self.world.trigger(user.id)
        inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
        if unknown := set(values) - set(inputs):
            raise ValueError(f"the view has no {sorted(unknown)}")
        state = {
            name: {
                block["element"]["action_id"]: _filled(
                    block, values.get(name, ""), self._offered.get((view["id"], name), [])
                )
            }
            for name, block in inputs.items()
        }
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "local"},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
            "api_app_id": APP_ID,
            "token": "unused",
            "trigger_id": trigger,
            "view": {**view, "team_id": TEAM, "app_id": APP_ID, "bot_id": BOT_ID, "state": {"values": state}},
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
            **more,
        }
        self.inbound.send("interactive", payload, trigger)
        return trigger

    def open_home(self, user: User, tab: str = "home") -> str:
        """The bot's own page is opened."""
        channel = self.direct(user)
        return self.event(
            {
                "type": "app_home_opened",
                "user": user.id,
                "channel": channel.id,
                "tab": tab,
                "event_ts": self.world.stamp(),
            }
        )

    def invite(self, user: User, channel: Channel) -> str:
        """The bot is added to a channel."""
        channel.members.add(BOT_USER)
        return self.event(
            {
                "type": "member_joined_channel",
                "user": BOT_USER,
                "channel": channel.id,
                "channel_type": "C",
                "team": TEAM,
                "inviter": user.id,
                "event_ts": self.world.stamp(),
            }
        )


def _filled(block: dict[str, Any], value: str, came_up: list[dict[str, Any]]) -> dict[str, Any]:
    """The state of one input; ``came_up``: what was offered in it while somebody typed."""
    element, kind = block["element"], block["element"]["type"]
    if not value and not block.get("optional", False):
        raise ValueError(f"{block['block_id']} is required")
    if len(value) > element.get("max_length", 3000):
        raise ValueError(f"{block['block_id']} is too long")
    found: dict[str, Any] = {"type": kind}
    if kind in ("static_select", "external_select"):
        standing = [element["initial_option"]] if "initial_option" in element else []
        offered = element["options"] if kind == "static_select" else [*standing, *came_up]
        options = [item for item in offered if item["value"] == value]
        if value and not options:
            raise ValueError(f"{value!r} is not offered")
        return found | {"selected_option": options[0] if options else None}
    if kind == "datepicker":
        if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError(f"{value!r} is no day")
        return found | {"selected_date": value or None}
    if kind == "timepicker":
        return found | {"selected_time": value or None}
    if kind == "number_input" and value and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise ValueError(f"{value!r} is no number")
    if kind == "email_text_input" and value and "@" not in value:
        raise ValueError(f"{value!r} is no address")
    return found | {"value": value or None}


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message, in order."""
    return [
        element
        for block in message.get("blocks") or ()
        if block["type"] == "actions"
        for element in block["elements"]
    ]
