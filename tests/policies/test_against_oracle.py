"""The policies alone, with nothing running, held against the plain day-by-day reading of the rules."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies.account import AccountReading
from policies.refusals import Refused
from tests import oracle
from tests.policies.memory import MemoryLedger
from tests.strategies.histories import all_questions, histories
from tests.strategies.recording import record

OVER = frozenset({"lapsed", "ended"})
RUNNING = frozenset({"incomplete", "active", "in_grace", "queued"})


def told(posted: list[dict[str, Any]]) -> tuple[MemoryLedger, list[dict[str, Any]]]:
    """A history recorded by the policies; what they refuse beyond the oracle ends it."""
    ledger, events = MemoryLedger(), []
    for event in record(posted):
        raw = {name: value for name, value in event.items() if name != "position"}
        try:
            ledger.record({**raw, "effective_on": event["effective_on"].isoformat()})
        except Refused:
            break
        events.append(event)
    return ledger, events


def some_days(events: list[dict[str, Any]], account: str, random: Random) -> list[date]:
    """Days on which something turns, with the day before and the day after each."""
    turning = oracle.turning_days(events, account, len(events))
    chosen = random.sample(turning, min(len(turning), 5))
    return sorted({day + timedelta(days=step) for day in chosen for step in (-1, 0, 1)})


@given(histories(), st.randoms(use_true_random=False))
def test_every_right_is_the_day_by_day_one(posted: list[dict[str, Any]], random: Random) -> None:
    """Rights in force, their holders, statuses and deadlines; claims that are over by line and status."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        for on in some_days(events, account, random):
            acting = ledger.world.parties.acting_as
            kept = ledger.rights(account, on)
            expected = oracle.rights(events, on, len(events), account=account, include_over=True)
            assert {
                (
                    right.kind,
                    acting(right.holder, on) if right.kind == "growth" else right.holder,
                    right.opportunity_id,
                    right.line,
                    right.status,
                    right.deadline_on if right.status in RUNNING else None,
                )
                for right in kept
                if right.status not in OVER
            } == {
                (
                    row.kind,
                    acting(row.holder, on) if row.kind == "growth" else row.holder,
                    row.opportunity_id,
                    row.line,
                    row.status,
                    row.deadline_on if row.status in RUNNING else None,
                )
                for row in expected
                if row.status not in OVER
            }
            over = {(right.opportunity_id, right.line, right.status) for right in kept if right.status in OVER}
            assert over <= {(row.opportunity_id, row.line, row.status) for row in expected}


@given(histories(), st.randoms(use_true_random=False))
def test_every_verdict_is_the_day_by_day_one(posted: list[dict[str, Any]], random: Random) -> None:
    """Verdict, rule, opening date and whose agreement it takes."""
    ledger, events = told(posted)
    questions = all_questions(events)
    for question in random.sample(questions, min(len(questions), 60)):
        on = random.choice(some_days(events, question.account, random) or [date(2024, 1, 1)])
        acting = ledger.world.parties.acting_as
        verdict = ledger.call(question.account, question.party, on, question.line, question.contract_id)
        expected = oracle.may_call(
            events, question.party, question.account, on, len(events), question.line, question.contract_id
        )
        assert (verdict.verdict, verdict.rule, verdict.opens_on) == expected[:3]
        assert (verdict.agreement_of and acting(verdict.agreement_of, on)) == (
            expected.agreement_of and acting(expected.agreement_of, on)
        )


@given(histories(), st.randoms(use_true_random=False))
def test_every_obligation_is_the_day_by_day_one(posted: list[dict[str, Any]], random: Random) -> None:
    """Who owes what in which state, and by when."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        for on in some_days(events, account, random):
            assert {
                (
                    owed.obligation.kind,
                    owed.obligation.party_id,
                    owed.obligation.opportunity_id,
                    owed.obligation.contract_id,
                    owed.due_on,
                    owed.state,
                )
                for owed in ledger.owed(account, on)
            } == {
                (duty.kind, duty.party, duty.opportunity_id, duty.contract_id, duty.due_on, duty.state)
                for duty in oracle.obligations(events, on, len(events), account=account)
            }


@given(histories())
def test_extending_a_reading_comes_to_the_same_as_reading_it_whole(posted: list[dict[str, Any]]) -> None:
    """What event after event leaves kept is what one pass over the whole history derives."""
    ledger, _ = told(posted)
    for account, reading in ledger.accounts.items():
        whole = AccountReading(account, ledger.world)
        whole.facts = reading.facts
        whole.reread(ledger.world)
        assert sorted(map(repr, reading.kept)) == sorted(map(repr, whole.kept))
