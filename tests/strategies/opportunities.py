"""Steps that draw section 3: an opportunity's evidence, forecasts, awards, losses and managers."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ledger.money import minor_unit
from tests.strategies.sketch import (
    EMPLOYEES,
    FIRST_DAY,
    GRACE,
    LAST_DAY,
    LEAP_DAY,
    LINES,
    MEMBER,
    PARTIES,
    PARTNERS,
    RESELLER,
    STRATEGIC,
    Opportunity,
    Sketch,
)

MOST_OPPORTUNITIES = 4
CURRENCIES = ("USD", "USD", "USD", "JPY", "BHD", "CLF")
UNITS = (1, 2, 3, 100, 1_000, 10_001, 33_333, 99_999, 10**15 - 1)
"""Amounts in minor units, many of which no share divides well."""
LIKELY_MANAGERS = (*EMPLOYEES, "ann", "ann", "bob", MEMBER, STRATEGIC, RESELLER)


def any_opportunity(sketch: Sketch) -> Opportunity:
    """One of the opportunities drawn so far."""
    opportunity: Opportunity = sketch.one_of(sketch.opportunities.values())
    return opportunity


def amounts(lines: list[str]) -> list[dict[str, str]]:
    """The lines with an amount each."""
    return [{"line": line, "amount": "1000.00"} for line in lines]


def amounts_in(sketch: Sketch, currency: str, lines: list[str]) -> list[dict[str, str]]:
    """The lines with an amount of the currency each, down to its smallest unit."""
    smallest = Decimal(1).scaleb(-minor_unit(currency))
    return [{"line": line, "amount": f"{sketch.one_of(UNITS) * smallest:f}"} for line in lines]


def some_lines(sketch: Sketch, lines: tuple[str, ...] | list[str]) -> list[str]:
    """At least one of the lines, in their order."""
    chosen = sketch.draw(st.sets(st.sampled_from(sorted(lines)), min_size=1))
    return sorted(chosen)


def start_opportunity(sketch: Sketch) -> None:
    """Opens an opportunity with evidence that is complete, or nearly so, most of the time."""
    if len(sketch.opportunities) >= MOST_OPPORTUNITIES:
        return
    name = f"opp-{len(sketch.opportunities) + 1}"
    account = sketch.one_of([sketch.accounts[0], *sketch.accounts])
    begun = _beginning(sketch, account)
    sketch.event("opportunity_opened", begun, account, {"opportunity_id": name, "name": name})
    opportunity = sketch.opportunities[name]
    manager = sketch.one_of(LIKELY_MANAGERS)
    steps: list[Callable[[date], None]] = [
        lambda on: appoint(sketch, opportunity, manager, on),
        lambda on: engage(sketch, opportunity, manager, on),
        lambda on: adopt_plan(sketch, opportunity, on),
        lambda on: coordinate(sketch, opportunity, on),
        lambda on: forecast(sketch, opportunity, on, some_lines(sketch, LINES[: sketch.one_of([1, 2, 3])])),
    ]
    if sketch.chance(30):
        steps = sketch.draw(st.permutations(steps))
    if sketch.chance(12):
        steps = steps[:-1]
    for step in steps:
        step(begun + timedelta(days=sketch.one_of([0, 0, 0, 0, 1, 5, 20])))


def _beginning(sketch: Sketch, account: str) -> date:
    """Near what is there already, so that claims meet."""
    there = [day for each in sketch.opportunities.values() if each.account_id == account for day in each.dates]
    if there and sketch.chance(70):
        return min(sketch.day_near(there), LAST_DAY)
    return sketch.draw(st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=240)))


def appoint(sketch: Sketch, opportunity: Opportunity, party: str, on: date) -> None:
    """The Opportunity Manager is appointed, qualified as the rule asks."""
    data = {"party_id": party, "authorized_by": "sales management", "skills": True, "resources": True}
    _tell(sketch, "opportunity_manager_appointed", on, opportunity, data)


def engage(sketch: Sketch, opportunity: Opportunity, party: str, on: date) -> None:
    """A piece of evidence: an engagement."""
    _tell(sketch, "engagement_recorded", on, opportunity, {"party_id": party, "activity": "visit"})


def adopt_plan(sketch: Sketch, opportunity: Opportunity, on: date) -> None:
    """A piece of evidence: the opportunity plan."""
    _tell(sketch, "opportunity_plan_adopted", on, opportunity, {"plan_ref": "plan"})


def coordinate(sketch: Sketch, opportunity: Opportunity, on: date) -> None:
    """A piece of evidence: a coordination, with partners or without."""
    parties = sketch.draw(st.lists(st.sampled_from([*PARTNERS, MEMBER]), max_size=2, unique=True))
    _tell(sketch, "coordination_recorded", on, opportunity, {"with": parties, "activity": "call"})


def forecast(sketch: Sketch, opportunity: Opportunity, on: date, lines: list[str]) -> None:
    """A forecast of these lines."""
    data: dict[str, Any] = {
        "currency": "USD",
        "expected_award_on": _anchor(sketch, on).isoformat(),
        "lines": amounts(lines),
    }
    if sketch.chance(50):
        data["probability"] = 60
    _tell(sketch, "forecast_recorded", on, opportunity, data)


def _anchor(sketch: Sketch, on: date) -> date:
    """Weeks ahead, or one that another forecast has too, or the leap day; seldom already past."""
    taken = [anchor for each in sketch.opportunities.values() for _, anchor in each.claims if anchor >= on]
    ahead = [on + timedelta(days=days) for days in (0, 20, 45, 60, 60, 90)]
    leap = [LEAP_DAY, LEAP_DAY - GRACE] if on <= LEAP_DAY - GRACE else [LEAP_DAY] if on <= LEAP_DAY else []
    if sketch.chance(4):
        return on - timedelta(days=sketch.one_of([1, 89, 90, 91]))
    chosen: date = sketch.one_of([*ahead, *taken, *leap])
    return chosen


def add_evidence(sketch: Sketch) -> None:
    """One more piece of evidence: often what an incomplete claim lacked."""
    opportunity = any_opportunity(sketch)
    on = sketch.day_near(opportunity.dates)
    party = sketch.one_of([*opportunity.managers, *EMPLOYEES])
    step: Callable[[], None] = sketch.one_of(
        [
            lambda: engage(sketch, opportunity, party, on),
            lambda: adopt_plan(sketch, opportunity, on),
            lambda: coordinate(sketch, opportunity, on),
            lambda: appoint(sketch, opportunity, party, on),
        ]
    )
    step()


def forecast_again(sketch: Sketch) -> None:
    """The same lines, more, or fewer."""
    opportunity = any_opportunity(sketch)
    on = day_in_claim(sketch, opportunity)
    lines = [*opportunity.lines]
    if not lines or sketch.chance(35):
        lines = some_lines(sketch, LINES)
    elif sketch.chance(40):
        lines = sorted({*lines, sketch.one_of(LINES)})
    forecast(sketch, opportunity, on, lines)


def day_in_claim(sketch: Sketch, opportunity: Opportunity) -> date:
    """A day on which a claim of the opportunity is likely to be live; else near one of its boundaries."""
    if not opportunity.claims or sketch.chance(20):
        return sketch.day_near(opportunity.dates)
    return sketch.day_between(*sketch.one_of(opportunity.claim_days()))


def extend(sketch: Sketch) -> None:
    """Most often on the deadline, or the day before or after."""
    opportunity = any_opportunity(sketch)
    on = day_in_claim(sketch, opportunity)
    if opportunity.claims and sketch.chance(50):
        on = sketch.one_of(opportunity.claims)[1] + GRACE + timedelta(days=sketch.one_of([0, 0, 1, -1]))
    expected = on + timedelta(days=sketch.one_of([30, 60, 1, 0, -30]))
    data = {"expected_award_on": expected.isoformat(), "granted_by": "sales management", "reason": "budget moved"}
    _tell(sketch, "forecast_extension_granted", on, opportunity, data)


def award(
    sketch: Sketch, opportunity: Opportunity | None = None, *, contract: str | None = None, with_terms: bool = False
) -> None:
    """Some lines of a forecast become a contract, most often with renewal terms.

    Seldom they add to a contract, one of this opportunity or of another on the account.
    """
    opportunity = opportunity or any_opportunity(sketch)
    on = day_in_claim(sketch, opportunity)
    there = {name: each for name, each in sketch.contracts.items() if each.account_id == opportunity.account_id}
    own = [name for name, each in there.items() if opportunity in each.opportunities]
    others = [name for name in there if name not in own]
    if contract is None and own and sketch.chance(25):
        contract = sketch.one_of(own)
    if contract is None and others and sketch.chance(25):
        contract = sketch.one_of(others)
    contract = contract or f"c-{len(sketch.contracts) + 1}"
    currency = sketch.contracts[contract].currency if contract in sketch.contracts else sketch.one_of(CURRENCIES)
    lines = list(opportunity.lines) or [LINES[0]]
    if sketch.chance(40):
        lines = some_lines(sketch, lines)
    data: dict[str, Any] = {
        "contract_id": contract,
        "currency": currency,
        "lines": amounts_in(sketch, currency, lines),
    }
    if with_terms or sketch.chance(70):
        first = on + timedelta(days=sketch.one_of([1, 30, 90, 180]))
        data["renewal"] = {"every_months": sketch.one_of([1, 3, 12]), "first_on": first.isoformat()}
    _tell(sketch, "business_awarded", on, opportunity, data)


def lose(sketch: Sketch) -> None:
    """The customer decided against it."""
    opportunity = any_opportunity(sketch)
    _tell(sketch, "business_lost", day_in_claim(sketch, opportunity), opportunity, {"reason": "price"})


def abandon(sketch: Sketch) -> None:
    """The manager gives the opportunity up."""
    opportunity = any_opportunity(sketch)
    _tell(sketch, "opportunity_abandoned", day_in_claim(sketch, opportunity), opportunity, {"reason": "no budget"})


def hand_over(sketch: Sketch) -> None:
    """To the manager of an account, if there is one, half of the time."""
    opportunity = any_opportunity(sketch)
    in_charge = sketch.managers_of_accounts
    to = sketch.one_of(in_charge if in_charge and sketch.chance(50) else LIKELY_MANAGERS)
    data = {"to_party_id": to, "residuals": sketch.chance(50)}
    _tell(sketch, "opportunity_handed_over", day_in_claim(sketch, opportunity), opportunity, data)


def reassign(sketch: Sketch) -> None:
    """Sales management gives the opportunity to somebody else; residuals go along unless it says otherwise."""
    opportunity = any_opportunity(sketch)
    to = sketch.one_of(LIKELY_MANAGERS)
    data: dict[str, Any] = {"to_party_id": to, "coverage_goal": "north", "authorized_by": "management"}
    if sketch.chance(25):
        data["residuals"] = sketch.chance(30)
    _tell(sketch, "opportunity_reassigned", day_in_claim(sketch, opportunity), opportunity, data)


def share_activity(sketch: Sketch) -> None:
    """Opportunity management is shared with a partner."""
    opportunity = any_opportunity(sketch)
    data = {"partners": [sketch.one_of(PARTNERS)], "activity": "workshop"}
    _tell(sketch, "activity_shared", sketch.day_near(opportunity.dates), opportunity, data)


def add_noise(sketch: Sketch) -> None:
    """Something that never changes a right."""
    opportunity = any_opportunity(sketch)
    on = sketch.day_near(opportunity.dates)
    if sketch.chance(50):
        data = {"name": "Another name", "reason": "rebranding"}
        sketch.event("account_identity_changed", on, opportunity.account_id, data)
        return
    subject = {"opportunity_id": opportunity.opportunity_id}
    data_of_dispute = {
        "dispute_id": f"d-{len(sketch.events)}",
        "opened_by": sketch.one_of(PARTIES),
        "subject": subject,
        "claim": "it was ours",
    }
    sketch.event("dispute_opened", on, opportunity.account_id, data_of_dispute)


def _tell(sketch: Sketch, kind: str, on: date, opportunity: Opportunity, data: dict[str, Any]) -> None:
    sketch.event(kind, on, opportunity.account_id, {"opportunity_id": opportunity.opportunity_id, **data})
