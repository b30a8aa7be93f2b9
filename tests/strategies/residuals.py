"""Steps that draw section 8: renewals in many currencies, moves with and without residuals, uneven shares, closings."""

from datetime import date, timedelta
from typing import Any

from tests.strategies.opportunities import (
    LIKELY_MANAGERS,
    amounts_in,
    any_opportunity,
    award,
    reassign,
    some_lines,
)
from tests.strategies.sketch import LINES, Contract, Opportunity, Sketch
from tests.strategies.together import end_contract, share_revenue

MONTH = timedelta(days=31)


def earn(sketch: Sketch) -> None:
    """A contract, seldom of two opportunities, and what decides what its renewals earn; partners come elsewhere."""
    number = len(sketch.contracts)
    if not number or sketch.chance(60):
        award(sketch, with_terms=sketch.chance(70))
    contract = any_contract(sketch) if len(sketch.contracts) == number else list(sketch.contracts.values())[-1]
    others = [each for each in sketch.opportunities.values() if each.account_id == contract.account_id]
    if len(others) > 1 and sketch.chance(25):
        award(sketch, sketch.one_of(others), contract=contract.contract_id)
    for step in sketch.one_of([(renew,), (move, renew), (share, renew, renew), (renew, move, renew, share, renew)]):
        step(sketch, contract)


def renew_contract(sketch: Sketch) -> None:
    """A renewal of any contract."""
    if sketch.contracts:
        renew(sketch, any_contract(sketch))


def move_residuals(sketch: Sketch) -> None:
    """A handover or a reassignment of an opportunity in which a contract was awarded."""
    if sketch.contracts:
        move(sketch, any_contract(sketch))
    else:
        reassign(sketch)


def share_residuals(sketch: Sketch) -> None:
    """A share on an opportunity in which a contract was awarded."""
    share(sketch, any_contract(sketch) if sketch.contracts else None)


def close_period(sketch: Sketch) -> None:
    """The month after the last one closed, seldom another one; on the first day on which it may be, or later."""
    starts = [start for each in sketch.contracts.values() for start, _ in each.periods]
    if not starts and not sketch.closed:
        return
    month = _month_after(max(sketch.closed)) if sketch.closed else sketch.one_of(starts).isoformat()[:7]
    if sketch.chance(8):
        month = _month_after(month)
    over = date.fromisoformat(f"{_month_after(month)}-01")
    on = over + timedelta(days=sketch.one_of([0, 0, 4, 40, *([-1] if sketch.chance(30) else [])]))
    sketch.event("period_closed", on, None, {"period": month})
    if sketch.chance(80):
        learn_late(sketch, month)


def learn_late(sketch: Sketch, month: str) -> None:
    """Another amount of a renewal of a month that is closed, or another holder on its start."""
    renewals = [each for each in sketch.events if each["type"] == "contract_renewed"]
    closed = [each for each in renewals if each["data"]["period_from"][:7] <= month]
    known = [each for each in closed if each["data"]["contract_id"] in sketch.contracts]
    if not known:
        return
    renewal = sketch.one_of(known)
    if sketch.chance(40):
        move(sketch, sketch.contracts[renewal["data"]["contract_id"]])
        return
    data = dict(renewal["data"])
    data["lines"] = amounts_in(sketch, data["currency"], [each["line"] for each in data["lines"]])
    on = date.fromisoformat(str(renewal["effective_on"]))
    event = sketch.event("contract_renewed", on, renewal["account_id"], data)
    event["corrects"] = renewal["event_id"]


def any_contract(sketch: Sketch) -> Contract:
    """One of the contracts drawn so far, likelier one with renewal terms or with renewals."""
    contracts = list(sketch.contracts.values())
    likely = [each for each in contracts if each.renewal_on is not None or each.periods]
    contract: Contract = sketch.one_of([*contracts, *likely, *likely])
    return contract


def renew(sketch: Sketch, contract: Contract) -> None:
    """The next period of the contract; seldom one that overlaps another, or that comes after the contract's end."""
    first = contract.renewal_on or contract.awarded_on + timedelta(days=sketch.one_of([0, 30, 90]))
    start = max((end for _, end in contract.periods), default=first)
    start += timedelta(days=sketch.one_of([0, 0, 0, 1, 10, *([-1, -10, -100] if sketch.chance(40) else [])]))
    lines = [*contract.lines] if sketch.chance(60) else some_lines(sketch, LINES)
    data: dict[str, Any] = {
        "contract_id": contract.contract_id,
        "period_from": start.isoformat(),
        "period_until": (start + timedelta(days=sketch.one_of([1, 30, 30, 365]))).isoformat(),
        "currency": contract.currency,
        "lines": amounts_in(sketch, contract.currency, lines),
    }
    if sketch.chance(5):
        data |= {"currency": "EUR", "lines": amounts_in(sketch, "EUR", lines)}
    on = start + timedelta(days=sketch.one_of([0, 0, 0, -30, 1, 40]))
    sketch.event("contract_renewed", on, contract.account_id, data)
    if sketch.chance(8):
        end_contract(sketch, contract, start + timedelta(days=sketch.one_of([1, 10, 0])))


def move(sketch: Sketch, contract: Contract) -> None:
    """Near the award or a renewal's start, with residuals, without, or saying nothing about them."""
    kind = sketch.one_of(["opportunity_handed_over", "opportunity_reassigned"])
    data: dict[str, Any] = {
        "opportunity_id": sketch.one_of(contract.opportunities).opportunity_id,
        "to_party_id": sketch.one_of(LIKELY_MANAGERS),
    }
    if kind == "opportunity_reassigned":
        data |= {"coverage_goal": "north", "authorized_by": "management"}
    residuals = sketch.one_of([None, True, True, False])
    if residuals is not None:
        data["residuals"] = residuals
    sketch.event(kind, _decisive_day(sketch, contract), contract.account_id, data)


def share(sketch: Sketch, contract: Contract | None) -> None:
    """In force, or over, near a renewal's start."""
    opportunity: Opportunity = (
        sketch.one_of(contract.opportunities) if contract is not None else any_opportunity(sketch)
    )
    share_revenue(sketch, opportunity, on=_decisive_day(sketch, contract) if contract is not None else None)


def _decisive_day(sketch: Sketch, contract: Contract) -> date:
    starts = [start for start, _ in contract.periods]
    return sketch.day_near([contract.awarded_on, *([contract.renewal_on] if contract.renewal_on else []), *starts])


def _month_after(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") + MONTH).isoformat()[:7]
