"""What somebody gets who guesses codes of invitations: tries, chances, and what the answers' time tells."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.report import Row
from bot.demo import load_if_empty
from directory import invitations, schema
from directory.accounts import Account
from directory.database import Database
from directory.invitations import Invitee, Refusal, codes, guesses
from directory.invitations.hashing import hashed

#: Accounts that guess together, and for how many hours; each tries once a minute.
ACCOUNTS: Final = 40
HOURS: Final = 2
#: So many invitations are open at once, far more than any network has.
OPEN: Final = 1000
#: A chance that nobody needs to think about, in a year.
CHANCE: Final = 1e-6
#: How often each kind of code is tried for its time, the first times not counted.
TIMES: Final = 60
WARM: Final = 5
#: Answers to different codes may differ by so much of their time.
APART: Final = 0.15
_WANTED: Final = Invitee("acs-fp-bb", "ACS", "Eva", "Demonova", "eva@example.org")


async def measure() -> list[Row]:
    """Guess as many accounts for hours; time every kind of code that opens nothing."""
    with tempfile.TemporaryDirectory(prefix="enlace-bench-") as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'guessing.db'}")
        try:
            await schema.upgrade(database)
            await load_if_empty(database)
            return [*await _attack(database), *await _times(database), await _offline(database)]
        finally:
            await database.close()


async def _try(database: Database, code: str, who: Account, now: datetime) -> object:
    async with database.writing() as session:
        return await invitations.redeem(session, code, who, now)


async def _attack(database: Database) -> list[Row]:
    """Every account tries once a minute; how many tries were looked at in any hour."""
    crowd = [Account("telegram", "", f"guesser-{number}") for number in range(ACCOUNTS)]
    start = datetime.now(UTC)
    looked_at: list[tuple[datetime, str]] = []
    hits = tries = 0
    for minute in range(HOURS * 60):
        for number, who in enumerate(crowd):
            now = start + timedelta(minutes=minute, seconds=number)
            tries += 1
            answer = await _try(database, codes.make(), who, now)
            hits += answer not in (Refusal.INVALID, Refusal.LIMITED)
            if answer is Refusal.INVALID:
                looked_at.append((now, who.user))
    most = _most([at for at, _ in looked_at])
    own = max(_most([at for at, user in looked_at if user == who.user]) for who in crowd)
    yearly = guesses.LIMIT * 24 * 365 * OPEN / 2**codes.BITS
    return [
        Row("a code is worth", codes.BITS, "bits", ">= 40", codes.BITS >= 40),
        Row(f"{ACCOUNTS} accounts, {tries:,} tries in {HOURS} h: hits", hits, "", "0", hits == 0),
        Row("  tries looked at in any hour", most, "", f"<= {guesses.LIMIT}", most <= guesses.LIMIT),
        Row("  of one account", own, "", f"<= {guesses.OWN_LIMIT}", own <= guesses.OWN_LIMIT),
        Row(
            f"chance of a hit in a year at that rate, {OPEN:,} invitations open",
            yearly * 1e9,
            "in 10^9",
            f"< {CHANCE * 1e9:,.0f}",
            yearly < CHANCE,
        ),
    ]


def _most(moments: Sequence[datetime]) -> int:
    """The most moments within any hour."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= guesses.SPAN:
            first += 1
        most = max(most, last - first + 1)
    return most


async def _times(database: Database) -> list[Row]:
    """Wrong, mistyped, expired, revoked, used and burnt codes in turn: how far their times are apart."""
    now = datetime.now(UTC) + timedelta(days=30)
    known = await _codes(database, now)
    spent: dict[str, list[float]] = {kind: [] for kind in known}
    for round_ in range(WARM + TIMES):
        for kind, code in random.Random(round_).sample(sorted(known.items()), len(known)):
            who = Account("telegram", "", f"timer-{round_}-{kind}")
            begun = time.perf_counter()
            answer = await _try(database, code, who, now + timedelta(hours=2 * round_))
            if round_ >= WARM:
                spent[kind].append(time.perf_counter() - begun)
            if answer is not Refusal.INVALID:
                raise RuntimeError(f"the {kind} code was answered with {answer}")
    # The lower quartile: what else the machine does only ever adds to a time.
    quartiles = [statistics.quantiles(times, n=4)[0] for times in spent.values()]
    typical = statistics.median(quartiles)
    apart = (max(quartiles) - min(quartiles)) / typical
    return [
        Row("answer to a code that opens nothing (lower quartile)", 1000 * typical, "ms", "-", True),
        Row(
            f"{len(known)} kinds of such codes: lower quartiles apart",
            100 * apart,
            "%",
            f"<= {100 * APART:.0f}",
            apart <= APART,
        ),
    ]


async def _codes(database: Database, now: datetime) -> dict[str, str]:
    """A code of each kind that opens nothing."""
    found = {"unknown": codes.make()}
    found["mistyped"] = found["unknown"][1:] + found["unknown"][0]
    before = now - timedelta(days=1)
    async with database.writing() as session:
        for kind in ("expired", "revoked", "burnt", "used"):
            at = before - timedelta(days=20 if kind == "expired" else 0)
            made, found[kind] = await invitations.invite(session, _WANTED, "demo-coordinator", at)
            if kind == "revoked":
                await invitations.revoke(session, made.id, before)
            elif kind == "burnt":
                await invitations.burn(session, found[kind], Account("telegram", "", "burner"), before)
            elif kind == "used":
                await invitations.redeem(session, found[kind], Account("telegram", "", "eva"), before)
    return found


async def _offline(database: Database) -> Row:
    """How long whoever has a copy of the database needs to try half of all codes on 1,000 cores."""
    async with database.writing() as session:
        begun = time.perf_counter()
        for _ in range(20):
            await hashed(session, codes.make())
        each = (time.perf_counter() - begun) / 20
    years = each * 2 ** (codes.BITS - 1) / 1000 / (365 * 86400)
    return Row(
        "with a copy of the database and 1,000 cores, half of all codes", years, "years", "> 100", years > 100
    )
