"""The columns that each list has, what kind of value stands in them, and how values of a kind can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

Kind = Literal["id", "text", "date", "number", "amount", "flag"]
Value = str | int | bool | date | Decimal | None
ListRow = Mapping[str, Value]
"""One line of a list: a value for each of its columns; None where there is none."""

_COMPARED = ("eq", "ne", "lt", "le", "gt", "ge", "empty")

OPS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("eq", "ne", "in", "empty"),
        "text": ("eq", "ne", "in", "contains", "starts_with", "empty"),
        "date": _COMPARED,
        "number": _COMPARED,
        "amount": _COMPARED,
        "flag": ("eq", "ne", "empty"),
    }
)
"""What each kind of value can be held against a filter's value by."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. An amount is in units of the currency that stands in the column `currency`."""

    name: str
    kind: Kind
    says: str


def _columns(*columns: tuple[str, Kind, str]) -> Mapping[str, Column]:
    return MappingProxyType({name: Column(name, kind, says) for name, kind, says in columns})


LISTS: Mapping[str, Mapping[str, Column]] = MappingProxyType(
    {
        "opportunities": _columns(
            ("opportunity_id", "id", "Its id."),
            ("account_id", "id", "The account."),
            ("name", "text", "What it is called."),
            ("state", "text", "open, won, lost or abandoned."),
            ("stage", "text", "The sales stage."),
            ("stage_since", "date", "Since when it is in its stage."),
            ("opened_on", "date", "When it was opened."),
            ("closed_on", "date", "When it was won, lost or abandoned."),
            ("manager", "id", "The opportunity manager."),
            ("amount", "amount", "What it is worth, in its own currency."),
            ("currency", "text", "The currency of the amount."),
            ("probability", "number", "In percent."),
            ("expected_close_on", "date", "When it is expected to close."),
            ("first_close_on", "date", "When it was expected to close at first."),
            ("slips", "number", "How often the expected close moved to a later day."),
            ("next_milestone", "text", "What comes next."),
            ("strategic", "flag", "Whether it is strategic."),
            ("region", "text", "The region."),
            ("lead_id", "id", "The lead it came from."),
            ("gate", "text", "What was decided at the gate of its stage: go, no_go or hold."),
            ("outcome", "text", "The desired outcome, in a sentence."),
        ),
        "leads": _columns(
            ("lead_id", "id", "Its id."),
            ("account_id", "id", "The account, once it is known."),
            ("name", "text", "Who might become a customer."),
            ("organisation", "text", "The organisation."),
            ("contact", "text", "Whom to talk to."),
            ("email", "text", "An address."),
            ("phone", "text", "A number."),
            ("state", "text", "captured, responded, worked, qualified, disqualified or converted."),
            ("responsible", "id", "The party that is responsible."),
            ("began_on", "date", "Since when the lead is known."),
            ("source", "text", "Where it came from."),
            ("campaign", "text", "What it answered."),
            ("region", "text", "The region."),
            ("amount", "amount", "What it might be worth, in its own currency."),
            ("currency", "text", "The currency of the amount."),
            ("expected_close_on", "date", "When it might close."),
            ("opportunity_id", "id", "The opportunity it became."),
        ),
        "accounts": _columns(
            ("account_id", "id", "Its id."),
            ("name", "text", "What it is called."),
            ("parent_account_id", "id", "The account above it."),
            ("merged_into", "id", "The account that took it up."),
            ("opened_on", "date", "When it was opened."),
            ("major_since", "date", "Since when it is a major account."),
        ),
        "contacts": _columns(
            ("account_id", "id", "The account."),
            ("party_id", "id", "The party that the contact is."),
            ("name", "text", "What the contact is called."),
            ("title", "text", "The position at the customer."),
            ("email", "text", "An address."),
            ("phone", "text", "A number."),
            ("role", "text", "The part in decisions."),
            ("since", "date", "Since when this is what is known."),
        ),
    }
)
"""List → its columns by name, in the order in which they are told."""

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "opportunities": ("account_id", "opportunity_id"),
        "leads": ("lead_id",),
        "accounts": ("account_id",),
        "contacts": ("account_id", "party_id"),
    }
)
"""List → the columns that tell its lines apart, by which they stand in order where no view says otherwise."""
