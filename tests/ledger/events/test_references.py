"""Which ids an event names, and which it makes known: the table that the recorder relies on."""

from datetime import date

import pytest

from ledger.events.base import Names
from ledger.events.catalogue import EVENT_CLASSES, EVENT_TYPES, example_of, parse
from ledger.events.marks import marks
from ledger.events.references import Introduction, Reference, introduces, introductions, references

TODAY = date(2026, 1, 10)
UUID = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"

INTRODUCED = {
    "party_registered": ("party", "north"),
    "account_opened": ("account", "acme"),
    "opportunity_opened": ("opportunity", "opp-1"),
    "business_awarded": ("contract", "contract-9"),
    "revenue_share_proposed": ("agreement", "share-3"),
    "dispute_opened": ("dispute", "dispute-2"),
    "lead_captured": ("lead", "lead-7"),
    "lead_responded": ("lead", "lead-7"),
    "list_view_saved": ("view", "closing-soon"),
}


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_introduces(event_type: str) -> None:
    """Only these types make an id known."""
    assert introduces(parse(example_of(event_type), today=TODAY)) == INTRODUCED.get(event_type)


def test_an_opportunity_takes_its_name_as_well() -> None:
    """Capitals and gaps make no other name."""
    raw = example_of("opportunity_opened")
    raw["data"]["name"] = "  Acme:  GRAPHICS workstations"
    assert introductions(parse(raw, today=TODAY)) == (
        Introduction("opportunity", "opp-1"),
        Introduction("opportunity_name", "acme: graphics workstations"),
    )
    revised = example_of("opportunity_revised")
    revised["data"]["name"] = "Acme"
    assert introductions(parse(revised, today=TODAY)) == (Introduction("opportunity_name", "acme"),)
    assert introductions(parse(example_of("opportunity_revised"), today=TODAY)) == ()


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_account_of_the_envelope_must_be_known(event_type: str) -> None:
    """Except for the event that opens it, and those that have none."""
    event = parse(example_of(event_type), today=TODAY)
    named = [one for one in references(event) if one.pointer == "/account_id"]
    without = event.account_id is None or event_type == "account_opened"
    assert named == ([] if without else [Reference("account", "acme", "/account_id")])


