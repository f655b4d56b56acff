"""A local Telegram: the Bot API over real HTTP, stricter than the real one, and a driver for people."""

from tests.support.faults import Fault
from tests.support.telegram.server import TelegramServer
from tests.support.telegram.talk import TelegramTalk

__all__ = ["Fault", "TelegramServer", "TelegramTalk"]
