"""How the parts of a project sheet are said: periods, durations, amounts, parties, states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from bot.cards import words
from bot.i18n import Translator, message
from directory.projects import Amount, Duration, Funding, FundingState, Party, PartyRole, Status, Unit

STATUSES: Final[Mapping[Status, str]] = {
    Status.PLANNED: message("project.status_planned"),
    Status.ONGOING: message("project.status_ongoing"),
    Status.COMPLETED: message("project.status_completed"),
    Status.SUSPENDED: message("project.status_suspended"),
    Status.CANCELLED: message("project.status_cancelled"),
}
STATES: Final[Mapping[FundingState, str]] = {
    FundingState.PLANNED: message("project.state_planned"),
    FundingState.PLEDGED: message("project.state_pledged"),
    FundingState.COMMITTED: message("project.state_committed"),
    FundingState.ALLOCATED: message("project.state_allocated"),
    FundingState.DISBURSED: message("project.state_disbursed"),
}
ROLES: Final[Mapping[PartyRole, str]] = {
    PartyRole.RESPONSIBLE: message("project.role_responsible"),
    PartyRole.BENEFICIARY: message("project.role_beneficiary"),
    PartyRole.ASSOCIATED: message("project.role_associated"),
    PartyRole.EXECUTING: message("project.role_executing"),
    PartyRole.CONTRACT_PARTNER: message("project.role_contract_partner"),
    PartyRole.DONOR: message("project.donors"),
    PartyRole.OTHER_PARTNER: message("project.role_other_partner"),
}
_UNITS: Final[Mapping[Unit, str]] = {
    Unit.DAY: message("project.days"),
    Unit.MONTH: message("project.months"),
    Unit.YEAR: message("project.years"),
}


def period(t: Translator, starts: date | None, ends: date | None) -> str:
    """From when to when; empty where neither is recorded."""
    if starts and ends and starts < ends and (starts.year, starts.month) == (ends.year, ends.month):
        return t("project.days_from_to", first=starts.day, end=t.day(ends))
    if starts and ends:
        return t.day(starts) if starts == ends else t("project.from_to", start=t.day(starts), end=t.day(ends))
    if starts:
        return t("project.from", start=t.day(starts))
    return t("project.until", end=t.day(ends)) if ends else ""


def duration(t: Translator, item: Duration | None) -> str:
    """``3 months``; empty where none is recorded."""
    return t.plural(_UNITS[item.unit], item.count) if item else ""


def amount(t: Translator, item: Amount | None) -> str:
    """An amount with its currency; empty where none is recorded."""
    return t.money(item.value, item.currency) if item else ""


def name(t: Translator, party: Party, *, short: bool = False) -> str:
    """Who a party is; ``short`` takes the acronym alone where there is one."""
    if party.country and not party.name:
        return t.country(party.country)
    called, acronym = words.said(t, party.name), words.plain(t, party.acronym)
    if short or not called:
        return acronym or called
    return t("said.name_with_acronym", name=called, acronym=acronym) if acronym else called


def names(t: Translator, parties: Iterable[Party], *, short: bool = False) -> list[str]:
    """The parties' names."""
    return [called for party in parties if (called := name(t, party, short=short))]


def funding_line(t: Translator, item: Funding, *, short: bool = True) -> str:
    """One donor's amount, and how far it has come."""
    donor, money = name(t, item.donor, short=short), amount(t, item.amount)
    if item.state is None:
        return t("project.funding_line", donor=donor, amount=money)
    return t("project.funding_line_state", donor=donor, amount=money, state=t(STATES[item.state]))
