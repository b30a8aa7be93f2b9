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
    """A partner's part in an opportunity for one line; `since` is when it came in, in this role, after its last release."""

    partner_id: str
    line: str
    role: str
    since: date
    reason: Reason


@rule("CO-SELL", "PRIME")
def inclusions(history: Sequence[Recorded]) -> tuple[Span[Inclusion], ...]:
    """Which partner takes part for which line, in which role: from its inclusion until its release.

    A later inclusion of the same partner and line replaces the role from its date.
    """
    current: dict[tuple[str, str], tuple[date, Inclusion]] = {}
    spans: list[Span[Inclusion]] = []
    came_in: dict[tuple[str, str], date] = {}

    def close(key: tuple[str, str], on: date) -> None:
        since, inclusion = current.pop(key)
        if since < on:
            spans.append(Span(since, on, inclusion))

    for fact in history:
        event = fact.event
        if isinstance(event, PartnerIncluded):
            since = came_in.setdefault((event.data.partner_id, event.data.role), fact.effective_on)
            for line in sorted(set(event.data.lines)):
                key = (event.data.partner_id, line)
                if key in current:
                    close(key, fact.effective_on)
                reason = because(
                    ROLE_RULES[event.data.role],
                    [fact.event_id],
                    partner_id=event.data.partner_id,
                    line=line,
                    on=fact.effective_on,
                )
                current[key] = (
                    fact.effective_on,
                    Inclusion(event.data.partner_id, line, event.data.role, since, reason),
                )
        elif isinstance(event, PartnerReleased):
            for key in [key for key in current if key[0] == event.data.partner_id]:
                close(key, fact.effective_on)
            for role in ROLE_RULES:
                came_in.pop((event.data.partner_id, role), None)
    for key in list(current):
        close(key, FOREVER)
    return tuple(sorted(spans, key=lambda span: (span.since, span.value.partner_id, span.value.line)))


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
