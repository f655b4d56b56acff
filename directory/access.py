"""The one policy table: who may see and do what, where.

Dispatch, delivery, search, pages and exports ask :func:`decide` and :func:`contact_level`; nothing else
in the program compares roles. What somebody is differs from network to network (:class:`Standing`), and so
what they may do: whoever asks about something of a network names it.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

#: The network of what belongs to none, such as a person without a post.
NO_NETWORK: Final = ""


class Role(enum.StrEnum):
    """What somebody is to a network, the humblest first."""

    PUBLIC = "public"
    LINKED = "linked"
    FOCAL_POINT = "focal_point"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"


class PlaceClass(enum.StrEnum):
    """What kind of place a question was asked in: a direct chat, a room bound to a network, any other."""

    DIRECT = "direct"
    BOUND = "bound"
    OTHER = "other"


class Subject(enum.StrEnum):
    """What somebody wants to see or do: the rows of the table."""

    HELP = "help"
    """Help, what the bot is, the notice of privacy."""
    REDEEM = "redeem"
    """Redeem an invitation or a code that links an account. In a group the code is burnt."""
    PROJECTS = "projects"
    """The public fields of projects and the list of them."""
    POSTS = "posts"
    """Countries, institutions, posts."""
    PERSONS = "persons"
    """Who somebody is, with contact values of level 1."""
    COORDINATOR_CONTACTS = "coordinator_contacts"
    """Contact values of level 2."""
    PRIVATE_CONTACTS = "private_contacts"
    """Contact values of level 3 of others."""
    OWN_ENTRY = "own_entry"
    """One's own entry: see and edit it, who may see what, consent."""
    OWN_DATA = "own_data"
    """Everything that is known of oneself, as a file; being forgotten."""
    MEETINGS = "meetings"
    """Meetings (title, date, place, counts) and deadlines."""
    MEETING_DETAILS = "meeting_details"
    """A meeting's link, documents and calendar file, and the names of who attends."""
    ANSWER_INVITATION = "answer_invitation"
    """Say for oneself whether one attends. In a group only the counts are shown."""
    NAME_ALTERNATE = "name_alternate"
    """Name an alternate for one's own post."""
    OWN_NUDGES = "own_nudges"
    """Put off or stop the nudges to oneself."""
    PLAN = "plan"
    """Create or change a deadline or a meeting."""
    ANSWER_DEADLINE = "answer_deadline"
    """Say of a deadline that it is done, ask for more time, say that somebody else owes it."""
    ANNOUNCE = "announce"
    """Announce something to bound groups."""
    MENTION_EVERYONE = "mention_everyone"
    """Mention everyone in an announcement."""
    ENROL = "enrol"
    """Invite, verify and suspend people."""
    GRANT = "grant"
    """Grant a role."""
    BIND = "bind"
    """Bind a room to a network. It is proposed in the room and confirmed in a direct chat."""
    EDIT_DIRECTORY = "edit_directory"
    """Add, edit and retire institutions, posts, people, projects, memberships, networks; undo; history."""
    EXPORT = "export"
    IMPORT = "import"
    AUDIT = "audit"
    IN_DOUBT = "in_doubt"
    """Deliveries whose outcome is not known."""
    SYSTEM = "system"
    """Status, configuration, backup."""
    OWN_SETTINGS = "own_settings"
    """The language and the time zone of one's own answers."""
    ROOM_SETTINGS = "room_settings"
    """The language and the time zone of a room."""


class Decision(enum.StrEnum):
    """The cells of the table, the most permissive first."""

    ALLOWED = "allowed"
    PUBLIC_ONLY = "public_only"
    """Only what is public, level 0."""
    DIRECT_CHAT = "direct_chat"
    """Nothing is shown here; the answer goes to the direct chat."""
    REFUSED = "refused"
    """A neutral text, the same for the unknown and for the unauthorised."""
    IGNORED = "ignored"
    """No answer at all."""


class Condition(enum.StrEnum):
    """What a cell may depend on besides role and place. Whoever asks says which of them the case meets."""

    OWN_COUNTRY = "country"
    """It concerns the country of a post that the asker holds, and nothing else."""
    INVITED = "invited"
    """The asker was invited to the meeting."""
    OWED = "owed"
    """It is owed by a post that the asker holds or stands in for."""
    PROPOSAL = "proposal"
    """It is only proposed; somebody else decides."""
    SECONDED = "seconded"
    """Somebody else of the same network had proposed it."""
    OWN_RECORD = "own"
    """Only entries of the trail that the asker caused or that are about the asker."""
    TICK_BOX = "tick"
    """It was chosen by a tick-box of its own, never taken from a text."""
    AUDITED = "audited"
    """The look or the act goes into the trail."""
    DRY_RUN = "dry_run"
    """A dry run was shown and confirmed."""
    BREAK_GLASS = "glass"
    """With a reason, in the trail, and the person is told."""


