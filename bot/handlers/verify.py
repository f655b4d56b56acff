"""``/verify PERSON``: a coordinator confirms the letter by which somebody was named to a post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.cards import contact, enrolling, examples, verifying
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.i18n import message
from directory import audit, people, posts
from directory.access import Decision, Subject
from directory.people import NAME_LEVEL, Person
from directory.posts import Nomination, Post


async def run(context: Context, argument: str) -> Replies:
    """The person's nominations, or which person was meant."""
    t = context.t
    if context.decide(Subject.ENROL) is not Decision.ALLOWED:
        return Reply(Card(text=t("dispatch.refused")))
    if not argument:
        return Reply(
            Card(text=t("verify.which", example=examples.typed(context, "verify", "Lucía Demoreda")))
        )
    meant = await enrolling.person_meant(context, argument)
    if len(meant) != 1:
        return Reply(
            enrolling.choice(
                context, meant, argument, verifying.PERSON, lambda text: t("enrol.nobody", text=text)
            )
        )
    return Reply(await _card(context, meant[0]))


async def _card(context: Context, person: Person, note: str = "") -> Card:
    context.look(person.key, NAME_LEVEL)
    return await verifying.card(context, person, note)


async def chosen(context: Context, arguments: Sequence[str]) -> Replies:
    """A person was chosen."""
    key = arguments[0] if len(arguments) == 1 else ""
    person = await people.get(context.session, key, NAME_LEVEL)
    if person is None or not await verifying.held(context, person):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _card(context, person), replaces=True)


async def asked(context: Context, arguments: Sequence[str]) -> Replies:
    """The form for one nomination."""
    found = await _meant(context, arguments)
    if isinstance(found, Reply):
        return found
    person, post, _ = found
    return Reply(form=verifying.form(context, person, await contact.called(context, post), arguments))


async def submitted(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The letter was named: the nomination is confirmed."""
    t, today = context.t, context.now.date()
    found = await _meant(context, arguments)
    if isinstance(found, Reply):
        return found
    person, post, before = found
    reference, letter_on = given.get("reference"), given.get("letter_on")
    if isinstance(letter_on, date) and letter_on > today:
        return Problems({"letter_on": t("invite.bad_letter_date")})
    named = str(reference or "").strip()
    day = letter_on if isinstance(letter_on, date) else None
    by = context.asker.person_key or ""
    await posts.confirm(
        context.session, post.key, person.key, reference=named, letter_on=day, on=today, by=by
    )
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "verify",
        "nomination",
        post.key,
        _fields(before.reference, before.letter_on, before.confirmed_on),
        _fields(named, day, today),
        post.network,
        about=person.key,
    )
    called = await contact.called(context, post)
    context.tell(person.key, message("verify.told"))
    return Reply(await _card(context, person, t("verify.confirmed", name=person.name, post=called)))


def _fields(reference: str, letter_on: date | None, confirmed_on: date | None) -> dict[str, object]:
    return {"reference": reference, "letter_on": letter_on, "confirmed_on": confirmed_on}


async def _meant(context: Context, arguments: Sequence[str]) -> tuple[Person, Post, Nomination] | Reply:
    """The nomination of a button or a form, where the asker may confirm it; nobody confirms their own."""
    t = context.t
    key, mark = (*arguments, "", "")[:2]
    person = await people.get(context.session, key, NAME_LEVEL)
    for post, item in await verifying.held(context, person) if person is not None else ():
        if verifying.mark(post) == mark and person is not None:
            if person.key == context.asker.person_key:
                return Reply(Card(text=t("verify.not_oneself")))
            return person, post, item
    return Reply(Card(text=t("dispatch.stale_button")))


COMMAND = Command(
    name="verify",
    subject=Subject.ENROL,
    cases=frozenset(),
    run=run,
    summary="verify.summary",
    usage="verify.usage",
    aliases={"es": ("verificar",), "fr": ("verifier",), "pt": ("verificar",)},
    actions={verifying.VERIFY: asked, verifying.PERSON: chosen},
    forms={verifying.FORM: submitted},
    order=66,
)
