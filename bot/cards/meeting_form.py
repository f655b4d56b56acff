"""The form of a meeting: what is asked for, and the meeting that its answers make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bot import parsing
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import words, zones
from bot.command import Context, Value
from bot.contract import Choice, FieldKind, Form, FormField, action
from bot.i18n import LANGUAGES, Translator, message
from directory import networks
from directory.editing.checks import is_url
from directory.meetings import (
    Document,
    Meeting,
    NotThere,
    Quorum,
    QuorumKind,
    State,
    Twice,
    Unit,
    UnitKind,
    When,
    standing,
)
from directory.meetings.when import instant
from directory.search import fold
from directory.texts import LocalText
from reminders.deadlines.records import Owner, OwnerKind

#: The form of a new meeting and of a draft: the network, or the meeting's number.
NEW: Final = "meeting-new"
EDIT: Final = "meeting-edit"
TITLE: Final = 200
LONG: Final = 3000
MOST_DOCUMENTS: Final = 20
MOST_PEOPLE: Final = 100_000
_YES, _NO = "yes", "no"
#: How a form names the rooms: all that are bound, or none.
ALL_ROOMS, NO_ROOMS = "all", "none"
#: Words for everybody in the network, folded, in the four languages.
_EVERYBODY: Final = frozenset(
    (
        *("all", "everybody", "all members", "members", "todos", "todas", "todos los miembros", "miembros"),
        *("tous", "toutes", "tous les membres", "membres", "todos os membros", "membros"),
    )
)
_QUORUMS: Final[Mapping[QuorumKind, str]] = {
    QuorumKind.NONE: message("meeting.quorum_none"),
    QuorumKind.HALF: message("meeting.quorum_half"),
    QuorumKind.TWO_THIRDS: message("meeting.quorum_two_thirds"),
    QuorumKind.NUMBER: message("meeting.quorum_number"),
}
_LANGUAGES: Final = re.compile(r"[\s,;/]+")
_KINDS: Final = {OwnerKind.COUNTRY: UnitKind.COUNTRY, OwnerKind.INSTITUTION: UnitKind.INSTITUTION}


@dataclass(frozen=True, slots=True)
class Made:
    """What the answers of a form make: a meeting and those expected, or what is wrong, by field.

    ``doubled``: its beginning comes twice that night, because clocks are set back.
    """

    meeting: Meeting | None = None
    units: tuple[Unit, ...] = ()
    rooms: str = ALL_ROOMS
    problems: Mapping[str, str] = field(default_factory=dict)
    doubled: bool = False


def form(
    t: Translator,
    meeting: Meeting,
    expected: str,
    *,
    title: str,
    name: str,
    argument: str,
    with_rooms: bool,
    values: Mapping[str, str] | None = None,
) -> Form:
    """The form, filled in with what a meeting is already. ``values`` stand in place of that."""
    known = _values(t, meeting, expected) | dict(values or {})
    yes_no = (Choice(_YES, t("meeting.yes")), Choice(_NO, t("meeting.no")))

    def asked(
        key: str,
        label: str,
        kind: FieldKind = FieldKind.TEXT,
        *,
        hint: str = "",
        required: bool = False,
        most: int = 0,
        choices: tuple[Choice, ...] = (),
    ) -> FormField:
        return FormField(key, label, kind, hint, known.get(key, ""), required, choices, most)

    fields = [
        asked("title", t("meeting.f_title"), required=True, most=TITLE),
        asked("day", t("meeting.f_day"), FieldKind.DATE, required=True),
        asked("start", t("meeting.f_start"), FieldKind.TIME, required=True),
        asked("end", t("meeting.f_end"), FieldKind.TIME, required=True),
        asked("last_day", t("meeting.f_last_day"), FieldKind.DATE, hint=t("meeting.f_last_day_hint")),
        asked("zone", t("meeting.f_zone"), hint=t("meeting.f_zone_hint"), required=True),
        asked("place", t("meeting.place"), most=TITLE),
        asked(
            "expected",
            t("meeting.f_expected"),
            FieldKind.LONG_TEXT,
            hint=t("meeting.f_expected_hint"),
            required=True,
        ),
        asked("answer_by", t("meeting.f_answer_by"), FieldKind.DATE),
        asked("link", t("meeting.link"), hint="https://", most=500),
        asked("host", t("meeting.host"), hint=t("meeting.f_host_hint"), most=120),
        asked("languages", t("meeting.languages"), hint=t("meeting.f_languages_hint"), most=60),
        asked("interpretation", t("meeting.f_interpretation"), FieldKind.CHOICE, choices=yes_no),
        asked(
            "quorum",
            t("meeting.quorum"),
            FieldKind.CHOICE,
            choices=tuple(Choice(kind, t(words)) for kind, words in _QUORUMS.items()),
        ),
        asked("quorum_number", t("meeting.f_quorum_number"), FieldKind.NUMBER),
        asked("capacity", t("meeting.f_capacity"), FieldKind.NUMBER, hint=t("meeting.f_capacity_hint")),
        asked("proxies", t("meeting.f_proxies"), FieldKind.CHOICE, choices=yes_no),
        asked("agenda", t("meeting.agenda"), FieldKind.LONG_TEXT, hint=t("meeting.f_agenda_hint"), most=LONG),
        asked(
            "documents",
            t("meeting.documents"),
            FieldKind.LONG_TEXT,
            hint=t("meeting.f_documents_hint"),
            most=LONG,
        ),
        *(
            asked(f"title_{code}", t("meeting.f_title_in", language=t.language_name(code)), most=TITLE)
            for code in LANGUAGES
            if code != t.language
        ),
    ]
    if with_rooms:
        choices = (Choice(ALL_ROOMS, t("meeting.f_rooms_all")), Choice(NO_ROOMS, t("meeting.f_rooms_none")))
        fields.append(asked("rooms", t("meeting.f_rooms"), FieldKind.CHOICE, choices=choices))
    return Form(action(name, argument), title, tuple(fields), t("meeting.f_submit"), t("meeting.f_text"))


def _values(t: Translator, meeting: Meeting, expected: str) -> dict[str, str]:
    when = meeting.when
    one_day = when.start.date() == when.end.date()
    titles = meeting.titles.by_language
    return {
        "title": titles.get(t.language, ""),
        **{f"title_{code}": titles.get(code, "") for code in LANGUAGES},
        "day": when.start.date().isoformat() if meeting.number else "",
        "start": f"{when.start:%H:%M}" if meeting.number else "",
        "end": f"{when.end:%H:%M}" if meeting.number else "",
        "last_day": when.end.date().isoformat() if meeting.number and not one_day else "",
        "zone": zones.city(when.zone, t),
        "place": words.plain(t, meeting.places),
        "expected": expected,
        "answer_by": meeting.answer_by.isoformat() if meeting.answer_by is not None else "",
        "link": meeting.link,
        "host": t.country(meeting.host) if len(meeting.host) == 2 else meeting.host,
        "languages": ", ".join(meeting.languages),
        "interpretation": _YES if meeting.interpretation else _NO,
        "quorum": meeting.quorum.kind,
        "quorum_number": str(meeting.quorum.number or ""),
        "capacity": str(meeting.capacity or ""),
        "proxies": _YES if meeting.proxies else _NO,
        "agenda": "\n".join(words.plain(t, item) for item in meeting.agenda),
        "documents": "\n".join(
            f"{words.plain(t, item.titles)} {item.url}".strip() for item in meeting.documents
        ),
        "rooms": ALL_ROOMS,
    }


async def read(context: Context, base: Meeting, given: Mapping[str, Value]) -> Made:
    """The meeting that the answers make of ``base``; texts in other languages than the form's stay."""
    t = context.t
    problems: dict[str, str] = {}
    zone = read_zone(context, _text(given, "zone"), problems)
    when, doubled = _when(t, given, zone, problems)
    units = await read_expected(context, _text(given, "expected"), base.network, problems)
    link = _text(given, "link")
    if link and not is_url(link):
        problems["link"] = t("meeting.bad_link")
    host = await _host(context, _text(given, "host"), base.network, problems)
    documents = _documents(t, _text(given, "documents"), base, problems)
    quorum = _quorum(t, given, problems)
    capacity = _number(t, given, "capacity", problems)
    answer_by = given.get("answer_by")
    if isinstance(answer_by, date) and when is not None and answer_by > when.start.date():
        problems["answer_by"] = t("meeting.answer_by_after")
    spoken = tuple(code for code in _LANGUAGES.split(_text(given, "languages").lower()) if code)
    if unknown := next((code for code in spoken if t.language_name(code) == code or len(code) > 3), ""):
        problems["languages"] = t("meeting.bad_language", text=parsing.echo(unknown))
    if problems or when is None:
        return Made(problems=problems)
    agenda = [line.strip(" -•\t") for line in _text(given, "agenda").splitlines()]
    titles = {code: text for code in LANGUAGES if (text := _text(given, f"title_{code}"))}
    made = replace(
        base,
        titles=LocalText(dict(base.titles.by_language) | titles | {t.language: _text(given, "title")}),
        when=when,
        places=_local(base.places, t.language, _text(given, "place")),
        link=link,
        host=host,
        languages=spoken,
        interpretation=given.get("interpretation") == _YES,
        quorum=quorum,
        capacity=capacity,
        proxies=given.get("proxies") == _YES,
        answer_by=answer_by if isinstance(answer_by, date) else None,
        agenda=_items(t, base.agenda, [line for line in agenda if line]),
        documents=documents,
    )
    return Made(made, units, _text(given, "rooms") or ALL_ROOMS, {}, doubled)


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def _local(before: LocalText, language: str, text: str) -> LocalText:
    kept = {code: known for code, known in before.by_language.items() if code != language}
    if before.by_language.get(language, "") == text:
        return before
    return LocalText(kept | {language: text}) if text else LocalText()


