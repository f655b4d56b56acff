"""Slack: the Web API through slack-bolt and slack-sdk, over HTTP or Socket Mode.

What Slack lacks is degraded in one stated way each: a private reply is a direct message; pictures and
attachments are files that follow the message; a card longer than a message becomes several, the last of
them with the buttons; an edit that would need several is shortened; a form is a modal where an event
brought the right to open one within its three seconds, else a card with a button that opens it. Where the
bot is not in the room, a slash command is answered through the address that Slack gave with it.
"""

from bot.platforms.slack.manifest import manifest
from bot.platforms.slack.platform import Slack

__all__ = ["Slack", "manifest"]
