"""The policy table, cell by cell, against the rules as written down in ``tests/support/rights.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pytest

from directory import access
from directory.access import (
    ANY_CASE,
    NO_NETWORK,
    PUBLIC,
    Cell,
    Condition,
    Decision,
    PlaceClass,
    Role,
    Standing,
    Subject,
    contact_level,
    decide,
    highest_level,
)
from tests.support.rights import ASKERS, CASE, CASES, MEANING, PLACE, Expected, expectations

_ACS: Final = frozenset({"ACS"})
#: What each kind of asker is, to the network ACS.
_STANDING: Final = {
    "stranger": PUBLIC,
    "linked": Standing(linked=True),
    "focal point": Standing(linked=True, verified_in=_ACS),
    "coordinator": Standing(linked=True, coordinates=_ACS),
    "operator": Standing(linked=True, operator=True),
}
_ALL: Final = list(expectations())


def _decided(expected: Expected) -> Decision:
    meets = [CASE[expected.case]] if expected.case else []
    place, subject = PLACE[expected.place], Subject(expected.subject)
    return decide(_STANDING[expected.asker], place, subject, "ACS", meets)


def _wrong(written: Iterable[Expected]) -> list[Expected]:
    return [expected for expected in written if _decided(expected) is not MEANING[expected.decided]]


def test_every_cell_is_as_written() -> None:
    assert _wrong(_ALL) == []


def test_every_row_is_written_and_every_case_occurs() -> None:
    assert {item.subject for item in _ALL} == set(Subject)
    assert {item.case for item in _ALL} - {""} == set(CASE)
    assert set(CASE.values()) == set(Condition) == ANY_CASE
    assert len(_ALL) == len(access.cells()) * len(CASES)
    assert len(access.cells()) == len(Subject) * len(Role) * len(PlaceClass)


_CELLS: Final = sorted(access.cells())


@pytest.mark.parametrize("subject", Subject)
def test_no_cell_can_change_unnoticed(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell is given every other decision, and its conditions are taken away and added to."""
    table = dict(access.cells())
    monkeypatch.setattr(access, "cells", lambda: table)
    for key in _CELLS:
        if key[0] is not subject:
            continue
        right = table[key]
        asker = ASKERS[list(Role).index(key[1])]
        written = [item for item in _ALL if item.subject == subject and item.asker == asker]
        for wrong in _mutants(right, key[2]):
            table[key] = wrong
            assert _wrong(written), f"{key} may be {wrong} and nobody notices"
        table[key] = right


def _mutants(right: Cell, place: PlaceClass) -> Iterator[Cell]:
    closed = Decision.IGNORED if place is PlaceClass.OTHER else Decision.REFUSED
    for decision in Decision:
        if decision is not right.decision:
            yield Cell(decision, right.conditions)
    for condition in right.conditions:
        yield Cell(right.decision, right.conditions - {condition})
    if right.decision is not closed:
        for condition in ANY_CASE - right.conditions:
            yield Cell(right.decision, right.conditions | {condition})


@pytest.mark.parametrize(
    ("standing", "to_acs", "to_oas", "to_none"),
    [
        (PUBLIC, 0, 0, 0),
        (Standing(linked=True), 0, 0, 0),
        (Standing(linked=True, verified_in=_ACS), 1, 0, 0),
        (Standing(linked=True, coordinates=_ACS), 2, 1, 1),
        (Standing(linked=True, operator=True), 1, 1, 1),
        (Standing(linked=True, operator=True, coordinates=_ACS), 2, 1, 1),
        (Standing(linked=True, verified_in=_ACS, coordinates=frozenset({"OAS"})), 1, 2, 1),
        (Standing(linked=True, coordinates=_ACS, suspended=True), 0, 0, 0),
        (Standing(linked=True, operator=True, suspended=True), 0, 0, 0),
        (Standing(coordinates=_ACS, operator=True), 0, 0, 0),
    ],
)
def test_what_somebody_sees_differs_by_network(
    standing: Standing, to_acs: int, to_oas: int, to_none: int
) -> None:
    direct = PlaceClass.DIRECT
    assert contact_level(standing, direct, "ACS") == to_acs
    assert contact_level(standing, direct, "OAS") == to_oas
    assert contact_level(standing, direct) == contact_level(standing, direct, NO_NETWORK) == to_none
    assert contact_level(standing, direct, "ACS", "OAS") == max(to_acs, to_oas)
    assert highest_level(standing, direct) == max(to_acs, to_oas, to_none)
    for shared in (PlaceClass.BOUND, PlaceClass.OTHER):
        assert contact_level(standing, shared, "ACS", "OAS") == highest_level(standing, shared) == 0


_ROLES: Final[Mapping[Role, Standing]] = {
    Role.PUBLIC: PUBLIC,
    Role.LINKED: Standing(linked=True),
    Role.FOCAL_POINT: Standing(linked=True, verified_in=_ACS),
    Role.COORDINATOR: Standing(linked=True, verified_in=_ACS, coordinates=_ACS),
    Role.OPERATOR: Standing(linked=True, operator=True, coordinates=_ACS),
}


@pytest.mark.parametrize("role", Role)
def test_the_highest_role_gives_the_name(role: Role) -> None:
    assert _ROLES[role].role is role


def test_an_operator_coordinates_nothing_unless_also_a_coordinator() -> None:
    operator, both = _STANDING["operator"], Standing(linked=True, operator=True, coordinates=_ACS)
    assert decide(operator, PlaceClass.DIRECT, Subject.ANNOUNCE, "ACS") is Decision.REFUSED
    assert decide(both, PlaceClass.DIRECT, Subject.ANNOUNCE, "ACS") is Decision.ALLOWED
    assert decide(both, PlaceClass.DIRECT, Subject.ANNOUNCE, "OAS") is Decision.REFUSED
    assert decide(both, PlaceClass.DIRECT, Subject.ANNOUNCE) is Decision.ALLOWED, "in some network of theirs"


def test_a_coordinator_of_another_network_is_a_focal_point_and_a_focal_point_of_another_is_not() -> None:
    for subject in (Subject.MEETINGS, Subject.ANSWER_INVITATION, Subject.PERSONS):
        coordinator, focal = _STANDING["coordinator"], _STANDING["focal point"]
        assert decide(coordinator, PlaceClass.DIRECT, subject, "OAS") is Decision.ALLOWED
        assert decide(focal, PlaceClass.DIRECT, subject, "OAS") is Decision.REFUSED
        assert decide(focal, PlaceClass.DIRECT, subject, "ACS") is Decision.ALLOWED