NAMED = {
    "party_registered": {"member_of": "party"},
    "account_opened": {"parent_account_id": "account"},
    "account_identity_changed": {"merged_into": "account"},
    "account_elevated": {},
    "contact_recorded": {"party_id": "party"},
    "list_view_saved": {"owner": "party"},
    "list_view_deleted": {"view_id": "view"},
    "major_account_manager_appointed": {"party_id": "party", "elevated_from": "opportunity"},
    "major_account_manager_released": {},
    "account_plan_developed": {"party_id": "party"},
    "account_plan_executed": {"party_id": "party"},
    "lead_captured": {"captured_by": "party"},
    "lead_responded": {},
    "lead_assigned": {"lead_id": "lead", "party_id": "party", "assigned_by": "party"},
    "lead_worked": {"lead_id": "lead", "party_id": "party"},
    "lead_qualified": {"lead_id": "lead", "qualified_by": "party"},
    "lead_disqualified": {"lead_id": "lead", "disqualified_by": "party"},
    "lead_converted": {"lead_id": "lead", "opportunity_id": "opportunity"},
    "opportunity_opened": {"lead_id": "lead"},
    "opportunity_manager_appointed": {"opportunity_id": "opportunity", "party_id": "party"},
    "engagement_recorded": {"opportunity_id": "opportunity", "party_id": "party"},
    "opportunity_plan_adopted": {"opportunity_id": "opportunity"},
    "coordination_recorded": {"opportunity_id": "opportunity", "with/*": "party"},
    "activity_shared": {"opportunity_id": "opportunity", "partners/*": "party"},
    "opportunity_reviewed": {
        "opportunity_id": "opportunity",
        "reviewed_by": "party",
        "participants/*": "party",
        "actions/*/who": "party",
    },
    "action_agreed": {"opportunity_id": "opportunity", "who": "party"},
    "action_done": {"opportunity_id": "opportunity"},
    "action_dropped": {"opportunity_id": "opportunity"},
    "opportunity_assessed": {"opportunity_id": "opportunity", "assessed_by": "party"},
    "milestone_assessed": {"opportunity_id": "opportunity", "assessed_by": "party"},
    "key_player_mapped": {"opportunity_id": "opportunity", "party_id": "party"},
    "key_player_removed": {"opportunity_id": "opportunity", "party_id": "party"},
    "closing_plan_drafted": {"opportunity_id": "opportunity", "drafted_by": "party"},
    "selection_criteria_configured": {},
    "customer_scored": {"scored_by": "party"},
    "forecast_recorded": {"opportunity_id": "opportunity"},
    "forecast_extension_granted": {"opportunity_id": "opportunity"},
    "business_awarded": {"opportunity_id": "opportunity"},
    "business_lost": {"opportunity_id": "opportunity"},
    "opportunity_revised": {"opportunity_id": "opportunity"},
    "outcome_stated": {"opportunity_id": "opportunity"},
    "outcome_measured": {"opportunity_id": "opportunity", "measured_by": "party"},
    "team_member_joined": {"opportunity_id": "opportunity", "party_id": "party"},
    "team_member_left": {"opportunity_id": "opportunity", "party_id": "party"},
    "gate_decided": {"opportunity_id": "opportunity", "decided_by": "party"},
    "sales_stages_configured": {},
    "opportunity_abandoned": {"opportunity_id": "opportunity"},
    "opportunity_handed_over": {"opportunity_id": "opportunity", "to_party_id": "party"},
    "opportunity_reassigned": {"opportunity_id": "opportunity", "to_party_id": "party"},
    "revenue_share_proposed": {
        "opportunity_id": "opportunity",
        "proposed_by": "party",
        "shares/*/party_id": "party",
        "overlays/*/party_id": "party",
    },
    "revenue_share_accepted": {"agreement_id": "agreement", "party_id": "party"},
    "revenue_share_declined": {"agreement_id": "agreement", "party_id": "party"},
    "revenue_share_ended": {"agreement_id": "agreement", "party_id": "party"},
    "partner_included": {"opportunity_id": "opportunity", "partner_id": "party"},
    "partner_released": {"opportunity_id": "opportunity", "partner_id": "party"},
    "co_sell_quote_shared": {"opportunity_id": "opportunity", "partner_id": "party"},
    "co_sell_contract_shared": {"opportunity_id": "opportunity", "partner_id": "party"},
    "contract_renewed": {"contract_id": "contract"},
    "contract_ended": {"contract_id": "contract"},
    "dispute_opened": {
        "opened_by": "party",
        "subject/opportunity_id": "opportunity",
        "subject/contract_id": "contract",
    },
    "dispute_evidence_submitted": {"dispute_id": "dispute", "party_id": "party", "event_ids/*": "event"},
    "dispute_answered": {"dispute_id": "dispute", "party_id": "party"},
    "dispute_ruled": {"dispute_id": "dispute"},
    "dispute_withdrawn": {"dispute_id": "dispute"},
    "event_retracted": {"event_id": "event"},
    "policy_figure_set": {},
    "period_closed": {},
    "grace_warning_issued": {"opportunity_id": "opportunity"},
    "rights_lapsed": {"opportunity_id": "opportunity"},
    "rights_revived": {"opportunity_id": "opportunity", "because_of": "event"},
}


def test_the_names_of_every_type() -> None:
    """Every field that names something is marked with what it names, and no other."""
    marked = {
        event_class.model_fields["type"].default: {
            "/".join(step.name for step in path[1:]): mark.kind
            for path, mark in marks(event_class)
            if isinstance(mark, Names) and path[0].name == "data"
        }
        for event_class in EVENT_CLASSES
    }
    assert marked == NAMED


def test_references_carry_their_place() -> None:
    """Lists give one reference per item; what is absent gives none; `corrects` names an event."""
    raw = example_of("revenue_share_proposed") | {"corrects": UUID}
    assert references(parse(raw, today=TODAY)) == [
        ("account", "acme", "/account_id"),
        ("event", UUID, "/corrects"),
        ("opportunity", "opp-1", "/data/opportunity_id"),
        ("party", "jane", "/data/proposed_by"),
        ("party", "jane", "/data/shares/0/party_id"),
        ("party", "mary", "/data/shares/1/party_id"),
    ]
    raw = example_of("coordination_recorded")
    raw["data"]["with"] = ["north", "south"]
    assert references(parse(raw, today=TODAY))[2:] == [
        ("party", "north", "/data/with/0"),
        ("party", "south", "/data/with/1"),
    ]
    subject = example_of("dispute_opened")
    subject["data"]["subject"] = {"contract_id": "contract-9"}
    assert references(parse(subject, today=TODAY))[-1] == ("contract", "contract-9", "/data/subject/contract_id")
    assert introduces(parse(subject, today=TODAY)) == Introduction("dispute", "dispute-2")
