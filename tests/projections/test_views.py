"""Views as they are recorded: a name each, whoever records at the same moment; taken back, a view is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from projections.problems import MalformedEvents, RuleRefused
from projections.recording import Recorder, Submission
from projections.verifying import verify
from projections.views import views_on
from tests.projections.facts import Event
from tests.projections.ledgers import TODAY, Ledger


def saved(view_id: str = "v", name: str = "Mine", **more: Any) -> Event:
    """A view of accounts."""
    data = {"view_id": view_id, "of": "accounts", "name": name, "columns": ["name"], **more}
    return {"type": "list_view_saved", "effective_on": "2024-01-10", "data": data}


def names(ledger: Ledger) -> dict[str, str]:
    """The views there are, and what they are called."""
    return {view_id: one.data.name for view_id, one in views_on(ledger.store.read, ledger.at(TODAY)).items()}


@pytest.fixture
def other(ledger: Ledger) -> Iterator[Recorder]:
    """A second process of the same ledger, as far as the database can tell."""
    recorder = Recorder(ledger.store, today=lambda: TODAY)
    yield recorder
    recorder.close()


def test_two_recorders_never_give_one_name_twice(ledger: Ledger, other: Recorder) -> None:
    """For the same actor: exactly one is refused, by VIEWS."""
    for number in range(20):
        mine = ledger.recorder.submit(Submission([saved(f"a-{number}", f"View {number}")], "one"))
        theirs = other.submit(Submission([saved(f"b-{number}", f"VIEW  {number}")], "one"))
        refused = [error for one in (mine, theirs) if (error := one.exception()) is not None]
        assert [(type(error), getattr(error, "rule", None)) for error in refused] == [(RuleRefused, "VIEWS")]
    assert len(names(ledger)) == 20


def test_a_view_taken_back_is_what_it_was_before(ledger: Ledger) -> None:
    """The saving before stands again; and a name that was taken back is free."""
    ledger.record(saved())
    again = ledger.record(saved(name="Better")).facts[0]
    with pytest.raises(RuleRefused):
        ledger.record(saved("w", "better"))
    ledger.record({"type": "event_retracted", "data": {"event_id": again.event_id, "reason": "A mistake."}})
    assert names(ledger) == {"v": "Mine"}
    ledger.record(saved("w", "better"))
    assert names(ledger) == {"v": "Mine", "w": "better"}
    assert verify(ledger.store) is None


def test_views_of_one_batch_know_of_each_other(ledger: Ledger) -> None:
    """The second is refused, and so nothing is recorded; deleted in between, the name is free."""
    with pytest.raises(RuleRefused) as refused:
        ledger.record(saved("v"), saved("w"))
    assert (refused.value.rule, refused.value.pointer) == ("VIEWS", "/events/1/data/name")
    with pytest.raises(MalformedEvents):
        ledger.record(saved("v"), saved("w", "Other", columns=["colour"]))
    assert names(ledger) == {}
    gone = {"type": "list_view_deleted", "effective_on": "2024-01-10", "data": {"view_id": "v"}}
    ledger.record(saved("v"), gone, saved("w"))
    assert names(ledger) == {"w": "Mine"}


def test_a_correction_may_keep_the_name(ledger: Ledger) -> None:
    """What it stands in the place of doesn't stand in its way."""
    first = ledger.record(saved()).facts[0]
    ledger.record({**saved(shared=True), "corrects": first.event_id})
    assert names(ledger) == {"v": "Mine"}
    assert verify(ledger.store) is None
