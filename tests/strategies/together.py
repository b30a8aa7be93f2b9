"""Steps that draw sections 4 to 6 and 10: account managers, shares, partners, renewals, figures, registrations."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.strategies.opportunities import amounts, amounts_in, any_opportunity, award, day_in_claim, some_lines
from tests.strategies.sketch import (
    CO_SELL,
    EMPLOYEES,
    FIRST_DAY,
    LINES,
    MEMBER,
    PARTIES,
    PARTNERS,
    RESELLER,
    STRATEGIC,
    Agreement,
    Contract,
    Opportunity,
    Sketch,
)

OVERLAYS = True
"""Whether revenue shares carry overlay credits: the event takes none yet."""

PERCENTS = {
    2: [["60", "40"], ["60", "40"], ["50", "50"], ["33.3333", "66.6667"], ["0.0001", "99.9999"]],
    3: [["50", "25.5", "24.5"], ["33.3333", "33.3333", "33.3334"], ["12.5", "12.5", "75"]],
}
"""How shares are split among so many parties."""


def put_in_charge(sketch: Sketch) -> None:
    """Elevates an account and appoints its MAM, nearly always in this order."""
    opportunity = any_opportunity(sketch)
    account = opportunity.account_id
    on = day_in_claim(sketch, opportunity)
    if not sketch.chance(10):
        sketch.event("account_elevated", on - timedelta(days=sketch.one_of([0, 0, 1, 30, -1])), account, {})
    data: dict[str, Any] = {"party_id": sketch.one_of([*EMPLOYEES, *EMPLOYEES, STRATEGIC, STRATEGIC, MEMBER, RESELLER])}
    if sketch.chance(30):
        data["elevated_from"] = opportunity.opportunity_id
    sketch.event("major_account_manager_appointed", on, account, data)
    if sketch.chance(50):
        until = on + timedelta(days=sketch.one_of([0, 1, 15, 60]))
        sketch.event("major_account_manager_released", until, account, {"reason": "moved on"})
    elif sketch.chance(70):
        share_revenue(sketch, opportunity, data["party_id"], on)


def execute_account_plan(sketch: Sketch) -> None:
    """Develops and executes an account plan, most often of one who manages an opportunity."""
    opportunity = any_opportunity(sketch)
    account = opportunity.account_id
    party = sketch.one_of([*opportunity.managers] * 3 + list(EMPLOYEES))
    on = day_in_claim(sketch, opportunity)
    if not sketch.chance(10):
        data = {"party_id": party, "plan_ref": "growth"}
        sketch.event("account_plan_developed", on - timedelta(days=sketch.one_of([0, 0, 1, 20, -1])), account, data)
    if not sketch.chance(10):
        sketch.event("account_plan_executed", on, account, {"party_id": party, "milestone": "first visit"})


def share_revenue(
    sketch: Sketch, opportunity: Opportunity | None = None, partner: str | None = None, on: date | None = None
) -> None:
    """Proposes a share, if asked with this partner; most of the time everybody accepts it, sometimes all but one."""
    opportunity = opportunity or any_opportunity(sketch)
    on = on or day_in_claim(sketch, opportunity)
    proposer = sketch.one_of(opportunity.managers[-1:] * 3 + [*opportunity.managers, *EMPLOYEES])
    others = [party for party in (*sketch.managers_of_accounts, *PARTIES) if party not in {proposer, "house"}]
    other = partner if partner not in {None, proposer} else sketch.one_of(others)
    assert other is not None
    named = list(dict.fromkeys([proposer, other, *([sketch.one_of(others)] if sketch.chance(40) else [])]))
    percents = sketch.one_of(PERCENTS[len(named)])
    start = on + timedelta(days=sketch.one_of([0, 0, 0, 1, 10, -10]))
    data: dict[str, Any] = {
        "opportunity_id": opportunity.opportunity_id,
        "agreement_id": f"a-{len(sketch.agreements) + 1}",
        "proposed_by": proposer,
        "shares": [{"party_id": party, "percent": percent} for party, percent in zip(named, percents, strict=True)],
        "from": start.isoformat(),
    }
    if sketch.chance(20):
        data["until"] = (max(on, start) + timedelta(days=sketch.one_of([1, 20, 60]))).isoformat()
    if OVERLAYS and sketch.chance(40):
        credited = sketch.draw(st.sets(st.sampled_from(EMPLOYEES), min_size=1, max_size=2))
        percent = sketch.one_of(["10", "0.5", "33.3333"])
        data["overlays"] = [{"party_id": party, "percent": percent} for party in sorted(credited)]
    sketch.event("revenue_share_proposed", on, opportunity.account_id, data)
    agreement = sketch.agreements[data["agreement_id"]]
    accepting = named[1:] if sketch.chance(85) else named[2:]
    for party in accepting:
        answer(sketch, agreement, "accepted", party, on + timedelta(days=sketch.one_of([0, 0, 0, 1, 5])))


def answer(sketch: Sketch, agreement: Agreement, how: str, party: str, on: date) -> None:
    """One answer to an agreement; a member may give her organisation's, and it hers."""
    if party in {RESELLER, MEMBER} and sketch.chance(30):
        party = {RESELLER: MEMBER, MEMBER: RESELLER}[party]
    data = {"agreement_id": agreement.agreement_id, "party_id": party}
    sketch.event(f"revenue_share_{how}", on, agreement.opportunity.account_id, data)


