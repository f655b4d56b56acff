"""The demo network for tests that only ask: one database an engine for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from directory.database import Database
from tests.conftest import _ENGINES, _copied


@pytest.fixture(scope="session", params=_ENGINES)
def network_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the demo network that no test may change."""
    yield from _copied(request, tmp_path_factory.mktemp("network"), "demo_template")


@pytest.fixture
async def network(network_url: str) -> AsyncIterator[Database]:
    """That database, open."""
    opened = Database(network_url)
    yield opened
    await opened.close()
