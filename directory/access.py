"""The one policy table: who may see and do what, where.

Dispatch, delivery, search, pages and exports ask :func:`decide` and :func:`contact_level`; nothing else
in the program compares roles.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class Role(enum.StrEnum):
    """What somebody is to a network. A coordinator of another network counts as a focal point."""

    PUBLIC = "public"
    LINKED = "linked"
    FOCAL_POINT = "focal_point"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"


class PlaceClass(enum.StrEnum):
    """What kind of place a question was asked in."""

    DIRECT = "direct"
    BOUND = "bound"
    OTHER = "other"


class Subject(enum.StrEnum):
    """What somebody wants to see or do: the rows of the table."""

    HELP = "help"
    PROJECTS = "projects"
    POSTS = "posts"
    PERSONS = "persons"
    COORDINATOR_CONTACTS = "coordinator_contacts"
    OWN_SETTINGS = "own_settings"
    ROOM_SETTINGS = "room_settings"


class Decision(enum.StrEnum):
    """The cells of the table."""

    ALLOWED = "allowed"
    PUBLIC_ONLY = "public_only"
    """Only what is public, level 0."""
    DIRECT_CHAT = "direct_chat"
    """Nothing is shown here; the answer goes to the direct chat."""
    REFUSED = "refused"
    IGNORED = "ignored"


_Y, _R, _D, _N = Decision.ALLOWED, Decision.PUBLIC_ONLY, Decision.DIRECT_CHAT, Decision.REFUSED
_ROLES: Final = (Role.PUBLIC, Role.LINKED, Role.FOCAL_POINT, Role.COORDINATOR, Role.OPERATOR)

# One line a subject: a pair (direct chat, shared place) for each role, in the order of _ROLES.
# Rooms cannot be bound to a network yet, so a shared place has one column; both classes use it.
_TABLE: Final[Mapping[Subject, tuple[tuple[Decision, Decision], ...]]] = {
    Subject.HELP: ((_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y)),
    Subject.PROJECTS: ((_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y)),
    Subject.POSTS: ((_R, _R), (_R, _R), (_Y, _R), (_Y, _R), (_Y, _R)),
    Subject.PERSONS: ((_N, _N), (_N, _N), (_Y, _D), (_Y, _D), (_Y, _D)),
    Subject.COORDINATOR_CONTACTS: ((_N, _N), (_N, _N), (_N, _N), (_Y, _D), (_N, _N)),
    Subject.OWN_SETTINGS: ((_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y), (_Y, _Y)),
    Subject.ROOM_SETTINGS: ((_N, _N), (_N, _N), (_N, _N), (_N, _Y), (_N, _Y)),
}


def decide(role: Role, place: PlaceClass, subject: Subject) -> Decision:
    """The cell of the table for this role, place and subject."""
    direct, shared = _TABLE[subject][_ROLES.index(role)]
    return direct if place is PlaceClass.DIRECT else shared


def contact_level(role: Role, place: PlaceClass) -> int:
    """The highest level of contact values that may be shown: the lower of what asker and place allow.

    0 public (country, institution, post), 1 network (name, office e-mail and phone), 2 coordinators.
    Level 3 belongs to the person alone and is never reached by a role.
    """
    if place is not PlaceClass.DIRECT:
        return 0
    if decide(role, place, Subject.COORDINATOR_CONTACTS) is Decision.ALLOWED:
        return 2
    return 1 if decide(role, place, Subject.PERSONS) is Decision.ALLOWED else 0
