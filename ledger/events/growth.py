"""Account plans: how an Opportunity Manager earns the growth of an account that has no manager in charge."""

from typing import Literal

from ledger.events.base import AccountEvent, EventData, PartyRef, example
from ledger.text import Reference, Text


class AccountPlanDeveloped(AccountEvent):
    """A party has worked out a plan for the account."""

    rules = ("GROWTH",)
    model_config = example("account_plan_developed", {"party_id": "jane", "plan_ref": "plans/acme-2026.pdf"})

    class Data(EventData):
        party_id: PartyRef
        plan_ref: Reference

    type: Literal["account_plan_developed"] = "account_plan_developed"
    data: Data


class AccountPlanExecuted(AccountEvent):
    """A milestone of a party's account plan was carried out."""

    rules = ("GROWTH",)
    model_config = example(
        "account_plan_executed", {"party_id": "jane", "milestone": "First workshop held with the second division"}
    )

    class Data(EventData):
        party_id: PartyRef
        milestone: Text
        evidence_ref: Reference | None = None

    type: Literal["account_plan_executed"] = "account_plan_executed"
    data: Data