def answer_share(sketch: Sketch) -> None:
    """A late acceptance, a refusal, or the end of a share."""
    if not sketch.agreements:
        share_revenue(sketch)
        return
    agreement: Agreement = sketch.one_of(sketch.agreements.values())
    on = sketch.day_near([agreement.proposed_on, *agreement.opportunity.dates])
    how = sketch.one_of(["accepted", "declined", "ended", "ended"])
    answer(sketch, agreement, how, sketch.one_of(agreement.parties), max(on, agreement.proposed_on))


def include_partner(sketch: Sketch) -> None:
    """A co-sell partner or a reseller, for lines of the forecast or beside it."""
    opportunity = any_opportunity(sketch)
    partner = sketch.one_of([CO_SELL, CO_SELL, RESELLER, RESELLER, STRATEGIC])
    usual = {CO_SELL: "co_sell", RESELLER: "prime_resale"}.get(partner, "co_sell")
    role = usual if sketch.chance(80) else sketch.one_of(["co_sell", "prime_resale"])
    lines = some_lines(sketch, opportunity.lines or LINES) if sketch.chance(80) else some_lines(sketch, LINES)
    on = day_in_claim(sketch, opportunity)
    if opportunity.dates and sketch.chance(60):
        on = min(opportunity.dates)
    data = {"partner_id": partner, "role": role, "lines": lines}
    _tell(sketch, "partner_included", on, opportunity, data)
    if sketch.chance(40):
        _go_on_with(sketch, opportunity, partner)


def go_on_with_partner(sketch: Sketch) -> None:
    """What follows an inclusion: a copy, a coordination before a renewal, a release."""
    included = [each for each in sketch.opportunities.values() if each.partners]
    if not included:
        include_partner(sketch)
        return
    opportunity = sketch.one_of(included)
    _go_on_with(sketch, opportunity, sketch.one_of(opportunity.partners)[0])


def _go_on_with(sketch: Sketch, opportunity: Opportunity, partner: str) -> None:
    on = sketch.day_near(opportunity.dates)
    what = sketch.one_of(
        ["co_sell_quote_shared", "co_sell_contract_shared", "coordination", "coordination", "released"]
    )
    if what == "released":
        _tell(sketch, "partner_released", on, opportunity, {"partner_id": partner, "reason": "done"})
    elif what == "coordination":
        due = [each.renewal_on for each in sketch.contracts.values() if opportunity in each.opportunities]
        dates = [each - timedelta(days=days) for each in due if each is not None for days in (0, 1, 60, 89, 90, 91)]
        _tell(sketch, "coordination_recorded", sketch.day_near(dates or [on]), opportunity, _call_with(partner))
    else:
        _tell(sketch, what, on, opportunity, {"partner_id": partner, "document_ref": "doc"})


def _call_with(partner: str) -> dict[str, Any]:
    return {"with": [partner], "activity": "call"}


def win_with_partners(sketch: Sketch) -> None:
    """A contract with renewal terms in an opportunity with partners, and what follows."""
    opportunity = any_opportunity(sketch)
    lines = opportunity.lines or list(LINES)
    since = min(opportunity.dates)
    for partner, role in ((RESELLER, "prime_resale"), (CO_SELL, "co_sell")):
        if sketch.chance(70):
            data = {"partner_id": partner, "role": role, "lines": some_lines(sketch, lines)}
            _tell(sketch, "partner_included", since, opportunity, data)
    award(sketch, opportunity)
    for _ in range(sketch.one_of([1, 2, 3])):
        go_on_with_contract(sketch)
        go_on_with_partner(sketch)


def go_on_with_contract(sketch: Sketch) -> None:
    """A renewal, in time or late, or the end of the contract."""
    if not sketch.contracts:
        return
    # the contracts of opportunities with partners first: what is owed at a renewal depends on both
    with_partners = [each for each in sketch.contracts.values() if any(one.partners for one in each.opportunities)]
    contract: Contract = sketch.one_of([*with_partners, *sketch.contracts.values()])
    account = contract.account_id
    if sketch.chance(40):
        end_contract(sketch, contract, contract.awarded_on + timedelta(days=sketch.one_of([1, 30, 100, 200, 0])))
        return
    first = contract.renewal_on or contract.awarded_on + timedelta(days=90)
    period_from = first + timedelta(days=sketch.one_of([0, 0, 0, -10, 1]))
    period_until = period_from + timedelta(days=sketch.one_of([1, 30, 365]))
    data = {
        "contract_id": contract.contract_id,
        "period_from": period_from.isoformat(),
        "period_until": period_until.isoformat(),
        "currency": contract.currency,
        "lines": amounts_in(sketch, contract.currency, contract.lines),
    }
    sketch.event("contract_renewed", sketch.day_near([first, period_from]), account, data)