#: For whoever asks whether a thing is allowed in any case at all, before the case is known.
ANY_CASE: Final = frozenset(Condition)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is: their roles, network by network (networks by code).

    ``linked``: their account belongs to a person of the directory. ``verified_in``: a coordinator has
    confirmed their nomination to a post that they hold today. A suspended person is one of the public.
    """

    operator: bool = False
    coordinates: frozenset[str] = frozenset()
    verified_in: frozenset[str] = frozenset()
    linked: bool = False
    suspended: bool = False

    def roles(self, network: str | None = None) -> frozenset[Role]:
        """The role held to a network, and the operator's; without one, the highest held to any of theirs.

        A coordinator of another network counts as a focal point, a focal point of another network as
        linked. An operator is not a coordinator unless also one. For ``NO_NETWORK``, that which belongs to
        none, every network is another.
        """
        if not self.linked or self.suspended:
            return frozenset({Role.PUBLIC})
        coordinates = self.coordinates if network is None else network in self.coordinates
        verified = self.verified_in if network is None else network in self.verified_in
        held = set()
        if coordinates:
            held.add(Role.COORDINATOR)
        elif verified or self.coordinates:
            held.add(Role.FOCAL_POINT)
        if self.operator:
            held.add(Role.OPERATOR)
        return frozenset(held or {Role.LINKED})

    @property
    def role(self) -> Role:
        """The highest role, whatever the network: what somebody is called, not what they may do."""
        return max(self.roles(), key=list(Role).index)


#: A stranger, and everybody whose message carries no right.
PUBLIC: Final = Standing()


@dataclass(frozen=True, slots=True)
class Cell:
    """A decision, and the conditions of which the case must meet one where there are any."""

    decision: Decision
    conditions: frozenset[Condition] = frozenset()


# One line a subject; a cell for each role in the order of Role; in it direct chat, bound room, any other
# place: Y allowed, R only level 0, D to the direct chat, N refused, - ignored, each with the conditions of
# which one must be met ("Y?country"). The reading of cells that name no place: what is "in DM" is refused in
# a bound room; what says neither a place nor N goes to the direct chat from there. Everything but help, and
# proposing to bind the room, is ignored in other places.
_ALL: Final = "Y/Y/Y Y/Y/Y Y/Y/Y Y/Y/Y Y/Y/Y"
_TABLE: Final[Mapping[Subject, str]] = {
    Subject.HELP: _ALL,
    Subject.REDEEM: "Y/N/- Y/N/- Y/N/- Y/N/- Y/N/-",
    Subject.PROJECTS: "Y/Y/- Y/Y/- Y/Y/- Y/Y/- Y/Y/-",
    Subject.POSTS: "R/R/- R/R/- Y/R/- Y/R/- Y/R/-",
    Subject.PERSONS: "N/N/- N/N/- Y/D/- Y/D/- Y/D/-",
    Subject.COORDINATOR_CONTACTS: "N/N/- N/N/- N/N/- Y/D/- N/N/-",
    Subject.PRIVATE_CONTACTS: "N/N/- N/N/- N/N/- N/N/- Y?glass/N/-",
    Subject.OWN_ENTRY: "N/N/- Y/D/- Y/D/- Y/D/- Y/D/-",
    Subject.OWN_DATA: "Y/D/- Y/D/- Y/D/- Y/D/- Y/D/-",
    Subject.MEETINGS: "N/Y/- N/Y/- Y/Y/- Y/Y/- Y/Y/-",
    Subject.MEETING_DETAILS: "N/N/- N/N/- Y?invited/D?invited/- Y/D/- Y/D/-",
    Subject.ANSWER_INVITATION: "N/N/- N/N/- Y/Y/- Y/Y/- Y/Y/-",
    Subject.NAME_ALTERNATE: "N/N/- N/N/- Y/D/- Y/D/- Y/D/-",
    Subject.OWN_NUDGES: "N/N/- Y/D/- Y/D/- Y/D/- Y/D/-",
    Subject.PLAN: "N/N/- N/N/- Y?country/D?country/- Y/D/- N/N/-",
    Subject.ANSWER_DEADLINE: "N/N/- N/N/- Y?owed/D?owed/- Y/D/- N/N/-",
    Subject.ANNOUNCE: "N/N/- N/N/- N/N/- Y/D/- N/N/-",
    Subject.MENTION_EVERYONE: "N/N/- N/N/- N/N/- Y?tick/D?tick/- N/N/-",
    Subject.ENROL: "N/N/- N/N/- Y?proposal/D?proposal/- Y/D/- Y/D/-",
    Subject.GRANT: "N/N/- N/N/- N/N/- Y?proposal/D?proposal/- Y/N/-",
    Subject.BIND: ("N/N/- N/N/- N/N/- Y?proposal,seconded/Y?proposal/Y?proposal Y/Y?proposal/Y?proposal"),
    Subject.EDIT_DIRECTORY: "N/N/- N/N/- N/N/- Y/D/- Y/D/-",
    Subject.EXPORT: "N/N/- N/N/- Y?country/N/- Y?audited/N/- Y?audited/N/-",
    Subject.IMPORT: "N/N/- N/N/- N/N/- Y?dry_run/N/- Y/N/-",
    Subject.AUDIT: "N/N/- Y?own/D?own/- Y?own/D?own/- Y/N/- Y/N/-",
    Subject.IN_DOUBT: "N/N/- N/N/- N/N/- Y/N/- Y/N/-",
    Subject.SYSTEM: "N/N/- N/N/- N/N/- N/N/- Y/N/-",
    Subject.OWN_SETTINGS: "Y/Y/- Y/Y/- Y/Y/- Y/Y/- Y/Y/-",
    Subject.ROOM_SETTINGS: "N/N/- N/N/- N/N/- N/Y/- N/Y/-",
}
_LETTERS: Final = {
    "Y": Decision.ALLOWED,
    "R": Decision.PUBLIC_ONLY,
    "D": Decision.DIRECT_CHAT,
    "N": Decision.REFUSED,
    "-": Decision.IGNORED,
}


@functools.cache
def cells() -> dict[tuple[Subject, Role, PlaceClass], Cell]:
    """Every cell of the table."""
    return {
        (subject, role, place): _read(written)
        for subject, line in _TABLE.items()
        for role, three in zip(Role, line.split(), strict=True)
        for place, written in zip(PlaceClass, three.split("/"), strict=True)
    }


def _read(written: str) -> Cell:
    letter, _, conditions = written.partition("?")
    return Cell(_LETTERS[letter], frozenset(map(Condition, conditions.split(",") if conditions else ())))


def decide(
    standing: Standing,
    place: PlaceClass,
    subject: Subject,
    network: str | None = None,
    meets: Collection[Condition] = (),
) -> Decision:
    """The most permissive cell of the roles that somebody holds to ``network``, here.

    Without a network it is whether it may be at all, in some network of theirs. A cell that has conditions
    of which the case ``meets`` none is refused (ignored where the place is); nothing is met unless said.
    """
    table = cells()
    decided = (_in_case(table[subject, role, place], place, meets) for role in standing.roles(network))
    return min(decided, key=list(Decision).index)


def _in_case(cell: Cell, place: PlaceClass, meets: Collection[Condition]) -> Decision:
    if not cell.conditions or not cell.conditions.isdisjoint(meets):
        return cell.decision
    return Decision.IGNORED if place is PlaceClass.OTHER else Decision.REFUSED


def is_answered(subject: Subject, place: PlaceClass) -> bool:
    """Whether anybody at all is answered about a subject in such a place: what menus there may offer."""
    table = cells()
    closed = (Decision.REFUSED, Decision.IGNORED)
    return any(table[subject, role, place].decision not in closed for role in Role)


def contact_level(standing: Standing, place: PlaceClass, *networks: str) -> int:
    """The highest level of contact values that may be shown: the lower of what asker and place allow.

    ``networks`` are those that a person belongs to; the highest level of any of them counts. Of a person
    of no network only coordinators and operators see level 1.

    0 public (country, institution, post), 1 network (name, office e-mail and phone), 2 coordinators.
    Level 3 belongs to the person alone and is never reached by a role.
    """
    if place is not PlaceClass.DIRECT:
        return 0
    return max(_level(standing, place, network) for network in networks or (NO_NETWORK,))


def highest_level(standing: Standing, place: PlaceClass) -> int:
    """The highest level that may be shown here of anybody; of one person it is :func:`contact_level`."""
    return 0 if place is not PlaceClass.DIRECT else _level(standing, place, None)


def _level(standing: Standing, place: PlaceClass, network: str | None) -> int:
    if decide(standing, place, Subject.COORDINATOR_CONTACTS, network) is Decision.ALLOWED:
        return 2
    return 1 if decide(standing, place, Subject.PERSONS, network) is Decision.ALLOWED else 0
