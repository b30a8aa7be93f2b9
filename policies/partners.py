"""Partners in an opportunity: co-sell partners with their own lines, and partners whose lines are resold as prime."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.contracts import ContractRenewed
from ledger.events.engagement import CoordinationRecorded
from ledger.events.partners import CoSellContractShared, CoSellQuoteShared, PartnerIncluded, PartnerReleased
from ledger.recorded import Recorded
from policies.days import FOREVER, Span, plus_days, plus_months
from policies.figures import DEFINITIONS
from policies.parties import Parties
from policies.reasons import Reason, because
from policies.rulebook import rule
from policies.world import World

ROLE_RULES = {"co_sell": "CO-SELL", "prime_resale": "PRIME"}
ROLE_KINDS = {"co_sell": "co_sell_partner", "prime_resale": "prime_partner"}


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A partner's part in an opportunity for one line.

    `since` is when the partner came in, in this role, after its last release.
    """

    partner_id: str
    line: str
    role: str
    since: date
    reason: Reason


class _Included:
    """The parts of partners while an opportunity's facts are read."""

    def __init__(self) -> None:
        self.spans: list[Span[Inclusion]] = []
        self._current: dict[tuple[str, str], tuple[date, Inclusion]] = {}
        self._came_in: dict[tuple[str, str], date] = {}

    def include(self, event: PartnerIncluded, event_id: str) -> None:
        partner_id, role, on = event.data.partner_id, event.data.role, event.effective_on
        since = self._came_in.setdefault((partner_id, role), on)
        for line in sorted(set(event.data.lines)):
            self._end((partner_id, line), on)
            reason = because(ROLE_RULES[role], [event_id], partner_id=partner_id, line=line, on=on)
            self._current[partner_id, line] = (on, Inclusion(partner_id, line, role, since, reason))

    def release(self, event: PartnerReleased) -> None:
        for partner_id, line in list(self._current):
            if partner_id == event.data.partner_id:
                self._end((partner_id, line), event.effective_on)
        for role in ROLE_RULES:
            self._came_in.pop((event.data.partner_id, role), None)

    def end_all(self) -> None:
        for key in list(self._current):
            self._end(key, FOREVER)

    def _end(self, key: tuple[str, str], on: date) -> None:
        if key in self._current:
            since, inclusion = self._current.pop(key)
            if since < on:
                self.spans.append(Span(since, on, inclusion))


@rule("CO-SELL", "PRIME")
def inclusions(history: Sequence[Recorded]) -> tuple[Span[Inclusion], ...]:
    """Which partner takes part for which line, in which role: from its inclusion until its release.

    A later inclusion of the same partner and line replaces the role from its date.
    """
    included = _Included()
    for fact in history:
        if isinstance(fact.event, PartnerIncluded):
            included.include(fact.event, fact.event_id)
        elif isinstance(fact.event, PartnerReleased):
            included.release(fact.event)
    included.end_all()
    return tuple(sorted(included.spans, key=lambda span: (span.since, span.value.partner_id, span.value.line)))


def renewal_dates(first_on: date, every_months: int, until: date) -> list[date]:
    """The renewal dates before `until` and the first one on or after it."""
    dates: list[date] = []
    while not dates or dates[-1] < until:
        dates.append(plus_months(first_on, every_months * len(dates)))
        if dates[-1] == FOREVER:
            break
    return dates


Met = tuple[tuple[date, date], ...]
"""Renewal dates that were met, and the day from which each one was."""


@rule("PRIME")
def renewals_met(first_on: date, every_months: int, history: Iterable[Recorded]) -> Met:
    """Which renewal dates of a contract were met by a renewal whose period covers them, and when."""
    met: dict[date, date] = {}
    for fact in history:
        if isinstance(fact.event, ContractRenewed):
            data = fact.event.data
            for due in renewal_dates(first_on, every_months, data.period_until):
                if data.period_from <= due < data.period_until:
                    met[due] = min(met.get(due, FOREVER), fact.effective_on)
    return tuple(sorted(met.items()))


@rule("CO-SELL")
def inclusions_met(
    first_on: date, every_months: int, partner_id: str, history: Iterable[Recorded], world: World
) -> Met:
    """Which renewal dates were met by a coordination with the co-sell partner in the window before them, and when."""
    met: dict[date, date] = {}
    for fact in history:
        if isinstance(fact.event, CoordinationRecorded) and _among(
            partner_id, fact.event.data.with_parties, fact.effective_on, world.parties
        ):
            reach = plus_days(fact.effective_on, DEFINITIONS["inclusion_window_days"].maximum)
            for due in renewal_dates(first_on, every_months, reach):
                window = world.figures.at("inclusion_window_days", due).days
                if plus_days(due, -window) <= fact.effective_on <= due:
                    met[due] = min(met.get(due, FOREVER), fact.effective_on)
    return tuple(sorted(met.items()))


def _among(partner_id: str, others: Iterable[str], on: date, parties: Parties) -> bool:
    """Whether a partner, or somebody acting as it, is one of the others."""
    acting = parties.acting_as(partner_id, on)
    return any(parties.acting_as(other, on) == acting for other in others)


@rule("CO-SELL-COPIES")
def copies_met(partner_id: str, since: date, history: Iterable[Recorded], parties: Parties) -> Recorded | None:
    """The first copy of a quote or contract that a co-sell partner gave after its inclusion."""
    for fact in history:
        if (
            isinstance(fact.event, CoSellQuoteShared | CoSellContractShared)
            and _among(partner_id, [fact.event.data.partner_id], fact.effective_on, parties)
            and fact.effective_on >= since
        ):
            return fact
    return None
