"""Sheets: the kept intervals held against the plain reading of a day, and what a history says field by field."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.money import from_minor
from policies.days import FOREVER
from policies.kept import Sheet
from policies.refusals import Refused
from policies.sheets import read_state
from tests.oracle.sheets import sheet as read_sheet
from tests.policies.memory import MemoryLedger
from tests.strategies.sheets import FIRST, sheet_histories

PARTIES = ("jane", "omar", "mary")


def beginning() -> MemoryLedger:
    """The account acme and three employees."""
    ledger = MemoryLedger()
    for party_id in PARTIES:
        data = {"party_id": party_id, "name": party_id.title(), "kind": "employee"}
        ledger.record({"type": "party_registered", "effective_on": "2026-01-01", "data": data})
    opened = {"type": "account_opened", "account_id": "acme", "effective_on": "2026-01-01", "data": {"name": "Acme"}}
    ledger.record(opened)
    return ledger


def told(posted: list[dict[str, Any]]) -> tuple[MemoryLedger, list[dict[str, Any]]]:
    """A history as far as the rules take it; the facts that they refuse are left out."""
    ledger, taken = beginning(), []
    refused: set[str] = set()
    for event in posted:
        if event["data"].get("event_id") in refused:
            continue
        try:
            ledger.record(event)
        except Refused:
            refused.add(event["event_id"])
        else:
            taken.append(event)
    return ledger, taken


def said(sheet: Sheet | None) -> dict[str, Any] | None:
    """What a kept sheet says, as the plain reading says it."""
    if sheet is None:
        return None
    amount = None if sheet.amount is None else from_minor(sheet.amount, sheet.currency or "")
    return {
        "name": sheet.name,
        "stage": sheet.stage,
        "stage_since": None if sheet.stage_since is None else str(sheet.stage_since),
        "state": sheet.state,
        "manager": sheet.manager,
        "amount": amount,
        "probability": sheet.probability,
        "expected_close_on": None if sheet.expected_close_on is None else str(sheet.expected_close_on),
        "shortfalls": [(miss.criterion, miss.short) for miss in sheet.shortfalls],
    }


@given(sheet_histories())
@settings(max_examples=150)
def test_every_day_is_read_as_its_facts_say(posted: list[dict[str, Any]]) -> None:
    """On each day, and as known after each event."""
    ledger, events = told(posted)
    for on in (FIRST + timedelta(days=days) for days in range(-1, 155)):
        assert said(ledger.sheet("acme", "opp-1", on)) == read_sheet(events, "opp-1", on)


@given(sheet_histories(), st.randoms(use_true_random=False))
def test_what_was_known_stays_known(posted: list[dict[str, Any]], random: Random) -> None:
    """A sheet as known at a position is that of the facts recorded by then."""
    ledger, events = told(posted)
    position = random.randint(1, len(events))
    earlier = ledger.known_at(len(ledger.log) - len(events) + position)
    for on in (FIRST + timedelta(days=days) for days in range(0, 155, 3)):
        assert said(earlier.sheet("acme", "opp-1", on)) == read_sheet(events[:position], "opp-1", on)


@given(sheet_histories())
def test_the_intervals_follow_each_other(posted: list[dict[str, Any]]) -> None:
    """From the opening on, for ever, without a gap and without a cut for nothing."""
    ledger, _ = told(posted)
    kept: list[Sheet] = sorted(ledger.kept("acme", Sheet), key=lambda one: one.valid_from)
    assert kept[0].valid_from == date(2026, 1, 1)
    assert kept[-1].valid_until == FOREVER
    for one, other in pairwise(kept):
        assert one.valid_until == other.valid_from
        assert one != other


def test_an_amount_that_no_sum_could_hold_is_left_out() -> None:
    """It is recorded and told in the history; the kept sheet has none."""
    ledger = beginning()
    for amount, kept in (("99999999999999.9999", 999_999_999_999_999_999), ("999999999999999.9999", None)):
        number = str(len(ledger.log))
        data = {"opportunity_id": number, "name": number, "amount": amount, "currency": "CLF"}
        ledger.record({"type": "opportunity_opened", "account_id": "acme", "effective_on": "2026-01-05", "data": data})
        sheet = ledger.sheet("acme", number, FIRST + timedelta(days=9))
        assert sheet is not None
        assert (sheet.currency, sheet.amount) == ("CLF", kept)


@given(sheet_histories())
def test_history_and_sheet_agree(posted: list[dict[str, Any]]) -> None:
    """The last change of a field is what the sheet says, and each change begins where the one before it ended."""
    ledger, _ = told(posted)
    facts = ledger.account("acme").facts.of_sheet("opp-1")
    state, revisions = read_state(facts, date(2026, 12, 31))
    for name in {one.field for one in revisions}:
        changes = [one for one in revisions if one.field == name]
        assert all(one.after == other.before for one, other in pairwise(changes))
        assert changes[-1].after == {**state.fields, "manager": state.manager, "state": state.state}[name]


def on_sheet(*facts: tuple[str, str, dict[str, Any]]) -> MemoryLedger:
    """An opportunity opened on 5 January 2026, and what happened to it."""
    ledger = beginning()
    opened = ("opportunity_opened", "2026-01-05", {"name": "The one"})
    for type_, on, data in (opened, *facts):
        stated = {"type": type_, "account_id": "acme", "effective_on": on, "data": {"opportunity_id": "opp-1", **data}}
        ledger.record(stated)
    return ledger


def short(ledger: MemoryLedger, on: str) -> list[tuple[str, str | None, str | None]]:
    """The shortfalls of a day: of what, what was measured, and by how much."""
    sheet = ledger.sheet("acme", "opp-1", date.fromisoformat(on))
    assert sheet is not None
    return [(one.criterion, one.measured, one.short) for one in sheet.shortfalls]


def outcome(on: str, *, target: str = "100.00", currency: str = "USD") -> tuple[str, str, dict[str, Any]]:
    """An order by the end of March, for a price at most."""
    price = {"criterion": "price", "kind": "price", "target": target, "currency": currency, "bound": "at_most"}
    criteria = [price, {"criterion": "order", "kind": "date", "by": "2026-03-31"}]
    return "outcome_stated", on, {"says": "An order by March.", "criteria": criteria}


def test_what_was_only_expected_is_unreached_once_its_day_went_by() -> None:
    """Until it is measured on that day or later."""
    in_time = {"criterion": "order", "on": "2026-03-30"}
    late = {"criterion": "order", "on": "2026-04-10"}
    ledger = on_sheet(outcome("2026-01-10"), ("outcome_measured", "2026-02-03", in_time))
    assert (short(ledger, "2026-03-31"), short(ledger, "2026-04-01")) == ([], [("order", None, None)])
    ledger = on_sheet(outcome("2026-01-10"), ("outcome_measured", "2026-02-03", late))
    assert short(ledger, "2026-04-10") == [("order", "2026-04-10", "10")]
    assert short(ledger, "2026-04-11") == [("order", None, None)]
    ledger = on_sheet(outcome("2026-01-10"), ("outcome_measured", "2026-04-12", late))
    assert short(ledger, "2026-05-01") == [("order", "2026-04-10", "10")]
    ledger = on_sheet(outcome("2026-01-10"), ("outcome_measured", "2026-03-30", in_time))
    assert short(ledger, "2026-05-01") == []


def test_a_measurement_is_not_held_against_a_target_in_another_currency() -> None:
    """A statement in the same one keeps it."""
    measured = ("outcome_measured", "2026-01-11", {"criterion": "price", "value": "120.00"})
    for currency, target, expected in (("JPY", "100", []), ("USD", "110.00", [("price", "120.00", "10.00")])):
        ledger = on_sheet(outcome("2026-01-10"), measured, outcome("2026-01-12", target=target, currency=currency))
        assert short(ledger, "2026-01-13") == expected


def test_a_forecast_does_not_open_again_what_was_given_up_before_it() -> None:
    """The abandonment came to be known late; a loss before the forecast is another thing: the claim is alive."""
    said = {"currency": "USD", "expected_award_on": "2026-06-30", "lines": [{"line": "rack", "amount": "900.00"}]}
    endings = (("opportunity_abandoned", "abandoned"), ("business_lost", "open"))
    for type_, state in endings:
        ledger = on_sheet(("forecast_recorded", "2026-03-14", said), (type_, "2026-02-15", {"reason": "no budget"}))
        sheet = ledger.sheet("acme", "opp-1", date(2026, 3, 15))
        assert sheet is not None
        assert sheet.state == state
