"""What a row, or several of one person, changes in a person and in a post: the state after, and the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from directory.importing.contacts import Found, same_number
from directory.importing.records import Doubt, FocalPoint, Problem, Untaken
from directory.importing.states import State
from directory.importing.vocabulary import STANDING_WORDS
from directory.people import ContactKind
from directory.posts import Standing
from directory.search import fold

#: The title of a post where a list has none.
FOCAL_POINT: Final[Mapping[str, str]] = {
    "en": "Focal point",
    "es": "Punto focal",
    "fr": "Point focal",
    "pt": "Ponto focal",
}
#: The level of a new value: the office's are for the network, the mobile is for coordinators.
LEVELS: Final[Mapping[ContactKind, int]] = {
    ContactKind.EMAIL: 1,
    ContactKind.PHONE: 1,
    ContactKind.MOBILE: 2,
    ContactKind.HANDLE: 2,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a record: what it is, and what it becomes. Empty means: nothing recorded."""

    field: str
    before: str
    after: str


def _values(found: Iterable[Found], kind: ContactKind) -> list[Found]:
    return [item for item in found if item.kind is kind]


def person(rows: Sequence[FocalPoint], before: State | None) -> State:
    """The person as these rows leave them.

    An empty cell changes nothing. Where a row gives e-mail addresses (or telephone numbers, and so on),
    those that the network could see before and that are not given any more are taken out; what the person
    keeps for fewer eyes stays, unless it is wholly replaced.

    Raises:
        Untaken: a cell holds something that is neither a value of its kind nor known of the person.
    """
    first = rows[0]
    known: list[dict[str, Any]] = list(before["contacts"]) if before else []
    after: State = (
        dict(before)
        if before
        else {
            "key": first.person,
            "given_name": first.given,
            "family_name": first.family,
            "languages": [],
            "time_zone": "",
            "invented": False,
        }
    )
    if before is not None:
        _rename(after, first)
    given = list(dict.fromkeys(item for row in rows for item in row.found))
    for kind in ContactKind:
        if wanted := _values(given, kind):
            known = _contacts(known, kind, wanted, first)
    after["contacts"] = known
    languages = list(dict.fromkeys(code for row in rows for code in row.languages))
    if languages and set(languages) != set(after["languages"]):
        after["languages"] = languages
    zones = {row.time_zone for row in rows if row.time_zone}
    if len(zones) > 1:
        raise Untaken(Problem(Doubt.CONTRADICTION, "", *sorted(zones)[:2]))
    if zones:
        after["time_zone"] = zones.pop()
    return after


def _rename(after: State, row: FocalPoint) -> None:
    known = f"{after['given_name']} {after['family_name']}".strip()
    same_words = sorted(fold(known).split()) == sorted(fold(row.name).split())
    # A list in capitals has lost its accents, and a list parts names otherwise than the directory does.
    if same_words and (row.loud or fold(known) != fold(row.name) or known == row.name):
        return
    after["given_name"], after["family_name"] = row.given, row.family


def _contacts(
    known: list[dict[str, Any]], kind: ContactKind, wanted: Sequence[Found], row: FocalPoint
) -> list[dict[str, Any]]:
    mine = [item for item in known if item["kind"] == kind.value]
    kept: list[dict[str, Any]] = []
    new: list[str] = []
    for item in wanted:
        same = next((value for value in mine if _same(value["value"], item, row.country)), None)
        if same is not None:
            if same not in kept:
                kept.append(same)
        elif not item.value:
            doubt = Doubt.EMAIL if kind is ContactKind.EMAIL else Doubt.HANDLE
            if kind in (ContactKind.PHONE, ContactKind.MOBILE):
                doubt = Doubt.PHONE
            raise Untaken(Problem(doubt, kind.value, item.written))
        elif item.value not in new:
            new.append(item.value)
    highest = 1 if kept else LEVELS[kind]
    replaced = [item for item in mine if item not in kept and item["level"] <= highest]
    level = min((item["level"] for item in replaced), default=LEVELS[kind]) if not kept else LEVELS[kind]
    left = [item for item in known if item not in replaced]
    return left + [
        {"kind": kind.value, "value": value, "level": level, "confirmed_on": None} for value in new
    ]


def _same(value: str, item: Found, country: str) -> bool:
    if not item.value:
        return value == item.written
    if item.kind in (ContactKind.PHONE, ContactKind.MOBILE):
        return value == item.value or same_number(value, country) == same_number(item.value, country)
    return value.casefold() == item.value.casefold()


