"""Leads as lines of their list, and with everything that is said in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ledger import canonical
from ledger.events.leads import LeadDisqualified, LeadQualified
from ledger.money import from_minor, to_minor
from ledger.store import Reader
from policies.carrying_over import CarriedOver, carried_over
from policies.leads import Lead, read_leads
from projections.asking import Moment
from projections.lead_queries import FACTS
from projections.leads import leads

AT_ONCE = 500

DETAILS = (
    "name",
    "organisation",
    "contact",
    "email",
    "phone",
    "region",
    "campaign",
    "source",
    "target_list",
    "interest",
)
"""What is told of a lead as it was stated."""


def all_leads(reader: Reader, moment: Moment) -> Iterator[Lead]:
    """Every lead there is on the day, in the order in which they were first recorded."""
    after: str | None = None
    while True:
        page = leads(reader, moment, after=after, limit=AT_ONCE)
        yield from page.items
        if page.next is None:
            return
        after = page.next


def leads_by_id(reader: Reader, lead_ids: Sequence[str], moment: Moment) -> list[Lead]:
    """The leads with these ids that there are on the day."""
    rows = reader.rows(FACTS, {"lead_ids": list(lead_ids), "at": moment.position})
    standing = (lead.on(moment.on) for lead in read_leads(canonical.decode(body) for (body,) in rows).values())
    return [lead for lead in standing if lead is not None]


def lead_row(lead: Lead) -> dict[str, Any]:
    """A lead as a line of its list."""
    known = carried_over(lead)
    return {
        "lead_id": lead.lead_id,
        "account_id": lead.account_id,
        **{name: getattr(known, name) for name in DETAILS},
        "state": lead.state,
        "responsible": lead.responsible,
        "began_on": lead.began_on,
        "amount": _amount(known),
        "currency": known.currency,
        "expected_close_on": known.expected_close_on,
        "opportunity_id": lead.opportunity_id,
    }


def lead_details(lead: Lead) -> dict[str, Any]:
    """The same with everything that was said: since when it is in its state, how it was judged, what was done last."""
    known, judgement = carried_over(lead), lead.judgement
    said = None if judgement is None else judgement.event
    worked = None if not known.activities else known.activities[-1].event.data
    return {
        **lead_row(lead),
        "lines": list(known.lines) or None,
        "attributes": known.attributes or None,
        "state_since": next(step.since for step in lead.steps if step.state == lead.state),
        "judged_on": None if judgement is None else judgement.effective_on,
        "judged_because": said.data.reason if isinstance(said, LeadQualified | LeadDisqualified) else None,
        "criteria": list(known.criteria) or None,
        "worked_by": getattr(worked, "party_id", None),
        "activity": getattr(worked, "activity", None),
        "responsible": next((step.responsible for step in reversed(lead.steps) if step.responsible is not None), None),
        "position": max(fact.position for fact in lead.facts),
    }


def _amount(known: CarriedOver) -> Decimal | None:
    if known.amount is None or known.currency is None:
        return None
    return Decimal(from_minor(to_minor(known.amount, known.currency), known.currency))
