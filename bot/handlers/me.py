"""``/me``: one's own entry, who may see each value of it, consent, and whether it is still right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import contact, examples, telling, values
from bot.cards import entry as cards
from bot.cards import entry_form as entry_forms
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.i18n import message
from directory import audit, contact_values, entries, handover, posts
from directory.access import Subject
from directory.entries import Entry
from directory.people import ContactKind
from directory.search import fold

#: What people call each kind of value in the four languages, folded.
WORDS: Final[Mapping[str, ContactKind]] = {
    **dict.fromkeys(("email", "e mail", "mail", "correo", "courriel"), ContactKind.EMAIL),
    **dict.fromkeys(("phone", "telephone", "telefono", "telefone", "oficina"), ContactKind.PHONE),
    **dict.fromkeys(("mobile", "cell", "movil", "celular", "portable"), ContactKind.MOBILE),
    **dict.fromkeys(("handle", "account", "cuenta", "compte", "conta"), ContactKind.HANDLE),
}
#: An example of the one-line way that is an invented address in every language.
EXAMPLE: Final = "email name@example.org"
#: What empties a value in the one-line way.
NOTHING: Final = frozenset({"-", "none", "ninguno", "aucun", "nenhum"})


async def run(context: Context, argument: str) -> Replies:
    """The entry; with words, the value of one kind is changed first."""
    entry = await _own(context)
    if entry is None:
        return Reply(Card(text=context.t("entry.not_linked")))
    if not argument:
        return Reply(await cards.card(context, entry))
    word, rest = parsing.first_word(argument)
    kind = WORDS.get(fold(word))
    if kind is None or not rest:
        return Reply(Card(text=_how(context)))
    return Reply(await _change(context, entry, kind, rest))


async def _own(context: Context) -> Entry | None:
    key = context.asker.person_key
    return await entries.get(context.session, key) if key is not None else None


def _how(context: Context) -> str:
    return context.t("entry.how", example=examples.typed(context, "me", EXAMPLE))


async def _change(context: Context, entry: Entry, kind: ContactKind, text: str) -> Card:
    t, today = context.t, context.now.date()
    named = t(values.KINDS[kind])
    value = "" if text.casefold() in NOTHING else contact_values.checked(kind, text, await _country(context))
    if value is None:
        return Card(text=t("entry.bad_value", text=parsing.echo(text), kind=named, how=_how(context)))
    person = entries.with_value(entry.person, kind, value, today)
    await entries.save(context.session, person)
    await _audit(context, "edit", _fields(entry), _fields(Entry(person)))
    note = t("entry.changed", kind=named, value=value) if value else t("entry.removed", kind=named)
    return await _card(context, note)


async def _country(context: Context) -> str:
    held = await posts.of_person(context.session, context.asker.person_key or "")
    return next((post.country for post in held if post.country), "")


def _fields(entry: Entry) -> dict[str, object]:
    """An entry as the trail keeps it: a field for each kind of value, and the names."""
    found: dict[str, object] = {
        "given_name": entry.person.given_name,
        "family_name": entry.person.family_name,
        "languages": list(entry.person.languages),
        "time_zone": entry.person.time_zone,
    }
    for kind in ContactKind:
        if held := [item.value for item in entry.person.contacts if item.kind is kind]:
            found[kind.value] = ", ".join(held)
    return found


async def _audit(
    context: Context, action: str, before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> None:
    key = context.asker.person_key or ""
    await audit.changed(context.session, context.actor, context.now, action, audit.PERSON, key, before, after)


async def _card(context: Context, note: str = "") -> Card:
    entry = await _own(context)
    if entry is None:
        return Card(text=context.t("dispatch.stale_button"))
    return await cards.card(context, entry, note)


Act = Callable[[Context, Entry, Sequence[str]], Awaitable[Card | Reply]]


def _press(act: Act, count: int = 0) -> Callable[[Context, Sequence[str]], Awaitable[Replies]]:
    """A press that acts on the asker's own entry, in a direct chat, with so many arguments."""

    async def press(context: Context, arguments: Sequence[str]) -> Replies:
        entry = None if context.place.shared or len(arguments) != count else await _own(context)
        if entry is None:
            return Reply(Card(text=context.t("dispatch.stale_button")))
        answer = await act(context, entry, arguments)
        return answer if isinstance(answer, Reply) else Reply(answer, replaces=True)

    return press


async def _back(context: Context, entry: Entry, _arguments: Sequence[str]) -> Card:
    return await cards.card(context, entry)


async def _right(context: Context, entry: Entry, _arguments: Sequence[str]) -> Card:
    today = context.now.date()
    await entries.confirm(context.session, entry.person.key, today)
    await _audit(context, "confirm", {"confirmed_on": entry.confirmed_on}, {"confirmed_on": today})
    return await _card(context, context.t("entry.thanks"))


