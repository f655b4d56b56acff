"""``enlace audit verify`` and ``enlace doctor`` say whether the record is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import trail
from bot.cli import app
from directory import audit
from directory.audit import Actor, Head
from directory.database import Database

NOBODY = Actor.command_line("tests")


async def appended(database: Database, count: int) -> None:
    async with database.writing() as session:
        for number in range(count):
            await audit.changed(
                session, NOBODY, datetime.now(UTC), "edit", "project", f"P-{number}", None, None
            )


async def test_the_end_is_printed_and_taken_back(database: Database) -> None:
    await appended(database, 3)
    good, text = await trail.state(database)
    assert good
    end = text.rsplit(" ", 1)[1]
    assert end.startswith("3:")
    assert "3 entries" in text
    await appended(database, 2)
    assert (await trail.state(database, trail.noted(end)))[0]
    good, text = await trail.state(database, Head(3, "0" * 64))
    assert not good
    assert "BROKEN at entry 3" in text


@pytest.mark.parametrize("text", ["", "3", "3:xyz", ":" + "0" * 64, "x:" + "0" * 64])
def test_what_is_no_end(text: str) -> None:
    with pytest.raises(trail.NotAHead):
        trail.noted(text)


async def _prepare(path: Path, *, broken: bool) -> None:
    from directory import schema

    database = Database(f"sqlite+aiosqlite:///{path}")
    await schema.upgrade(database)
    await appended(database, 2)
    if broken:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TRIGGER audit_entry_unchanged")
            await connection.exec_driver_sql("UPDATE audit_entry SET role = 'public' WHERE number = 2")
    await database.close()


@pytest.mark.parametrize("broken", [False, True])
def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    import asyncio

    path = tmp_path / "enlace.db"
    asyncio.run(_prepare(path, broken=broken))
    monkeypatch.setenv("ENLACE_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    for command in (["audit", "verify"], ["doctor"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == (1 if broken else 0), result.output
        expected = "BROKEN at entry 2, which was changed" if broken else "record: whole, 2 entries"
        assert expected in result.output
    wrong = CliRunner().invoke(app, ["audit", "verify", "--head", "nonsense"])
    assert wrong.exit_code == 2