def _items(t: Translator, before: Sequence[LocalText], lines: Sequence[str]) -> tuple[LocalText, ...]:
    """Items of a list; one whose words did not change keeps those in other languages."""
    known = {words.plain(t, item): item for item in before}
    return tuple(known.get(line, LocalText({t.language: line})) for line in lines)


def read_zone(context: Context, text: str, problems: dict[str, str]) -> ZoneInfo | None:
    """The zone that a city or a country names; what is wrong with it goes to ``problems`` as ``zone``."""
    t, found = context.t, zones.named(text)
    if len(found) == 1 or (found and fold(text) == fold(zones.city(found[0], t))):
        return ZoneInfo(found[0])
    offered = found or zones.like(text)
    key = "meeting.zone_several" if offered else "meeting.zone_unknown"
    names = t.list([zones.city(name, t) for name in offered])
    problems["zone"] = t(key, text=parsing.echo(text), zones=names)
    return None


def _when(
    t: Translator, given: Mapping[str, Value], zone: ZoneInfo | None, problems: dict[str, str]
) -> tuple[When | None, bool]:
    day, start, end, last = (given.get(name) for name in ("day", "start", "end", "last_day"))
    if not (isinstance(day, date) and isinstance(start, time) and isinstance(end, time)) or zone is None:
        return None, False
    last = last if isinstance(last, date) else day
    begins, ends = datetime.combine(day, start), datetime.combine(last, end)
    if ends <= begins:
        problems["last_day" if last < day else "end"] = t("meeting.ends_before")
        return None, False
    if ends - begins > timedelta(days=31):
        problems["last_day"] = t("meeting.too_long")
        return None, False
    doubled = False
    for name, local in (("start", begins), ("end", ends)):
        try:
            instant(local, zone)
        except NotThere as problem:
            before, after = (f"{one:%H:%M}" for one in (problem.before, problem.after))
            problems[name] = t("meeting.not_there", time=f"{local:%H:%M}", before=before, after=after)
        except Twice:
            doubled = True
    if problems.keys() & {"start", "end"}:
        return None, False
    return When(begins, ends, str(zone)), doubled


