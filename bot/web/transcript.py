"""What was said in the rooms of the browser chat: its tables, reads and writes.

Every change of a room, a new message or an edit, takes the room's next number. A reader that knows the
last number it has seen misses nothing, because numbers of a room become visible in their order.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.contract import CARDS, Card, OpenForm, as_json
from directory.database import Base, BigId, Instant

#: A room keeps this many messages.
KEEP: Final = 300
#: Of what a person typed, the transcript shows at most this many characters.
MAX_TEXT: Final = 4096
#: What stands where words were taken away.
TAKEN_AWAY: Final = "…"


_FORM: Final[TypeAdapter[OpenForm]] = TypeAdapter(OpenForm)


class RoomRow(Base):
    """Table ``browser_room``: the number of each room's last change."""

    __tablename__ = "browser_room"

    room: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    last: Mapped[int] = mapped_column(sa.BigInteger)


class MessageRow(Base):
    """Table ``browser_message``. ``author`` is empty where the program speaks.

    A message with a ``form`` shows it instead of its card.
    """

    __tablename__ = "browser_message"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index("ix_browser_message_position", "room", "position"),
        sa.Index("ix_browser_message_change", "room", "change"),
        sa.Index("ix_browser_message_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(160))
    room: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int] = mapped_column(sa.BigInteger)
    change: Mapped[int] = mapped_column(sa.BigInteger)
    author: Mapped[str] = mapped_column(sa.String(64), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    card: Mapped[str | None] = mapped_column(sa.Text)
    form: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    edit_key: Mapped[str] = mapped_column(sa.String(36), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    edited_at: Mapped[datetime | None] = mapped_column(Instant)


class SecretRow(Base):
    """Table ``browser_secret``: one row, the key that signs visitors' cookies, in hexadecimal."""

    __tablename__ = "browser_secret"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now: words of a person (``author``), or a card or a form of the program.

    ``position`` orders the messages of a room, ``change`` is the number of the last change of this one.
    ``edit_key`` is the delivery that changed it last.
    """

    key: str
    position: int
    change: int
    author: str
    text: str
    card: Card | None
    form: OpenForm | None
    language: str
    edit_key: str
    created_at: datetime
    edited_at: datetime | None


async def add_words(
    session: AsyncSession, room: str, key: str, *, author: str, text: str, now: datetime
) -> bool:
    """Write down what ``author`` said; whether it was new. Long words are shortened."""
    shown = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    return await _add(session, room, MessageRow(key=key, author=author, text=shown, created_at=now))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the program says in a message: a card, or a form with the card that stands for it."""

    card: Card
    language: str
    form: OpenForm | None = None

    def columns(self) -> dict[str, str | None]:
        """The columns that hold it."""
        return {
            "card": as_json(CARDS, (self.card,)),
            "form": None if self.form is None else as_json(_FORM, self.form),
            "language": self.language[:16],
        }


async def add_card(session: AsyncSession, room: str, key: str, shown: Shown, now: datetime) -> bool:
    """Write down the program's message; whether it was new."""
    return await _add(session, room, MessageRow(key=key, created_at=now, **shown.columns()))


async def replace_card(
    session: AsyncSession, room: str, key: str, shown: Shown, *, edit_key: str, now: datetime
) -> bool:
    """Turn the program's message ``key`` into another; ``False`` where the room has no such message.

    The same edit made twice is made once.
    """
    number = await _next(session, room)
    found = await session.scalar(
        sa.select(MessageRow).where(
            MessageRow.key == key, MessageRow.room == room, MessageRow.card.is_not(None)
        )
    )
    if found is None:
        return False
    if found.edit_key != edit_key:
        for column, value in shown.columns().items():
            setattr(found, column, value)
        found.change, found.edit_key, found.edited_at = number, edit_key, now
    return True


async def take_away(session: AsyncSession, room: str, key: str) -> None:
    """Leave of what somebody said in a room only that something was said."""
    number = await _next(session, room)
    await session.execute(
        sa.update(MessageRow)
        .where(MessageRow.key == key, MessageRow.room == room, MessageRow.card.is_(None))
        .values(text=TAKEN_AWAY, change=number),
        execution_options={"synchronize_session": False},
    )


async def find(session: AsyncSession, rooms: Sequence[str], key: str) -> Message | None:
    """The message ``key`` in one of ``rooms``."""
    row = await session.scalar(sa.select(MessageRow).where(MessageRow.key == key, MessageRow.room.in_(rooms)))
    return None if row is None else _message(row)


async def since(session: AsyncSession, room: str, change: int) -> list[Message]:
    """Every message of a room that changed after ``change``, in the order of the changes."""
    rows = await session.scalars(
        sa.select(MessageRow)
        .where(MessageRow.room == room, MessageRow.change > change)
        .order_by(MessageRow.change)
    )
    return [_message(row) for row in rows]


async def last_changes(session: AsyncSession, rooms: Sequence[str]) -> dict[str, int]:
    """The number of the last change of each of ``rooms``; 0 where nothing was said yet."""
    found = await session.execute(sa.select(RoomRow.room, RoomRow.last).where(RoomRow.room.in_(rooms)))
    return dict.fromkeys(rooms, 0) | {row.room: row.last for row in found}


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete what was written before ``before``."""
    await session.execute(sa.delete(MessageRow).where(MessageRow.created_at < before))


async def secret(session: AsyncSession) -> bytes:
    """The secret of this database, made when it is first asked for. Needs a write transaction."""
    statement = _insert(session)(SecretRow).values(id=1, value=secrets.token_hex(32))
    await session.execute(statement.on_conflict_do_nothing())
    return bytes.fromhex((await session.scalars(sa.select(SecretRow.value))).one())


async def _add(session: AsyncSession, room: str, row: MessageRow) -> bool:
    # Taking the number locks the room until the end of the transaction, so the look for a repeat is safe.
    number = await _next(session, room)
    if await session.scalar(sa.select(MessageRow.id).where(MessageRow.key == row.key)) is not None:
        return False
    row.room, row.position, row.change = room, number, number
    session.add(row)
    await session.flush()
    if number % 16 == 0:
        await _prune(session, room)
    return True


async def _next(session: AsyncSession, room: str) -> int:
    statement = (
        _insert(session)(RoomRow)
        .values(room=room, last=1)
        .on_conflict_do_update(index_elements=["room"], set_={"last": RoomRow.last + 1})
        .returning(RoomRow.last)
    )
    return (await session.execute(statement)).scalar_one()


async def _prune(session: AsyncSession, room: str) -> None:
    oldest = await session.scalar(
        sa.select(MessageRow.position)
        .where(MessageRow.room == room)
        .order_by(MessageRow.position.desc())
        .offset(KEEP - 1)
        .limit(1)
    )
    if oldest is not None:
        await session.execute(
            sa.delete(MessageRow).where(MessageRow.room == room, MessageRow.position < oldest)
        )


def _insert(session: AsyncSession) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return sqlite.Insert if session.get_bind().dialect.name == "sqlite" else postgresql.Insert


def _message(row: MessageRow) -> Message:
    return Message(
        key=row.key,
        position=row.position,
        change=row.change,
        author=row.author,
        text=row.text,
        card=None if row.card is None else CARDS.validate_json(row.card)[0],
        form=None if row.form is None else _FORM.validate_json(row.form),
        language=row.language,
        edit_key=row.edit_key,
        created_at=row.created_at,
        edited_at=row.edited_at,
    )
