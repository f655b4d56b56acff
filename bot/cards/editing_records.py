"""Which record is meant to be edited, and whether whoever asks keeps it true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot import parsing
from bot.cards import editing_words as called
from bot.cards import examples, found, looking
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Button, Card, Reply, action
from directory import editing, networks, people, projects, search
from directory.access import Decision, PlaceClass, Subject, decide
from directory.editing import Noun, Record
from directory.keys import LONGEST
from directory.networks import Membership, Network
from directory.people import NAME_LEVEL, Person
from directory.search import Kind

#: The buttons of a record: edit it (or a part of it), retire it, put it back, its history; remove an item.
EDIT: Final = "ed"
RETIRE: Final = "rt"
RESTORE: Final = "rs"
REMOVE: Final = "rm"
HISTORY: Final = "hi"
#: The button that takes a change back: its number in the trail.
UNDO: Final = "un"
#: The form of a part of a record, and of a new record.
EDIT_FORM: Final = "edf"
ADD_FORM: Final = "addf"
#: What stands in a button for no item, and for a new one.
NONE: Final = "-"
_KINDS: Final = {
    Noun.PROJECT: Kind.PROJECT,
    Noun.INSTITUTION: Kind.INSTITUTION,
    Noun.POST: Kind.POST,
    Noun.PERSON: Kind.PERSON,
}
_NOUNS: Final = {kind: noun for noun, kind in _KINDS.items()}


def may_change(context: Context, owners: Collection[str]) -> bool:
    """Whether the asker keeps records of these networks true; those of none are for whoever keeps any."""
    if not owners:
        return context.decide(Subject.EDIT_DIRECTORY) is Decision.ALLOWED
    return any(context.decide(Subject.EDIT_DIRECTORY, code) is Decision.ALLOWED for code in owners)


def may_make_networks(context: Context) -> bool:
    """Whether the asker may add and retire networks, which is a matter of the installation."""
    return context.decide(Subject.SYSTEM) is Decision.ALLOWED


async def may_retire(context: Context, record: Record) -> bool:
    """Whether the asker may take out of use, or put back, a record that they may change.

    Networks come and go with the installation, and so do those who keep the directory themselves.
    """
    if isinstance(record, Person):
        return not await _keeps(context, record) or may_make_networks(context)
    return not isinstance(record, Network) or may_make_networks(context)


async def _keeps(context: Context, person: Person) -> bool:
    """Whether somebody keeps the directory themselves, or would if they were not suspended or retired."""
    theirs = replace(await people.standing(context.session, person.key), suspended=False)
    return decide(theirs, PlaceClass.DIRECT, Subject.EDIT_DIRECTORY) is Decision.ALLOWED


async def own_network(context: Context, record: Record) -> str | None:
    """The network that the trail names for a change: the record's, else one that the asker coordinates."""
    coordinated = context.asker.standing.coordinates
    owners = await editing.networks_of(context.session, record)
    return next(iter(sorted(owners & coordinated) or sorted(owners) or sorted(coordinated)), None)


async def opened(context: Context, letter: str, key: str, *, hold: bool = False) -> Any:
    """The record (a ``Record``) that a button names, where the asker may change it; else ``None``.

    ``hold``: it is about to be changed in this transaction, and nobody else may change it meanwhile.
    """
    noun = called.BY_LETTER.get(letter)
    if noun is None or len(key) > LONGEST:
        return None
    if hold:
        await editing.hold(context.session, noun, key)
    return await of(context, noun, key)


async def of(context: Context, noun: Noun, key: str) -> Any:
    """The record with this key where the asker may change it; else ``None``."""
    record = await editing.read(context.session, noun, key)
    if record is None or not may_change(context, await editing.networks_of(context.session, record)):
        return None
    if not isinstance(record, Person):
        return record
    if await _keeps(context, record) and key != context.asker.person_key and not may_make_networks(context):
        return None
    seen = await looking.see(context, [key], NAME_LEVEL, names_only=True)
    return record if seen else None


@dataclass(frozen=True, slots=True)
class Meant:
    """What words mean: a record that may be changed, or a card that asks, or says that there is none."""

    record: Any = None
    card: Card | None = None


