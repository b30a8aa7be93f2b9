"""What is refused because its form is wrong, and what is taken at the edge of it."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.events.catalogue import EVENT_TYPES, example_of, parse

TODAY = date(2026, 1, 10)
REMOVED = object()

Place = tuple[str | int, ...]


def changed(event_type: str, place: Place, value: Any) -> dict[str, Any]:
    """The type's example with another value at the place, or none."""
    event = example_of(event_type)
    holder: Any = event
    for step in place[:-1]:
        holder = holder[step]
    if value is REMOVED:
        del holder[place[-1]]
    else:
        holder[place[-1]] = deepcopy(value)
    return event


TAKEN: list[tuple[str, Place, Any]] = [
    ("forecast_recorded", ("effective_on",), "1900-01-01"),
    ("forecast_recorded", ("effective_on",), "9999-12-30"),
    ("forecast_recorded", ("effective_on",), "2024-02-29"),
    ("forecast_recorded", ("account_id",), "A.b:c@d+e-f_1"),
    ("forecast_recorded", ("account_id",), "x" * 128),
    ("forecast_recorded", ("source",), "CRM, opportunities.csv, line 7"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "999999999999999.99"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "0.01"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "5"),
    ("forecast_recorded", ("data", "probability"), 100),
    ("business_awarded", ("data", "lines", 0, "amount"), "0.00"),
    ("business_awarded", ("data", "renewal"), REMOVED),
    ("business_awarded", ("data", "renewal", "every_months"), 120),
    ("opportunity_opened", ("data", "probability"), 99),
    ("opportunity_opened", ("data", "problem"), "One line.\n\tAnd another."),
    ("opportunity_manager_appointed", ("data", "skills"), True),
    ("opportunity_manager_appointed", ("data", "resources"), ["two engineers", "a demonstration room"]),
    ("opportunity_plan_adopted", ("data", "plan"), {"decision": "the board, in March", "risks": 3}),
    ("coordination_recorded", ("data", "with"), []),
    ("dispute_opened", ("data", "subject"), {}),
    ("account_opened", ("data", "attributes"), {"ceo": "", "sites": 0, "major": False}),
    ("policy_figure_set", ("data", "value"), [30, 7, 1]),
    ("revenue_share_proposed", ("data", "until"), "2026-02-02"),
    ("revenue_share_proposed", ("data", "shares"), [{"party_id": "jane", "percent": "100.0000"}]),
    ("event_retracted", ("account_id",), REMOVED),
    ("lead_captured", ("account_id",), "acme"),
]


@pytest.mark.parametrize(("event_type", "place", "value"), TAKEN)
def test_taken(event_type: str, place: Place, value: Any) -> None:
    """Values at the edge of what is allowed."""
    assert parse(changed(event_type, place, value), today=TODAY).type == event_type