async def read_expected(
    context: Context, text: str, network: str, problems: dict[str, str]
) -> tuple[Unit, ...]:
    """Those whom a text names, or all of a network; what is wrong goes to ``problems`` as ``expected``."""
    t = context.t
    if fold(text) in _EVERYBODY:
        return tuple(await standing.everybody(context.session, network, context.now.date()))
    named = await owning.read(context.session, text, network)
    if named.unknown or named.unclear:
        unknown = next(iter((*named.unknown, *named.unclear)))
        problems["expected"] = t("meeting.expected_unknown", text=parsing.echo(unknown))
        return ()
    if not named.owners:
        problems["expected"] = t("form.needed")
    return tuple([_unit(owner) for owner in named.owners if owner.kind in _KINDS])


def _unit(owner: Owner) -> Unit:
    return Unit(_KINDS[owner.kind], owner.key)


async def _host(context: Context, text: str, network: str, problems: dict[str, str]) -> str:
    if not text:
        return ""
    named = await owning.read(context.session, text, network)
    hosts = [owner for owner in named.owners if owner.kind in _KINDS]
    if len(hosts) != 1:
        problems["host"] = context.t("meeting.expected_unknown", text=parsing.echo(text))
        return ""
    return hosts[0].key


def _documents(t: Translator, text: str, base: Meeting, problems: dict[str, str]) -> tuple[Document, ...]:
    known = {item.url: item for item in base.documents}
    found: list[Document] = []
    for line in filter(None, (line.strip(" -•\t") for line in text.splitlines())):
        title, _, url = line.rpartition(" ")
        if not is_url(url):
            problems["documents"] = t("meeting.bad_document", text=parsing.echo(line))
            return ()
        titles = _local(known[url].titles if url in known else LocalText(), t.language, title.strip())
        found.append(Document(titles, url))
    if len(found) > MOST_DOCUMENTS:
        problems["documents"] = t("meeting.too_many_documents", most=t.number(MOST_DOCUMENTS))
    return tuple(found)


