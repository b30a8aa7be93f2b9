"""Gathering: what threads hand in at the same moment is recorded at once, and who conflicts is refused alone."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from ledger.store import Store, Unit, World
from ledger.store.errors import LedgerFull, Overtaken
from projections.problems import AlreadyExists, PositionConflict, RuleRefused
from projections.recording import Receipt, Submission
from projections.verifying import verify
from tests.projections.facts import account, appointment, event, grace, identified, opportunity, party, stage
from tests.projections.ledgers import Event, Ledger


class Gate:
    """Holds the writer back before its next unit of work, until everything that is to be gathered was handed in."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.units: list[int] = []
        self._open = threading.Event()
        self._write = store.write
        monkeypatch.setattr(store, "write", self.write)

    @contextmanager
    def write(
        self, accounts: frozenset[str] = frozenset(), world: World = "shared", **more: Iterable[str]
    ) -> Iterator[Unit]:
        """The store's unit of work, once the gate is open."""
        assert self._open.wait(10)
        with self._write(accounts, world, **more) as unit:
            self.units.append(unit.head.position)
            yield unit

    def lift(self) -> None:
        """Lets the writer go on."""
        self._open.set()


def handed_in(ledger: Ledger, *batches: list[Event]) -> list[Future[Receipt]]:
    """Hands in submissions, in their order."""
    return [ledger.recorder.submit(Submission(batch, "tester")) for batch in batches]


def test_what_waits_is_committed_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is taken as it comes; all that arrive meanwhile share the next unit of work, in their order."""
    gate = Gate(ledger.store, monkeypatch)
    waiting = handed_in(ledger, *([party(f"party-{number}")] for number in range(50)))
    gate.lift()

    assert [one.result().position for one in waiting] == list(range(1, 51))
    assert len(gate.units) <= 3


def test_who_conflicts_is_refused_alone(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a rule refuses, one that was overtaken, one whose name is taken; the others see each other's events."""
    ledger.record(*stage())
    gate = Gate(ledger.store, monkeypatch)
    first, second, refused, taken, last = handed_in(
        ledger,
        [account("bolt")],
        opportunity("opp-1", "jane", "x"),
        [party("paul"), event("account_elevated", account="bolt"), appointment("opp-1", "paul")],
        [event("account_elevated"), account("bolt")],
        [party("paul", "contact"), event("account_elevated"), event("account_elevated", account="bolt")],
    )
    overtaken = ledger.recorder.submit(
        Submission([event("account_elevated")], "tester", expected_position={"acme": ledger.position})
    )
    gate.lift()

    assert [one.result().position for one in (first, second, last)] == [4, 10, 13]
    with pytest.raises(RuleRefused):
        refused.result()
    with pytest.raises(AlreadyExists):
        taken.result()
    with pytest.raises(PositionConflict):
        overtaken.result()
    assert ledger.rows("SELECT kind FROM kept_parties WHERE party_id = 'paul'") == [("contact",)]
    assert verify(ledger.store) is None


def test_a_refused_member_leaves_no_trace_on_its_accounts(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that fails after it had opened claims is undone before the next one is judged."""
    ledger.record(*stage())
    gate = Gate(ledger.store, monkeypatch)
    handed_in(ledger, [party("first")])
    wrong, right = handed_in(
        ledger,
        [*opportunity("opp-1", "jane", "x"), appointment("opp-1", "mary")],
        opportunity("opp-1", "mary", "x"),
    )
    gate.lift()

    with pytest.raises(RuleRefused):
        wrong.result()
    right.result()
    assert ledger.rows("SELECT DISTINCT holder FROM kept_rights") == [("mary",)]
    assert verify(ledger.store) is None


def test_the_same_key_in_one_unit_is_one_request(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends twice because nobody answered yet has its events recorded once."""
    gate = Gate(ledger.store, monkeypatch)
    handed_in(ledger, [party("first")])
    twice = [
        ledger.recorder.submit(Submission([party("jane")], "tester", idempotency_key="once")),
        ledger.recorder.submit(Submission([party("jane")], "tester", idempotency_key="once")),
    ]
    gate.lift()

    assert twice[0].result().events == twice[1].result().events
    assert ledger.position == 2


def test_the_same_event_in_one_unit_is_recorded_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members that carry the same event id: the second is answered as the first."""
    gate = Gate(ledger.store, monkeypatch)
    first, *same = handed_in(ledger, [party("first")], *([identified(1, party("jane"))] for _ in range(3)))
    gate.lift()

    assert first.result().position == 1
    assert len({one.result().events for one in same}) == 1
    assert [one.result().replayed for one in same] == [False, True, True]
    assert ledger.position == 2


def test_a_change_of_the_world_takes_its_turn(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets a unit of work of its own after those it was gathered with; a dry run changes nothing."""
    ledger.record(*stage())
    gate = Gate(ledger.store, monkeypatch)
    tried = ledger.recorder.submit(Submission([grace(5)], "tester", dry_run=True))
    waiting = handed_in(ledger, opportunity("opp-1", "jane", "x"), [grace(10)], opportunity("opp-2", "mary", "x"))
    gate.lift()

    assert tried.result().changes.keys() <= {"acme"}
    assert sorted(one.result().position for one in waiting) == [9, 15, 16]
    assert verify(ledger.store) is None


def test_a_full_disk_refuses_all_and_leaves_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody in the unit is told; once there is room, the same submissions go through."""
    ledger.record(*stage())

    def full(*_: object) -> None:
        raise LedgerFull

    with monkeypatch.context() as patched:
        patched.setattr("projections.pending.PendingRows.write", full)
        for one in handed_in(ledger, opportunity("opp-1", "jane", "x"), opportunity("opp-2", "mary", "x")):
            with pytest.raises(LedgerFull):
                one.result()
    assert ledger.position == 3
    ledger.record(*opportunity("opp-1", "jane", "x"))
    assert verify(ledger.store) is None


def test_a_unit_that_was_overtaken_is_done_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody notices."""
    append, times = Unit.append, []

    def overtaken(unit: Unit, drafts: list[object]) -> object:
        times.append(len(drafts))
        if len(times) < 3:
            raise Overtaken
        return append(unit, drafts)  # type: ignore[arg-type]

    monkeypatch.setattr(Unit, "append", overtaken)
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))

    assert times == [9, 9, 9]
    assert verify(ledger.store) is None


def test_many_threads_on_few_accounts(ledger: Ledger) -> None:
    """What a hundred threads record is all there, once, and the kept answers are those of the log."""
    ledger.record(*stage(), account("bolt"))

    def client(number: int) -> None:
        where = ("acme", "bolt")[number % 2]
        ledger.record(*opportunity(f"opp-{number}", ("jane", "mary")[number % 3 % 2], "x", "y", account=where))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.position == 4 + 600
    assert verify(ledger.store) is None
