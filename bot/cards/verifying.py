"""Whether a person's nominations are confirmed, and the form that confirms one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from bot.cards import contact, enrolling
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Button, Card, Field, FieldKind, Form, FormField, action
from directory import posts
from directory.people import Person
from directory.posts import Nomination, Post

#: The button that asks for a letter, and the form that confirms it.
VERIFY: Final = "verify"
PERSON: Final = "verify-person"
FORM: Final = "verify-form"


def mark(post: Post) -> str:
    """A post as a button names it beside a person: two keys would be too long for one."""
    return hashlib.sha256(post.key.encode()).hexdigest()[:8]


async def held(context: Context, person: Person) -> list[tuple[Post, Nomination]]:
    """The nominations of a person that hold today, to posts whose people the asker enrols."""
    mine = [
        post
        for post in await posts.of_person(context.session, person.key)
        if enrolling.may(context, post.network)
    ]
    named = await posts.nominations(context.session, [post.key for post in mine])
    today = context.now.date()
    return [
        (post, item)
        for post in mine
        for item in named.get(post.key, ())
        if item.person == person.key and item.holds_on(today)
    ]


async def card(context: Context, person: Person, note: str = "") -> Card:
    """A person's nominations, with a button for each that is to be confirmed."""
    t = context.t
    fields: list[Field] = []
    rows: list[tuple[Button, ...]] = []
    for post, item in await held(context, person):
        called = await contact.called(context, post)
        if item.confirmed_on is None:
            fields.append(Field(called, t("verify.open")))
            pressed = action(VERIFY, person.key, mark(post))
            rows.append((Button(label(t("verify.button", post=called)), pressed),))
        elif item.reference:
            words = t("verify.done_reference", day=t.day(item.confirmed_on), reference=item.reference)
            fields.append(Field(called, words))
        else:
            fields.append(Field(called, t("verify.done", day=t.day(item.confirmed_on))))
    text = note or ("" if fields else t("verify.no_post", name=person.name))
    return Card(title=person.name, text=text, fields=tuple(fields), buttons=tuple(rows))


def form(context: Context, person: Person, called: str, arguments: Sequence[str]) -> Form:
    """Which letter names the person to the post."""
    t = context.t
    return Form(
        action(FORM, *arguments),
        t("verify.form_title"),
        (
            FormField("reference", t("invite.reference"), max_length=120),
            FormField("letter_on", t("invite.letter_on"), FieldKind.DATE, required=False),
        ),
        t("verify.submit"),
        t("verify.form_text", name=person.name, post=called),
    )
