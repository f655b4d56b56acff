"""The app manifest: what Slack's schema accepts, made from the commands."""

from __future__ import annotations

import json

import jsonschema
import pytest

from bot.contract import Menu, MenuEntry
from bot.platforms.slack import manifest
from bot.platforms.slack.manifest import EVENTS, MAX_COMMANDS, SCOPES
from bot.registry import Registry, find_commands
from tests.bot.platforms.slack.conftest import specification

NAMES = {"en": "project", "es": "proyecto", "fr": "projet", "pt": "projeto"}


def menu(count: int) -> Menu:
    return Menu(
        private={
            language: (
                MenuEntry(name, "The sheet of a project", f"/{name} CODE"),
                MenuEntry("help", "Help"),
                MenuEntry("código", "Not a name for Slack"),
                MenuEntry("x" * 40, "Too long"),
                *(MenuEntry(f"{language}{number}", "s" * 3000, "u" * 2000) for number in range(count)),
            )
            for language, name in NAMES.items()
        },
        group={},
    )


MENUS = [Menu({}, {}), menu(0), menu(60)]


@pytest.mark.parametrize("number", range(len(MENUS) + 1))
@pytest.mark.parametrize(("url", "socket_mode"), [("https://enlace.example.org/", False), (None, True)])
def test_slacks_schema_accepts_it(number: int, url: str | None, socket_mode: bool) -> None:
    schema = json.loads(specification("slack-app-manifest.schema.2.0.0.json").read_text())
    commands = MENUS[number] if number < len(MENUS) else Registry(find_commands()).menu()
    made = manifest(commands, url=url, socket_mode=socket_mode)
    jsonschema.validate(made, schema)
    json.dumps(made)


def test_commands_come_from_the_menu_in_english_first() -> None:
    made = manifest(menu(1), url="https://e.org", socket_mode=False)["features"]["slash_commands"]
    names = [command["command"] for command in made]
    assert names[:3] == ["/enlace", "/project", "/en0"]
    assert {"/proyecto", "/projet", "/projeto"} <= set(names)
    assert not {"/help", "/código"} & set(names)
    assert len(names) == len(set(names))
    assert all(command["url"] == "https://e.org/slack/events" for command in made)
    assert made[1]["usage_hint"] == "CODE"
    assert len(manifest(menu(60), url=None, socket_mode=True)["features"]["slash_commands"]) == MAX_COMMANDS


def test_socket_mode_names_no_address() -> None:
    made = manifest(menu(1), url=None, socket_mode=True)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made["settings"]) + json.dumps(made["features"]["slash_commands"])


def test_scopes_and_events_exist_and_belong_together() -> None:
    folder = specification("slack-api-ref")
    events = {path.stem for path in (folder / "events").glob("*.json")}
    assert set(EVENTS) <= events
    known = json.dumps(json.loads(specification("slack-methods-tiers-scopes.json").read_text()))
    for scope in set(SCOPES) - {"app_mentions:read", "commands"}:
        assert scope in known