def _quorum(t: Translator, given: Mapping[str, Value], problems: dict[str, str]) -> Quorum:
    kind = QuorumKind(_text(given, "quorum") or QuorumKind.NONE)
    number = _number(t, given, "quorum_number", problems)
    if kind is QuorumKind.NUMBER and not number:
        problems.setdefault("quorum_number", t("form.needed"))
    return Quorum(kind, number if kind is QuorumKind.NUMBER else 0)


def _number(t: Translator, given: Mapping[str, Value], name: str, problems: dict[str, str]) -> int:
    value = given.get(name)
    if not isinstance(value, Decimal):
        return 0
    if value != int(value) or not 0 <= value <= MOST_PEOPLE:
        problems[name] = t("meeting.bad_number")
        return 0
    return int(value)


async def expected_text(context: Context, network: str, units: Sequence[Unit]) -> str:
    """Those expected as the form writes them: "all" where they are all members of the network."""
    t = context.t
    everybody = await standing.everybody(context.session, network, context.now.date())
    if units and set(units) == set(everybody):
        return t("meeting.everybody")
    owners = [
        Owner(OwnerKind.COUNTRY if unit.kind is UnitKind.COUNTRY else OwnerKind.INSTITUTION, unit.key)
        for unit in units
        if unit.kind is not UnitKind.PERSON
    ]
    names = await owning.names(context.session, t, owners)
    return ", ".join(names[owner] for owner in owners)


def blank(context: Context, network: str, zone_name: str) -> Meeting:
    """What a new meeting is before anything is said of it: a day ahead, in the zone of whoever makes it."""
    day = context.now.astimezone(context.t.zone).date() + timedelta(days=30)
    when = When(datetime.combine(day, time(9)), datetime.combine(day, time(17)), zone_name)
    return Meeting(0, network, LocalText(), when, state=State.DRAFT)


async def may_make(context: Context) -> list[str]:
    """The networks for which the asker may make meetings."""
    return [
        body.code for body in await networks.every(context.session) if rights.coordinates(context, body.code)
    ]