async def _who(context: Context, entry: Entry, arguments: Sequence[str]) -> Card:
    value = next((item for item in entry.values if str(item.id) == arguments[0]), None)
    if value is None:
        return Card(text=context.t("dispatch.stale_button"))
    return cards.level_card(context.t, value)


async def _level(context: Context, entry: Entry, arguments: Sequence[str]) -> Card:
    t = context.t
    value = next((item for item in entry.values if str(item.id) == arguments[0]), None)
    if value is None or arguments[1] not in map(str, entries.LEVELS):
        return Card(text=t("dispatch.stale_button"))
    level, kind = int(arguments[1]), value.contact.kind
    await entries.set_level(context.session, entry.person.key, value.id, level)
    name = f"level of {kind.value}"
    await _audit(context, "level", {name: value.contact.level}, {name: level})
    named = t(values.KINDS[kind])
    return await _card(context, t("entry.level_changed", kind=named, who=cards.who_sees(t, level)))


async def _agree(context: Context, entry: Entry, arguments: Sequence[str]) -> Card:
    t = context.t
    if arguments[0] != cards.WORDING:
        return await _card(context, t("entry.wording_changed"))
    if entry.consent is None:
        await entries.agree(
            context.session,
            entry.person.key,
            wording=cards.WORDING,
            language=t.language,
            text=cards.consent_text(t),
            now=context.now,
        )
        await _audit(context, "consent", {"consent": None}, {"consent": cards.WORDING})
    return await _card(context, t("entry.agreed"))


async def _withdraw(context: Context, entry: Entry, _arguments: Sequence[str]) -> Card:
    await entries.withdraw(context.session, entry.person.key, context.now)
    await entries.hide(context.session, entry.person.key)
    given = entry.consent.wording if entry.consent is not None else None
    await _audit(context, "withdraw", {"consent": given}, {"consent": None})
    return await _card(context, context.t("entry.withdrawn"))


async def _edit(context: Context, entry: Entry, _arguments: Sequence[str]) -> Reply:
    return Reply(form=entry_forms.form(context.t, entry))


async def _leave(context: Context, entry: Entry, arguments: Sequence[str]) -> Card:
    post = await posts.get(context.session, arguments[0])
    if post is None or not await handover.holds(
        context.session, post.key, entry.person.key, context.now.date()
    ):
        return Card(text=context.t("entry.not_held"))
    return cards.leave_card(context.t, post, await contact.called(context, post))


async def _left(context: Context, entry: Entry, arguments: Sequence[str]) -> Card:
    t, today = context.t, context.now.date()
    post = await posts.get(context.session, arguments[0])
    ended = await handover.leave(context.session, arguments[0], entry.person.key, today) if post else []
    if post is None or not ended:
        return Card(text=t("entry.not_held"))
    for item in ended:
        await audit.changed(
            context.session,
            context.actor,
            context.now,
            "leave",
            "nomination",
            post.key,
            {"person": item.person, "standing": item.standing, "until": item.until},
            {"person": item.person, "standing": item.standing, "until": today},
            post.network,
            about=item.person,
        )
    called = await contact.called(context, post)
    await telling.coordination(context, post, message("entry.left_told"))
    return await _card(context, t("entry.left", post=called, day=t.day(today)))


async def submitted(
    context: Context, _arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """The form of one's own entry was sent: what changed is stored, and all of it counts as confirmed."""
    entry = await _own(context)
    if entry is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    today = context.now.date()
    read = entry_forms.read(context.t, entry, given, await _country(context), today)
    if isinstance(read, Problems):
        return read
    await entries.save(context.session, read)
    await entries.confirm(context.session, read.key, today)
    await _audit(context, "edit", _fields(entry), _fields(Entry(read)))
    return Reply(await _card(context, context.t("entry.saved")))


COMMAND = Command(
    name="me",
    subject=Subject.OWN_ENTRY,
    run=run,
    summary="entry.summary",
    usage="entry.usage",
    aliases={
        "es": ("misdatos", "yo"),
        "fr": ("moi", "mafiche"),
        "pt": ("meusdados", "eu"),
    },
    actions={
        cards.BACK: _press(_back),
        cards.RIGHT: _press(_right),
        cards.WHO: _press(_who, 1),
        cards.LEVEL: _press(_level, 2),
        cards.AGREE: _press(_agree, 1),
        cards.WITHDRAW: _press(_withdraw),
        cards.EDIT: _press(_edit),
        cards.LEAVE: _press(_leave, 1),
        cards.LEFT: _press(_left, 1),
    },
    forms={entry_forms.FORM: submitted},
    order=60,
    writes=True,
)
