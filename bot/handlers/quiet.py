"""``/quiet``: do without reminders, or without being mentioned in digests, for good or until a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from bot.cards import examples, until
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from bot.i18n import message
from directory import audit
from directory.access import Subject
from directory.search import fold
from reminders.nudging import quiet
from reminders.nudging.tables import QuietKind

#: The buttons: do without a kind, have it again.
HUSH: Final = "quiet-on"
END: Final = "quiet-off"
#: Words for a kind, words that begin quiet and words that end it, folded, in the four languages.
_KINDS: Final[Mapping[str, QuietKind]] = dict.fromkeys(
    (
        *("nudge", "nudges", "reminder", "reminders", "recordatorio", "recordatorios"),
        *("rappel", "rappels", "relance", "relances", "lembrete", "lembretes"),
    ),
    QuietKind.NUDGES,
) | dict.fromkeys(
    (
        *("digest", "digests", "mention", "mentions", "resumen", "resumenes", "mencion", "menciones"),
        *("recapitulatif", "recapitulatifs", "resumo", "resumos", "mencao", "mencoes"),
    ),
    QuietKind.DIGESTS,
)
_BEGINS: Final = frozenset({"on", "yes", "si", "oui", "sim", "activar", "activer", "ativar"})
_ENDS: Final = frozenset(
    {"off", "no", "non", "nao", "fin", "fim", "end", "desactivar", "desactiver", "desativar", "terminar"}
)

_NAMES: Final[Mapping[QuietKind, str]] = {
    QuietKind.NUDGES: message("quiet.nudges"),
    QuietKind.DIGESTS: message("quiet.digests"),
}
_HUSH: Final[Mapping[QuietKind, str]] = {
    QuietKind.NUDGES: message("quiet.stop_nudges"),
    QuietKind.DIGESTS: message("quiet.stop_digests"),
}
_END: Final[Mapping[QuietKind, str]] = {
    QuietKind.NUDGES: message("quiet.resume_nudges"),
    QuietKind.DIGESTS: message("quiet.resume_digests"),
}


async def run(context: Context, argument: str) -> Replies:
    """Say what comes, or begin or end quiet: of a kind that is named, else of both."""
    t, key = context.t, context.asker.person_key
    if key is None:
        return Reply(Card(text=t("entry.not_linked")))
    words = argument.split()
    named = [kind for word in words if (kind := _KINDS.get(fold(word))) is not None]
    rest = [word for word in words if fold(word) not in _KINDS]
    kinds = tuple(dict.fromkeys(named)) or tuple(QuietKind)
    if not words:
        return Reply(await _card(context, key))
    said = {fold(word) for word in rest}
    if said and said <= _ENDS:
        return Reply(await _end(context, key, kinds))
    if said <= _BEGINS:
        return Reply(await _hush(context, key, kinds, None))
    rest = [word for word in rest if fold(word) not in _BEGINS]
    example = examples.typed(context, "quiet", t("quiet.example"))
    last = until.read(
        context, " ".join(rest), example, lambda day: t("quiet.out_of_range", day=day, example=example)
    )
    return Reply(last if isinstance(last, Card) else await _hush(context, key, kinds, last))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A kind is not wanted any more."""
    key, kind = context.asker.person_key, _kind(arguments)
    if key is None or kind is None or context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _hush(context, key, (kind,), None), replaces=True)


async def ended(context: Context, arguments: Sequence[str]) -> Replies:
    """A kind is wanted again."""
    key, kind = context.asker.person_key, _kind(arguments)
    if key is None or kind is None or context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _end(context, key, (kind,)), replaces=True)


def _kind(arguments: Sequence[str]) -> QuietKind | None:
    return next((kind for kind in QuietKind if arguments and arguments[0] == kind), None)


def _today(context: Context) -> date:
    return context.now.astimezone(context.t.zone).date()


async def _hush(context: Context, key: str, kinds: Collection[QuietKind], last: date | None) -> Card:
    before = await quiet.of(context.session, key, _today(context))
    for kind in kinds:
        await quiet.hush(context.session, key, kind, last)
    after = before | dict.fromkeys(kinds, last)
    return await _noted(context, key, before, after)


async def _end(context: Context, key: str, kinds: Collection[QuietKind]) -> Card:
    before = await quiet.of(context.session, key, _today(context))
    for kind in kinds:
        await quiet.end(context.session, key, kind)
    return await _noted(
        context, key, before, {kind: last for kind, last in before.items() if kind not in kinds}
    )


async def _noted(
    context: Context,
    key: str,
    before: Mapping[QuietKind, date | None],
    after: Mapping[QuietKind, date | None],
) -> Card:
    if before != after:
        await audit.changed(
            context.session,
            context.actor,
            context.now,
            "quiet",
            audit.PERSON,
            key,
            _recorded(before),
            _recorded(after),
        )
    return await _card(context, key)


def _recorded(state: Mapping[QuietKind, date | None]) -> dict[str, object]:
    """What the trail keeps: for each kind the last day, or that it is for good."""
    return {f"quiet_{kind}": (state[kind] or True) if kind in state else None for kind in QuietKind}


async def _card(context: Context, key: str) -> Card:
    """What comes and what does not, and what comes in any case."""
    t = context.t
    hushed = await quiet.of(context.session, key, _today(context))
    fields, buttons = [], []
    for kind in QuietKind:
        if kind not in hushed:
            state, name, words = t("quiet.comes"), HUSH, _HUSH[kind]
        else:
            last = hushed[kind]
            state = t("quiet.until", day=t.day(last)) if last is not None else t("quiet.for_good")
            name, words = END, _END[kind]
        fields.append(Field(t(_NAMES[kind]), state))
        buttons.append((Button(t(words), action(name, kind)),))
    return Card(
        title=t("quiet.title"),
        fields=tuple(fields),
        text=t("quiet.still")
        if hushed
        else t("quiet.how", example=examples.typed(context, "quiet", t("quiet.example"))),
        buttons=tuple(buttons),
    )


COMMAND = Command(
    name="quiet",
    subject=Subject.OWN_NUDGES,
    run=run,
    summary="quiet.summary",
    usage="quiet.usage",
    aliases={"es": ("silencio",), "fr": ("silence",), "pt": ("silencio",)},
    actions={HUSH: pressed, END: ended},
    order=67,
    writes=True,
)
