"""Contracts: what was awarded and renewed on each, over all its opportunities, and who holds its residual stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.awards import BusinessAwarded
from ledger.events.contracts import ContractEnded, ContractRenewed
from ledger.events.coverage import OpportunityHandedOver, OpportunityReassigned
from ledger.money import to_minor
from ledger.recorded import Recorded
from policies.days import FOREVER, LAST, Order, Span, on_day, successive
from policies.establishment import Holding, moved, opportunity_managers
from policies.kept import LeftOut, LineSum
from policies.opportunity import Contract, Opportunity, RenewalTerms
from policies.reasons import Reason, because
from policies.refusals import Refused
from policies.rulebook import rule
from policies.sharing import Agreement

ALL_OF_IT = "100"


@dataclass(frozen=True, slots=True)
class Part:
    """What one opportunity has in a contract: the lines won there, and who holds its stream when, if there is one."""

    opportunity: Opportunity
    contract: Contract
    title: tuple[Span[Holding], ...]


def co_sell_lines(part: Part, day: date) -> frozenset[str]:
    """The lines that are a co-sell partner's on a day."""
    inclusions = part.opportunity.inclusions
    return frozenset(one.value.line for one in inclusions if one.value.role == "co_sell" and one.covers(day))


@rule("RESIDUAL-BASE", "CO-SELL-HANDS-OFF")
def earning_lines(part: Part, day: date) -> frozenset[str]:
    """The lines that earn on a day: won under a live claim, and no co-sell partner's."""
    won = frozenset(claim.line for claim in part.contract.won if claim.won is not None and claim.won.covers(day))
    return won - co_sell_lines(part, day)


def won_at(part: Part, line: str) -> Order:
    """The (date, position) of the award by which a line of the contract was won in an opportunity."""
    winning = {
        event_id
        for claim in part.contract.won
        if claim.line == line and claim.ending
        for event_id in claim.ending.reason.event_ids
    }
    return next((fact.order for fact in part.opportunity.history if fact.event_id in winning), LAST)


@dataclass(frozen=True, slots=True)
class ContractHistory:
    """One contract over all opportunities in which lines of it were awarded, with its renewals in order."""

    account_id: str
    contract_id: str
    parts: tuple[Part, ...]
    terms: RenewalTerms | None
    ended: Recorded | None
    renewals: tuple[Recorded, ...]
    awards: tuple[Recorded, ...]

    @property
    def until(self) -> date:
        """The first day on which the contract is no longer live."""
        return self.ended.effective_on if self.ended else FOREVER


def read_contract(
    account_id: str, contract_id: str, opportunities: Iterable[Opportunity], facts: Iterable[Recorded]
) -> ContractHistory:
    """The contract as its facts tell it, its opportunities in the order in which each first had a part in it."""
    own = sorted(facts, key=lambda fact: fact.order)
    found = [
        (one, contract) for one in opportunities for contract in one.contracts if contract.contract_id == contract_id
    ]
    found.sort(key=lambda pair: pair[1].award.order)
    awards = sorted(
        (fact for one, _ in found for fact in one.history if _awards(fact, contract_id)), key=lambda fact: fact.order
    )
    terms = next((_terms(fact) for fact in awards if _terms(fact) is not None), None)
    return ContractHistory(
        account_id,
        contract_id,
        tuple(Part(one, contract, chain_of_title(one, contract, awards)) for one, contract in found),
        terms,
        next((fact for fact in own if isinstance(fact.event, ContractEnded)), None),
        tuple(fact for fact in own if isinstance(fact.event, ContractRenewed)),
        tuple(awards),
    )


def _awards(fact: Recorded, contract_id: str) -> bool:
    return isinstance(fact.event, BusinessAwarded) and fact.event.data.contract_id == contract_id


def _terms(fact: Recorded) -> RenewalTerms | None:
    event = fact.event
    if not isinstance(event, BusinessAwarded) or event.data.renewal is None:
        return None
    return RenewalTerms(event.data.renewal.first_on, event.data.renewal.every_months, fact.order)


@rule("RESIDUAL", "HANDOVER", "REASSIGN")
def chain_of_title(
    opportunity: Opportunity, contract: Contract, awards: Sequence[Recorded]
) -> tuple[Span[Holding], ...]:
    """Who holds the stream when: the manager at the award, then whoever a handover or reassignment moved it to.

    `awards` are all of the contract, in order: the stream begins with the first by which a line of it is won here and
    its renewal is agreed. It does not lapse; it ends with the contract.
    """
    began = _beginning(contract, awards)
    if began is None:
        return ()
    first = _manager_at(opportunity, began)
    changes = [] if first is None else [(began[0], first)]
    for fact in opportunity.history:
        if fact.order > began and isinstance(fact.event, OpportunityHandedOver | OpportunityReassigned):
            holding = moved(fact)
            if fact.event.data.residuals and holding is not None:
                changes.append((fact.effective_on, holding))
    return tuple(
        Span(span.since, min(span.until, contract.until), span.value)
        for span in successive(changes)
        if span.since < contract.until
    )


