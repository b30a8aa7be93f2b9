"""Growth: who holds an account's growth right while nobody is Major Account Manager."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.growth import AccountPlanDeveloped, AccountPlanExecuted
from ledger.recorded import Recorded
from policies.account_managers import Charge
from policies.days import Order, Span
from policies.parties import Parties
from policies.reasons import because
from policies.rulebook import rule


@dataclass(frozen=True, slots=True)
class Plan:
    """A party's account plan once it is both developed and executed."""

    party_id: str
    acting: str
    since: date
    executed: Order
    event_ids: tuple[str, str]


@rule("GROWTH")
def executed_plans(history: Sequence[Recorded], parties: Parties) -> list[Plan]:
    """The account plans both developed and executed, the one executed first in front."""
    developed: dict[str, Recorded] = {}
    executed: dict[str, Recorded] = {}
    for fact in history:
        if isinstance(fact.event, AccountPlanDeveloped):
            developed.setdefault(parties.acting_as(fact.event.data.party_id, fact.effective_on), fact)
        elif isinstance(fact.event, AccountPlanExecuted):
            executed.setdefault(parties.acting_as(fact.event.data.party_id, fact.effective_on), fact)
    plans = []
    for acting, done in executed.items():
        made = developed.get(acting)
        if made is not None:
            since = max(made.effective_on, done.effective_on)
            plans.append(Plan(acting, acting, since, done.order, (made.event_id, done.event_id)))
    return sorted(plans, key=lambda plan: plan.executed)


@rule("GROWTH")
def growth(
    plans: Sequence[Plan],
    holdings: Iterable[Span[str]],
    charges: Sequence[Span[Charge]],
    parties: Parties,
) -> tuple[Span[Charge], ...]:
    """Who holds the growth right from when to when.

    `holdings` are the days on which a party is manager of a live or won right on the account.
    """
    if not plans:
        return ()
    held = [span for span in holdings if span.since < span.until]
    edges = sorted(
        {edge for span in held for edge in (span.since, span.until)}
        | {edge for span in charges for edge in (span.since, span.until)}
        | {plan.since for plan in plans}
        | parties.edges
    )
    spans: list[Span[Charge]] = []
    for since, until in zip(edges, edges[1:], strict=False):
        charge = _growth_on(since, plans, held, charges, parties)
        if charge is None:
            continue
        if spans and spans[-1].until == since and spans[-1].value == charge:
            spans[-1] = Span(spans[-1].since, until, charge)
        else:
            spans.append(Span(since, until, charge))
    return tuple(spans)


def _growth_on(
    day: date, plans: Sequence[Plan], held: Sequence[Span[str]], charges: Sequence[Span[Charge]], parties: Parties
) -> Charge | None:
    if any(span.covers(day) for span in charges):
        return None
    managers = sorted({span.value for span in held if span.covers(day)}, reverse=True)
    holders = {parties.acting_as(party_id, day): party_id for party_id in managers}
    for plan in plans:
        if plan.since <= day and plan.acting in holders:
            reason = because("GROWTH", plan.event_ids, party_id=holders[plan.acting], since=plan.since)
            return Charge(holders[plan.acting], reason)
    return None
