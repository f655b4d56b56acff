"""Files that come with messages: fetched for whom the policy lets import, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot import fetching
from bot.contract import INCOMING, FileRef, Incoming, Place, PlaceKind, Said, Sender, as_json
from bot.fetching import Fetched, fetched, has_files


def _incoming(
    files: Sequence[FileRef],
    *,
    kind: PlaceKind = PlaceKind.DIRECT,
    relayed: bool = False,
    person: bool = True,
) -> Incoming:
    return Incoming(
        "1",
        Place("recording", "bot", kind, "x"),
        Sender("recording", "", "x", person=person),
        Said("", files=tuple(files)),
        datetime(2027, 4, 15, tzinfo=UTC),
        relayed=relayed,
    )


LIST = FileRef("list.csv", "text/csv", 10, "handle")


def test_a_file_survives_the_inbox_and_its_content_never_enters_it() -> None:
    incoming = _incoming([LIST])
    assert INCOMING.validate_json(as_json(INCOMING, incoming)) == incoming
    assert "handle" not in repr(LIST)


def test_a_name_is_a_name_and_no_path() -> None:
    assert FileRef("../../etc/passwd", "", 0, "").name == "passwd"
    assert FileRef("C:\\lists\\a.csv\x00", "", 0, "").name == "a.csv"


def test_only_first_hand_messages_to_the_bot_itself_bring_files() -> None:
    assert has_files(_incoming([LIST]))
    assert not has_files(_incoming([]))
    assert not has_files(_incoming([LIST], kind=PlaceKind.GROUP))
    assert not has_files(_incoming([LIST], relayed=True))
    assert not has_files(_incoming([LIST], person=False))


async def test_one_file_is_fetched_and_of_several_none() -> None:
    asked: list[str] = []

    async def fetch(_: Incoming, file: FileRef) -> bytes:
        asked.append(file.handle)
        return b"content"

    assert await fetched(_incoming([LIST]), fetch) == (Fetched(LIST, b"content"),)
    assert await fetched(_incoming([LIST, LIST]), fetch) == (Fetched(LIST, None), Fetched(LIST, None))
    assert asked == ["handle"]


async def test_what_is_too_large_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetch(_: Incoming, __: FileRef) -> bytes:
        return b"x" * 100

    monkeypatch.setattr(fetching, "LARGEST", 50)
    # What the platform says of the size is believed only where it is too much.
    assert await fetched(_incoming([LIST]), fetch) == (Fetched(LIST, None),)

    async def never(_: Incoming, __: FileRef) -> bytes:
        raise AssertionError("it was fetched")

    large = FileRef("list.csv", "", 51, "handle")
    assert await fetched(_incoming([large]), never) == (Fetched(large, None),)


async def test_a_failure_is_a_file_that_could_not_be_had() -> None:
    async def fetch(_: Incoming, __: FileRef) -> bytes:
        raise OSError("https://secret.example/token")

    assert await fetched(_incoming([LIST]), fetch) == (Fetched(LIST, None),)
