"""The nightly backup: one a night, whoever makes it, kept as long as was promised, its failure told once."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.backing_up import Nightly, Plan
from bot.cli import app
from directory import audit, backup
from directory.backup import RunState
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.letters import Letter

EVENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = EVENING

    def __call__(self) -> datetime:
        return self.now


class Told(list[Letter]):
    async def __call__(self, _session: object, letter: Letter) -> None:
        self.append(letter)


async def test_one_a_night_kept_for_the_promised_days(database: Database, tmp_path: Path) -> None:
    clock, told = Clock(), Told()
    plan = Plan(tmp_path / "backups", 3, 2)
    workers = [Nightly(database, plan, told, worker=f"w{number}", now=clock) for number in range(2)]
    await workers[0].tick()
    assert not await asyncio.to_thread(plan.folder.exists)
    clock.now = NIGHT
    await asyncio.gather(*(worker.tick() for worker in workers))
    clock.now += timedelta(hours=5)
    await workers[0].tick()
    assert os.listdir(plan.folder) == ["enlace-20261124T030000Z.backup"]
    mode = (await asyncio.to_thread(plan.folder.stat)).st_mode
    assert mode & 0o777 == 0o700
    async with database.reading() as session:
        last = await backup.last_good(session)
        entry = (await audit.by_time(session, limit=1))[0]
    assert last is not None
    assert (last.name, last.state) == ("enlace-20261124T030000Z.backup", RunState.DONE)
    assert (entry.action, entry.key, entry.actor and entry.actor.platform) == ("back up", last.name, "clock")
    # A file of somebody else's stays; a backup goes on its day, though none was made since.
    await asyncio.to_thread((plan.folder / "notes.txt").write_text, "mine")
    clock.now = NIGHT + timedelta(days=2, seconds=-1)
    clock.now = clock.now.replace(hour=2)
    await workers[1].tick()
    assert "enlace-20261124T030000Z.backup" in os.listdir(plan.folder)
    clock.now = NIGHT + timedelta(days=2)
    await workers[1].tick()
    assert sorted(os.listdir(plan.folder)) == ["enlace-20261126T030000Z.backup", "notes.txt"]
    assert told == []


async def test_a_failure_is_told_once_and_tried_again(demo: Database, tmp_path: Path) -> None:
    clock, told = Clock(NIGHT), Told()
    folder = tmp_path / "backups"
    await asyncio.to_thread(folder.write_text, "a file where the folder is to be")
    nightly = Nightly(demo, Plan(folder, 3, 30), told, worker="w", now=clock)
    for _ in range(3):
        await nightly.tick()
        clock.now += timedelta(hours=1)
    assert [(letter.person, letter.message) for letter in told] == [
        (DEMO_PEOPLE["operator"], "backup.told_failed")
    ]
    assert str(tmp_path) not in str(told)
    async with demo.reading() as session:
        assert await backup.last_good(session) is None
        last = await backup.last(session)
    assert last is not None
    assert "cannot be made" in last.reason
    await asyncio.to_thread(folder.unlink)
    await nightly.tick()
    assert len(os.listdir(folder)) == 1
    # What fails after that is news again.
    await asyncio.to_thread((folder / "enlace-20261125T030000Z.backup").write_text, "in the way")
    clock.now = NIGHT + timedelta(days=1)
    await nightly.tick()
    assert len(told) == 2


async def test_one_that_died_in_the_midst_is_made_again(database: Database, tmp_path: Path) -> None:
    from directory.backup import runs

    async with database.writing() as session:
        assert await runs.claim(session, NIGHT.date(), "other", NIGHT, lambda _name: False)
    nightly = Nightly(database, Plan(tmp_path, 3, 30), Told(), worker="w", now=Clock(NIGHT))
    await nightly.tick()
    assert not list(await asyncio.to_thread(backup.kept, tmp_path))
    late = Clock(NIGHT + timedelta(hours=7))
    await Nightly(database, Plan(tmp_path, 3, 30), Told(), worker="w", now=late).tick()
    assert len(await asyncio.to_thread(backup.kept, tmp_path)) == 1


def test_the_commands(tmp_path: Path, sqlite_demo_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner, path = CliRunner(), tmp_path / "enlace.db"
    monkeypatch.setenv("ENLACE_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    monkeypatch.setenv("ENLACE_BACKUP_DIR", str(tmp_path))
    nothing = runner.invoke(app, ["db", "backup"])
    assert (nothing.exit_code, path.exists()) == (2, False)
    assert "there is no database" in nothing.output
    path.write_bytes(sqlite_demo_template.read_bytes())
    made = runner.invoke(app, ["db", "backup"])
    assert made.exit_code == 0, made.output
    (file,) = backup.kept(tmp_path)
    assert file.name in made.output
    assert "rows of" in made.output
    checked = runner.invoke(app, ["db", "verify", str(file)])
    assert checked.exit_code == 0, checked.output
    assert "is whole" in checked.output
    assert "The end of its record is " in checked.output

    refused = runner.invoke(app, ["db", "restore", str(file), "--yes"])
    assert refused.exit_code == 2
    assert "is not empty (--replace" in refused.output
    asked = runner.invoke(app, ["db", "restore", str(file), "--replace"])
    assert asked.exit_code == 1
    assert "Nothing was changed" in asked.output
    done = runner.invoke(app, ["db", "restore", str(file), "--replace", "--yes"])
    assert done.exit_code == 0, done.output
    assert "enlace.db-before-" in done.output
    assert "nothing waited" in done.output

    file.write_bytes(file.read_bytes()[:-100])
    for command in (["verify", str(file)], ["restore", str(file), "--yes", "--replace"]):
        damaged = runner.invoke(app, ["db", *command])
        assert damaged.exit_code == 2
        assert "is not a backup, or its end is missing" in damaged.output
        assert "Traceback" not in damaged.output
    missing = runner.invoke(app, ["db", "verify", str(tmp_path / "none.backup")])
    assert missing.exit_code == 2
    assert "cannot be read" in missing.output
