"""Section 8 read plainly: who holds a contract's residual on a day, and what each renewal earns for whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ledger.money import minor_unit
from tests.oracle.account import Account, AccountDay
from tests.oracle.claims import claim_on, forecast_lines, manager, winning_award
from tests.oracle.history import Fact, as_date

_MOVES = {"opportunity_handed_over": False, "opportunity_reassigned": True}
"""The events that can move residuals, and whether they do if they say nothing about it."""

_PARTS = 1_000_000
"""A percentage has at most four decimals: the whole is a million of its smallest parts."""


class Stream(NamedTuple):
    """A contract's residual in one opportunity, as one day shows it."""

    contract: str
    opportunity: str
    holder: str


class Entitlement(NamedTuple):
    """What a renewal earns for a party; base and amount in minor units. `unassigned` has no party and no percent."""

    kind: str
    party: str | None
    percent: Decimal | None
    base: int
    amount: int
    currency: str
    contract: str
    opportunity: str | None
    period_from: date
    period_until: date


class LeftOut(NamedTuple):
    """A line of a renewal on which nobody earns, and why: co_sell, contract_ended or not_won."""

    contract: str
    period_from: date
    line: str
    reason: str


# ---- streams ----


def streams_on(day: AccountDay) -> Iterator[Stream]:
    """RESIDUAL: the streams that run on the day; a contract awarded in several opportunities has one in each."""
    for contract in dict.fromkeys(award.data["contract_id"] for award in _awards(day.facts)):
        if contract in _ended(day.facts):
            continue
        for opportunity in day.opportunities:
            holder = _holder(day, contract, opportunity)
            if holder is not None:
                yield Stream(contract, opportunity, holder)


def _holder(day: AccountDay, contract: str, opportunity: str) -> str | None:
    """The OM at the award that began the stream, then whoever a later move took it to; None without a stream."""
    beginning = _beginning(day, contract, opportunity)
    if beginning is None:
        return None
    facts = day.opportunities[opportunity]
    before = [fact for fact in facts if fact.order < beginning.order]
    of_that_day = [fact for fact in facts if fact.on <= beginning.on]
    holder = manager(before) or manager(of_that_day)
    for fact in facts:
        if fact.order > beginning.order and _moves_residuals(fact) and _moves_the_manager(fact, facts):
            holder = fact.data["to_party_id"]
    return holder


def _beginning(day: AccountDay, contract: str, opportunity: str) -> Fact | None:
    """The first award of the contract by which it has renewal terms, and a line of it is won in the opportunity."""
    facts = day.opportunities[opportunity]
    winning = [winning_award(facts, line, day.world) for line in forecast_lines(facts)]
    wins = [award.order for award in winning if award is not None and award.data["contract_id"] == contract]
    awards = [award for award in _awards(day.facts) if award.data["contract_id"] == contract]
    for award in awards:
        has_terms = any(each.data.get("renewal") for each in awards if each.order <= award.order)
        if has_terms and any(win <= award.order for win in wins):
            return award
    return None


def _moves_residuals(fact: Fact) -> bool:
    return fact.type in _MOVES and bool(fact.data.get("residuals", _MOVES[fact.type]))


def _moves_the_manager(move: Fact, facts: Sequence[Fact]) -> bool:
    """A handover or reassignment before anybody was appointed moves nothing."""
    return manager([fact for fact in facts if fact.order < move.order]) is not None


def _awards(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.type == "business_awarded"]


def _ended(facts: Iterable[Fact]) -> set[str]:
    return {fact.data["contract_id"] for fact in facts if fact.type == "contract_ended"}


# ---- what a renewal earns ----


def entitlements_of(account: Account) -> Iterator[Entitlement]:
    """Every renewal of the account, each judged by its start date, with what is known on any date."""
    for renewal in _renewals(account):
        yield from _entitlements(account, renewal)


def left_out_of(account: Account) -> Iterator[LeftOut]:
    """RESIDUAL-BASE: the lines of every renewal that earn nothing."""
    for renewal in _renewals(account):
        start = as_date(renewal.data["period_from"])
        contract, day = renewal.data["contract_id"], AccountDay(account, start)
        earning = {line for name in day.opportunities for line in earning_lines(day, contract, name)}
        for line in renewal.lines():
            if line not in earning:
                yield LeftOut(contract, start, line, _why_left_out(day, contract, line))


def earning_lines(day: AccountDay, contract: str, opportunity: str) -> list[str]:
    """RESIDUAL-BASE: the lines won on the contract in the opportunity by the day that no co-sell partner sells."""
    facts = day.opportunities[opportunity]
    claims = [claim_on(facts, line, day.on, day.world) for line in forecast_lines(facts)]
    won = [claim.line for claim in claims if claim.status == "won" and claim.contract_id == contract]
    return [line for line in won if not _is_co_sold(day, opportunity, line)]


def _is_co_sold(day: AccountDay, opportunity: str, line: str) -> bool:
    return any(each.line == line and each.role == "co_sell" for each in day.inclusions(opportunity))


