"""Telegram: the Bot API through python-telegram-bot, by polling or by webhook.

What Telegram lacks is degraded in one stated way each: a private reply is a message in the direct chat;
a picture and every attachment is a message of its own; a card longer than a message becomes several,
the last of them with the buttons; an edit that would need several is shortened; a button of an inline
result is left out unless it opens a page; a form is asked question by question.
"""

from bot.platforms.telegram.platform import Telegram

__all__ = ["Telegram"]
