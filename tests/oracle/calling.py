"""Section 7 read plainly: who may call, rule after rule, in the order of the text."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tests.oracle.account import AccountDay, HeldClaim
from tests.oracle.history import Fact


class Answer(NamedTuple):
    """A verdict, its rule, and whose agreement it needs (the holder's own id)."""

    verdict: str
    rule: str
    agreement_of: str | None = None


def may_call_on(day: AccountDay, party: str, line: str | None, contract_id: str | None) -> Answer:
    """The verdict of the day, for new business on a line, in general, or for the renewal of a contract."""
    if contract_id is None:
        return new_business(day, party, line)
    if not opportunities_of_live_contract(day, contract_id):
        return new_business(day, party, None)
    return renewal(day, party, contract_id, line)


def new_business(day: AccountDay, party: str, line: str | None) -> Answer:
    """Rules 1 to 3 for new business."""
    if day.same(party, day.major_account_manager):
        return Answer("allowed", "CALL-MAM")
    queue = day.queue(line) if line is not None else []
    if queue:
        assert line is not None
        return _reserved_line(day, party, line, queue)
    return _unreserved(day, party, line)


def _reserved_line(day: AccountDay, party: str, line: str, queue: list[HeldClaim]) -> Answer:
    """Rule 2: a claim on the line is live."""
    first, holder = queue[0].opportunity, queue[0].holder
    if day.same(party, holder):
        return Answer("allowed", "CALL-OM")
    if day.includes(party, first, line, "co_sell"):
        return Answer("allowed", "CALL-CO-SELL")
    if day.includes(party, first, line, "prime_resale"):
        return Answer("conditional", "CALL-PRIME", holder)
    if day.has_share(party, first):
        return Answer("allowed", "CALL-TEAMING")
    unshared = not day.is_first_opportunity(first, holder) and not day.was_shared(first)
    if day.world.is_partner(party, day.on) and unshared:
        return Answer("allowed", "CALL-UNSHARED")
    queued = any(day.same(party, behind.holder) for behind in queue[1:])
    return Answer("denied", "CALL-QUEUED" if queued else "CALL-RESERVED")


def _unreserved(day: AccountDay, party: str, line: str | None) -> Answer:
    """Rule 3: no live claim on the line, or no line asked."""
    if day.major_account_manager is not None:
        return Answer("conditional", "CALL-MAM-AGREEMENT", day.major_account_manager)
    growth = day.growth_holder
    if growth is not None:
        if day.same(party, growth):
            return Answer("allowed", "CALL-GROWTH")
        if day.world.is_partner(party, day.on):
            return Answer("allowed", "CALL-PARTNER-FREE")
        return Answer("conditional", "CALL-GROWTH-AGREEMENT", growth)
    claims = [held.claim for held in day.claims]
    if any(claim.status == "lapsed" and claim.had_started and line in {None, claim.line} for claim in claims):
        return Answer("allowed", "CALL-AFTER-LAPSE")
    if any(claim.status in {"live", "won"} for claim in claims):
        return Answer("allowed", "CALL-BEYOND-FORECAST")
    return Answer("allowed", "CALL-OPEN")


def renewal(day: AccountDay, party: str, contract_id: str, line: str | None) -> Answer:
    """Rules 1 to 7 for the renewal of a live contract."""
    theirs = opportunities_asked(day, contract_id, line)
    won = {opportunity: winner(day, opportunity, contract_id, line) for opportunity in theirs}
    co_sold = [opportunity for opportunity in theirs if line in lines_of(day, opportunity, "co_sell")]
    if line is not None and co_sold:
        answer = co_sold_line(day, party, line, co_sold)
        if answer.rule != "CALL-RENEWAL-RESERVED" or not any(won[each] for each in theirs if each not in co_sold):
            return answer
    own = [opportunity for opportunity in theirs if opportunity not in co_sold]
    if any(day.same(party, won[opportunity]) for opportunity in own):
        return Answer("allowed", "CALL-RENEWAL")
    if day.same(party, day.major_account_manager):
        return Answer("allowed", "CALL-MAM")
    if any(day.has_share(party, opportunity) for opportunity in own):
        return Answer("allowed", "CALL-TEAMING")
    for opportunity in own:
        lines = [line] if line is not None else contract_lines(day, contract_id, opportunity)
        manager = day.manager(opportunity)
        if manager is not None and any(day.includes(party, opportunity, each, "prime_resale") for each in lines):
            return Answer("conditional", "CALL-PRIME", manager)
    if any(won[opportunity] for opportunity in own):
        return Answer("denied", "CALL-RENEWAL-RESERVED")
    return new_business(day, party, None)


def co_sold_line(day: AccountDay, party: str, line: str, opportunities: list[str]) -> Answer:
    """Rule 1: the line is a co-sell partner's in each of these opportunities."""
    if any(day.includes(party, opportunity, line, "co_sell") for opportunity in opportunities):
        return Answer("allowed", "CALL-CO-SELL-RENEWAL")
    if any(day.same(party, day.manager(opportunity)) for opportunity in opportunities):
        return Answer("denied", "CALL-HANDS-OFF")
    return Answer("denied", "CALL-RENEWAL-RESERVED")


def opportunities_asked(day: AccountDay, contract_id: str, line: str | None) -> list[str]:
    """The opportunities of the contract, the first awarded in front, to which the line, or all of it, belongs (D22)."""
    every = opportunities_of_live_contract(day, contract_id)
    won = [opportunity for opportunity in every if winner(day, opportunity, contract_id, line) is not None]
    if won or line is None:
        return won or every
    return [each for each in every if line in contract_lines(day, contract_id, each)] or every


def winner(day: AccountDay, opportunity: str, contract_id: str, line: str | None) -> str | None:
    """Who holds the right won in the opportunity on the line of the contract, or on any of its lines."""
    for held in day.claims:
        claim = held.claim
        won = claim.status == "won" and claim.contract_id == contract_id
        if won and held.opportunity == opportunity and line in {None, claim.line}:
            return held.holder
    return None


def lines_of(day: AccountDay, opportunity: str, role: str) -> set[str]:
    """The lines for which a partner in this role is included in the opportunity."""
    return {each.line for each in day.inclusions(opportunity) if each.role == role}


def contract_lines(day: AccountDay, contract_id: str, opportunity: str) -> list[str]:
    """Every line that was awarded on the contract in the opportunity by the day."""
    return [
        line
        for fact in _awards(day, contract_id)
        if fact.data["opportunity_id"] == opportunity
        for line in fact.lines()
    ]


def opportunities_of_live_contract(day: AccountDay, contract_id: str) -> list[str]:
    """The opportunities in which the contract was awarded; none when it is not yet awarded, or has ended."""
    if any(fact.type == "contract_ended" and fact.data["contract_id"] == contract_id for fact in day.facts):
        return []
    return list(dict.fromkeys(str(fact.data["opportunity_id"]) for fact in _awards(day, contract_id)))


def _awards(day: AccountDay, contract_id: str) -> list[Fact]:
    return [fact for fact in day.facts if fact.type == "business_awarded" and fact.data["contract_id"] == contract_id]


def opens_on(days: Iterable[AccountDay], party: str, line: str | None, contract_id: str | None) -> date | None:
    """The first of these days on which the same question is no longer denied to the party; None if on none of them."""
    for day in days:
        if may_call_on(day, party, line, contract_id).verdict != "denied":
            return day.on
    return None
