"""Section 3 read plainly: what became of each line of an opportunity, as one day shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.oracle.history import Fact, Order, World, as_date, until

EVIDENCE = (
    "opportunity_manager_appointed",
    "forecast_recorded",
    "engagement_recorded",
    "opportunity_plan_adopted",
    "coordination_recorded",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line of an opportunity is on a day: incomplete, live, won, lapsed or ended."""

    line: str
    status: str
    start: Order | None = None
    clock_start: date | None = None
    deadline: date | None = None
    contract_id: str | None = None

    @property
    def had_started(self) -> bool:
        """Whether the claim started in time; one completed after its deadline never did."""
        return self.start is not None and self.deadline is not None and self.start[0] <= self.deadline


def established_at(facts: Sequence[Fact]) -> Order | None:
    """OM-ESTABLISHED: the moment at which the last of the five kinds of evidence came in; None while one is missing."""
    firsts = [next((fact.order for fact in facts if fact.type == kind), None) for kind in EVIDENCE]
    found = [order for order in firsts if order is not None]
    return max(found) if len(found) == len(EVIDENCE) else None


def missing_evidence(facts: Sequence[Fact]) -> set[str]:
    """The kinds of evidence (as event types) of which there is none."""
    return set(EVIDENCE) - {fact.type for fact in facts}


def manager(facts: Sequence[Fact]) -> str | None:
    """The Opportunity Manager after these facts: the appointed one, then whoever it was handed or reassigned to."""
    holder: str | None = None
    for fact in facts:
        if fact.type == "opportunity_manager_appointed" and holder is None:
            holder = fact.data["party_id"]
        if fact.type in {"opportunity_handed_over", "opportunity_reassigned"} and holder is not None:
            holder = fact.data["to_party_id"]
    return holder


def facts_that_count(facts: Sequence[Fact], world: World) -> list[Fact]:
    """OM-LAPSED: without the forecasts and extensions that came when the opportunity was abandoned or lapsed."""
    counted: list[Fact] = []
    for fact in facts:
        too_late = fact.type in {"forecast_recorded", "forecast_extension_granted"} and is_over(counted, fact.on, world)
        if not too_late:
            counted.append(fact)
    return counted


def is_over(facts: Sequence[Fact], on: date, world: World) -> bool:
    """Whether the opportunity is abandoned, or has lapsed: some line lapsed, and none still to be decided or won."""
    if any(fact.type == "opportunity_abandoned" for fact in facts):
        return True
    statuses = {claim_on(facts, line, on, world).status for line in forecast_lines(facts)}
    return "lapsed" in statuses and not statuses & {"incomplete", "live", "won"}


def forecast_lines(facts: Sequence[Fact]) -> list[str]:
    """Every line that any forecast named, in the order of their first naming."""
    lines: list[str] = []
    for fact in facts:
        if fact.type == "forecast_recorded":
            lines += [line for line in fact.lines() if line not in lines]
    return lines


def claims_on(facts: Sequence[Fact], on: date, world: World) -> list[Claim]:
    """What each line ever forecast is on the day."""
    seen = until(facts, on)
    return [claim_on(seen, line, on, world) for line in forecast_lines(seen)]


def claim_on(facts: Sequence[Fact], line: str, on: date, world: World) -> Claim:
    """What a forecast line is on the day, judged by the facts effective on or before it."""
    seen = until(facts, on)
    start = claim_start(seen, line)
    award = winning_award(seen, line, world)
    if award is not None:
        contract = award.data["contract_id"]
        status = "ended" if contract_over(seen, contract) else "won"
        return Claim(line, status, start, contract_id=contract)
    clock = clock_start(seen, line, on, world)
    deadline = world.grace_after(clock)
    ending = giving_up(seen, line)
    if ending is not None and ending.on <= deadline_on(seen, line, ending.on, world):
        return Claim(line, "ended", start)
    if on > deadline:
        return Claim(line, "lapsed", start, clock, deadline)
    return Claim(line, "incomplete" if start is None else "live", start, clock, deadline)


def first_naming(facts: Sequence[Fact], line: str) -> Fact | None:
    """The first forecast that named the line."""
    return next((fact for fact in facts if fact.type == "forecast_recorded" and fact.names(line)), None)


def claim_start(facts: Sequence[Fact], line: str) -> Order | None:
    """OM-FORECAST-ONLY: the later of OM-ESTABLISHED and the first forecast naming the line."""
    established, named = established_at(facts), first_naming(facts, line)
    if established is None or named is None:
        return None
    return max(established, named.order)


def clock_start(facts: Sequence[Fact], line: str, on: date, world: World) -> date:
    """OM-ANCHOR and OM-GRACE: the anchor of the line as of the day, or the earliest loss by then if that is earlier."""
    seen = until(facts, on)
    losses = [fact.on for fact in seen if fact.type == "business_lost"]
    named = first_naming(seen, line)
    assert named is not None
    anchor = as_date(named.data["expected_award_on"])
    for fact in seen:
        if fact.type == "forecast_extension_granted" and fact.order > named.order:
            losses_by_then = [loss for loss in losses if loss <= fact.on]
            if fact.on <= world.grace_after(min([anchor, *losses_by_then])):
                anchor = as_date(fact.data["expected_award_on"])
    return min([anchor, *losses])


def deadline_on(facts: Sequence[Fact], line: str, on: date, world: World) -> date:
    """OM-GRACE: the last day of the claim, as that day shows it."""
    return world.grace_after(clock_start(facts, line, on, world))


def giving_up(facts: Sequence[Fact], line: str) -> Fact | None:
    """The first event that gives the line up: a later forecast leaving it out, or abandoning the opportunity."""
    named = first_naming(facts, line)
    assert named is not None
    for fact in facts:
        dropped = fact.type == "forecast_recorded" and fact.order > named.order and not fact.names(line)
        if dropped or fact.type == "opportunity_abandoned":
            return fact
    return None


def winning_award(facts: Sequence[Fact], line: str, world: World) -> Fact | None:
    """OM-WON, OM-LATE-AWARD: the first award of the line on a day on which its claim was live."""
    for fact in facts:
        if fact.type == "business_awarded" and fact.names(line) and is_live_for(fact, facts, line, world):
            return fact
    return None


def is_live_for(award: Fact, facts: Sequence[Fact], line: str, world: World) -> bool:
    """Whether the claim had started by the award's day, had not lapsed on it, and was not given up before the award."""
    seen = until(facts, award.on)
    start = claim_start(seen, line)
    if start is None or award.on > deadline_on(seen, line, award.on, world):
        return False
    ending = giving_up(seen, line)
    return ending is None or ending.order > award.order


def contract_over(facts: Sequence[Fact], contract: str) -> bool:
    """Whether the contract has ended by the last of these facts."""
    return any(fact.type == "contract_ended" and fact.data["contract_id"] == contract for fact in facts)
