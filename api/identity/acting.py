"""Acting: which field of an event says who acts in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WHO_ACTS: Mapping[str, str] = MappingProxyType(
    {
        "account_plan_developed": "party_id",
        "account_plan_executed": "party_id",
        "lead_captured": "captured_by",
        "lead_assigned": "assigned_by",
        "lead_worked": "party_id",
        "list_view_saved": "owner",
        "lead_qualified": "qualified_by",
        "lead_disqualified": "disqualified_by",
        "opportunity_manager_appointed": "party_id",
        "engagement_recorded": "party_id",
        "customer_scored": "scored_by",
        "revenue_share_proposed": "proposed_by",
        "revenue_share_accepted": "party_id",
        "revenue_share_declined": "party_id",
        "revenue_share_ended": "party_id",
        "co_sell_quote_shared": "partner_id",
        "co_sell_contract_shared": "partner_id",
        "dispute_opened": "opened_by",
        "dispute_evidence_submitted": "party_id",
        "dispute_answered": "party_id",
    }
)
"""Event type → the field of its data that says who acts. For a bound caller that has to be the own party."""