def end_contract(sketch: Sketch, contract: Contract, on: date) -> None:
    """The contract ends, and with it everything won on it."""
    account = contract.account_id
    sketch.event("contract_ended", on, account, {"contract_id": contract.contract_id, "reason": "cancelled"})


def set_figure(sketch: Sketch) -> None:
    """Another grace, or another window, from a day on which clocks run."""
    opportunity = any_opportunity(sketch)
    name = sketch.one_of(["grace_days", "grace_days", "inclusion_window_days", "engagement_window_days"])
    data = {"figure": name, "value": sketch.one_of([30, 60, 91, 120, 1]), "reason": "policy"}
    sketch.event("policy_figure_set", sketch.day_near(opportunity.dates), None, data)


def register_again(sketch: Sketch) -> None:
    """The member leaves her organisation, joins another, or a partner's tier changes."""
    opportunity = any_opportunity(sketch)
    on = sketch.day_near(opportunity.dates)
    data: dict[str, Any] = {"party_id": MEMBER, "name": "Mia", "kind": sketch.one_of(["contact", "employee"])}
    organisation = sketch.one_of([None, RESELLER, CO_SELL, STRATEGIC])
    if organisation is not None:
        data["member_of"] = organisation
    if sketch.chance(25):
        tier = sketch.one_of(["strategic_solution_provider", "strategic_channel_partner", "reseller"])
        data = {"party_id": sketch.one_of(PARTNERS), "name": "Partner", "kind": "partner", "tier": tier}
    sketch.event("party_registered", on, None, data)


def retract(sketch: Sketch) -> None:
    """Takes back one of the later events; seldom one that opened something."""
    target = _earlier_event(sketch)
    if target is None:
        return
    data = {"event_id": target["event_id"], "reason": "a mistake"}
    on = date.fromisoformat(str(target["effective_on"]))
    sketch.event("event_retracted", max(on, FIRST_DAY), target.get("account_id"), data)


def correct(sketch: Sketch) -> None:
    """Puts the same event on another day, or with another content."""
    target = _earlier_event(sketch)
    if target is None:
        return
    data = dict(target["data"])
    on = date.fromisoformat(str(target["effective_on"]))
    dates = [day for each in sketch.opportunities.values() for day in each.dates]
    if sketch.chance(70):
        on = sketch.day_near([on, on + timedelta(days=1), on - timedelta(days=1), *dates])
    if "expected_award_on" in data and sketch.chance(50):
        data["expected_award_on"] = sketch.day_near([date.fromisoformat(data["expected_award_on"]), *dates]).isoformat()
    if target["type"] == "forecast_recorded" and sketch.chance(40):
        data["lines"] = amounts(some_lines(sketch, LINES))
    if target["type"] in {"business_awarded", "contract_renewed"} and sketch.chance(40):
        data["lines"] = amounts_in(sketch, data["currency"], some_lines(sketch, LINES))
    if target["type"] == "contract_renewed" and sketch.chance(40):
        start, end = date.fromisoformat(data["period_from"]), date.fromisoformat(data["period_until"])
        start += timedelta(days=sketch.one_of([1, -1, 31, -31]))
        data["period_from"], data["period_until"] = start.isoformat(), max(end, start + timedelta(days=1)).isoformat()
    if target["type"] == "opportunity_reassigned" and sketch.chance(40):
        data["residuals"] = not data.get("residuals", True)
    if target["type"] == "opportunity_manager_appointed" and sketch.chance(50):
        data["party_id"] = sketch.one_of(EMPLOYEES)
    event = sketch.event(target["type"], on, target.get("account_id"), data)
    event["corrects"] = target["event_id"]


_OPENING = {"account_opened", "opportunity_opened", "party_registered", "event_retracted", "dispute_opened"}


def _earlier_event(sketch: Sketch) -> dict[str, Any] | None:
    """An event to take back or correct: what opens something is spared nine times in ten, later ones are likelier."""
    spare = not sketch.chance(10)
    candidates = [event for event in sketch.events if not (spare and event["type"] in _OPENING)]
    candidates = [event for event in candidates if event["type"] not in {"account_opened", "event_retracted"}]
    if not candidates:
        return None
    back = sketch.draw(st.integers(0, len(candidates) - 1))
    return candidates[len(candidates) - 1 - back]


def _tell(sketch: Sketch, kind: str, on: date, opportunity: Opportunity, data: dict[str, Any]) -> None:
    sketch.event(kind, on, opportunity.account_id, {"opportunity_id": opportunity.opportunity_id, **data})