REFUSED: list[tuple[str, Place, Any]] = [
    # the envelope
    ("forecast_recorded", ("effective_on",), "2026-1-10"),
    ("forecast_recorded", ("effective_on",), "20260110"),
    ("forecast_recorded", ("effective_on",), "2026-W02-6"),
    ("forecast_recorded", ("effective_on",), "2026-02-30"),
    ("forecast_recorded", ("effective_on",), "2026-01-10T00:00:00"),
    ("forecast_recorded", ("effective_on",), "1899-12-31"),
    ("forecast_recorded", ("effective_on",), "9999-12-31"),
    ("forecast_recorded", ("effective_on",), 1767052800),
    ("forecast_recorded", ("effective_on",), None),
    ("forecast_recorded", ("account_id",), REMOVED),
    ("forecast_recorded", ("account_id",), ""),
    ("forecast_recorded", ("account_id",), "a b"),
    ("forecast_recorded", ("account_id",), "acme\n"),
    ("forecast_recorded", ("account_id",), "x" * 129),
    ("forecast_recorded", ("account_id",), 7),
    ("forecast_recorded", ("event_id",), "not-a-uuid"),
    ("forecast_recorded", ("event_id",), "018f3c1e7b0a4c559d5e2f6a8f0f1c11"),
    ("forecast_recorded", ("source",), "nul\x00"),
    ("forecast_recorded", ("source",), " "),
    ("forecast_recorded", ("position",), 4),
    ("forecast_recorded", ("data",), []),
    ("party_registered", ("account_id",), "acme"),
    # amounts, currencies, numbers
    ("forecast_recorded", ("data", "lines", 0, "amount"), 48210),
    ("forecast_recorded", ("data", "lines", 0, "amount"), 48210.5),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "1e3"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "1,000.00"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "007.00"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "+5"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "NaN"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "1000000000000000"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "10.001"),
    ("forecast_recorded", ("data", "lines", 0, "amount"), "0.00"),
    ("forecast_recorded", ("data", "currency"), "usd"),
    ("forecast_recorded", ("data", "currency"), "XXX"),
    ("forecast_recorded", ("data", "currency"), "XAU"),
    ("forecast_recorded", ("data", "currency"), "JPY"),
    ("forecast_recorded", ("data", "probability"), "60"),
    ("forecast_recorded", ("data", "probability"), True),
    ("forecast_recorded", ("data", "probability"), 60.0),
    ("forecast_recorded", ("data", "probability"), 101),
    ("forecast_recorded", ("data", "lines"), []),
    ("forecast_recorded", ("data", "lines"), {"line": "gtx-pro", "amount": "1"}),
    ("forecast_recorded", ("data", "lines"), [{"line": "a", "amount": "1"}, {"line": "a", "amount": "2"}]),
    ("business_awarded", ("data", "lines", 0, "amount"), "-1"),
    ("business_awarded", ("data", "renewal", "every_months"), 0),
    ("business_awarded", ("data", "renewal", "every_months"), 121),
    ("contract_renewed", ("data", "lines", 0, "amount"), "0"),
    ("contract_renewed", ("data", "period_until"), "2027-03-15"),
    ("co_sell_contract_shared", ("data", "currency"), REMOVED),
    ("co_sell_contract_shared", ("data", "amount"), REMOVED),
    ("policy_figure_set", ("data", "value"), -1),
    ("policy_figure_set", ("data", "value"), True),
    ("policy_figure_set", ("data", "value"), []),
    ("policy_figure_set", ("data", "figure"), "Grace Days"),
    ("period_closed", ("data", "period"), "2026-13"),
    # what must hang together
    ("party_registered", ("data", "kind"), "employee"),
    ("party_registered", ("data", "member_of"), "north"),
    ("account_opened", ("data", "parent_account_id"), "acme"),
    ("account_identity_changed", ("data", "name"), REMOVED),
    ("account_identity_changed", ("data", "merged_into"), "acme"),
    ("opportunity_opened", ("data", "currency"), REMOVED),
    ("opportunity_opened", ("data", "probability"), 100),
    ("opportunity_opened", ("data", "capabilities"), ["a", "b", "c", "d"]),
    ("opportunity_plan_adopted", ("data", "plan_ref"), REMOVED),
    ("opportunity_plan_adopted", ("data", "plan"), {}),
    ("opportunity_plan_adopted", ("data", "plan"), {"parts": ["nested"]}),
    ("opportunity_handed_over", ("data", "residuals"), 1),
    ("revenue_share_proposed", ("data", "until"), "2026-02-01"),
    ("revenue_share_proposed", ("data", "from"), REMOVED),
    ("revenue_share_proposed", ("data", "starts_on"), "2026-02-01"),
    ("coordination_recorded", ("data", "with"), REMOVED),
    ("coordination_recorded", ("data", "with"), "north"),
    ("partner_included", ("data", "lines"), []),
    ("partner_included", ("data", "lines"), ["a", "a"]),
    ("partner_included", ("data", "role"), "reseller"),
    # text and flat objects
    ("business_lost", ("data", "reason"), ""),
    ("business_lost", ("data", "reason"), " \n"),
    ("business_lost", ("data", "reason"), "x" * 4_001),
    ("business_lost", ("data", "reason"), "escape \x1b[31m"),
    ("business_lost", ("data", "reason"), "\ud800"),
    ("account_opened", ("data", "name"), "two\nlines"),
    ("account_opened", ("data", "attributes"), {"revenue": 1.5}),
    ("account_opened", ("data", "attributes"), {"employees": 2**53}),
    ("account_opened", ("data", "attributes"), {"a name": "x"}),
    ("account_opened", ("data", "attributes"), {f"a{n}": n for n in range(101)}),
]


@pytest.mark.parametrize(("event_type", "place", "value"), REFUSED)
def test_refused(event_type: str, place: Place, value: Any) -> None:
    """Nothing is converted, rounded or cut to make it fit."""
    with pytest.raises(ValidationError):
        parse(changed(event_type, place, value), today=TODAY)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@pytest.mark.parametrize("place", [("extra",), ("data", "extra")])
def test_unknown_fields_are_refused(event_type: str, place: Place) -> None:
    """In the envelope and in the data of every type."""
    with pytest.raises(ValidationError, match="extra_forbidden"):
        parse(changed(event_type, place, "x"), today=TODAY)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_type_says_what_it_means(event_type: str) -> None:
    """A docstring of its own, and a type name that follows from the class name."""
    event_class = EVENT_TYPES[event_type]
    words = "".join(part.capitalize() for part in event_type.split("_"))
    assert event_class.__name__ == words
    assert event_class.__doc__
    assert event_class.__doc__.endswith(".")
