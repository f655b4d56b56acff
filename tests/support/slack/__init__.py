"""A local Slack: the Web API over real HTTP, Socket Mode, stricter than the real one; and a driver."""

from tests.support.faults import Fault
from tests.support.slack.limits import Limits
from tests.support.slack.server import SlackServer
from tests.support.slack.talk import SlackTalk

__all__ = ["Fault", "Limits", "SlackServer", "SlackTalk"]
