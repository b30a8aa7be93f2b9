"""Carrying over: what is known about a lead, and how much of it the sheet of its opportunity has fields for (LEAD)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.events.accounts import Attributes
from ledger.events.leads import LeadCaptured, LeadDetails, LeadQualified, LeadWorked
from ledger.recorded import Recorded
from policies.leads import Lead
from policies.rulebook import rule

SHEET_FIELDS = ("amount", "currency", "expected_close_on", "region", "attributes")
"""What the opportunity's opening has fields for; the rest is shown with the lead that it names."""

MERGED = (
    "name",
    "organisation",
    "contact",
    "email",
    "phone",
    "region",
    "campaign",
    "lines",
    "interest",
    "amount",
    "currency",
    "expected_close_on",
)
"""What a capture or a response can say anew; the latest says it."""


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """All that is known about a lead. Of a detail stated several times the latest statement counts.

    Attributes are put together, each with its latest value. `responses` and `activities` are facts, in order.
    """

    name: str | None = None
    organisation: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    region: str | None = None
    source: str | None = None
    target_list: str | None = None
    campaign: str | None = None
    lines: tuple[str, ...] = ()
    interest: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    expected_close_on: date | None = None
    attributes: Attributes = field(default_factory=dict)
    criteria: tuple[str, ...] = ()
    responses: tuple[Recorded, ...] = ()
    activities: tuple[Recorded, ...] = ()


@rule("LEAD")
def carried_over(lead: Lead) -> CarriedOver:
    """What goes over to the opportunity: everything that the lead's facts say of it."""
    known: dict[str, Any] = {"attributes": {}}
    for fact in lead.facts:
        data = fact.event.data
        if isinstance(data, LeadDetails):
            known |= _stated(data, MERGED)
            known["attributes"] = {**known["attributes"], **(data.attributes or {})}
        if isinstance(data, LeadCaptured.Data):
            known |= _stated(data, ("source", "target_list"))
    judgement = None if lead.judgement is None else lead.judgement.event
    return CarriedOver(
        **known,
        criteria=(judgement.data.criteria or ()) if isinstance(judgement, LeadQualified) else (),
        responses=lead.responses,
        activities=tuple(fact for fact in lead.facts if isinstance(fact.event, LeadWorked)),
    )


def sheet_of(carried: CarriedOver) -> Mapping[str, Any]:
    """What is known of the fields that the opportunity's opening has."""
    known = ((name, getattr(carried, name)) for name in SHEET_FIELDS)
    return {name: value for name, value in known if value not in (None, {})}


def _stated(data: LeadDetails, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(data, name)) is not None}
