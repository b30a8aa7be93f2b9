"""Recording: the one application service through which every event comes into the ledger.

One writer thread per process takes whatever waits, takes it in, and commits it all at once. It adds no delay of its
own: a lone submission is recorded at once, and what arrives meanwhile is gathered into the next commit.
"""

from __future__ import annotations

import gc
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from time import perf_counter
from typing import NamedTuple

from ledger.store import Store, Unit, World
from ledger.store.errors import Overtaken, StoreError
from projections.figures import KnownFigures, settings
from projections.knowledge import EVENTS
from projections.problems import RecorderClosed, RecordingError
from projections.shelf import EVENTS_AT_HAND, Shelf
from projections.submissions import MOST_EVENTS, SCHEDULER, Member, Receipt, Submission, lead_lock
from projections.work import NeedsAlone, Taken, Work

__all__ = ["MOST_EVENTS", "SCHEDULER", "Committed", "Receipt", "Recorder", "Submission"]

GATHERED_EVENTS = 2_000
"""From how many events on no further submission is gathered into a unit of work."""

GATHERED_ACCOUNTS = 200
"""The same for accounts and leads: on PostgreSQL a unit that locks very many of them works alone."""

ATTEMPTS = 5
"""How often a unit is tried when other processes keep being quicker."""


class Committed(NamedTuple):
    """A unit of work that recorded something: how much, and how long it took."""

    submissions: int
    events: int
    locking: float
    """Seconds until the locks were granted."""
    deriving: float
    """Seconds for checking, deriving and writing."""
    committing: float
    """Seconds until the database had it for good."""


def _unheard(_committed: Committed) -> None:
    pass


class Recorder:
    """Takes submissions from any thread. Who waits for an answer before sending more is recorded in that order.

    Failures: the classes of `projections.problems` under RecordingError, and the StoreErrors of `ledger.store.errors`.
    """

    def __init__(
        self,
        store: Store,
        *,
        today: Callable[[], date],
        events_at_hand: int = EVENTS_AT_HAND,
        committed: Callable[[Committed], None] = _unheard,
    ) -> None:
        self._store = store
        self._today = today
        self._committed = committed
        self._shelf = Shelf(events_at_hand)
        self._figures: KnownFigures | None = None
        self._waiting: queue.SimpleQueue[Member | None] = queue.SimpleQueue()
        self._next: Member | None = None
        self._gate = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(target=self._write_on, name="ledger-writer", daemon=True)
        self._writer.start()

    def submit(self, submission: Submission) -> Future[Receipt]:
        """Hands in a submission; the future is done once it is committed or refused."""
        try:
            member = Member(submission, self._today())
        except RecordingError as error:
            refused: Future[Receipt] = Future()
            refused.set_exception(error)
            return refused
        with self._gate:
            if self._closed:
                member.future.set_exception(RecorderClosed())
            else:
                self._waiting.put(member)
        return member.future

    def record(self, submission: Submission) -> Receipt:
        """Hands in a submission and waits for it."""
        return self.submit(submission).result()

    def close(self) -> None:
        """Finishes what was handed in, then stops."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._writer.join()

    # ---- the writer's thread ------------------------------------------------------------------------------------

    def _write_on(self) -> None:
        while (members := self._gathered()) is not None:
            self._record([member for member in members if member.future.set_running_or_notify_cancel()])

    def _gathered(self) -> list[Member] | None:
        """What waits, as much as fits into one unit of work; waits for the first. None at the end."""
        first = self._next or self._waiting.get()
        self._next = None
        if first is None:
            return None
        members, events, accounts = [first], len(first.posted), first.alone_with
        while events < GATHERED_EVENTS and len(accounts) < GATHERED_ACCOUNTS:
            try:
                member = self._waiting.get_nowait()
            except queue.Empty:
                break
            if member is None:
                self._waiting.put(None)  # the last: found again when these are done
                break
            if len(accounts | member.alone_with) > GATHERED_ACCOUNTS:
                self._next = member
                break
            members.append(member)
            events += len(member.posted)
            accounts |= member.alone_with
        return members

    def _record(self, members: Sequence[Member]) -> None:
        """Records the members in one unit of work; those that need one of their own after that."""
        together = [member for member in members if not member.needs_alone]
        alone = [member for member in members if member.needs_alone]
        try:
            alone += self._tried(together, alone=False) if together else []
        except Exception as error:  # noqa: BLE001 - whatever it is, the senders are told and the writer goes on
            self._fail(together, error)
        for member in alone:
            try:
                self._tried([member], alone=True)
            except Exception as error:  # noqa: BLE001
                _answer(member, error)

    def _fail(self, members: Sequence[Member], error: Exception) -> None:
        """A unit failed as a whole. Unless the store itself can't go on, each member is given a unit of its own."""
        if isinstance(error, StoreError) or len(members) == 1:
            for member in members:
                _answer(member, error)
        else:
            for member in members:
                self._record([member])

    def _tried(self, members: Sequence[Member], *, alone: bool) -> list[Member]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._unit(members, alone=alone)
            except Overtaken:
                self._shelf.clear()
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                self._shelf.clear()
                raise
        raise AssertionError

    def _unit(self, members: Sequence[Member], *, alone: bool) -> list[Member]:
        """One unit of work from its beginning to its commit; answers the members that need one of their own."""
        accounts = self._accounts(members)
        leads = {lead_lock(lead_id) for member in members for lead_id in member.leads}
        world: World = "exclusive" if alone else "shared"
        outcomes: list[tuple[Member, Taken | Exception]] = []
        started = perf_counter()
        with _without_collections(), self._store.write(accounts, world, beside=leads) as unit:
            locked = perf_counter()
            work = Work(unit, self._shelf, self._known_figures(unit), alone=alone)
            work.prepare(members, accounts)
            for member in members:
                try:
                    outcomes.append((member, work.take(member)))
                except StoreError:
                    raise
                except Exception as error:
                    if alone:
                        raise
                    outcomes.append((member, error))
            taken = [outcome for _, outcome in outcomes if isinstance(outcome, Taken)]
            receipts = iter(work.finish(taken))
            derived = perf_counter()
        if work.drafts:
            times = (locked - started, derived - locked, perf_counter() - derived)
            self._committed(Committed(len(taken), len(work.drafts), *times))
        work.desk.hand_back()
        for member, outcome in outcomes:
            if isinstance(outcome, Taken):
                member.future.set_result(next(receipts))
            elif not isinstance(outcome, NeedsAlone):
                _answer(member, outcome)
        return [member for member, outcome in outcomes if isinstance(outcome, NeedsAlone)]

    def _accounts(self, members: Iterable[Member]) -> set[str]:
        """The accounts that members concern, those of the events that they withdraw included."""
        accounts: set[str] = set()
        withdrawn: list[str] = []
        for member in members:
            accounts |= member.accounts
            withdrawn.extend(member.withdrawn)
        if withdrawn:
            found = self._store.read.rows(EVENTS, {"event_ids": withdrawn})
            accounts.update(row[3] for row in found if row[3] is not None)
        return accounts

    def _known_figures(self, unit: Unit) -> KnownFigures:
        if self._figures is None or self._figures.world != unit.head.world:
            self._figures = KnownFigures(settings(unit.rows), unit.head.world)
        return self._figures


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keeps Python from looking for cyclic garbage while a unit of work makes many objects that stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _answer(member: Member, error: Exception) -> None:
    member.future.set_exception(error)
