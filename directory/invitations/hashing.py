"""Codes are stored only as what they hash to; a copy of the database does not let anybody join."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from directory.invitations import codes
from directory.invitations.tables import SaltRow

#: scrypt's cost (RFC 7914): 4 MiB and about 10 ms a code. With 55 bits and 14 days it is beyond trying.
_COST: Final = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


async def hashed(session: AsyncSession, code: str) -> str:
    """What a code hashes to in this database. Needs a write transaction.

    The work is the same for every text, also for one that is no code.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(SaltRow).values(id=1, value=secrets.token_hex(32)).on_conflict_do_nothing())
    salt = (await session.scalars(sa.select(SaltRow.value))).one()
    text = code[: codes.LENGTH].encode().ljust(codes.LENGTH, b"\0")
    return hashlib.scrypt(text, salt=bytes.fromhex(salt), **_COST).hex()