def _beginning(contract: Contract, awards: Sequence[Recorded]) -> Order | None:
    winning = {event_id for claim in contract.won if claim.ending for event_id in claim.ending.reason.event_ids}
    won = agreed = False
    for award in awards:
        won = won or award.event_id in winning
        agreed = agreed or _terms(award) is not None
        if won and agreed:
            return award.order
    return None


def _manager_at(opportunity: Opportunity, order: Order) -> Holding | None:
    """The manager by (date, position); if somebody became it only later that day, the manager of the day."""
    before = opportunity_managers([fact for fact in opportunity.history if fact.order <= order])
    if before:
        return before[-1].value
    held = on_day(opportunity.managers, order[0])
    return held.value if held else None


def stream_reason(part: Part) -> Reason:
    """Why there is a stream: the awards that won its lines."""
    won = sorted(
        {event_id for claim in part.contract.won if claim.ending for event_id in claim.ending.reason.event_ids}
    )
    return because("RESIDUAL", won, contract_id=part.contract.contract_id, on=part.title[0].since)


def share_on(part: Part, day: date) -> Agreement | None:
    """The revenue share in force on a day."""
    share = on_day(part.opportunity.agreements, day)
    return share.value if share else None


@rule("RESIDUAL-SHARE")
def shares_of(holder: Holding, share: Agreement | None) -> tuple[tuple[str, str], ...]:
    """The parties of the share in force, else all to the holder."""
    return share.shares if share else ((holder.party_id, ALL_OF_IT),)


def currency_of(contract: ContractHistory) -> str:
    """The currency of the first award. Raises StopIteration for a contract without one."""
    return next(fact.event.data.currency for fact in contract.awards if isinstance(fact.event, BusinessAwarded))


def period_start(renewal: Recorded) -> date:
    """The first day of the period that a renewal is for."""
    return renewal.event.data.period_from if isinstance(renewal.event, ContractRenewed) else date.min


def line_sums(fact: Recorded) -> tuple[LineSum, ...]:
    """The lines of an award or a renewal with their amounts in minor units."""
    event = fact.event
    if not isinstance(event, BusinessAwarded | ContractRenewed):
        return ()
    return tuple(LineSum(one.line, to_minor(one.amount, event.data.currency)) for one in event.data.lines)


@rule("RESIDUAL-BASE")
def left_out(
    contract: ContractHistory, day: date, lines: Sequence[LineSum], earning: frozenset[str]
) -> tuple[LeftOut, ...]:
    """The lines that earn nothing on a day, and why: a co-sell partner's, not won in time, the contract over."""
    co_sell = frozenset(line for part in contract.parts for line in co_sell_lines(part, day))
    over = day >= contract.until
    return tuple(
        LeftOut(one.line, one.amount, "contract_ended" if over else "co_sell" if one.line in co_sell else "not_won")
        for one in lines
        if one.line not in earning
    )


@rule("RESIDUAL-EXACT")
def check_currency(event: BusinessAwarded | ContractRenewed, awards: Iterable[Recorded]) -> None:
    """A contract has one currency, that of its first award: currencies are never added together."""
    first = min(awards, key=lambda fact: fact.order, default=None)
    if first is None or not isinstance(first.event, BusinessAwarded):
        return
    currency = first.event.data.currency
    if event.data.currency != currency:
        raise Refused(
            "RESIDUAL-EXACT",
            f"contract {event.data.contract_id} is in {currency}, and currencies are never added together",
            "/data/currency",
        )


@rule("RESIDUAL")
def check_renewal(event: ContractRenewed, facts: Iterable[Recorded]) -> None:
    """A renewal begins before its contract ends, and no two renewals of a contract overlap.

    `facts` are those that name the contract alone, without what the renewal corrects.
    """
    data = event.data
    for fact in sorted(facts, key=lambda fact: fact.order):
        other = fact.event
        if isinstance(other, ContractEnded) and fact.effective_on <= data.period_from:
            raise Refused("RESIDUAL", f"contract {data.contract_id} ended on {fact.effective_on}", "/data/period_from")
        if (
            isinstance(other, ContractRenewed)
            and data.period_from < other.data.period_until
            and other.data.period_from < data.period_until
        ):
            raise Refused(
                "RESIDUAL",
                f"contract {data.contract_id} is renewed from {other.data.period_from} until "
                f"{other.data.period_until} already; correct that renewal if it is wrong",
                "/data/period_from",
            )
