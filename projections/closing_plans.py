"""Closing plans: the plan that an opportunity goes by on a day, and its versions."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.store import Reader
from policies.closing_plan import ClosingPlans, closing_plans
from projections.asking import Moment
from projections.live_facts import facts_of_opportunity


@dataclass(frozen=True, slots=True)
class ClosingPlanSheet:
    """The closing plans of an opportunity on a day."""

    opportunity_id: str
    account_id: str
    moment: Moment
    plans: ClosingPlans


def closing_plan_sheet(reader: Reader, opportunity_id: str, moment: Moment) -> ClosingPlanSheet:
    """The closing plans as they stand on the day. Raises UnknownSubject."""
    account_id, facts = facts_of_opportunity(reader, opportunity_id, moment.position)
    return ClosingPlanSheet(opportunity_id, account_id, moment, closing_plans(facts, moment.on))