def post(rows: Sequence[FocalPoint], before: State | None, today: date) -> State:
    """The post as these rows leave it, with everybody named to it.

    A new holder ends the nomination of whoever held it and is not in the file.
    """
    first = rows[0]
    titles = {language: text for row in rows for language, text in row.titles.items()}
    areas = {language: text for row in rows for language, text in row.areas.items()}
    after: State = (
        dict(before)
        if before
        else {
            "key": first.post,
            "titles": titles or dict(FOCAL_POINT),
            "areas": areas,
            "network": first.network or None,
            "country": first.country or None,
            "institution": first.institution_key or None,
        }
    )
    if before is not None:
        after["titles"] = _texts(before["titles"], titles)
        after["areas"] = _texts(before["areas"], areas)
        if first.institution_key and not before["institution"]:
            after["institution"] = first.institution_key
    named: list[dict[str, Any]] = [dict(item) for item in before["nominations"]] if before else []
    new: list[dict[str, Any]] = []
    for row in rows:
        found = _nomination(named + new, row, today)
        if found is None:
            new.append(_named(row, today))
        else:
            _renamed(found, row)
    if before is not None:
        _hand_over(named, new, {row.person for row in rows})
    after["nominations"] = named + new
    return after


def _texts(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    texts = dict(before)
    for language, text in given.items():
        if fold(texts.get(language, "")) != fold(text):
            texts[language] = text
    return texts


def _open(item: Mapping[str, Any], today: date) -> bool:
    return item["until"] is None or item["until"] > today.isoformat()


def _nomination(named: Sequence[dict[str, Any]], row: FocalPoint, today: date) -> dict[str, Any] | None:
    mine = [item for item in named if item["person"] == row.person]
    since = row.since.isoformat() if row.since else None
    until = row.until.isoformat() if row.until else None
    exact = [item for item in mine if since is not None and item["since"] == since]
    ended = [item for item in mine if until is not None and item["until"] == until]
    going = [
        item
        for item in mine
        if _open(item, today)
        and (until is None or until >= item["since"])
        and (since is None or item["until"] is None or since <= item["until"])
    ]
    return next(iter((*exact, *ended, *going)), None)


def _named(row: FocalPoint, today: date) -> dict[str, Any]:
    since = row.since or (min(today, row.until) if row.until else today)
    return {
        "person": row.person,
        "standing": (row.standing or Standing.HOLDER).value,
        "since": since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "reference": row.reference,
        "letter_on": row.letter_on.isoformat() if row.letter_on else None,
        "confirmed_on": None,
    }


def _renamed(item: dict[str, Any], row: FocalPoint) -> None:
    said = {
        "standing": row.standing.value if row.standing else None,
        "since": row.since.isoformat() if row.since else None,
        "until": row.until.isoformat() if row.until else None,
        "reference": row.reference or None,
        "letter_on": row.letter_on.isoformat() if row.letter_on else None,
    }
    item.update({name: value for name, value in said.items() if value is not None})


def _hand_over(named: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], listed: set[str]) -> None:
    holder = Standing.HOLDER.value
    begins = [item["since"] for item in new if item["standing"] == holder and item["until"] is None]
    if not begins:
        return
    for item in named:
        if item["standing"] == holder and item["until"] is None and item["person"] not in listed:
            item["until"] = max(item["since"], min(begins))


def told(
    before: State | None, after: State, names: Mapping[str, str], fields: Sequence[str], language: str
) -> list[Difference]:
    """The differences between two states of a person or a post, as somebody would put them.

    ``names`` are those of the people who are named to a post, by key.
    """
    differences = []
    for field in fields:
        old, new = _shown(before, field, names, language), _shown(after, field, names, language)
        if old != new:
            differences.append(Difference(field, old, new))
    return differences


PERSON_FIELDS: Final = ("name", "email", "phone", "mobile", "handle", "languages", "time_zone")
POST_FIELDS: Final = ("post", "area", "institution", "nominations")


def _shown(state: State | None, field: str, names: Mapping[str, str], language: str) -> str:
    if state is None:
        return ""
    if field == "name":
        return f"{state['given_name']} {state['family_name']}".strip()
    if field == "languages":
        return ", ".join(state["languages"])
    if field == "post":
        return " / ".join(dict.fromkeys(state["titles"].values()))
    if field == "area":
        return " / ".join(dict.fromkeys(state["areas"].values()))
    if field == "nominations":
        return "; ".join(_nomination_words(item, names, language) for item in state["nominations"])
    if field in tuple(ContactKind):
        return ", ".join(sorted(item["value"] for item in state["contacts"] if item["kind"] == field))
    return str(state[field] or "")


def _nomination_words(item: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    standing = STANDING_WORDS[language][Standing(item["standing"])]
    parts = [names.get(item["person"], item["person"]), f"({standing})", item["since"]]
    if item["until"]:
        parts.append(f"– {item['until']}")
    if item["reference"]:
        parts.append(f"[{item['reference']}]")
    if item["letter_on"]:
        parts.append(f"[{item['letter_on']}]")
    return " ".join(parts)
