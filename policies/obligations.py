"""What parties owe: a settlement with the Major Account Manager, renewals, inclusion of partners, copies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from policies.account_managers import Charge
from policies.days import FOREVER, Span, next_day, on_day, within
from policies.establishment import Holding
from policies.kept import Obligation, Renewals
from policies.opportunity import Contract, Opportunity, RenewalTerms
from policies.partners import ROLE_RULES, Inclusion, copies_met, inclusions_met, renewal_dates, renewals_met
from policies.reasons import Reason, because
from policies.rulebook import rule
from policies.world import World

Terms = Mapping[str, RenewalTerms]
"""The renewal terms of contracts, by contract id."""


def obligations(
    account_id: str, opportunity: Opportunity, charges: Sequence[Span[Charge]], terms: Terms, world: World
) -> tuple[Obligation, ...]:
    """Everything owed because of one opportunity; `terms` are those of its contracts."""
    return (
        *settle_with_mam(account_id, opportunity, charges, world),
        *renewal_duties(account_id, opportunity, terms, world),
        *copies(account_id, opportunity, world),
    )


@rule("MAM-SETTLE", "SHARE-MAM")
def settle_with_mam(
    account_id: str, opportunity: Opportunity, charges: Sequence[Span[Charge]], world: World
) -> tuple[Obligation, ...]:
    """While a live claim's manager is not the Major Account Manager: open, or met by a share that names them."""
    live = _live_days(opportunity)
    return tuple(
        obligation
        for charge in charges
        for days in within(live, charge.since, charge.until)
        for obligation in _settle(account_id, opportunity, Span(days.since, days.until, charge.value), world)
    )


def _live_days(opportunity: Opportunity) -> list[Span[None]]:
    merged: list[Span[None]] = []
    for span in sorted(
        (claim.live for claim in opportunity.claims.values() if claim.live is not None), key=lambda span: span.since
    ):
        if merged and span.since <= merged[-1].until:
            merged[-1] = Span(merged[-1].since, max(merged[-1].until, span.until), None)
        else:
            merged.append(span)
    return merged


def _settle(account_id: str, opportunity: Opportunity, charge: Span[Charge], world: World) -> Iterator[Obligation]:
    parties = world.parties
    edges = {charge.since, charge.until} | parties.edges
    for spans in (opportunity.managers, opportunity.agreements):
        edges |= {edge for span in spans for edge in (span.since, span.until)}
    inside = sorted(edge for edge in edges if charge.since <= edge <= charge.until)
    previous: Obligation | None = None
    for since, until in itertools.pairwise(inside):
        manager = on_day(opportunity.managers, since)
        if manager is None or parties.acting_as(manager.value.party_id, since) == parties.acting_as(
            charge.value.party_id, since
        ):
            continue
        share = on_day(opportunity.agreements, since)
        settled = share is not None and share.value.names(charge.value.party_id, parties, since)
        reasons = (
            because(
                "MAM-SETTLE",
                charge.value.reason.event_ids,
                major_account_manager=charge.value.party_id,
                since=charge.since,
            ),
            *((Reason("SHARE-MAM", share.value.reason.event_ids),) if settled and share else ()),
        )
        owed = Obligation(
            kind="settle_with_mam",
            rule="MAM-SETTLE",
            party_id=manager.value.party_id,
            account_id=account_id,
            state="met" if settled else "open",
            hard=True,
            valid_from=since,
            valid_until=until,
            to_party_id=charge.value.party_id,
            opportunity_id=opportunity.opportunity_id,
            reasons=reasons,
        )
        if (
            previous is not None
            and replace(previous, valid_from=since, valid_until=until) == owed
            and previous.valid_until == since
        ):
            owed = replace(owed, valid_from=previous.valid_from)
        elif previous is not None:
            yield previous
        previous = owed
    if previous is not None:
        yield previous


@rule("PRIME", "CO-SELL")
def renewal_duties(account_id: str, opportunity: Opportunity, terms: Terms, world: World) -> tuple[Obligation, ...]:
    """For each contract won with renewal terms: orchestrate prime renewals, include co-sell partners."""
    return tuple(
        _renewal_duty(account_id, opportunity, contract, held, part.value, renewals)
        for contract in opportunity.contracts
        if contract.contract_id in terms and contract.won
        for renewing in [terms[contract.contract_id]]
        for part in _parts(_of_contract(opportunity.inclusions, contract))
        for renewals in [_renewals(contract, renewing, part.value, opportunity, world)]
        for days in within([part], max(contract.won_from, renewing.since), contract.until)
        for held in within(opportunity.managers, days.since, days.until)
    )


