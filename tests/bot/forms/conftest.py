"""The program with the sample form among its commands."""

from __future__ import annotations

import pytest

from bot.app import Enlace
from bot.metrics import Metrics
from bot.registry import Registry, find_commands
from directory.database import Database
from tests.bot.handlers.conftest import network, network_url
from tests.support.sample_form import SAMPLE

__all__ = ["app", "network", "network_url", "program"]


def program(database: Database) -> Enlace:
    """The program on a database; nothing runs yet."""
    return Enlace(database, Registry([*find_commands(), SAMPLE]), Metrics(database))


@pytest.fixture
async def app(demo: Database) -> Enlace:
    """The program on the demo network."""
    return program(demo)
