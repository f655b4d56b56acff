"""Files that people send to the bot on Slack."""

from __future__ import annotations

import pytest

from bot.contract import FileRef, Said
from bot.platforms.slack import Slack
from bot.platforms.slack.client import Client
from bot.platforms.slack.outcomes import Problem
from tests.bot.platforms.slack.conftest import Inbox, slack
from tests.support.slack import SlackServer


async def test_a_file_comes_with_its_words_and_is_fetched(
    server: SlackServer, platform: Slack, inbox: Inbox
) -> None:
    server.people.bring(server.people.user("Ana"), "liste.csv", b"Pays;Nom\n", "ACS")
    (event,) = await inbox.until(1)
    said = event.event
    assert isinstance(said, Said)
    assert said.text == "ACS"
    (file,) = said.files
    assert (file.name, file.media_type, file.size) == ("liste.csv", "text/csv", 9)
    assert await platform.fetch(file) == b"Pays;Nom\n"


async def test_a_file_without_words_is_a_message_too(
    server: SlackServer, platform: Slack, inbox: Inbox
) -> None:
    server.people.bring(server.people.user("Ana"), "list.csv", b"x")
    (event,) = await inbox.until(1)
    assert isinstance(event.event, Said)
    assert len(event.event.files) == 1


async def test_files_that_slack_only_links_to_are_none(
    server: SlackServer, platform: Slack, inbox: Inbox
) -> None:
    user = server.people.user("Ana")
    linked = {"id": "F1", "name": "x", "is_external": True, "url_private": "https://evil.example/x"}
    server.people.say(user, "look", subtype="file_share", files=[linked, "nonsense", {"name": "no address"}])
    (event,) = await inbox.until(1)
    assert isinstance(event.event, Said)
    assert event.event.files == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files-pri/T-F/x",
        "https://files.slack.com.evil.example/x",
        "http://files.slack.com/x",
        "https://user@files.slack.com/x",
        "https://files.slack.com:8443/x",
        "file:///etc/passwd",
        "https://[broken",
    ],
)
async def test_the_token_is_shown_to_slack_alone(server: SlackServer, platform: Slack, url: str) -> None:
    with pytest.raises(Problem, match="not_a_file_url"):
        await platform.fetch(FileRef("x", "", 0, url))


def test_slack_itself_keeps_files_in_one_place() -> None:
    client = Client("xoxb-token", "https://slack.com/api/")
    assert client.is_file("https://files.slack.com/files-pri/T1-F1/list.csv")
    assert not client.is_file("https://slack.com/files-pri/T1-F1/list.csv")


async def test_whoever_has_no_right_is_not_led_elsewhere(server: SlackServer, inbox: Inbox) -> None:
    server.scopes = server.scopes.replace("files:read,", "")
    made = slack(server)
    await made.start(inbox)
    server.people.bring(server.people.user("Ana"), "list.csv", b"x")
    url = f"{server.root}/files-pri/T0LOCAL01-{next(iter(server.world.given))}/list.csv"
    with pytest.raises(Problem, match="file_302"):
        await made.fetch(FileRef("x", "", 0, url))
    await made.stop()
