"""The reading of an account: extended event by event, it says what reading everything at once says."""

from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from policies.account import AccountReading
from policies.kept import Changes
from policies.refusals import Refused
from tests.policies.memory import MemoryLedger
from tests.scenarios.files import Scenario, scenarios
from tests.scenarios.telling import stage, told

ORDERS = 4


def _events(scenario: Scenario) -> list[dict[str, Any]]:
    """The events of a scenario as a client would send them, those that correct or retract others left out."""
    lines = [
        line for line in (*scenario.given, *scenario.when) if " retracted" not in line and "instead of" not in line
    ]
    facts = told().facts
    return [
        {name: part for name, part in event.items() if name != "label"}
        for line in lines
        for event in facts.events(line)
    ]


def _shuffled(events: list[dict[str, Any]], order: int) -> list[dict[str, Any]]:
    """The events in some other order of recording."""
    random = Random(order)  # noqa: S311 - the same orders in every run
    events = list(events)
    if order:
        random.shuffle(events)
    return events


def _whole(ledger: MemoryLedger, account_id: str) -> AccountReading:
    whole = AccountReading(account_id, ledger.world)
    whole.facts = ledger.account(account_id).facts
    whole.reread(ledger.world)
    return whole


@pytest.mark.parametrize("order", range(ORDERS))
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.file}: {each.name}")
def test_a_reading_extended_is_the_reading_of_the_whole(scenario: Scenario, order: int) -> None:
    """After every event, in the order told and in others, and after each of them is taken back again."""
    ledger = MemoryLedger()
    for raw in stage():
        ledger.record(raw)
    recorded: list[dict[str, Any]] = []
    for event in _shuffled(_events(scenario), order):
        try:
            fact = ledger.record(event)
        except (Refused, ValidationError):
            continue
        _check(ledger)
        if fact.type != "period_closed":  # closings are for ever
            recorded.append({"event_id": fact.event_id, "account_id": fact.account_id})
    waiting = [*reversed(recorded)] if order else recorded
    while waiting:
        left = [gone for gone in waiting if not _is_taken_back(ledger, gone)]
        assert len(left) < len(waiting)
        waiting = left  # what others have spoken to in a dispute goes after what they said
    for account_id in ledger.accounts:
        assert list(ledger.account(account_id).kept) == []


def _is_taken_back(ledger: MemoryLedger, gone: dict[str, Any]) -> bool:
    on_account = {"account_id": gone["account_id"]} if gone["account_id"] else {}
    data = {"event_id": gone["event_id"], "reason": "stated"}
    try:
        ledger.record({"type": "event_retracted", "effective_on": "2026-01-01", "data": data, **on_account})
    except Refused:
        return False
    _check(ledger)
    return True


def _check(ledger: MemoryLedger) -> None:
    for account_id, reading in ledger.accounts.items():
        assert Counter(reading.kept) == Counter(_whole(ledger, account_id).kept)


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: f"{each.file}: {each.name}")
def test_changes_tell_what_an_event_ends_and_begins(scenario: Scenario) -> None:
    """What was kept, without what ended, with what began, is what is kept now; nothing is both."""
    reading = AccountReading("acme", told().ledger.world)
    for fact in told(*scenario.given).ledger.log:
        before = Counter(reading.kept)
        changes = reading.apply(fact)
        assert isinstance(changes, Changes)
        assert not Counter(changes.ended) & Counter(changes.begun)
        assert before - Counter(changes.ended) + Counter(changes.begun) == Counter(reading.kept)


def test_opportunities_with_nothing_to_follow_from_are_read_when_asked_for() -> None:
    """All of them, in whatever order their facts came, and again after another fact."""
    telling = told("2026-01-10 jane appointed to opp-1", "2026-01-11 omar appointed to opp-2")
    reading = telling.ledger.account("acme")
    assert {name: one.manager_on(date(2026, 3, 1)) for name, one in reading.opportunities.items()} == {
        "opp-1": "jane",
        "opp-2": "omar",
    }
    telling.tell("2026-02-01 opp-1 handed over to mary")
    assert reading.opportunities["opp-1"].manager_on(date(2026, 3, 1)) == "mary"
