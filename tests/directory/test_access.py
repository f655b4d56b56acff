"""Every cell of the policy table against expectations that are written down a second time."""

from __future__ import annotations

from typing import Final

import pytest

from directory.access import Decision, PlaceClass, Role, Subject, contact_level, decide

_MEANING: Final = {
    "Y": Decision.ALLOWED,
    "R": Decision.PUBLIC_ONLY,
    "D": Decision.DIRECT_CHAT,
    "N": Decision.REFUSED,
}
# One row a subject; a cell a role (public, linked, focal point, coordinator, operator): direct/shared.
_EXPECTED: Final = {
    Subject.HELP: "Y/Y Y/Y Y/Y Y/Y Y/Y",
    Subject.PROJECTS: "Y/Y Y/Y Y/Y Y/Y Y/Y",
    Subject.POSTS: "R/R R/R Y/R Y/R Y/R",
    Subject.PERSONS: "N/N N/N Y/D Y/D Y/D",
    Subject.COORDINATOR_CONTACTS: "N/N N/N N/N Y/D N/N",
    Subject.OWN_SETTINGS: "Y/Y Y/Y Y/Y Y/Y Y/Y",
    Subject.ROOM_SETTINGS: "N/N N/N N/N N/Y N/Y",
}
_CELLS: Final = [
    (subject, role, place, _MEANING[cell.split("/")[0 if place is PlaceClass.DIRECT else 1]])
    for subject, row in _EXPECTED.items()
    for role, cell in zip(Role, row.split(), strict=True)
    for place in PlaceClass
]


@pytest.mark.parametrize(("subject", "role", "place", "expected"), _CELLS)
def test_cell(subject: Subject, role: Role, place: PlaceClass, expected: Decision) -> None:
    assert decide(role, place, subject) is expected


def test_every_subject_is_written_down() -> None:
    assert set(_EXPECTED) == set(Subject)


@pytest.mark.parametrize(
    ("role", "direct"),
    [
        (Role.PUBLIC, 0),
        (Role.LINKED, 0),
        (Role.FOCAL_POINT, 1),
        (Role.COORDINATOR, 2),
        (Role.OPERATOR, 1),
    ],
)
def test_contact_levels(role: Role, direct: int) -> None:
    assert contact_level(role, PlaceClass.DIRECT) == direct
    assert contact_level(role, PlaceClass.BOUND) == contact_level(role, PlaceClass.OTHER) == 0
