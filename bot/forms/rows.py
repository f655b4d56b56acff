"""Open forms: the table, its reads and writes. A form is of one account, is sent once, and expires.

What people answered stands here only as long as the form is open; afterwards the row says no more than
how it ended, so that a button or a window that is still on somebody's screen can be answered.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.contract import Place, Sender, as_json
from bot.message import Choice, Form
from directory.database import Base, BigId, Instant, one_of

#: How long a form can be answered.
LIFETIME: Final = timedelta(hours=24)
#: How long it is remembered how a form ended.
REMEMBER: Final = timedelta(days=30)
#: Of an account's open forms, so many of the newest can be found without their keys.
MOST_OPEN: Final = 20


class Outcome(enum.StrEnum):
    """How a form ended; an open one that has expired counts as neither."""

    OPEN = "open"
    SENT = "sent"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class FormRow(Base):
    """Table ``form``."""

    __tablename__ = "form"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index("ix_form_asked", "platform", "team", "user", "outcome"),
        sa.Index("ix_form_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32))
    platform: Mapped[str] = mapped_column(sa.String(32))
    team: Mapped[str] = mapped_column(sa.String(64))
    user: Mapped[str] = mapped_column(sa.String(64))
    place: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(16))
    stepwise: Mapped[bool]
    form: Mapped[str] = mapped_column(sa.Text)
    progress: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome, "outcome"), default=Outcome.OPEN)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a form has been answered.

    ``answers`` by field name: as :mod:`bot.forms.values` writes them, or as typed where ``problems`` has
    the field. ``at`` is the field that is asked, empty at the review; ``reviewed`` once that was reached.
    ``options`` are the readings that the present card offers.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    reviewed: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that was asked of an account. ``form`` is ``None`` once it is over."""

    key: str
    platform: str
    team: str
    user: str
    place: Place
    language: str
    stepwise: bool
    form: Form | None
    progress: Progress
    version: int
    outcome: Outcome
    expires_at: datetime

    def is_of(self, sender: Sender) -> bool:
        """Whether ``sender`` is the account that was asked."""
        asked = (self.platform, self.team, self.user)
        return sender.person and asked == (sender.platform, sender.team, sender.user)


class ChangedMeanwhile(Exception):
    """Another event of the same form was faster; whoever retries sees its result."""


_FORM: Final[TypeAdapter[Form]] = TypeAdapter(Form)
_PROGRESS: Final[TypeAdapter[Progress]] = TypeAdapter(Progress)
_PLACE: Final[TypeAdapter[Place]] = TypeAdapter(Place)


def new_key() -> str:
    """A key that cannot be guessed (128 bits) and fits into a button's action."""
    return secrets.token_urlsafe(16)


async def add(session: AsyncSession, asked: Asked, now: datetime) -> None:
    """Store a form that is asked now. A stepwise one takes the place of the one that was asked before."""
    if asked.stepwise:
        await session.execute(
            sa.update(FormRow)
            .where(
                FormRow.platform == asked.platform,
                FormRow.team == asked.team,
                FormRow.user == asked.user,
                FormRow.outcome == Outcome.OPEN,
                FormRow.stepwise.is_(True),
            )
            .values(**_over(Outcome.REPLACED, now)),
            execution_options={"synchronize_session": False},
        )
    await session.execute(
        sa.insert(FormRow).values(
            key=asked.key,
            platform=asked.platform,
            team=asked.team,
            user=asked.user,
            place=as_json(_PLACE, asked.place),
            language=asked.language,
            stepwise=asked.stepwise,
            form="" if asked.form is None else as_json(_FORM, asked.form),
            progress=as_json(_PROGRESS, asked.progress),
            version=asked.version,
            outcome=asked.outcome,
            created_at=now,
            expires_at=asked.expires_at,
        )
    )


async def get(session: AsyncSession, key: str) -> Asked | None:
    """The form with this key."""
    row = await session.scalar(
        sa.select(FormRow).where(FormRow.key == key).execution_options(populate_existing=True)
    )
    return None if row is None else _asked(row)


async def in_steps(session: AsyncSession, sender: Sender, place: Place, now: datetime) -> Asked | None:
    """The form that ``sender`` is answering step by step in ``place``, whichever of our accounts asked.

    A terminal has an account of its own each time, and goes on where the last one stopped.
    """
    for asked in await open_forms(session, sender, now):
        if asked.stepwise:
            return asked if replace(asked.place, account=place.account) == place else None
    return None


async def open_forms(session: AsyncSession, sender: Sender, now: datetime) -> list[Asked]:
    """The forms that ``sender`` can answer, the newest first."""
    if not sender.person:
        return []
    found = await session.scalars(
        sa.select(FormRow)
        .where(
            FormRow.platform == sender.platform,
            FormRow.team == sender.team,
            FormRow.user == sender.user,
            FormRow.outcome == Outcome.OPEN,
            FormRow.expires_at > now,
        )
        .order_by(FormRow.id.desc())
        .limit(MOST_OPEN)
        .execution_options(populate_existing=True)
    )
    return [_asked(row) for row in found]


async def keep(session: AsyncSession, asked: Asked, progress: Progress) -> None:
    """Store the progress of an open form as it was read.

    Raises:
        ChangedMeanwhile: it is no longer open, or no longer as it was read.
    """
    await _change(session, asked, progress=as_json(_PROGRESS, progress), version=asked.version + 1)


async def close(session: AsyncSession, asked: Asked, outcome: Outcome, now: datetime) -> None:
    """End an open form and forget what was answered.

    Raises:
        ChangedMeanwhile: it is no longer open, or no longer as it was read.
    """
    await _change(session, asked, **_over(outcome, now))


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget what was answered in forms that expired, and, much later, the forms themselves."""
    await session.execute(
        sa.update(FormRow).where(FormRow.expires_at < now, FormRow.form != "").values(form="", progress="{}"),
        execution_options={"synchronize_session": False},
    )
    await session.execute(
        sa.delete(FormRow).where(FormRow.expires_at < now - REMEMBER),
        execution_options={"synchronize_session": False},
    )


def _over(outcome: Outcome, now: datetime) -> dict[str, object]:
    return {"outcome": outcome, "closed_at": now, "form": "", "progress": "{}"}


async def _change(session: AsyncSession, asked: Asked, **values: object) -> None:
    changed = await session.execute(
        sa.update(FormRow)
        .where(FormRow.key == asked.key, FormRow.version == asked.version, FormRow.outcome == Outcome.OPEN)
        .values(**values)
        .returning(FormRow.id),
        execution_options={"synchronize_session": False},
    )
    if changed.scalar_one_or_none() is None:
        raise ChangedMeanwhile(asked.key)


def _asked(row: FormRow) -> Asked:
    return Asked(
        key=row.key,
        platform=row.platform,
        team=row.team,
        user=row.user,
        place=_PLACE.validate_json(row.place),
        language=row.language,
        stepwise=row.stepwise,
        form=_FORM.validate_json(row.form) if row.form else None,
        progress=_PROGRESS.validate_json(row.progress),
        version=row.version,
        outcome=row.outcome,
        expires_at=row.expires_at,
    )
