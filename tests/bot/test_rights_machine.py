"""Whatever people do in whatever order: an account has the rights that it should have, and no others."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.contract import Reply
from bot.handlers import verify
from directory import accounts, audit, invitations, people
from directory.access import PUBLIC
from directory.accounts import Account
from directory.database import Database
from directory.invitations import codes
from tests.support.asking import buttons, here, words
from tests.support.traced import Traced

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}")
POST = "acs-fp-bb"
USERS = ("ana", "bea", "cy", "dan")
#: More than the span within which guesses are counted: the machine is not stopped by the limit.
STEP = timedelta(hours=2)
Result = TypeVar("Result")


@dataclass
class Code:
    """What a code should do: whose account it makes, and whether it still does."""

    text: str
    expires: datetime
    person: str | None = None
    vouched: bool = False
    open: bool = True
    number: int = 0
    email: str = ""


@dataclass
class Somebody:
    """A person as the rules have them."""

    key: str
    verified: bool = False
    suspended: bool = False
    #: Whether a nomination of theirs holds: it ends when somebody else is confirmed as the holder.
    named: bool = True


@dataclass
class Model:
    """Who owns which account, and what people are."""

    owners: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(USERS))
    people: dict[str, Somebody] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)

    def confirmed(self, key: str) -> None:
        """The letter of somebody named was confirmed: a post has one holder."""
        if not self.people[key].named:
            return
        for person in self.people.values():
            person.verified = person.named = person.key == key


class Rights(RuleBasedStateMachine):
    """People join, link, unlink, are confirmed, suspended and given their rights back."""

    template: Path
    folder: Path
    _runs = itertools.count()
    codes = Bundle("codes")
    users = st.sampled_from(USERS)

    def __init__(self) -> None:
        super().__init__()
        path = self.folder / f"machine-{next(self._runs)}.db"
        path.write_bytes(self.template.read_bytes())
        self.runner = asyncio.Runner()
        self.database = Database(f"sqlite+aiosqlite:///{path}")
        self.model = Model()
        # In the past, so that whatever holds from then on holds on the database's own day.
        self.now = datetime.now(UTC) - timedelta(days=300)
        self.numbers = itertools.count(1)
        self.linking: dict[str, Code] = {}

    def teardown(self) -> None:
        """Close the database of this run."""
        self.run(self.database.close())
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait for ``work``."""
        return self.runner.run(work)

    def speaker(self, who: str) -> Traced:
        """Somebody, at the machine's own time, which goes on."""
        self.now += STEP
        return Traced(self.database, who, now=self.now)

    def free(self) -> str:
        """An account that is nobody's, if there is one."""
        return next((user for user, owner in self.model.owners.items() if owner is None), USERS[0])

    def is_good(self, code: Code) -> bool:
        """Whether a code should open anything at the next step."""
        return code.open and self.now + STEP < code.expires

    def owned(self, key: str) -> list[str]:
        """The accounts that should be a person's."""
        return [user for user, owner in self.model.owners.items() if owner == key]

    # Invitations

    @rule(target=codes, vouched=st.booleans())
    def invite(self, vouched: bool) -> Code:
        """A coordinator invites somebody new, with or without the letter's reference."""
        return self._invite(vouched)

    @rule(user=users, vouched=st.booleans())
    def arrive(self, user: str, vouched: bool) -> None:
        """Somebody is invited and joins."""
        self.tries(user, self._invite(vouched))

    def _invite(self, vouched: bool) -> Code:
        email = f"p{next(self.numbers)}@example.org"
        line = f"/invite {POST}; Eva Demo; {email}; en" + ("; N-1" if vouched else "")
        card = here(self.run(self.speaker("coordinator").asks(line)))
        found = CODE.search(words(card))
        assert found is not None
        number = int(buttons(card)[0].action.split(":")[1])
        return Code(found[0], self.now + invitations.VALID, None, vouched, True, number, email)

    @rule(target=codes, code=consumes(codes))
    def resend(self, code: Code) -> Code:
        """A new code voids the old one, unless it was used."""
        if not code.number:
            return code
        card = here(self.run(self.speaker("coordinator").presses(f"inv-resend:{code.number}")))
        found = CODE.search(words(card))
        used = code.email in self.model.emails
        assert (found is None) is used
        if found is None:
            return code
        again = Code(
            found[0], self.now + invitations.VALID, None, code.vouched, True, code.number, code.email
        )
        old = Code(code.text, code.expires, open=False)
        self.tries(self.free(), old)
        return again

    @rule(code=codes)
    def revoke(self, code: Code) -> None:
        """A revoked code opens nothing."""
        if code.number:
            self.run(self.speaker("coordinator").presses(f"inv-revoke:{code.number}"))
            code.open = False
            self.tries(self.free(), code)

    @rule(code=codes)
    def burn(self, code: Code) -> None:
        """A code that a group could read opens nothing."""
        self.now += STEP

        async def work() -> None:
            async with self.database.writing() as session:
                stranger = Account("terminal", "", "somebody")
                burnt = await invitations.burn(session, code.text, stranger, self.now)
            assert (burnt is not None) is (code.open and self.now < code.expires)

        self.run(work())
        code.open = False

    @rule(user=users)
    def guess(self, user: str) -> None:
        """A code that nobody made."""
        self.tries(user, Code(codes.shown(codes.make()), self.now, open=False))

    @rule(user=users, code=codes)
    def join(self, user: str, code: Code) -> None:
        """Somebody tries a code, which may be void, used, or another's."""
        self.tries(user, code)

    def tries(self, user: str, code: Code) -> None:
        """Try a code and compare what comes of it with the rules."""
        good, owner = self.is_good(code), self.model.owners[user]
        text = words(here(self.run(self.speaker(user).asks(f"/join {code.text}"))))
        if not good:
            assert "opens nothing" in text
            return
        key = code.person
        if owner is not None and owner != key:
            assert "already belongs to somebody else" in text
            return
        code.open = False
        if key is not None:
            self.model.owners[user] = key
            return
        assert "Welcome" in text
        new = self.run(self._owner(user))
        assert new is not None
        assert new not in self.model.people
        self.model.people[new] = Somebody(new)
        if code.vouched:
            self.model.confirmed(new)
        self.model.owners[user], self.model.emails[code.email] = new, new

    # Accounts

    @rule(target=codes, user=users)
    def link(self, user: str) -> Code:
        """A code for a further account; who has no rights gets none."""
        return self._link(user)

    def _link(self, user: str) -> Code:
        key = self.model.owners[user]
        text = words(here(self.run(self.speaker(user).asks("/link"))))
        found = CODE.search(text)
        allowed = key is not None and not self.model.people[key].suspended
        assert (found is not None) is allowed
        if found is None or key is None:
            return Code(codes.shown(codes.make()), self.now, open=False)
        if key in self.linking:
            self.linking[key].open = False
        self.linking[key] = Code(found[0], self.now + invitations.LINK_VALID, key)
        return self.linking[key]

    @rule(first=users, second=users)
    def link_at_once(self, first: str, second: str) -> None:
        """A further account, linked while the code is good."""
        code = self._link(first)
        if code.person is None:
            return
        self.now -= STEP  # the next step is at the same time
        self.tries(second, code)

    @rule(user=users, other=st.none() | users)
    def unlink(self, user: str, other: str | None) -> None:
        """Somebody unlinks an account, the one in use or another, if it is one of theirs."""
        key, other = self.model.owners[user], other or user
        action = f"unlink-yes:terminal:{other}"
        text = words(here(self.run(self.speaker(user).presses(action))))
        mine = key is not None and not self.model.people[key].suspended and self.model.owners[other] == key
        assert ("no longer linked" in text) is mine
        if mine:
            self.model.owners[other] = None

    # Confirming and suspending

    @rule(user=users)
    def confirm(self, user: str) -> None:
        """A coordinator confirms the nomination of whoever has an account."""
        key = self.model.owners[user]
        if key is None:
            return
        coordinator = self.speaker("coordinator")
        for button in buttons(here(self.run(coordinator.asks(f"/verify {key}")))):
            asked = self.run(coordinator.presses(button.action))
            assert isinstance(asked, Reply)
            assert asked.form is not None
            self.run(self._submit(coordinator, asked.form.action.split(":")[1:]))
        # Of somebody who was vouched for nothing is left to be confirmed, and so nothing ends.
        if not self.model.people[key].verified:
            self.model.confirmed(key)

    async def _submit(self, who: Traced, arguments: list[str]) -> None:
        async with self.database.writing() as session:
            context = await who._context(session, None)  # type: ignore[arg-type]
            await verify.submitted(context, arguments, {"reference": "N-2", "letter_on": None})

    @rule(user=users)
    def suspend(self, user: str) -> None:
        """A coordinator suspends whoever has an account."""
        if (key := self.model.owners[user]) is not None:
            self.run(self.speaker("coordinator").presses(f"suspend:{key}"))
            self.model.people[key].suspended = True

    @rule()
    def unsuspend(self) -> None:
        """A coordinator gives everybody their rights back."""
        for person in self.model.people.values():
            self.run(self.speaker("coordinator").presses(f"unsuspend:{person.key}"))
            person.suspended = False

    @rule(user=users, whom=st.sampled_from(("demo-operator", "demo-coordinator", "demo-mx")))
    def overreach(self, user: str, whom: str) -> None:
        """Whoever has no right to presses the buttons of those who have."""
        for action in (f"suspend:{whom}", f"unsuspend:{whom}", "inv-revoke:1", "inv-resend:1"):
            text = words(here(self.run(self.speaker(user).presses(action))))
            assert "Demo" not in text
            assert CODE.search(text) is None

    @rule()
    def days_pass(self) -> None:
        """Half a month: what is out expires."""
        if self.now < datetime.now(UTC) - timedelta(days=60):
            self.now += timedelta(days=15)

    # What always holds

    @invariant()
    def accounts_have_the_rights_they_should_have(self) -> None:
        """Ownership, confirmation and suspension are as the rules say; nobody became more than that."""
        self.run(self._check())

    async def _check(self) -> None:
        async with self.database.reading() as session:
            for user, owner in self.model.owners.items():
                found = await accounts.account(session, "terminal", "", user)
                assert found.person_key == owner, user
                if owner is None:
                    continue
                expected, standing = self.model.people[owner], await people.standing(session, owner)
                assert not standing.operator
                assert not standing.coordinates
                assert standing.suspended is expected.suspended
                assert bool(standing.verified_in) is expected.verified
                assert (standing.roles() == PUBLIC.roles()) is expected.suspended
            for demo in ("demo-operator", "demo-coordinator", "demo-mx"):
                assert not (await people.standing(session, demo)).suspended
            assert await audit.verify(session) is None

    async def _owner(self, user: str) -> str | None:
        async with self.database.reading() as session:
            return (await accounts.account(session, "terminal", "", user)).person_key


def test_rights(sqlite_demo_template: Path, tmp_path: Path) -> None:
    Rights.template, Rights.folder = sqlite_demo_template, tmp_path
    chosen = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(Rights, settings=chosen)
