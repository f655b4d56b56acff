"""Suspends people and gives them their rights back, for those who decide about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import enrolling, examples
from bot.command import Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import message
from directory import audit, people, suspensions
from directory.access import Decision, Subject
from directory.people import NAME_LEVEL, Person
from directory.suspensions import Suspension

#: Buttons: choose a person, suspend them, give their rights back.
CHOOSE: Final = "suspend-who"
SUSPEND: Final = "suspend"
LIFT: Final = "unsuspend"


async def asked(context: Context, argument: str, command: str) -> Replies:
    """The person with the button that suspends them or gives their rights back."""
    t = context.t
    if context.decide(Subject.ENROL) is not Decision.ALLOWED:
        return Reply(Card(text=t("dispatch.refused")))
    if not argument:
        return Reply(
            Card(text=t("suspend.which", example=examples.typed(context, command, "Lucía Demoreda")))
        )
    meant = await enrolling.person_meant(context, argument)
    if len(meant) != 1:
        return Reply(
            enrolling.choice(context, meant, argument, CHOOSE, lambda text: t("enrol.nobody", text=text))
        )
    return Reply(await card(context, meant[0]))


async def card(context: Context, person: Person, note: str = "") -> Card:
    """Whether a person is suspended, and the button that changes it."""
    t = context.t
    context.look(person.key, NAME_LEVEL)
    known = await suspensions.of(context.session, person.key)
    if known is None:
        text, button = t("suspend.sure"), Button(t("suspend.button"), action(SUSPEND, person.key))
    else:
        day = t.day(known.since.astimezone(t.zone).date())
        text, button = t("suspend.since", day=day), Button(t("suspend.lift"), action(LIFT, person.key))
    return Card(title=person.name, text=note or text, buttons=((button,),))


async def chosen(context: Context, arguments: Sequence[str]) -> Replies:
    """A person was chosen."""
    person = await _governed(context, arguments)
    if person is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await card(context, person), replaces=True)


async def suspended(context: Context, arguments: Sequence[str]) -> Replies:
    """A person has only the public's rights from now on; nobody suspends themselves."""
    t = context.t
    person = await _governed(context, arguments)
    if person is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    if person.key == context.asker.person_key:
        return Reply(Card(text=t("suspend.not_oneself")))
    by = context.asker.person_key or ""
    if await suspensions.suspend(context.session, Suspension(person.key, context.now, by)):
        await _record(context, "suspend", person.key, suspended=True)
        context.tell(person.key, message("suspend.told"))
    return Reply(await card(context, person, t("suspend.done", name=person.name)), replaces=True)


async def lifted(context: Context, arguments: Sequence[str]) -> Replies:
    """A person has their rights back."""
    t = context.t
    person = await _governed(context, arguments)
    if person is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    if await suspensions.lift(context.session, person.key):
        await _record(context, "unsuspend", person.key, suspended=False)
        context.tell(person.key, message("suspend.lifted_told"))
    return Reply(await card(context, person, t("suspend.lifted", name=person.name)), replaces=True)


async def _governed(context: Context, arguments: Sequence[str]) -> Person | None:
    key = arguments[0] if len(arguments) == 1 else ""
    person = await people.get(context.session, key, NAME_LEVEL)
    return person if person is not None and await enrolling.may_govern(context, person.key) else None


async def _record(context: Context, act: str, person: str, *, suspended: bool) -> None:
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        act,
        audit.PERSON,
        person,
        {"suspended": not suspended},
        {"suspended": suspended},
    )