def _renewal_duty(
    account_id: str,
    opportunity: Opportunity,
    contract: Contract,
    held: Span[Holding],
    part: Inclusion,
    renewals: Renewals,
) -> Obligation:
    return Obligation(
        kind=_RENEWAL_KINDS[part.role],
        rule=ROLE_RULES[part.role],
        party_id=held.value.party_id,
        account_id=account_id,
        state="open",
        hard=True,
        valid_from=held.since,
        valid_until=held.until,
        to_party_id=part.partner_id,
        opportunity_id=opportunity.opportunity_id,
        contract_id=contract.contract_id,
        renewals=renewals,
        reasons=(part.reason, *(claim.ending.reason for claim in contract.won if claim.ending)),
    )


_RENEWAL_KINDS = {"co_sell": "include_co_sell_partner", "prime_resale": "orchestrate_prime_renewal"}


def _of_contract(spans: Sequence[Span[Inclusion]], contract: Contract) -> list[Span[Inclusion]]:
    """The parts of co-sell partners, and of those whose lines are resold on the contract from their award on."""
    own = [span for span in spans if span.value.role == "co_sell"]
    resold = [span for span in spans if span.value.role == "prime_resale" and span.value.line in contract.lines]
    return own + [part for span in resold for part in within([span], contract.lines[span.value.line], FOREVER)]


def _parts(spans: Sequence[Span[Inclusion]]) -> list[Span[Inclusion]]:
    """One part for each partner and role, whatever the number of lines: overlapping and touching days run together."""
    parts: list[Span[Inclusion]] = []
    for span in sorted(spans, key=lambda span: (*_part(span.value), span.since)):
        last = parts[-1] if parts else None
        if last is not None and _part(last.value) == _part(span.value) and span.since <= last.until:
            parts[-1] = Span(last.since, max(last.until, span.until), last.value)
        else:
            parts.append(span)
    return parts


def _part(inclusion: Inclusion) -> tuple[str, str, date]:
    return inclusion.partner_id, inclusion.role, inclusion.since


def _renewals(
    contract: Contract, terms: RenewalTerms, part: Inclusion, opportunity: Opportunity, world: World
) -> Renewals:
    if part.role == "co_sell":
        met = inclusions_met(terms.first_on, terms.every_months, part.partner_id, opportunity.history, world)
    else:
        own = [fact for fact in opportunity.history if _of(fact.data, contract.contract_id)]
        met = renewals_met(terms.first_on, terms.every_months, own)
    since = max(contract.award.effective_on, part.since)
    return Renewals(terms.first_on, terms.every_months, since, met)


def _of(data: object, contract_id: str) -> bool:
    return getattr(data, "contract_id", None) == contract_id


@rule("CO-SELL-COPIES")
def copies(account_id: str, opportunity: Opportunity, world: World) -> tuple[Obligation, ...]:
    """A co-sell partner owes a copy of quotes and contracts from its inclusion; a courtesy that changes no right."""
    owed = []
    for part in _parts([span for span in opportunity.inclusions if span.value.role == "co_sell"]):
        given = copies_met(part.value.partner_id, part.value.since, opportunity.history, world.parties)
        met_on = max(min(given.effective_on, part.until), part.since) if given else part.until
        for state, since, until in (("open", part.since, met_on), ("met", met_on, part.until)):
            if since < until:
                owed.append(
                    Obligation(
                        kind="copy_quotes_and_contracts",
                        rule="CO-SELL-COPIES",
                        party_id=part.value.partner_id,
                        account_id=account_id,
                        state=state,
                        hard=False,
                        valid_from=since,
                        valid_until=until,
                        opportunity_id=opportunity.opportunity_id,
                        reasons=(
                            because(
                                "CO-SELL-COPIES", [*part.value.reason.event_ids, given.event_id if given else None]
                            ),
                        ),
                    )
                )
    return tuple(owed)


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation on one day: `open`, `met` or `overdue`, since when, and by when (None: no date is set)."""

    obligation: Obligation
    state: str
    since: date
    due_on: date | None


@rule("PRIME", "CO-SELL")
def owed_on(obligation: Obligation, on: date) -> list[Owed]:
    """What an obligation that covers a day comes to on that day.

    A renewal duty comes to one entry for each renewal date since the award, up to the one ahead: each opens at the
    award, or at the renewal date before it.
    """
    renewals = obligation.renewals
    if renewals is None:
        return [Owed(obligation, obligation.state, obligation.valid_from, None)]
    met, owed, opened = dict(renewals.met), [], renewals.since
    for due in renewal_dates(renewals.first_on, renewals.every_months, next_day(on)):
        if opened > on:
            break
        if due < renewals.since:
            continue
        state = "met" if met.get(due, FOREVER) <= on else "overdue" if on > due else "open"
        owed.append(Owed(obligation, state, opened, due))
        opened = due
    return owed
