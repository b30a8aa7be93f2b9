"""Simulating: the difference that events, retractions and figures would make, account by account. Nothing is recorded.

No lock is held and no writer waits: everything is read as known at one position, and derived in memory by the same
checks and rules as a recording.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ledger import canonical
from ledger.store import Reader
from policies.impact import impact
from policies.parties import Parties
from projections.asking import Moment
from projections.parties import put
from projections.problems import RecordingError, UnknownSubject
from projections.simulation.differences import AccountDifference, changed, owed_changes
from projections.simulation.standing import MENTIONING, SOME_ACCOUNTS, Standing
from projections.simulation.supposing import Sequel, Supposition
from projections.simulation.trial import Trial
from projections.simulation.verdicts import View, verdict_changes

ACCOUNTS_AT_ONCE = 500


class Simulation:
    """A supposition that would be recorded as it stands, and the difference it would make."""

    def __init__(
        self,
        reader: Reader,
        supposition: Supposition,
        moment: Moment,
        *,
        today: date,
        actor: str,
        accounts: Iterable[str] | None = None,
        expected_position: Mapping[str, int] | None = None,
    ) -> None:
        """Tries the events on the accounts that they are about.

        `accounts` are those to be compared (default: all that are concerned). Raises what a recording would raise,
        with pointers to `/events/…`, `/without/…` and `/figures/…`; UnknownSubject for an account to be compared.
        """
        self.moment = moment
        self.events_read = 0
        """How many recorded events were gone through so far."""
        standing = Standing(reader, moment.position)
        posted = supposition.posted(actor, today)
        standing.check_positions(expected_position or {})
        self._sequel = Sequel(standing, posted, actor)
        self._wanted = None if accounts is None else set(accounts)
        self._differences: dict[str, AccountDifference] = {}
        self._try_out()
        if self._wanted is not None:
            for account_id in sorted(self._wanted - self._differences.keys()):
                if reader.known("account", account_id, at=moment.position) is None:
                    raise UnknownSubject("account", account_id)

    @property
    def events(self) -> tuple[str, ...]:
        """The events as they would be recorded, canonical JSON, in order; those recorded before as they were."""
        return tuple(seen.body or canonical.encode(seen.recorded).decode() for seen in self._sequel.seen)

    @property
    def accounts(self) -> Sequence[str]:
        """The accounts that the events are about."""
        return self._sequel.accounts

    @property
    def position(self) -> int:
        """The position of the last of them."""
        return max(seen.position for seen in self._sequel.seen)

    def differences(self, after: str = "") -> Iterator[AccountDifference]:
        """What is different on each account compared, by account id, from the first after `after`; often nothing.

        Accounts are read one at a time, however many there are.
        """
        for account_id in self._accounts(after):
            found = self._differences.get(account_id)
            if found is None:
                trial = self._trial(account_id)
                if not trial.events:
                    continue
                found = self._compared(trial)
            yield found

    # ---- trying -------------------------------------------------------------------------------------------------

    def _try_out(self) -> None:
        """Takes every account concerned through its events; raises what would refuse the first that is refused."""
        refused: tuple[int, RecordingError] | None = None
        for account_id in self._sequel.accounts:
            trial = self._trial(account_id)
            try:
                trial.run()
            except RecordingError as error:
                if refused is None or trial.position < refused[0]:
                    refused = trial.position, error
                continue
            may_go_on = refused is None and self._sequel.failure is None
            if may_go_on and (self._wanted is None or account_id in self._wanted):
                self._differences[account_id] = self._compared(trial)
        if refused is not None:
            raise refused[1]
        if self._sequel.failure is not None:
            raise self._sequel.failure

    def _trial(self, account_id: str) -> Trial:
        trial = Trial(account_id, self._sequel)
        self.events_read += trial.events
        return trial

    def _compared(self, trial: Trial) -> AccountDifference:
        sequel, on = self._sequel, self.moment.on
        after = list(trial.run().kept)
        before = sequel.standing.kept(trial.account_id)
        askers: set[str] = set()
        parties, parties_before = Parties(), Parties()
        put(parties, sequel.register_at(sequel.end), trial.named, askers)
        put(parties_before, sequel.register_at(sequel.start), sorted(askers), set())
        calling = verdict_changes(
            View(before, on, parties_before, trial.known_before),
            View(after, on, parties, trial.known),
            askers,
            all_anew=not sequel.changed_parties.isdisjoint(askers),
        )
        changes = changed(before, after)
        residuals = impact(changes.ended, changes.begun, sequel.closings)
        owed = owed_changes(before, after, on)
        return AccountDifference(trial.account_id, changes, calling, owed, residuals)

    # ---- which accounts -----------------------------------------------------------------------------------------

    def _accounts(self, after: str) -> Iterator[str]:
        """The accounts to be compared, in order."""
        if self._wanted is not None:
            concerned: Iterable[Iterable[str]] = [sorted(self._wanted)]
        elif self._sequel.changes_figures:
            concerned = [self._sequel.accounts, self._all_accounts(after)]
        else:
            concerned = [sorted({*self._sequel.accounts, *self._mentioning()})]
        last = after
        for account_id in heapq.merge(*concerned):
            if account_id > last:
                yield account_id
                last = account_id

    def _all_accounts(self, after: str) -> Iterator[str]:
        rows = self._sequel.standing.rows
        while found := rows(SOME_ACCOUNTS, {"after": after, "limit": ACCOUNTS_AT_ONCE}):
            yield from (account_id for (account_id,) in found)
            after = found[-1][0]

    def _mentioning(self) -> Sequence[str]:
        """The accounts that rest on how parties are registered, where that changes."""
        concerned = sorted(self._sequel.parties_concerned()) if self._sequel.changed_parties else []
        if not concerned:
            return []
        return [account_id for (account_id,) in self._sequel.standing.rows(MENTIONING, {"ids": concerned})]
