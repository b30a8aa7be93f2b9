"""Coverage: how an opportunity moves from one Opportunity Manager to another."""

from typing import Literal

from ledger.events.base import AccountEvent, EventData, OpportunityRef, PartyRef, example
from ledger.text import Name, Text


class OpportunityHandedOver(AccountEvent):
    """The Opportunity Manager hands the opportunity to another party; residuals stay unless it says otherwise."""

    rules = ("HANDOVER", "OM-ONE", "MAM-SETTLE", "RESIDUAL")
    model_config = example("opportunity_handed_over", {"opportunity_id": "opp-1", "to_party_id": "mary"})

    class Data(EventData):
        opportunity_id: OpportunityRef
        to_party_id: PartyRef
        residuals: bool = False

    type: Literal["opportunity_handed_over"] = "opportunity_handed_over"
    data: Data


class OpportunityReassigned(AccountEvent):
    """Sales management gives the opportunity to another party; residuals move along unless it says otherwise."""

    rules = ("REASSIGN", "OM-ONE", "RESIDUAL")
    model_config = example(
        "opportunity_reassigned",
        {
            "opportunity_id": "opp-1",
            "to_party_id": "omar",
            "coverage_goal": "One manager per region",
            "authorized_by": "sales management",
        },
    )

    class Data(EventData):
        opportunity_id: OpportunityRef
        to_party_id: PartyRef
        coverage_goal: Text
        authorized_by: Name
        residuals: bool = True

    type: Literal["opportunity_reassigned"] = "opportunity_reassigned"
    data: Data
