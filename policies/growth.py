"""Growth: who holds an account's growth right while nobody is Major Account Manager."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ledger.events.growth import AccountPlanDeveloped, AccountPlanExecuted
from ledger.recorded import Recorded
from policies.account_managers import Charge
from policies.days import Span, on_day
from policies.parties import Parties
from policies.reasons import because
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Plans:
    """The facts on account plans, in order: those that tell of one developed, and of one executed."""

    developed: tuple[Recorded, ...]
    executed: tuple[Recorded, ...]

    def parties(self) -> set[str]:
        """The parties that executed a plan."""
        return {_party(fact) for fact in self.executed}

    def edges(self) -> set[date]:
        """The days on which a plan is developed or executed."""
        return {fact.effective_on for fact in (*self.developed, *self.executed)}


@rule("GROWTH")
def account_plans(history: Sequence[Recorded]) -> Plans | None:
    """The account plans developed and executed, if both ever happened."""
    developed = tuple(fact for fact in history if isinstance(fact.event, AccountPlanDeveloped))
    executed = tuple(fact for fact in history if isinstance(fact.event, AccountPlanExecuted))
    return Plans(developed, executed) if developed and executed else None


@rule("GROWTH")
def growth(
    plans: Plans | None, holdings: Iterable[Span[str]], charges: Sequence[Span[Charge]], parties: Parties
) -> tuple[Span[Charge], ...]:
    """Who holds the growth right from when to when.

    `holdings` are the days on which a party is manager of a live or won right on the account.
    """
    if plans is None:
        return ()
    held = [span for span in holdings if span.since < span.until]
    edges = {edge for spans in (held, charges) for span in spans for edge in (span.since, span.until)}
    spans: list[Span[Charge]] = []
    for since, until in pairwise(sorted(edges | plans.edges() | parties.edges)):
        charge = None if on_day(charges, since) else _holder_on(since, plans, held, parties)
        if charge is None:
            continue
        if spans and spans[-1].until == since and spans[-1].value == charge:
            spans[-1] = Span(spans[-1].since, until, charge)
        else:
            spans.append(Span(since, until, charge))
    return tuple(spans)


def _holder_on(day: date, plans: Plans, held: Sequence[Span[str]], parties: Parties) -> Charge | None:
    """The manager of the day whose plan was executed first, of those whose plan is developed too."""
    managers = sorted({span.value for span in held if span.covers(day)}, reverse=True)
    holders = {parties.acting_as(party_id, day): party_id for party_id in managers}
    for executed in plans.executed:
        acting = parties.acting_as(_party(executed), day)
        if executed.effective_on > day or acting not in holders:
            continue
        for developed in plans.developed:
            if developed.effective_on <= day and parties.acting_as(_party(developed), day) == acting:
                since = max(developed.effective_on, executed.effective_on)
                reason = because(
                    "GROWTH", [developed.event_id, executed.event_id], party_id=holders[acting], since=since
                )
                return Charge(holders[acting], reason)
    return None


def _party(fact: Recorded) -> str:
    event = fact.event
    return event.data.party_id if isinstance(event, AccountPlanDeveloped | AccountPlanExecuted) else ""
