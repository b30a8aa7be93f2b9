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
