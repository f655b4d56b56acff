"""Entries of the trail as people read them: who, as what, did what to which object.

Nothing is told that the reader may not know anyway: people are named only to whom the policy lets know
them, and values about a person are shown to that person alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.cards import contact, looking, words
from bot.cards import editing_words as called
from bot.command import Context
from bot.contract import Field
from bot.i18n import Translator, message
from directory import audit, institutions, posts, projects
from directory.access import Role
from directory.audit import Entry
from directory.people import NAME_LEVEL
from reminders.deadlines import Happened
from reminders.vague import VagueDate

ROLES: Final[Mapping[str, str]] = {
    Role.PUBLIC: message("audit.role_public"),
    Role.LINKED: message("audit.role_linked"),
    Role.FOCAL_POINT: message("audit.role_focal_point"),
    Role.COORDINATOR: message("audit.role_coordinator"),
    Role.OPERATOR: message("audit.role_operator"),
}
_KINDS: Final[Mapping[str, str]] = {
    "person": message("audit.kind_person"),
    "post": message("audit.kind_post"),
    "institution": message("audit.kind_institution"),
    "project": message("audit.kind_project"),
    "network": message("audit.kind_network"),
    "membership": message("audit.kind_membership"),
    "nomination": message("audit.kind_nomination"),
    "invitation": message("audit.kind_invitation"),
    "room": message("audit.kind_room"),
    "import": message("audit.kind_import"),
    "export": message("audit.kind_export"),
    "trail": message("audit.kind_trail"),
    "backup": message("audit.kind_backup"),
    "deadline": message("audit.kind_deadline"),
    "work plan": message("audit.kind_work_plan"),
}
_ACTIONS: Final[Mapping[str, str]] = {
    audit.LOOK: message("audit.did_look"),
    audit.BREAK_GLASS: message("audit.did_break_glass"),
    audit.READ_TRAIL: message("audit.did_read_trail"),
    "lookups_used_up": message("audit.did_use_up_lookups"),
    "add": message("audit.did_add"),
    "edit": message("audit.did_edit"),
    "retire": message("audit.did_retire"),
    "restore": message("audit.did_restore"),
    "undo": message("audit.did_undo"),
    "import": message("audit.did_import"),
    "undo_import": message("audit.did_undo_import"),
    "export": message("audit.did_export"),
    "invite": message("audit.did_invite"),
    "resend invitation": message("audit.did_resend"),
    "revoke invitation": message("audit.did_revoke_invitation"),
    "burn invitation": message("audit.did_burn"),
    "join": message("audit.did_join"),
    "link": message("audit.did_link"),
    "unlink": message("audit.did_unlink"),
    "verify": message("audit.did_verify"),
    "propose": message("audit.did_propose"),
    "nominate": message("audit.did_nominate"),
    "decline": message("audit.did_decline"),
    "suspend": message("audit.did_suspend"),
    "unsuspend": message("audit.did_unsuspend"),
    "grant": message("audit.did_grant"),
    "revoke": message("audit.did_revoke"),
    "handover": message("audit.did_handover"),
    "leave": message("audit.did_leave"),
    "away": message("audit.did_away"),
    "quiet": message("audit.did_quiet"),
    "level": message("audit.did_level"),
    "consent": message("audit.did_consent"),
    "withdraw": message("audit.did_withdraw"),
    "confirm": message("audit.did_confirm"),
    "forget": message("audit.did_forget"),
    "back up": message("audit.did_back_up"),
    "restore backup": message("audit.did_restore_backup"),
    Happened.CREATED: message("audit.did_add"),
    Happened.CHANGED: message("audit.did_edit"),
    Happened.MOVED: message("audit.did_move"),
    Happened.ASSIGNED: message("audit.did_assign"),
    Happened.DONE: message("audit.did_complete"),
    Happened.EVIDENCE: message("audit.did_evidence"),
    Happened.REOPENED: message("audit.did_reopen"),
    Happened.CANCELLED: message("audit.did_cancel"),
    Happened.SNOOZED: message("audit.did_snooze"),
    Happened.TIME_ASKED: message("audit.did_ask_time"),
    Happened.TIME_GRANTED: message("audit.did_grant_time"),
    Happened.TIME_DECLINED: message("audit.did_decline_time"),
    Happened.OWNER_PROPOSED: message("audit.did_propose_owner"),
    Happened.OWNER_ACCEPTED: message("audit.did_accept_owner"),
    Happened.OWNER_DECLINED: message("audit.did_decline_owner"),
}
_LABELS: Final[Mapping[str, str]] = {
    "suspended": message("audit.field_suspended"),
    "confirmed_on": message("audit.field_confirmed_on"),
    "away_until": message("audit.field_away_until"),
    "quiet_nudges": message("quiet.nudges"),
    "quiet_digests": message("quiet.digests"),
    "expires_at": message("audit.field_expires_at"),
    "consent": message("audit.field_consent"),
    "language": message("audit.field_language"),
    "receives": message("audit.field_receives"),
    "standing": message("audit.field_standing"),
    "descriptions": message("deadline.description"),
    "due": message("deadline.due"),
    "owners": message("audit.field_owners"),
    "lead": message("deadline.reminders"),
    "overdue": message("audit.field_overdue"),
    "after": message("deadline.after"),
    "repeats": message("deadline.repeats"),
    "left_out": message("audit.field_left_out"),
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Longer values are named, not repeated, in characters.
_SHORT: Final = 60
#: How many fields of a change are named.
_FIELDS: Final = 6


@dataclass(frozen=True, slots=True)
class Names:
    """What the people and objects of some entries are called, as far as the reader may know."""

    people: Mapping[str, str]
    networks: Mapping[str, str]
    objects: Mapping[tuple[str, str], str]

    def of(self, kind: str, key: str) -> str:
        """What an object is called; empty where the reader may not know it."""
        return self.people.get(key, "") if kind == audit.PERSON else self.objects.get((kind, key), "")


async def names(
    context: Context, entries: Sequence[Entry], more: Sequence[tuple[str, str]] = (), *, looks: bool = True
) -> Names:
    """The names that entries, and ``more`` objects, need.

    Names of people are looks, and counted as such; without ``looks`` whoever asks records them otherwise.
    """
    actors = {entry.actor.person_key for entry in entries if entry.actor and entry.actor.person_key}
    objects = {*((entry.kind, entry.key) for entry in entries if entry.key), *more}
    keys = {key for kind, key in objects if kind == audit.PERSON}
    networks = await audit.networks_of(context.session, actors)
    known = await looking.see(context, sorted(actors | keys), NAME_LEVEL, names_only=True, recorded=looks)
    return Names(
        {key: person.name for key, person in known.items()}, networks, await _objects(context, objects)
    )


async def _objects(context: Context, objects: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    session = context.session
    keys: dict[str, set[str]] = {}
    for kind, key in objects:
        keys.setdefault(kind, set()).add(key)
    found: dict[tuple[str, str], str] = {}
    for key, body in (await institutions.several(session, keys.get("institution", ()))).items():
        found["institution", key] = words.full_name(context.t, body)
    held = await posts.several(session, keys.get("post", set()) | keys.get("nomination", set()))
    for key, post in held.items():
        found["post", key] = found["nomination", key] = await contact.called(context, post)
    for line in await projects.lines(session, sorted(keys.get("project", ()))):
        found["project", line.code] = line.code
    for kind in ("network", "membership", "deadline", "work plan"):
        found.update({(kind, key): key for key in keys.get(kind, ())})
    return found


def field(t: Translator, entry: Entry, known: Names, reader: str | None) -> Field:
    """An entry as a line: when it was, and who did what."""
    return Field(
        t.moment(entry.at), t("audit.line", who=who(t, entry, known), what=_what(t, entry, known, reader))
    )


def who(t: Translator, entry: Entry, known: Names) -> str:
    """The name of who acted where the reader may know it, with their role and network."""
    role = t(ROLES.get(entry.role, ROLES[Role.PUBLIC]))
    key = entry.actor.person_key if entry.actor is not None else None
    network = known.networks.get(key or "")
    if network:
        role = t("audit.role_of", role=role, network=network)
    name = known.people.get(key or "")
    return t("audit.who", name=name, role=role) if name else role


def _what(t: Translator, entry: Entry, known: Names, reader: str | None) -> str:
    did = t(
        _ACTIONS.get(entry.action, message("audit.did_other")),
        action=entry.action,
        object=_object(t, entry, known),
    )
    shown = _fields(t, entry, reader)
    if entry.note and entry.about in (None, reader):
        shown = (*shown, t("audit.reason", reason=entry.note))
    return t("audit.with_fields", did=did, fields=" · ".join(shown)) if shown else did


def _object(t: Translator, entry: Entry, known: Names) -> str:
    kind = t(_KINDS[entry.kind]) if entry.kind in _KINDS else entry.kind
    if entry.key is None:
        return t("audit.erased", kind=kind)
    name = known.of(entry.kind, entry.key)
    return t("audit.object", kind=kind, name=name) if name else kind


def _fields(t: Translator, entry: Entry, reader: str | None) -> tuple[str, ...]:
    """The fields that changed, with their values where these are short and about nobody else."""
    names = [name for name in dict.fromkeys((*entry.before, *entry.after, *entry.erased)) if name != "note"]
    open_to_reader = entry.about in (None, reader)
    shown = []
    for name in names[:_FIELDS]:
        before, after = (_text(t, name, side.get(name)) for side in (entry.before, entry.after))
        if open_to_reader and entry.before and entry.after and before is not None and after is not None:
            empty = t("said.not_recorded")
            shown.append(
                t("audit.from_to", field=_label(t, name), before=before or empty, after=after or empty)
            )
        else:
            shown.append(_label(t, name))
    if len(names) > _FIELDS:
        shown.append(t.plural("audit.more_fields", len(names) - _FIELDS))
    return tuple(shown) if entry.before and entry.after else ()


def _label(t: Translator, name: str) -> str:
    known = _LABELS.get(name)
    return t(known) if known else called.label(t, name).replace("_", " ")


def _text(t: Translator, name: str, value: Any) -> str | None:
    """A value as it is said; ``None`` where it is too long or has parts."""
    match value:
        case None:
            return ""
        case bool():
            return t("audit.yes") if value else t("audit.no")
        case str() if name == "due" and (when := _date(value)) is not None:
            return t.vague(when)
        case str() if _DAY.fullmatch(value):
            return t.day(date.fromisoformat(value))
        case str() | int() | float():
            text = called.choice(t, name, str(value))
            return text if len(text) <= _SHORT else None
    return None


def _date(code: str) -> VagueDate | None:
    """The vague date that a code writes; ``None`` where it is another record's field of that name."""
    try:
        return VagueDate.of_code(code)
    except ValueError:
        return None
