"""An alternate is proposed by whoever holds the post; the coordination decides: form, words, buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import contact, enrolling, examples, handing_over, languages, looking, telling
from bot.cards.buttons import label
from bot.command import Context, Problems, Value
from bot.contract import Button, Card, Choice, Field, FieldKind, Form, FormField, action
from bot.i18n import LANGUAGES, message
from directory import audit, contact_values, entries, posts
from directory.invitations import alternates
from directory.invitations.alternates import Alternate
from directory.people import NAME_LEVEL, ContactKind
from directory.posts import Post

#: The form, and the buttons that decide; their argument is the proposal's number.
FORM: Final = "alternate-form"
YES: Final = "alternate-yes"
NO: Final = "alternate-no"
#: The one-line way: these, separated by semicolons; the post goes before them where several are held.
PARTS: Final = ("name", "email", "language", "reference")
#: How many proposals a list shows.
SHOWN: Final = 8


async def form(context: Context, own: Sequence[Post]) -> Form:
    """Who is to be the alternate on one of the asker's ``own`` posts."""
    t = context.t
    titles = [await contact.called(context, post) for post in own]
    chosen = FormField(
        "post",
        t("invite.post"),
        FieldKind.CHOICE,
        value=own[0].key,
        choices=tuple(Choice(post.key, title) for post, title in zip(own, titles, strict=True)),
    )
    return Form(
        FORM,
        t("alternate.form_title"),
        (
            *((chosen,) if len(own) > 1 else ()),
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
            FormField("reference", t("invite.reference"), hint=t("alternate.reference_hint"), max_length=120),
        ),
        t("alternate.submit"),
        t("alternate.form_text", posts=t.list(titles)),
    )


def taken_apart(line: str, own: Sequence[Post]) -> dict[str, Value]:
    """The answers that one line gives; with a part more than there are, its first is the post."""
    parts = [part.strip() for part in line.split(";")]
    key = parts.pop(0).lower() if len(parts) > len(PARTS) else ""
    given: dict[str, Value] = dict(zip(PARTS, parts, strict=False))
    given["given_name"], given["family_name"] = enrolling.parted(str(given.get("name") or ""))
    given["post"] = key or (own[0].key if len(own) == 1 else "")
    return given


async def read(
    context: Context, own: Sequence[Post], given: Mapping[str, Value]
) -> tuple[Post, Alternate] | Problems:
    """Who is proposed for which post, or what cannot be taken and why.

    Whether the address is known is not looked at here: that would tell who is in the directory.
    """
    t = context.t
    text = {name: value.strip() for name, value in given.items() if isinstance(value, str)}
    post = next((item for item in own if len(own) == 1 or item.key == text.get("post")), None)
    email = contact_values.checked(ContactKind.EMAIL, text.get("email", ""))
    language = languages.named(text.get("language", ""))
    problems: dict[str, str] = {}
    if post is None:
        keys = [f"{await contact.called(context, item)} ({item.key})" for item in own]
        problems["post"] = t("invite.which_post", posts=t.list(keys))
    if not text.get("given_name"):
        problems["given_name"] = t("invite.bad_name")
    if email is None:
        problems["email"] = t("invite.bad_email")
    elif email.casefold() in await _own_addresses(context):
        problems["email"] = t("alternate.oneself")
    if not language:
        problems["language"] = t("invite.bad_language")
    if not text.get("reference"):
        problems["reference"] = t("handover.no_reference")
    if problems or post is None or email is None:
        return Problems(problems)
    waiting = [item for item in await alternates.waiting(context.session) if item.post == post.key]
    if any(item.email.casefold() == email.casefold() for item in waiting):
        return Problems({"email": t("alternate.waits_already")})
    if len(waiting) >= alternates.WAITING:
        return Problems({"email": t("alternate.too_many", count=t.number(alternates.WAITING))})
    wanted = Alternate(
        post.key,
        text["given_name"][:120],
        text.get("family_name", "")[:120],
        email,
        language,
        text["reference"][:120],
        context.asker.person_key or "",
        context.now,
    )
    return post, wanted


async def _own_addresses(context: Context) -> set[str]:
    entry = await entries.get(context.session, context.asker.person_key or "")
    held = entry.values if entry is not None else ()
    return {item.contact.value.casefold() for item in held if item.contact.kind is ContactKind.EMAIL}


async def propose(context: Context, post: Post, wanted: Alternate) -> Card:
    """Store the proposal, tell the coordination, say so."""
    t = context.t
    number = await alternates.propose(context.session, wanted)
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "propose",
        "nomination",
        post.key,
        None,
        {"language": wanted.language, "reference": wanted.reference},
        post.network,
    )
    by = await looking.see(context, [wanted.proposed_by], NAME_LEVEL, names_only=True, recorded=False)
    proposer = by[wanted.proposed_by].name if wanted.proposed_by in by else ""
    await telling.in_charge(
        context,
        post,
        message("alternate.told_proposed"),
        proposer=proposer,
        name=wanted.name,
        email=wanted.email,
        reference=wanted.reference,
        number=str(number),
    )
    called = await contact.called(context, post)
    return Card(text=t("alternate.proposed", name=wanted.name, post=called))


def how(context: Context) -> str:
    """The one-line way, as an example."""
    example = examples.typed(context, "invite", context.t("alternate.quick_example"))
    return context.t("invite.quick", example=example)


async def listed(context: Context) -> list[tuple[Field, tuple[Button, ...]]]:
    """What waits for the asker's decision, each with its buttons."""
    t = context.t
    shown: list[tuple[Field, tuple[Button, ...]]] = []
    for item in await alternates.waiting(context.session):
        post = await posts.get(context.session, item.post)
        if post is None or not decides(context, post, item) or len(shown) == SHOWN:
            continue
        by = await looking.see(context, [item.proposed_by], NAME_LEVEL, names_only=True)
        line = t(
            "alternate.line",
            post=await contact.called(context, post),
            proposer=by[item.proposed_by].name if item.proposed_by in by else t("said.not_recorded"),
            email=item.email,
            reference=item.reference,
        )
        yes = Button(label(t("alternate.yes_to", name=item.name)), action(YES, str(item.id)))
        no = Button(label(t("alternate.no_to", name=item.name)), action(NO, str(item.id)))
        shown.append((Field(item.name, line), (yes, no)))
    return shown


def decides(context: Context, post: Post, item: Alternate) -> bool:
    """Whether the asker decides about a proposal: whoever enrols for the post, but not who proposed it."""
    return enrolling.may(context, post.network) and item.proposed_by != context.asker.person_key


async def own(context: Context) -> list[Post]:
    """The asker's posts for which they may propose, and not simply invite."""
    return [
        post
        for post in await handing_over.own(context.directly())
        if post.retired_on is None and enrolling.may_propose(context, post.network)
    ]
