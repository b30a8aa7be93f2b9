"""What is owed on a day: sections 4 and 6, as decision D21 words them."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.oracle.account import AccountDay
from tests.oracle.calling import contract_lines
from tests.oracle.history import Fact, as_date
from tests.oracle.partners import included_since


class Duty(NamedTuple):
    """An obligation as one day shows it; `party` owes it."""

    kind: str
    rule: str
    party: str
    opportunity_id: str
    contract_id: str | None
    partner: str | None
    due_on: date | None
    state: str


def duties(day: AccountDay) -> Iterator[Duty]:
    """Everything that is owed on the account on the day."""
    for opportunity in day.opportunities:
        yield from settling_with_the_mam(day, opportunity)
        yield from copies(day, opportunity)
        yield from renewals(day, opportunity)


def settling_with_the_mam(day: AccountDay, opportunity: str) -> Iterator[Duty]:
    """MAM-SETTLE: an Opportunity Manager with a live claim beside a MAM hands over or shares."""
    in_charge, holder = day.major_account_manager, day.manager(opportunity)
    live = any(held.opportunity == opportunity and held.claim.status == "live" for held in day.claims)
    if in_charge is None or holder is None or not live or day.same(holder, in_charge):
        return
    state = "met" if day.has_share(in_charge, opportunity) else "open"
    yield Duty("settle_with_mam", "MAM-SETTLE", holder, opportunity, None, None, None, state)


def copies(day: AccountDay, opportunity: str) -> Iterator[Duty]:
    """CO-SELL-COPIES: a co-sell partner gives copies of its quotes and contracts."""
    facts = day.opportunities[opportunity]
    for partner in _partners(day, opportunity, "co_sell"):
        since = included_since(facts, partner, "co_sell")
        assert since is not None
        given = any(
            fact.type in {"co_sell_quote_shared", "co_sell_contract_shared"}
            and day.world.same(fact.data["partner_id"], partner, fact.on)
            and fact.on >= since.on
            for fact in facts
        )
        state = "met" if given else "open"
        yield Duty("copy_quotes_and_contracts", "CO-SELL-COPIES", partner, opportunity, None, None, None, state)


def renewals(day: AccountDay, opportunity: str) -> Iterator[Duty]:
    """PRIME and CO-SELL: what the holder of a won contract owes the partners at each renewal date begun by the day."""
    won = [held for held in day.claims if held.opportunity == opportunity and held.claim.status == "won"]
    for contract in dict.fromkeys(held.claim.contract_id for held in won):
        assert contract is not None
        holder = won[0].holder
        resold = contract_lines(day, contract, opportunity)
        for due in renewal_dates(day, opportunity, contract):
            for partner in _partners(day, opportunity, "prime_resale", resold):
                if _since(day, opportunity, partner, "prime_resale") <= due:
                    state = _state(day, due, met=_is_renewed(day, opportunity, contract, due))
                    kind = "orchestrate_prime_renewal"
                    yield Duty(kind, "PRIME", holder, opportunity, contract, partner, due, state)
            for partner in _partners(day, opportunity, "co_sell"):
                if _since(day, opportunity, partner, "co_sell") <= due:
                    state = _state(day, due, met=_is_coordinated(day, opportunity, partner, due))
                    kind = "include_co_sell_partner"
                    yield Duty(kind, "CO-SELL", holder, opportunity, contract, partner, due, state)


def renewal_dates(day: AccountDay, opportunity: str, contract: str) -> list[date]:
    """The renewal dates of the contract since its award here, up to the first one still to come.

    The contract has one set of terms, whichever opportunity's award was the first to state any (D24).
    """
    awards = [fact for fact in day.facts if fact.type == "business_awarded" and fact.data["contract_id"] == contract]
    here = next(fact for fact in awards if fact.data["opportunity_id"] == opportunity)
    terms = next((fact.data["renewal"] for fact in awards if fact.data.get("renewal")), None)
    if terms is None:
        return []
    dates = [renewal_date(terms, 0)]
    while dates[-1] <= day.on:
        dates.append(renewal_date(terms, len(dates)))
    return [each for each in dates if each >= here.on]


def renewal_date(terms: Any, number: int) -> date:
    """So many months after the first date, counted from the first; a shorter month has it on its last day."""
    first = as_date(terms["first_on"])
    months = first.month - 1 + number * terms["every_months"]
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def _partners(day: AccountDay, opportunity: str, role: str, lines: list[str] | None = None) -> list[str]:
    included = [each for each in day.inclusions(opportunity) if each.role == role]
    return list(dict.fromkeys(each.partner for each in included if lines is None or each.line in lines))


def _since(day: AccountDay, opportunity: str, partner: str, role: str) -> date:
    since = included_since(day.opportunities[opportunity], partner, role)
    assert since is not None
    return since.on


def _state(day: AccountDay, due: date, *, met: bool) -> str:
    if met:
        return "met"
    return "overdue" if day.on > due else "open"


def _is_renewed(day: AccountDay, opportunity: str, contract: str, due: date) -> bool:
    return any(
        fact.type == "contract_renewed"
        and fact.data["contract_id"] == contract
        and as_date(fact.data["period_from"]) <= due < as_date(fact.data["period_until"])
        for fact in day.opportunities[opportunity]
    )


def _is_coordinated(day: AccountDay, opportunity: str, partner: str, due: date) -> bool:
    window = timedelta(days=day.world.figure("inclusion_window_days", due))
    return any(
        _is_coordination_with(day, fact, partner) and due - window <= fact.on <= due
        for fact in day.opportunities[opportunity]
    )


def _is_coordination_with(day: AccountDay, fact: Fact, partner: str) -> bool:
    return fact.type == "coordination_recorded" and any(
        day.world.same(party, partner, fact.on) for party in fact.data["with"]
    )