async def asked(
    context: Context,
    words_: str,
    command: str,
    press: str,
    which: str,
    show: Callable[[Context, Any], Awaitable[Card]],
) -> Reply:
    """What a command about one record answers: ``show`` of it, those to choose from, or ``which`` to name."""
    if not words_:
        return Reply(Card(text=context.t(which, example=_example(context, command))))
    found_ = await meant(context, words_, command, press)
    return Reply(found_.card if found_.card is not None else await show(context, found_.record))


def _example(context: Context, command: str) -> str:
    return examples.typed(context, command, f"{context.t(called.NOUNS[Noun.PROJECT]).lower()} ACS-SF-001")


async def meant(context: Context, words_: str, command: str, press: str) -> Meant:
    """The record that the words after a command mean; ``press`` is the button of those to choose from."""
    first, rest = parsing.first_word(words_)
    noun = called.noun_named(first)
    if noun is not None and rest:
        answer = await _meant(context, noun, rest, command, press)
        if answer is not None:
            return answer
    return await _meant(context, None, words_, command, press) or Meant(
        card=_nothing(context, words_, command)
    )


def _nothing(context: Context, words_: str, command: str) -> Card:
    text = context.t("edit.none_found", text=parsing.echo(words_), example=_example(context, command))
    return Card(text=text, footer=looking.notice(context))


async def _meant(context: Context, noun: Noun | None, text: str, command: str, press: str) -> Meant | None:
    if noun is Noun.MEMBERSHIP:
        return await _membership(context, text, press)
    if (record := await _by_key(context, noun, text)) is not None:
        return Meant(record)
    if noun is Noun.NETWORK:
        return None
    kinds = (_KINDS[noun],) if noun is not None else tuple(_NOUNS)
    level = await looking.search_level(context)
    hits = found.near(await search.find(context.session, text, kinds=kinds, limit=10, max_level=level))
    best = found.meant(hits, text)
    if best is not None and (record := await of(context, _NOUNS[best.kind], best.key)) is not None:
        return Meant(record)
    known = [await of(context, _NOUNS[hit.kind], hit.key) for hit in hits[: found.OFFERED]]
    offered = [record for record in known if record is not None]
    if not offered:
        return None
    return Meant(card=await _choose(context, offered, press, text))


async def _by_key(context: Context, noun: Noun | None, text: str) -> Any:
    """By code or key, which answers for retired records too."""
    session = context.session
    if noun in (None, Noun.PROJECT) and (code := await projects.code_of(session, text)) is not None:
        return await of(context, Noun.PROJECT, code)
    if noun is Noun.NETWORK:
        network = await networks.get(session, text)
        return await of(context, Noun.NETWORK, network.code) if network is not None else None
    key = text.lower()
    for candidate in (noun,) if noun is not None else (Noun.INSTITUTION, Noun.POST, Noun.PERSON):
        if candidate is not Noun.PROJECT and (record := await of(context, candidate, key)) is not None:
            return record
    return None


async def _membership(context: Context, text: str, press: str) -> Meant | None:
    """``ACS Mexico``: the memberships of a country in a network, the present one where there are several."""
    code, land = parsing.first_word(text)
    network = await networks.get(context.session, code)
    if network is None or not may_change(context, (network.code,)):
        return None
    hits = await search.find(context.session, land, kinds=(Kind.COUNTRY,), limit=3, max_level=0)
    best = found.meant(hits, land)
    if best is None:
        return None
    held = [
        item
        for item in await networks.memberships_of(context.session, best.key)
        if item.network == network.code and item.country == best.key
    ]
    if len(held) == 1:
        return Meant(held[0])
    return Meant(card=await _choose(context, held, press, text)) if held else None


async def _choose(context: Context, records: Sequence[Record], press: str, text: str) -> Card:
    rows = []
    for record in records:
        name = await called.called(context, record)
        if isinstance(record, Membership):
            name = f"{name} ({record.since or record.counted_from or '…'}–{record.until or '…'})"
        rows.append((Button(label(name), named(press, record)),))
    return Card(
        text=context.t("edit.several", text=parsing.echo(text)),
        buttons=tuple(rows),
        footer=looking.notice(context),
    )


def named(press: str, record: Record, *more: str) -> str:
    """The action of a button about a record."""
    return action(press, called.LETTERS[editing.noun_of(record)], editing.key_of(record), *more)
