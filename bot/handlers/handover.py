"""``/handover``: who follows on a post, from when, by which letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot import parsing
from bot.cards import contact, enrolling, examples, handing_over, telling
from bot.cards.buttons import label
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Button, Card, Reply, action
from bot.i18n import message
from directory import audit, dates, posts
from directory.access import Subject
from directory.handover import Passed
from directory.posts import Post

#: The one-line way: these, parted by semicolons; the last may be left out.
PARTS: Final = ("post", "name", "email", "since", "reference", "letter_on")


async def run(context: Context, argument: str) -> Replies:
    """The form of the post that is meant, a choice of posts, or with a whole line the deed."""
    t = context.t
    parts = [part.strip() for part in argument.split(";")]
    meant = await _meant(context, parts[0])
    if not meant:
        if parts[0]:
            return Reply(Card(text=t("handover.no_post", text=parsing.echo(parts[0]), how=_how(context))))
        return Reply(Card(text=t("handover.none_held", how=_how(context))))
    if len(meant) > 1:
        rows = [
            (
                Button(
                    label(await contact.called(context, post)),
                    action(handing_over.CHOOSE, post.key),
                ),
            )
            for post in meant
        ]
        return Reply(Card(text=t("handover.which"), buttons=tuple(rows)))
    if len(parts) == 1:
        return Reply(form=await handing_over.form(context, meant[0]))
    answer = await _hand_over(context, meant[0], _taken_apart(context, parts))
    if isinstance(answer, Problems):
        return Reply(Card(text="\n".join((*answer.fields.values(), _how(context)))))
    return Reply(answer)


async def _meant(context: Context, words: str) -> list[Post]:
    """The posts that the asker may mean: their own, and as a coordinator those of their network."""
    mine = await handing_over.own(context)
    if not words:
        return mine
    named = [post for post in mine if post.key == words.lower()] or await _mine_in(context, mine, words)
    if named:
        return named
    meant = await enrolling.post_meant(context, words)
    return [post for post in meant if await handing_over.may(context, post)]


async def _mine_in(context: Context, mine: Sequence[Post], words: str) -> list[Post]:
    titles = {post.key: (await contact.called(context, post)).casefold() for post in mine}
    return [post for post in mine if words.casefold() in titles[post.key]]


def _how(context: Context) -> str:
    return context.t(
        "handover.how", example=examples.typed(context, "handover", context.t("handover.example"))
    )


def _taken_apart(context: Context, parts: Sequence[str]) -> dict[str, Value]:
    given: dict[str, Value] = dict(zip(PARTS, parts, strict=False))
    given["given_name"], given["family_name"] = enrolling.parted(str(given.get("name") or ""))
    for part in ("since", "letter_on"):
        given[part] = _day(context, str(given.get(part) or ""))
    return given


def _day(context: Context, text: str) -> date | None:
    """The one day that a text can mean."""
    try:
        found = dates.days(text, context.now.astimezone(context.t.zone).date())
    except dates.NotADay:
        return None
    return found[0] if len(found) == 1 else None


async def chosen(context: Context, arguments: Sequence[str]) -> Replies:
    """A post was chosen."""
    post = await _post(context, arguments)
    if post is None or context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(form=await handing_over.form(context, post))


async def submitted(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent."""
    post = await _post(context, arguments)
    if post is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    answer = await _hand_over(context, post, given)
    return answer if isinstance(answer, Problems) else Reply(answer)


async def _post(context: Context, arguments: Sequence[str]) -> Post | None:
    """The post of a button or a form, where the asker may still hand it over."""
    post = await posts.get(context.session, arguments[0]) if len(arguments) == 1 else None
    return post if post is not None and await handing_over.may(context, post) else None


async def _hand_over(context: Context, post: Post, given: Mapping[str, Value]) -> Card | Problems:
    t = context.t
    successor = await handing_over.read(context, post, given)
    if isinstance(successor, Problems):
        return successor
    async with context.session.begin_nested() as savepoint:
        passed = await handing_over.carry_out(context, post, successor)
        if isinstance(passed, Problems):
            await savepoint.rollback()
    if isinstance(passed, Problems):
        return passed
    await _record(context, post, passed)
    await telling.coordination(
        context, post, message("handover.told_open" if passed.new.confirmed_on is None else "handover.told")
    )
    for person in dict.fromkeys([passed.new.person, *(item.person for item in passed.ended)]):
        if person != context.asker.person_key:
            await telling.person(context, person, post, message("handover.told"))
    called, day = await contact.called(context, post), t.day(successor.since)
    if passed.new.confirmed_on is None:
        return Card(text=t("handover.waits", post=called, name=successor.name, day=day))
    invite = examples.typed(context, "invite")
    return Card(text=t("handover.done", post=called, name=successor.name, day=day, invite=invite))


async def _record(context: Context, post: Post, passed: Passed) -> None:
    new = passed.new
    for item in passed.ended:
        await audit.changed(
            context.session,
            context.actor,
            context.now,
            "handover",
            "nomination",
            post.key,
            {"person": item.person, "standing": item.standing, "until": item.until},
            {"person": item.person, "standing": item.standing, "until": new.since},
            post.network,
            about=item.person,
        )
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "handover",
        "nomination",
        post.key,
        None,
        {
            "person": new.person,
            "standing": new.standing,
            "since": new.since,
            "reference": new.reference,
            "letter_on": new.letter_on,
            "confirmed_on": new.confirmed_on,
        },
        post.network,
        about=new.person,
    )


COMMAND = Command(
    name="handover",
    subject=Subject.NAME_ALTERNATE,
    run=run,
    summary="handover.summary",
    usage="handover.usage",
    aliases={
        "es": ("traspaso", "traspasar"),
        "fr": ("passation", "transmettre"),
        "pt": ("transmissao", "transmitir"),
    },
    actions={handing_over.CHOOSE: chosen},
    forms={handing_over.FORM: submitted},
    order=68,
    writes=True,
)
