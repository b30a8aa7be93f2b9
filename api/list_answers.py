"""Answers about lists, as JSON objects: views, their lines, the home list, contacts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from api.answers import Answer
from ledger.instants import write_instant
from ledger.money import from_minor
from policies.home import Pending
from policies.list_columns import KEYS, ListRow
from policies.views import ListView
from projections.list_details import Detailed


def view(one: ListView) -> Answer:
    """A view as it was last saved."""
    data = one.data
    return {
        "view_id": data.view_id,
        "of": data.of,
        "name": data.name,
        "owner": one.owner,
        "shared": data.shared,
        "columns": list(data.columns),
        "filters": [{"field": each.field, "op": each.op, "value": _value(each.value)} for each in data.filters],
        "sort": [{"field": each.field, "descending": each.descending} for each in data.sort],
        "saved_on": one.fact.effective_on,
        "saved_at": write_instant(one.fact.recorded_at),
        "event_id": one.fact.event_id,
    }


def line(one: ListView, row: ListRow) -> Answer:
    """A line of a list as a view shows it: the ids that tell it from the others, then the view's columns."""
    names = dict.fromkeys((*KEYS[one.data.of], *one.data.columns))
    return {name: plain(row[name]) for name in names}


def plain(value: Any) -> Any:
    """A cell's value as JSON writes it."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def pending(one: Pending) -> Answer:
    """An opportunity of a home list, and why it stands there."""
    sheet = one.sheet
    return {
        "opportunity_id": sheet.opportunity_id,
        "account_id": sheet.account_id,
        "name": sheet.name,
        "amount": None if sheet.amount is None or sheet.currency is None else from_minor(sheet.amount, sheet.currency),
        "currency": sheet.currency,
        "expected_close_on": sheet.expected_close_on,
        "stage": sheet.stage,
        "next_milestone": sheet.next_milestone,
        "overdue": one.is_overdue,
        "why": [{"kind": kind, "rule": "VIEWS", "says": says} for kind, says in one.why],
    }


def contact(one: Detailed) -> Answer:
    """A contact of an account."""
    return {name: value for name, value in one.items() if name != "position"} | {"attributes": one["attributes"] or {}}


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