def _why_left_out(day: AccountDay, contract: str, line: str) -> str:
    awarded_in = {award.data["opportunity_id"] for award in _awards(day.facts) if award.data["contract_id"] == contract}
    if contract in _ended(day.facts):
        return "contract_ended"
    return "co_sell" if any(_is_co_sold(day, name, line) for name in awarded_in) else "not_won"


def _renewals(account: Account) -> list[Fact]:
    return [fact for fact in account.facts if fact.type == "contract_renewed"]


def _entitlements(account: Account, renewal: Fact) -> list[Entitlement]:
    """RESIDUAL-SHARE, RESIDUAL-NOBODY: the shares of every stream that earns; else who holds one; else nobody."""
    day = AccountDay(account, as_date(renewal.data["period_from"]))
    contract = renewal.data["contract_id"]
    streams = [stream for stream in streams_on(day) if stream.contract == contract]
    bases = {stream: base_of(day, renewal, stream.opportunity) for stream in streams}
    earning = [stream for stream in streams if bases[stream] > 0]
    if not streams:
        return _unassigned(account, day, renewal)
    return [row for stream in earning or streams for row in _shares(day, renewal, stream, bases[stream])]


def base_of(day: AccountDay, renewal: Fact, opportunity: str) -> int:
    """What the renewal pays, in minor units, for the lines that earn in the opportunity: each line earns once."""
    contract, currency = renewal.data["contract_id"], renewal.data["currency"]
    earning = [line for line in earning_lines(day, contract, opportunity) if opportunity == _first(day, contract, line)]
    return sum(in_minor_units(each["amount"], currency) for each in renewal.data["lines"] if each["line"] in earning)


def _first(day: AccountDay, contract: str, line: str) -> str:
    """Of the opportunities in which a line of the contract earns, the one in which it was won first."""
    found = []
    for name, facts in day.opportunities.items():
        award = winning_award(facts, line, day.world)
        if award is not None and line in earning_lines(day, contract, name):
            found.append((award.order, name))
    return min(found)[1]


def _shares(day: AccountDay, renewal: Fact, stream: Stream, base: int) -> list[Entitlement]:
    agreement = day.share(stream.opportunity)
    percents = {stream.holder: Decimal(100)}
    overlays: Sequence[Mapping[str, Any]] = []
    if agreement is not None:
        percents = {each["party_id"]: Decimal(each["percent"]) for each in agreement.data["shares"]}
        overlays = agreement.data.get("overlays") or []
    parts = split(base, percents)
    rows = [_row("share", party, percents[party], base, parts[party], renewal, stream.opportunity) for party in parts]
    for each in overlays:
        percent = Decimal(each["percent"])
        amount = overlay_of(base, percent)
        rows.append(_row("overlay", each["party_id"], percent, base, amount, renewal, stream.opportunity))
    return rows


def _unassigned(account: Account, day: AccountDay, renewal: Fact) -> list[Entitlement]:
    """Nobody's: under every opportunity that earned something, else under the first in which it was awarded, if any."""
    contract = renewal.data["contract_id"]
    awards = [award for award in _awards(account.facts) if award.data["contract_id"] == contract]
    names = list(dict.fromkeys(award.data["opportunity_id"] for award in awards))
    bases = {name: base_of(day, renewal, name) for name in names if name in day.opportunities}
    earning = [name for name in names if bases.get(name, 0) > 0]
    listed: list[str | None] = [*earning] or [*names[:1]] or [None]
    return [
        _row("unassigned", None, None, base, base, renewal, name)
        for name in listed
        for base in [bases.get(name, 0) if name is not None else 0]
    ]


def _row(
    kind: str,
    party: str | None,
    percent: Decimal | None,
    base: int,
    amount: int,
    renewal: Fact,
    opportunity: str | None,
) -> Entitlement:
    data = renewal.data
    start, end = as_date(data["period_from"]), as_date(data["period_until"])
    return Entitlement(
        kind, party, percent, base, amount, data["currency"], data["contract_id"], opportunity, start, end
    )


# ---- exact money ----


def in_minor_units(amount: str | Decimal, currency: str) -> int:
    """RESIDUAL-EXACT: the amount as a whole number of the currency's minor unit."""
    units = Decimal(amount).scaleb(minor_unit(currency))
    assert units == int(units)
    return int(units)


def split(base: int, percents: Mapping[str, Decimal]) -> dict[str, int]:
    """RESIDUAL-EXACT: by largest remainder; of equal ones the larger percentage first, then the party id."""
    whole = {party: base * _in_parts(percent) // _PARTS for party, percent in percents.items()}
    rest = {party: base * _in_parts(percent) % _PARTS for party, percent in percents.items()}
    missing = base - sum(whole.values())
    in_turn = sorted(percents, key=lambda party: (-rest[party], -percents[party], party))
    return {party: whole[party] + (1 if party in in_turn[:missing] else 0) for party in percents}


def overlay_of(base: int, percent: Decimal) -> int:
    """A credit beside the split: its percentage of the base, half a minor unit rounded up."""
    return (2 * base * _in_parts(percent) + _PARTS) // (2 * _PARTS)


def _in_parts(percent: Decimal) -> int:
    return int(percent.scaleb(4))
