"""The program with the sample form among its commands."""

from __future__ import annotations

import pytest

from bot.app import Enlace
from bot.handlers import cancel, country, find, project, start
from bot.metrics import Metrics
from bot.registry import Registry
from directory.database import Database
from tests.bot.handlers.conftest import network, network_url
from tests.support.sample_form import SAMPLE

__all__ = ["app", "network", "network_url", "program", "registry"]


def registry() -> Registry:
    """The sample among a few commands; what others do is tested with them."""
    return Registry([module.COMMAND for module in (cancel, country, find, project, start)] + [SAMPLE])


def program(database: Database) -> Enlace:
    """The program on a database; nothing runs yet."""
    return Enlace(database, registry(), Metrics(database))


@pytest.fixture
async def app(demo: Database) -> Enlace:
    """The program on the demo network."""
    return program(demo)
