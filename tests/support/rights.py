"""What the rules about rights say, written down by hand from the rules and not from the program.

Under each thing that people want, a line for those kinds of asker for whom it is the same, with three
places: a direct chat, a room that is bound to the network, any other. What begins with a case in
parentheses holds only in that case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from directory.access import Condition, Decision, PlaceClass

ASKERS: Final = ("stranger", "linked", "focal point", "coordinator", "operator")
PLACES: Final = ("direct", "bound", "other")

#: yes: it is done. public: only what everybody may know. privately: nothing here, all of it in the direct
#: chat. no: a neutral refusal. silence: not even that.
WRITTEN: Final = """
help
    everybody                                  yes yes yes
redeem
    everybody                                  yes no silence
projects
    everybody                                  yes yes silence
posts
    stranger, linked                           public public silence
    focal point, coordinator, operator         yes public silence
persons
    stranger, linked                           no no silence
    focal point, coordinator, operator         yes privately silence
coordinator_contacts
    stranger, linked, focal point, operator    no no silence
    coordinator                                yes privately silence
private_contacts
    stranger, linked, focal point, coordinator no no silence
    operator                                   (break-glass) yes no silence
own_entry
    stranger                                   no no silence
    linked, focal point, coordinator, operator yes privately silence
own_data
    everybody                                  yes privately silence
meetings
    stranger, linked                           no yes silence
    focal point, coordinator, operator         yes yes silence
meeting_details
    stranger, linked                           no no silence
    focal point                                (invited) yes privately silence
    coordinator, operator                      yes privately silence
answer_invitation
    stranger, linked                           no no silence
    focal point, coordinator, operator         yes yes silence
name_alternate
    stranger, linked                           no no silence
    focal point, coordinator, operator         yes privately silence
own_nudges
    stranger                                   no no silence
    linked, focal point, coordinator, operator yes privately silence
plan
    stranger, linked, operator                 no no silence
    focal point                                (own country) yes privately silence
    coordinator                                yes privately silence
answer_deadline
    stranger, linked, operator                 no no silence
    focal point                                (owed) yes privately silence
    coordinator                                yes privately silence
announce
    stranger, linked, focal point, operator    no no silence
    coordinator                                yes privately silence
mention_everyone
    stranger, linked, focal point, operator    no no silence
    coordinator                                (tick-box) yes privately silence
enrol
    stranger, linked                           no no silence
    focal point                                (proposed) yes privately silence
    coordinator, operator                      yes privately silence
grant
    stranger, linked, focal point              no no silence
    coordinator                                (proposed) yes privately silence
    operator                                   yes no silence
bind
    stranger, linked, focal point              no no silence
    coordinator                                (proposed) yes yes yes
    and                                        (seconded) yes no silence
    operator                                   yes no silence
    and                                        (proposed) yes yes yes
edit_directory
    stranger, linked, focal point              no no silence
    coordinator, operator                      yes privately silence
export
    stranger, linked                           no no silence
    focal point                                (own country) yes no silence
    coordinator, operator                      (audited) yes no silence
import
    stranger, linked, focal point              no no silence
    coordinator                                (dry run) yes no silence
    operator                                   yes no silence
audit
    stranger                                   no no silence
    linked, focal point                        (own entries) yes privately silence
    coordinator, operator                      yes no silence
in_doubt
    stranger, linked, focal point              no no silence
    coordinator, operator                      yes no silence
system
    stranger, linked, focal point, coordinator no no silence
    operator                                   yes no silence
own_settings
    everybody                                  yes yes silence
room_settings
    stranger, linked, focal point              no no silence
    coordinator, operator                      no yes silence
"""
#: The cases that a cell may depend on. ``""`` is any other.
CASES: Final = (
    "",
    "own country",
    "invited",
    "owed",
    "proposed",
    "seconded",
    "own entries",
    "tick-box",
    "audited",
    "dry run",
    "break-glass",
)


#: What the words stand for in the program.
MEANING: Final = {
    "yes": Decision.ALLOWED,
    "public": Decision.PUBLIC_ONLY,
    "privately": Decision.DIRECT_CHAT,
    "no": Decision.REFUSED,
    "silence": Decision.IGNORED,
}
PLACE: Final = {"direct": PlaceClass.DIRECT, "bound": PlaceClass.BOUND, "other": PlaceClass.OTHER}
CASE: Final = {
    "own country": Condition.OWN_COUNTRY,
    "invited": Condition.INVITED,
    "owed": Condition.OWED,
    "proposed": Condition.PROPOSAL,
    "seconded": Condition.SECONDED,
    "own entries": Condition.OWN_RECORD,
    "tick-box": Condition.TICK_BOX,
    "audited": Condition.AUDITED,
    "dry run": Condition.DRY_RUN,
    "break-glass": Condition.BREAK_GLASS,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: what is decided for this asker, in this place, in this case."""

    subject: str
    asker: str
    place: str
    case: str
    decided: str


def expectations() -> Iterator[Expected]:
    """Every cell in every case. Where it holds in some cases only, in all others the answer is no."""
    for subject, asker, by_case in _cells():
        for number, place in enumerate(PLACES):
            closed = "silence" if place == "other" else "no"
            otherwise = by_case[""][number] if "" in by_case else closed
            for case in CASES:
                decided = by_case[case][number] if case in by_case else otherwise
                yield Expected(subject, asker, place, case, decided)


_LINE: Final = re.compile(r" {4}(?P<who>[a-z, ]+?) +(?:\((?P<case>[a-z -]+)\) )?(?P<three>\w+ \w+ \w+)")


def _cells() -> Iterator[tuple[str, str, dict[str, tuple[str, ...]]]]:
    subject = ""
    rows: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    askers: tuple[str, ...] = ()
    for line in WRITTEN.strip().splitlines():
        if not line.startswith(" "):
            subject = line
            continue
        read = _LINE.fullmatch(line)
        if read is None or (read["case"] or "") not in CASES:
            raise ValueError(f"{subject}: {line!r} cannot be read")
        if read["who"] != "and":
            askers = ASKERS if read["who"] == "everybody" else tuple(read["who"].split(", "))
        for asker in askers:
            rows.setdefault((subject, asker), {})[read["case"] or ""] = tuple(read["three"].split())
    for (name, asker), by_case in rows.items():
        yield name, asker, by_case
