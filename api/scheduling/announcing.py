"""Announcing: one run of the scheduler finds what is due on a day and records it, account by account.

A run may be repeated, interrupted or made twice at once: what is due follows from the log, a notice's event id from
what it announces, and a notice is recorded only if nothing happened on its account since it was found due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.wiring import RightsLedger
from policies.figures import Figures
from projections.asking import Moment
from projections.notices import accounts_after, accounts_changed, due_events, figures_known, number_of_accounts
from projections.problems import PositionConflict, RecorderClosed, RecordingError
from projections.progress import Progress, untold
from projections.recording import SCHEDULER, Submission

ACCOUNTS_AT_ONCE = 100
"""How many accounts are looked at together, and concerned by one batch."""

EVENTS_AT_ONCE = 1_000
"""From how many notices on a batch takes in no further account."""

FEW_ACCOUNTS = 2_000
"""If more changed since the last run, all are looked at."""

FEW_EVENTS = 50_000
"""The same for events."""

ATTEMPTS = 5
"""How often accounts on which others keep recording are looked at in one run."""

MOST_TOLD = 20
"""How many refusals are told one by one."""

Event = dict[str, Any]
Tell = Callable[[Sequence[Event]], None]
"""Told what was recorded, batch by batch."""


@dataclass(slots=True)
class Ran:
    """What a run came to: for which day, where the ledger stood when it began, what it looked at and what it recorded.

    `refused`: why notices could not be recorded, the first few of `refusals`. `left`: the accounts on which others kept
    recording. `whole`: it reached its end, and left none.
    """

    on: date
    position: int
    accounts: int = 0
    recorded: Counter[str] = field(default_factory=Counter)
    refusals: int = 0
    refused: list[str] = field(default_factory=list)
    left: int = 0
    whole: bool = True

    def refuse(self, event: Event, why: RecordingError) -> None:
        """Notes that a notice could not be recorded."""
        self.refusals += 1
        if len(self.refused) < MOST_TOLD:
            self.refused.append(f"{event['type']} of {event['data']['opportunity_id']} on {event['account_id']}: {why}")


@dataclass(frozen=True, slots=True)
class Looked:
    """Up to where everything due was announced."""

    on: date
    position: int
    world: int


class Announcer:
    """Makes runs. Remembers how far the last whole one came, so that the next looks only at what is new.

    All it remembers may be lost: the first run looks at every account.
    """

    def __init__(self, ledger: RightsLedger) -> None:
        self._read = ledger.read
        self._recorder = ledger.recorder
        self._looked: Looked | None = None

    def run(
        self,
        on: date,
        *,
        stopped: Callable[[], bool] = lambda: False,
        progress: Progress = untold,
        tell: Tell = lambda _: None,
    ) -> Ran:
        """Records what is due on a day and was not announced. Ends early, between two batches, once `stopped` says so.

        `progress` is told accounts. Raises StoreError or RecorderClosed; what was recorded before stays.
        """
        head = self._read.head()
        ran = Ran(on, head.position)
        figures = figures_known(self._read, head.position)
        for accounts, total in self._accounts(Looked(on, head.position, head.world)):
            if stopped():
                ran.whole = False
                return ran
            self._announce(accounts, figures, ran, tell)
            ran.accounts += len(accounts)
            progress(ran.accounts, max(total, ran.accounts))
        if ran.whole:
            self._looked = Looked(on, head.position, head.world)
        return ran

    def _accounts(self, now: Looked) -> Iterator[tuple[list[str], int]]:
        """The accounts on which something may have become due, a few at a time, and how many there are."""
        changed = self._changed(now)
        if changed is not None:
            for start in range(0, len(changed), ACCOUNTS_AT_ONCE):
                yield changed[start : start + ACCOUNTS_AT_ONCE], len(changed)
            return
        total, after = number_of_accounts(self._read), ""
        while found := accounts_after(self._read, after, ACCOUNTS_AT_ONCE):
            yield found, total
            after = found[-1]

    def _changed(self, now: Looked) -> list[str] | None:
        """The accounts on which something happened since the last whole run; None if any may have changed."""
        last = self._looked
        if last is None or (last.on, last.world) != (now.on, now.world) or now.position - last.position > FEW_EVENTS:
            return None
        if now.position == last.position:
            return []
        return accounts_changed(self._read, last.position, now.position, SCHEDULER, FEW_ACCOUNTS)

    def _announce(self, account_ids: Sequence[str], figures: Figures, ran: Ran, tell: Tell) -> None:
        """Records what is due on these accounts; those on which others record meanwhile are looked at again."""
        waiting = list(account_ids)
        for _ in range(ATTEMPTS):
            at = Moment(ran.on, self._read.head().position)
            due = due_events(self._read, waiting, at, figures)
            waiting = []
            for batch in batches(due):
                waiting += self._record(batch, at.position, ran, tell)
            if not waiting:
                return
        ran.whole = False
        ran.left += len(waiting)

    def _record(self, batch: Mapping[str, list[Event]], position: int, ran: Ran, tell: Tell) -> list[str]:
        """Records the notices of some accounts, all or none; the accounts on which something happened meanwhile."""
        events = [event for of_one in batch.values() for event in of_one]
        try:
            receipt = self._recorder.record(
                Submission(events, SCHEDULER, expected_position=dict.fromkeys(batch, position))
            )
        except RecorderClosed:
            raise
        except RecordingError as error:
            if len(batch) > 1:
                each = ({account_id: of_one} for account_id, of_one in batch.items())
                return [again for one in each for again in self._record(one, position, ran, tell)]
            if isinstance(error, PositionConflict):
                return list(batch)
            self._record_one_by_one(events, error, ran, tell)
            return []
        if not receipt.replayed:
            ran.recorded.update(event["type"] for event in events)
            tell(events)
        return []

    def _record_one_by_one(self, events: Sequence[Event], error: RecordingError, ran: Ran, tell: Tell) -> None:
        """One notice of an account can't be recorded (its opportunity was taken back, say): the others can."""
        if len(events) == 1:
            ran.refuse(events[0], error)
            return
        for event in events:
            try:
                receipt = self._recorder.record(Submission([event], SCHEDULER))
            except RecorderClosed:
                raise
            except RecordingError as why:
                self._record_one_by_one([event], why, ran, tell)
            else:
                if not receipt.replayed:
                    ran.recorded[event["type"]] += 1
                    tell([event])


def batches(due: Mapping[str, list[Event]]) -> Iterator[dict[str, list[Event]]]:
    """The events of some accounts, a few accounts at a time; those of one account stay together."""
    batch: dict[str, list[Event]] = {}
    for account_id, events in due.items():
        batch[account_id] = events
        if sum(map(len, batch.values())) >= EVENTS_AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch
