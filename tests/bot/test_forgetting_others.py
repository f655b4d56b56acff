"""``enlace forget``: those who run the machine erase somebody who cannot write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import forgetting
from bot.granting import Wrong
from directory import accounts, audit, people
from directory.accounts import Account
from directory.database import Database

NOW = datetime(2027, 4, 15, 12, tzinfo=UTC)
REASON = "Letter 12/2027 of the ministry"


async def test_somebody_is_erased_after_a_question_and_the_record_says_why(demo: Database) -> None:
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    assert await forgetting.forget(demo, "demo-mx", REASON, no, NOW) is None
    assert "Lucía Demoreda" in asked[0]
    async with demo.writing() as session:
        assert await people.exists(session, "demo-mx")
        await accounts.link(session, Account("telegram", "", "77"), "demo-mx", NOW)
    done = await forgetting.forget(demo, "telegram:77", REASON, lambda _: True, NOW)
    assert done == "The entry is erased. These posts are left: acs-fp-mx."
    async with demo.reading() as session:
        assert not await people.exists(session, "demo-mx")
        assert (await accounts.account(session, "telegram", "", "77")).person_key is None
        entries = await audit.by_time(session, limit=20)
        assert await audit.verify(session) is None
    (entry,) = [item for item in entries if item.action == "forget" and item.kind == audit.PERSON]
    assert (entry.note, entry.key) == (REASON, people.NOBODY)
    assert entry.actor is not None
    assert entry.actor.platform == "command line"
    assert "Demoreda" not in repr(entries)


@pytest.mark.parametrize("reason", ["", " ", "Lucía asked for it", "demoreda", "x" * 301])
async def test_a_reason_is_needed_and_does_not_name_anybody(demo: Database, reason: str) -> None:
    with pytest.raises(Wrong, match="reason"):
        await forgetting.forget(demo, "demo-mx", reason, lambda _: True, NOW)
    async with demo.reading() as session:
        assert await people.exists(session, "demo-mx")


@pytest.mark.parametrize("who", ["nobody", "", "telegram:404"])
async def test_whoever_is_nobody_is_said_to_be(demo: Database, who: str) -> None:
    with pytest.raises(Wrong, match="nobody in the directory"):
        await forgetting.forget(demo, who, REASON, lambda _: True, NOW)
