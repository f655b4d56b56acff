"""Everything that can go wrong between the program and a platform, and how each delivery ends.

Each fault strikes before a request takes effect, after it did, and during a fan-out whose other messages must
not suffer. The platform is a local server, the way there a real connection, the outcome a row of the outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final, Literal

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.app import Enlace
from bot.contract import Card, DeliveryError, InDoubt, Operation, Outgoing, Place, PlaceKind, Retry
from bot.metrics import Metrics
from bot.outgoing import letter_draft
from bot.platforms.slack import Slack
from bot.platforms.slack import client as slack_client
from bot.platforms.telegram import Telegram
from bot.platforms.telegram import transport as telegram_transport
from bot.registry import Registry
from directory.database import Database
from reminders import outbox
from reminders.outbox import OutboxRow, State
from tests.bot.platforms.slack.conftest import MENU, slack
from tests.bot.platforms.telegram.conftest import telegram
from tests.support.faults import Fault, Kind
from tests.support.slack import Limits, SlackServer
from tests.support.telegram import TelegramServer
from tests.support.telegram.limits import Limits as TelegramLimits

Name = Literal["telegram", "slack"]
When = Literal["before", "after", "during"]
#: A key and a certificate for localhost that nobody vouches for; it protects nothing.
CERTIFICATE: Final = Path(__file__).parents[2] / "support" / "self_signed.pem"
#: How long the program waits for an answer here, in seconds.
PATIENCE: Final = 0.25
POSTS: Final = {"telegram": "sendMessage", "slack": "chat.postMessage"}
#: A fan-out during which a fault strikes, and how many of its messages it strikes.
FANOUT: Final = 6
STRUCK: Final = 2
SENT, QUEUED, FAILED, IN_DOUBT = State.SENT, State.QUEUED, State.FAILED, State.IN_DOUBT


@dataclass(frozen=True)
class Case:
    """A fault, and where a message stands after it was struck once."""

    name: str
    what: str
    ends: State
    moments: Sequence[When] = ("before", "after", "during")
    only: Name | None = None
    status: int = 200
    body: str = ""
    reason: str = ""
    seconds: float = 0.0
    code: str = "fatal_error"

    def fault(self, platform: Name, when: When) -> Fault:
        """What the server does."""
        kind: Any = self.what if self.what in ("delay", "refuse") else f"{self.what}_{_side(when)}"
        return Fault(
            kind, POSTS[platform], status=self.status, body=self.body, seconds=self.seconds, code=self.code,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip


def _side(when: When) -> str:
    return "after" if when == "after" else "before"


CASES: Final = (
    Case("the connection is reset", "drop", IN_DOUBT),
    Case("the answer breaks off", "cut", IN_DOUBT),
    Case("no answer ever comes", "stall", IN_DOUBT),
    Case("the answer is slow", "delay", SENT, ("before", "during"), seconds=PATIENCE / 2),
    Case("500", "error", IN_DOUBT, status=500),
    Case("502 of a proxy", "error", IN_DOUBT, status=502),
    Case("503", "error", IN_DOUBT, status=503),
    Case("504 of a proxy", "error", IN_DOUBT, status=504),
    Case("an empty answer", "answer", IN_DOUBT, body=""),
    Case("no JSON", "answer", IN_DOUBT, body="<html>hello</html>"),
    Case("half of the JSON", "answer", IN_DOUBT, body='{"ok":true,"resu'),
    Case("JSON that is a list", "answer", IN_DOUBT, body="[]"),
    Case("JSON that is null", "answer", IN_DOUBT, body="null"),
    Case("JSON a hundred thousand deep", "answer", IN_DOUBT, body="[" * 100_000),
    Case("bytes that are no text", "answer", IN_DOUBT, body="\x00\x01\x02"),
    Case("ok and nothing else", "answer", IN_DOUBT, body='{"ok":true}'),
    Case("not ok and no reason", "answer", IN_DOUBT, body='{"ok":false}'),
    Case("led elsewhere", "answer", IN_DOUBT, status=302, body="{}"),
    Case(
        "a clear refusal", "answer", FAILED, ("before", "during"), "telegram", status=400,
        body='{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}',
    ),
    Case(
        "forbidden", "answer", FAILED, ("before", "during"), "telegram", status=403,
        body='{"ok":false,"error_code":403,"description":"Forbidden: bot can\'t send messages to bots"}',
    ),
    Case(
        "the token is no longer taken", "answer", QUEUED, ("before",), "telegram", status=401,
        body='{"ok":false,"error_code":401,"description":"Unauthorized"}',
    ),
    Case("a clear refusal", "refuse", FAILED, ("before", "during"), "slack", code="msg_too_long"),
    Case("an unknown refusal", "refuse", FAILED, ("before",), "slack", code="new_in_2031"),
    Case("it may have succeeded", "refuse", IN_DOUBT, ("before",), "slack", code="internal_error"),
    Case("the token is no longer taken", "refuse", QUEUED, ("before",), "slack", code="invalid_auth"),
)  # fmt: skip

#: What a platform may say about how long to wait, and the seconds that are waited at least and at most.
WAITS: Final[Sequence[tuple[str, str | None, float, float]]] = (
    ("missing", None, 1, 60),
    ("no number", "soon", 1, 60),
    ("negative", "-5", 1, 60),
    ("none", "0", 1, 60),
    ("a fraction", "1.5", 1.5, 60),
    ("ordinary", "7", 7, 60),
    ("a year", "1000000000", 3600, 4500),
    ("not a number", "NaN", 1, 60),
    ("no end", "Infinity", 1, 4500),
)


class World:
    """The program with one platform whose server does what a test says."""

    def __init__(self, app: Enlace, name: Name, server: TelegramServer | SlackServer) -> None:
        self.app, self.name, self.server = app, name, server

    def place(self) -> Place:
        """A new place that the bot may write to."""
        if isinstance(self.server, TelegramServer):
            return Place("telegram", "700001", PlaceKind.DIRECT, str(self.server.people.user().id))
        people = self.server.people
        return Place("slack", "T0LOCAL01", PlaceKind.CHANNEL, people.channel(people.user()).id)

    async def put(self, count: int = 1) -> list[str]:
        """So many messages to new places into the outbox."""
        places = [self.place() for _ in range(count)]
        drafts = [letter_draft(place, Card(text="hello"), "en") for place in places]
        async with self.app.database.writing() as session:
            await outbox.enqueue(session, drafts, datetime.now(UTC))
        self.app.outbox_bell.ring()
        return [place.id for place in places]

    async def rows(self, places: Sequence[str]) -> list[Any]:
        """The rows of places, when each was tried once."""
        async with asyncio.timeout(10):
            while True:
                async with self.app.database.reading() as session:
                    found = await session.execute(
                        sa.select(OutboxRow.state, OutboxRow.attempts, OutboxRow.not_before, OutboxRow.reason)
                        .where(OutboxRow.destination.in_(places))
                        .order_by(OutboxRow.id)
                    )
                    rows = list(found)
                if all(row.state not in outbox.UNSETTLED or row.reason for row in rows):
                    return rows
                await asyncio.sleep(0.01)

    def applied(self, places: Sequence[str]) -> Counter[str]:
        """How often something was carried out in places."""
        key = "chat_id" if self.name == "telegram" else "channel"
        said = [str(entry.arguments[key]) for entry in self.server.sent(POSTS[self.name])]
        return Counter(place for place in said if place in places)


@contextlib.asynccontextmanager
async def world(database: Database, name: Name) -> AsyncIterator[World]:
    """A platform on a server without limits."""
    made: TelegramServer | SlackServer
    if name == "telegram":
        made = TelegramServer(limits=TelegramLimits(enforced=False))
    else:
        made = SlackServer(limits=Limits(enforced=False))
    async with made as server:
        platform: Telegram | Slack
        platform = telegram(server) if isinstance(server, TelegramServer) else slack(server)
        app = Enlace(database, Registry(()), Metrics(database))
        async with database.writing() as session:
            await session.execute(sa.delete(OutboxRow))
        async with app.running([platform]):
            await app.until_up(platform)
            yield World(app, name, server)
            server.faults.clear()


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database; what is looked at here is the way to the platforms."""
    path = tmp_path / "enlace.db"
    shutil.copyfile(sqlite_template, path)
    opened = Database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer long."""
    monkeypatch.setattr(telegram_transport, "READ_SECONDS", PATIENCE)
    monkeypatch.setattr(slack_client, "TIMEOUT", PATIENCE)


async def _strike(here: World, case: Case, when: When) -> str:
    """Let a case happen; what is wrong with how it ended."""
    fault = case.fault(here.name, when)
    many = when == "during"
    if many:
        fault = replace(fault, times=STRUCK, skip=STRUCK)
    here.server.fault(fault)
    places = await here.put(FANOUT if many else 1)
    rows = await here.rows(places)
    here.server.faults.clear()
    ended = Counter(row.state for row in rows)
    expected = (
        Counter({case.ends: STRUCK}) + Counter({SENT: FANOUT - STRUCK}) if many else Counter([case.ends])
    )
    if ended != expected:
        return f"{dict(ended)} instead of {dict(expected)}, {rows[0].reason}"
    applied = here.applied(places)
    if case.ends is not SENT and case.what not in ("hold", "stall"):
        wanted = FANOUT - STRUCK if many else int(when == "after")
        if sum(applied.values()) != wanted:
            return f"carried out {sum(applied.values())} times instead of {wanted}"
    return "repeated" if max(applied.values(), default=0) > 1 else ""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["telegram", "slack"])
async def test_every_fault_has_its_outcome(name: Name, sqlite_database: Database) -> None:
    wrong: dict[tuple[str, str], str] = {}
    with capture_logs() as logs:
        async with world(sqlite_database, name) as here:
            for case in CASES:
                if case.only in (None, name):
                    for when in case.moments:
                        if problem := await _strike(here, case, when):
                            wrong[case.name, when] = problem
    assert wrong == {}
    unclassified = [
        entry for entry in logs if entry["event"] in ("delivery_unclassified", "delivery_task_failed")
    ]
    assert unclassified == []


def _throttling(name: Name, said: str | None) -> Fault:
    kind: Kind = "answer_before"
    if name == "telegram":
        parameters = (
            f',"parameters":{{"retry_after":{said if said not in ("soon",) else chr(34) + said + chr(34)}}}'
        )
        body = (
            f'{{"ok":false,"error_code":429,"description":"Too Many Requests"{parameters if said else ""}}}'
        )
        return Fault(kind, POSTS[name], status=429, body=body)
    headers = {} if said is None else {"Retry-After": said}
    body = '{"ok":false,"error":"ratelimited"}'
    return Fault(
        kind, POSTS[name], status=429, body=body, headers={**headers, "Content-Type": "application/json"}
    )


@pytest.mark.parametrize("name", ["telegram", "slack"])
async def test_whatever_is_said_of_waiting_is_kept_within_reason(
    name: Name, sqlite_database: Database
) -> None:
    wrong: dict[str, Any] = {}
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    waits = [*WAITS, *([("a date", later, 30.0, 60.0)] if name == "slack" else [])]
    for what, said, least, most in waits:
        async with world(sqlite_database, name) as here:
            here.server.fault(_throttling(name, said))
            began = datetime.now(UTC)
            (row,) = await here.rows(await here.put())
            wait = (row.not_before - began).total_seconds()
            asked = sum(method == POSTS[name] for method, _ in here.server.asked)
            if row.state is not QUEUED or not least <= wait <= most or asked != 1:
                wrong[what] = (row.state, wait, row.reason, asked)
    assert wrong == {}


@pytest.mark.parametrize("name", ["telegram", "slack"])
async def test_no_request_comes_before_the_wait_is_over(name: Name, sqlite_database: Database) -> None:
    async with world(sqlite_database, name) as here:
        here.server.fault(_throttling(name, "1"))
        places = await here.put(5)
        async with asyncio.timeout(10):
            while sum(here.applied(places).values()) < len(places):  # noqa: ASYNC110 - over in a moment
                await asyncio.sleep(0.02)
        times = [at for method, at in here.server.asked if method == POSTS[name]]
        refused = len(times) - len(places)
        assert refused == 1
        # What was on its way when the answer came is not after it.
        assert [at - times[0] for at in times if 0.2 < at - times[0] < 0.95] == []


# Where no connection comes about


@contextlib.asynccontextmanager
async def _listening(kind: str) -> AsyncIterator[str]:
    """An address at which nothing answers as it should."""
    if kind == "a name that nobody knows":
        yield "http://nowhere.invalid"
        return
    if kind == "refused":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        return

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if kind == "reset at once":
            plain = writer.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "another protocol":
            writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    secure = None
    if kind == "a certificate of its own making":
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(CERTIFICATE)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=secure)
    port = server.sockets[0].getsockname()[1]
    scheme = "https" if "certificate" in kind else "http"
    async with server:
        yield f"{scheme}://127.0.0.1:{port}"


#: What is wrong with an address, and how a message ends that goes there.
NOBODY: Final = (
    ("a name that nobody knows", Retry),
    ("refused", Retry),
    ("no certificate", Retry),
    ("a certificate of its own making", Retry),
    ("reset at once", InDoubt),
    ("another protocol", InDoubt),
)


@pytest.mark.parametrize("name", ["telegram", "slack"])
@pytest.mark.parametrize(("kind", "ends"), NOBODY)
async def test_without_a_connection_a_message_waits(name: Name, kind: str, ends: type[DeliveryError]) -> None:
    async with _listening(kind) as address:
        platform: Telegram | Slack
        if name == "telegram":
            place = Place("telegram", "700001", PlaceKind.DIRECT, "5001")
            platform = Telegram(token="700001:x", api_url=address, menu=MENU, say=lambda _language, key: key)
        else:
            place = Place("slack", "T0LOCAL01", PlaceKind.CHANNEL, "C1")
            platform = slack(SlackServer(), api_url=f"{address}/api/")
        await platform._client.open()
        with pytest.raises(DeliveryError) as caught:
            await platform.send(Outgoing("d1", Operation.POST, place, (Card(text="hello"),), "en"))
        await platform.stop()
    assert isinstance(caught.value, ends), caught.value
    # Neither the address nor what it holds is in what is kept and logged.
    assert "127.0.0.1" not in f"{caught.value!r}{caught.value.__cause__!r}"
