"""The program with the sample form among its commands."""

from __future__ import annotations

import pytest

from bot.app import Enlace
from directory.database import Database
from tests.bot.handlers.conftest import network, network_url
from tests.support.sample_form import program

__all__ = ["app", "network", "network_url"]


@pytest.fixture
async def app(demo: Database) -> Enlace:
    """The program on the demo network."""
    return program(demo)
