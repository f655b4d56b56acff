"""The form of an invitation: what it asks, and what its answers make of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot import parsing
from bot.cards import contact, enrolling, languages
from bot.command import Context, Problems, Value
from bot.contract import Choice, FieldKind, Form, FormField
from bot.i18n import LANGUAGES
from directory import contact_values, invitations, people
from directory.invitations import Invitee
from directory.people import NAME_LEVEL, ContactKind
from directory.posts import Post, Standing

#: The action of the form.
FORM: Final = "invite-form"


def form(context: Context) -> Form:
    """Who is invited to which post, and the letter that names them."""
    t = context.t
    standings = {
        Standing.HOLDER: t("invite.as_holder"),
        Standing.ALTERNATE: t("invite.as_alternate"),
        Standing.ACTING: t("invite.as_acting"),
    }
    return Form(
        FORM,
        t("invite.form_title"),
        (
            FormField("post", t("invite.post"), hint=t("invite.post_hint")),
            FormField("given_name", t("entry.given_name"), max_length=120),
            FormField("family_name", t("entry.family_name"), max_length=120),
            FormField("email", t("invite.email"), FieldKind.EMAIL, max_length=contact_values.LONGEST),
            FormField(
                "language",
                t("invite.language"),
                FieldKind.CHOICE,
                value=t.language,
                choices=tuple(Choice(code, languages.own_name(code)) for code in LANGUAGES),
            ),
            FormField(
                "standing",
                t("invite.standing"),
                FieldKind.CHOICE,
                value=Standing.HOLDER,
                choices=tuple(Choice(key.value, words) for key, words in standings.items()),
            ),
            FormField(
                "reference",
                t("invite.reference"),
                hint=t("invite.reference_hint"),
                required=False,
                max_length=120,
            ),
            FormField("letter_on", t("invite.letter_on"), FieldKind.DATE, required=False),
        ),
        t("invite.submit"),
        t("invite.form_text"),
    )


async def read(context: Context, given: Mapping[str, Value]) -> Invitee | Problems:
    """Who is invited, or what cannot be taken and why."""
    t = context.t
    post = await _post(context, _text(given, "post"))
    email = contact_values.checked(ContactKind.EMAIL, _text(given, "email"))
    language = languages.named(_text(given, "language"))
    letter_on = given.get("letter_on")
    problems: dict[str, str] = {}
    if isinstance(post, str):
        problems["post"] = post
    if not _text(given, "given_name"):
        problems["given_name"] = t("invite.bad_name")
    if email is None:
        problems["email"] = t("invite.bad_email")
    if not language:
        problems["language"] = t("invite.bad_language")
    if isinstance(letter_on, date) and letter_on > context.now.date():
        problems["letter_on"] = t("invite.bad_letter_date")
    if problems or isinstance(post, str) or email is None:
        return Problems(problems)
    person = await invitations.with_email(context.session, email)
    if person is not None and not await enrolling.may_govern(context, person):
        return Problems({"email": t("invite.email_elsewhere")})
    return Invitee(
        post.key,
        post.network,
        _text(given, "given_name")[:120],
        _text(given, "family_name")[:120],
        email,
        language,
        Standing(_text(given, "standing") or Standing.HOLDER),
        _text(given, "reference")[:120],
        letter_on if isinstance(letter_on, date) else None,
        person,
    )


async def note(context: Context, invitee: Invitee) -> str:
    """What the coordinator should know: somebody else holds the post, or the person is known already."""
    if invitee.person is None:
        return ""
    known = await people.get(context.session, invitee.person, NAME_LEVEL)
    if known is None:
        return ""
    context.look(known.key, NAME_LEVEL, invitee.network)
    return context.t("invite.known", name=known.name)


async def _post(context: Context, words: str) -> Post | str:
    """The post that was meant, or why it is not clear."""
    t = context.t
    meant = await enrolling.post_meant(context, words)
    if len(meant) == 1:
        return meant[0] if enrolling.may(context, meant[0].network) else t("invite.post_elsewhere")
    if not meant:
        return t("invite.no_post", text=parsing.echo(words))
    names = [f"{await contact.called(context, post)} ({post.key})" for post in meant]
    return t("invite.which_post", posts=t.list(names))


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""
