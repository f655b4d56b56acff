"""Handing a post over: to whom, from when, by which letter; the form, one line, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.cards import contact, enrolling
from bot.command import Context, Problems, Value
from bot.contract import FieldKind, Form, FormField, action
from directory import contact_values, handover, invitations, people, posts
from directory.access import NO_NETWORK, Decision, Subject
from directory.people import ContactKind
from directory.posts import Post

#: The action of the form; its argument is the post's key.
FORM: Final = "handover-form"
#: The button that chooses a post.
CHOOSE: Final = "handover"
#: A post changes hands at most so many days from today, either way.
FURTHEST: Final = 366


@dataclass(frozen=True, slots=True)
class Successor:
    """Who follows: the names as typed, the office address, from when, by which letter."""

    given_name: str
    family_name: str
    email: str
    since: date
    reference: str
    letter_on: date | None
    person: str | None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


async def own(context: Context) -> list[Post]:
    """The posts that the asker holds by a confirmed nomination, in whatever standing."""
    key = context.asker.person_key
    if key is None:
        return []
    today = context.now.date()
    held = await posts.of_person(context.session, key)
    named = await posts.nominations(context.session, [post.key for post in held])
    return [
        post
        for post in held
        if context.decide(Subject.NAME_ALTERNATE, post.network or NO_NETWORK) is Decision.ALLOWED
        and any(
            item.person == key and item.confirmed_on is not None and item.holds_on(today)
            for item in named.get(post.key, ())
        )
    ]


async def may(context: Context, post: Post) -> bool:
    """Whether the asker may name who follows: a coordinator of the post's network, or who holds the post."""
    return enrolling.may(context, post.network) or post.key in {item.key for item in await own(context)}


async def form(context: Context, post: Post) -> Form:
    """Who follows on a post."""
    t = context.t
    return Form(
        action(FORM, post.key),
        t("handover.form_title"),
        (
            FormField("given_name", t("entry.given_name"), max_length=120),
            FormField("family_name", t("entry.family_name"), required=False, max_length=120),
            FormField("email", t("invite.email"), FieldKind.EMAIL, max_length=contact_values.LONGEST),
            FormField("since", t("handover.since"), FieldKind.DATE, value=context.now.date().isoformat()),
            FormField("reference", t("invite.reference"), max_length=120),
            FormField("letter_on", t("invite.letter_on"), FieldKind.DATE, required=False),
        ),
        t("handover.submit"),
        t("handover.form_text", post=await contact.called(context, post)),
    )


async def read(context: Context, post: Post, given: Mapping[str, Value]) -> Successor | Problems:
    """Who follows, or what cannot be taken and why."""
    t, today = context.t, context.now.date()
    email = contact_values.checked(ContactKind.EMAIL, _text(given, "email"))
    since, letter_on = given.get("since"), given.get("letter_on")
    problems: dict[str, str] = {}
    if not _text(given, "given_name"):
        problems["given_name"] = t("invite.bad_name")
    if email is None:
        problems["email"] = t("invite.bad_email")
    if not isinstance(since, date) or abs(since - today) > timedelta(FURTHEST):
        problems["since"] = t("handover.bad_since")
    if not _text(given, "reference"):
        problems["reference"] = t("handover.no_reference")
    if isinstance(letter_on, date) and letter_on > today:
        problems["letter_on"] = t("invite.bad_letter_date")
    if problems or email is None or not isinstance(since, date):
        return Problems(problems)
    person = await invitations.with_email(context.session, email)
    if (
        person is not None
        and enrolling.may(context, post.network)
        and not await enrolling.may_govern(context, person)
    ):
        return Problems({"email": t("invite.email_elsewhere")})
    return Successor(
        _text(given, "given_name")[:120],
        _text(given, "family_name")[:120],
        email,
        since,
        _text(given, "reference")[:120],
        letter_on if isinstance(letter_on, date) else None,
        person,
    )


async def carry_out(context: Context, post: Post, successor: Successor) -> handover.Passed | Problems:
    """Hand the post over. A coordinator's word confirms the nomination; a holder's waits for it."""
    t, today = context.t, context.now.date()
    confirms = enrolling.may(context, post.network)
    key = successor.person or await people.add_newcomer(
        context.session, successor.given_name, successor.family_name, successor.email
    )
    # Nobody confirms a nomination of their own.
    confirms = confirms and key != context.asker.person_key
    try:
        return await handover.hand_over(
            context.session,
            post.key,
            key,
            successor.since,
            reference=successor.reference,
            letter_on=successor.letter_on,
            confirmed_on=today if confirms else None,
            confirmed_by=(context.asker.person_key or "") if confirms else "",
        )
    except handover.CannotHandOver as problem:
        if problem.reason == "same":
            return Problems({"email": t("handover.same")})
        return Problems({"since": t("handover.planned", day=t.day(problem.day))})


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""
