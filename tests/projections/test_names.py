"""Names of opportunities: one each, whoever records at the same moment, kept and verified as ids are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from projections.problems import RuleRefused
from projections.recording import Recorder, Submission
from projections.verifying import verify
from tests.projections.facts import Event, account, event
from tests.projections.ledgers import TODAY, Ledger


def named(opportunity_id: str, name: str, account_id: str = "acme", on: str = "2024-01-10") -> Event:
    """An opportunity is opened under a name."""
    return event("opportunity_opened", on, account_id, opportunity_id=opportunity_id, name=name)


def renamed(opportunity_id: str, name: str, account_id: str = "acme") -> Event:
    """An opportunity gets another name."""
    return event("opportunity_revised", "2024-02-10", account_id, opportunity_id=opportunity_id, name=name)


@pytest.fixture
def other(ledger: Ledger) -> Iterator[Recorder]:
    """A second process of the same ledger, as far as the database can tell."""
    recorder = Recorder(ledger.store, today=lambda: TODAY)
    yield recorder
    recorder.close()


def test_two_recorders_never_give_one_name_twice(ledger: Ledger, other: Recorder) -> None:
    """On different accounts, so that no lock of an account keeps them apart: exactly one is refused, by SHEET."""
    ledger.record(account(), account("bolt"))
    for number in range(20):
        mine = ledger.recorder.submit(Submission([named(f"a-{number}", f"Deal {number}")], "one"))
        theirs = other.submit(Submission([named(f"b-{number}", f"DEAL  {number}", "bolt")], "other"))
        refused = [error for one in (mine, theirs) if (error := one.exception()) is not None]
        assert [(type(error), getattr(error, "rule", None)) for error in refused] == [(RuleRefused, "SHEET")]
    assert len(ledger.rows("SELECT id FROM known_ids WHERE kind = 'opportunity_name'")) == 20
    assert verify(ledger.store) is None


def test_a_name_given_up_stays_taken_until_its_event_is_taken_back(ledger: Ledger) -> None:
    """Renaming frees nothing, its own former name may be taken again; a retraction frees."""
    ledger.record(account(), account("bolt"), named("one", "First"), renamed("one", "Second"))
    with pytest.raises(RuleRefused):
        ledger.record(named("two", "first", "bolt"))
    ledger.record(renamed("one", "FIRST"))
    second = next(one for one in ledger.store.read.history("acme", up_to=4) if one.position == 4)
    ledger.record(event("event_retracted", event_id=second.event_id, reason="A mistake."))
    ledger.record(named("two", "Second", "bolt"))
    assert verify(ledger.store) is None


def test_a_correction_may_keep_the_name(ledger: Ledger) -> None:
    """What it stands in the place of doesn't stand in its way."""
    ledger.record(account(), named("one", "First"))
    opened = next(one for one in ledger.store.read.history("acme", up_to=2) if one.position == 2)
    ledger.record({**named("one", "First", on="2024-01-05"), "corrects": opened.event_id})
    kept = ledger.rows("SELECT opportunity_id, valid_from FROM kept_sheets WHERE known_until > 1000000")
    assert [(name, str(day)) for name, day in kept] == [("one", str(date(2024, 1, 5)))]
    assert verify(ledger.store) is None
