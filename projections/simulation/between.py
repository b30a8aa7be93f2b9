"""Between two positions: the difference that what was recorded in between made to an account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.store import Reader
from policies.impact import impact
from policies.kept import Kept, Situation
from projections.calling import parties_in
from projections.parties import parties_known
from projections.periods import closings
from projections.simulation.differences import AccountDifference, changed, owed_changes
from projections.simulation.standing import Standing
from projections.simulation.verdicts import KnownHere, View, verdict_changes


def difference_between(
    reader: Reader, account_id: str, before: int, after: int, on: date, parties: Iterable[str]
) -> AccountDifference:
    """What an account's answers on a day became between two positions; verdicts on the parties named, and any other."""
    one, other = (Standing(reader, position).kept(account_id) for position in (before, after))
    askers = {*parties, *_parties(one), *_parties(other)}
    views = [_view(reader, kept, on, askers, at) for kept, at in ((one, before), (other, after))]
    calling = verdict_changes(views[0], views[1], askers, all_anew=True)
    changes = changed(one, other)
    residuals = impact(changes.ended, changes.begun, closings(reader.rows, after))
    return AccountDifference(account_id, changes, calling, owed_changes(one, other, on), residuals)


def _view(reader: Reader, kept: Sequence[Kept], on: date, askers: set[str], position: int) -> View:
    contracts = {
        name
        for kind, _, name in (one.business.partition(":") for one in kept if isinstance(one, Situation))
        if kind == "contract"
    }
    known = KnownHere(account=True, contracts=frozenset(contracts))
    return View(kept, on, parties_known(reader, askers, position), known)


def _parties(kept: Iterable[Kept]) -> set[str]:
    return {name for one in kept if isinstance(one, Situation) for name in parties_in(one.content)}
