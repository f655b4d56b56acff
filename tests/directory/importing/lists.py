"""Lists to import, into a directory with two networks and nobody in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from directory import countries, networks
from directory.audit import Actor
from directory.database import Database
from directory.importing import (
    Defaults,
    Doubt,
    Outcome,
    Plan,
    Request,
    Result,
    Trace,
    make,
    store,
)
from directory.networks import Network
from directory.texts import local

TODAY = date(2027, 4, 15)
NOW = datetime(2027, 4, 15, 12, tzinfo=UTC)
ACTOR = Actor.command_line("tester")


@pytest.fixture
async def network(database: Database) -> Database:
    """A directory with countries and two networks, and nobody in it."""
    async with database.writing() as session:
        await countries.load(session)
        await networks.add(
            session, [Network("ACS", local(en="ACS"), local()), Network("SDC", local(en="SDC"), local())], []
        )
    return database


def file_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


async def planned(session: AsyncSession, *lines: str, network: str = "ACS", **more: object) -> Plan:
    plan = await make(session, Request(file_of(*lines), TODAY, defaults=Defaults(network), **more))  # type: ignore[arg-type]
    return plan


async def outcomes_of(database: Database, *lines: str, **more: object) -> list[Outcome]:
    async with database.reading() as session:
        plan = await planned(session, *lines, **more)  # type: ignore[arg-type]
        async for _ in plan.changes(session):
            pass
        return list(plan.outcomes())


async def imported(database: Database, *lines: str, network: str = "ACS", **more: object) -> tuple[int, Plan]:
    async with database.writing() as session:
        plan = await planned(session, *lines, network=network, **more)
        number = await store.new(
            session, NOW, kind=plan.kind, file_name="list.csv", network=network, owner="me", counts={}
        )
        trace = Trace()
        await store.carry_out(session, number, trace.of(plan.changes(session)), NOW)
        await trace.enter(session, ACTOR, NOW, number, network=network, counts=plan.counts())
    return number, plan


def told(outcomes: Sequence[Outcome]) -> list[tuple[Result, Doubt | None]]:
    return [(item.result, item.problem.doubt if item.problem else None) for item in outcomes]


LIST = (
    "Country;Institution;Post;Name;E-mail;Phone;Mobile;Languages;Since;Reference",
    "MÉXICO;Secretaría de Relaciones Exteriores (SRE);Adviser;MARÍA DEL CARMEN LÓPEZ;"
    "maria@example.org, m.lopez@example.org;55 3686 5100;N/A;español, English;2024-03-01;N/12",
    "Trinidad and Tobago;-;Director;Ana Mohammed;ana@example.org;868 623 2783;868 701 0000;;;s/d",
)
