"""What policies conclude and projections keep: rights, obligations and situations, each an interval of dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from policies.reasons import Reason


class Right(Struct, frozen=True, gc=False):
    """A right of a holder over `[valid_from, valid_until)`.

    `kind` is one of opportunity_manager, major_account_manager, growth, co_sell_partner, prime_partner, teaming,
    residual;
    `deadline_on` is the last day of grace of a claim not yet won; `missing` lists what an incomplete claim lacks.
    """

    kind: str
    holder: str
    account_id: str
    status: str
    valid_from: date
    valid_until: date
    opportunity_id: str | None = None
    line: str | None = None
    contract_id: str | None = None
    deadline_on: date | None = None
    agreement_id: str | None = None
    percent: str | None = None
    missing: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Renewals(Struct, frozen=True, gc=False, array_like=True):
    """The renewal dates of a contract: the first, then every so many months, those before `since` left out.

    `met` are the dates that were met, each with the day from which it was.
    """

    first_on: date
    every_months: int
    since: date
    met: tuple[tuple[date, date], ...] = ()


class Obligation(Struct, frozen=True, gc=False):
    """What a party owes over `[valid_from, valid_until)`.

    `state` is `open` or `met`; one with `renewals` recurs, and its state follows from the day it is asked about.
    """

    kind: str
    rule: str
    party_id: str
    account_id: str
    state: str
    hard: bool
    valid_from: date
    valid_until: date
    to_party_id: str | None = None
    opportunity_id: str | None = None
    contract_id: str | None = None
    renewals: Renewals | None = None
    reasons: tuple[Reason, ...] = ()


class Reserved(Struct, frozen=True, gc=False, omit_defaults=True):
    """The first live claim in the queue of a line, and who else may act on it."""

    opportunity_id: str
    holder: str
    deadline_on: date
    co_sell: tuple[tuple[str, Reason], ...] = ()
    prime: tuple[tuple[str, Reason], ...] = ()
    teaming: tuple[tuple[str, Reason], ...] = ()
    unshared: Reason | None = None
    reasons: tuple[Reason, ...] = ()


class OwnClaim(Struct, frozen=True, gc=False, omit_defaults=True, tag="own"):
    """A claim on a line that is queued or incomplete and why; told to nobody but its holder.

    It stands beside the line's situation, so that one claim more changes nothing about those that wait already.
    """

    opportunity_id: str
    holder: str
    status: str
    missing: tuple[str, ...] = ()
    reason: Reason | None = None


class LineSituation(Struct, frozen=True, gc=False, omit_defaults=True, tag="line"):
    """What decides calls for new business on one line."""

    reserved: Reserved | None = None
    lapsed: Reason | None = None


class OpenDispute(Struct, frozen=True, gc=False, omit_defaults=True):
    """A dispute that is open, and what it is about (nothing named: the whole account)."""

    dispute_id: str
    opportunity_id: str | None = None
    line: str | None = None
    contract_id: str | None = None


class GeneralSituation(Struct, frozen=True, gc=False, omit_defaults=True, tag="general"):
    """What decides calls on the account whatever the line: who is in charge, growth, lapses, claims, disputes."""

    major_account_manager: tuple[str, Reason] | None = None
    growth: tuple[str, Reason] | None = None
    lapsed: Reason | None = None
    claimed: Reason | None = None
    disputes: tuple[OpenDispute, ...] = ()


class ContractSituation(Struct, frozen=True, gc=False, omit_defaults=True, tag="contract"):
    """What decides calls for the renewal of a live contract, as far as one opportunity in which it was awarded goes.

    `manager` is the opportunity's manager of the day, `holder` the same where a won right is held; `won` names its
    lines, `lines` all that were awarded; `place` is the opportunity's among those in which the contract was awarded, in
    the order of their first awards. (No position stands in what is kept: it may still move until it is committed.)
    """

    opportunity_id: str
    manager: str | None = None
    holder: str | None = None
    won: tuple[str, ...] = ()
    co_sell: tuple[tuple[str, str, Reason], ...] = ()
    prime: tuple[tuple[str, str, Reason], ...] = ()
    lines: tuple[str, ...] = ()
    teaming: tuple[tuple[str, Reason], ...] = ()
    reasons: tuple[Reason, ...] = ()
    place: int = 0


Content = LineSituation | OwnClaim | GeneralSituation | ContractSituation


class Situation(Struct, frozen=True, gc=False):
    """What decides calls on one business of an account over `[valid_from, valid_until)`.

    `business` is `line:<line>`, `general` or `contract:<contract id>`. On one day each has one situation; but a line
    one more for each claim that waits, and a contract one for each opportunity in which it was awarded.
    """

    account_id: str
    business: str
    valid_from: date
    valid_until: date
    content: Content


class LineSum(Struct, frozen=True, gc=False, array_like=True):
    """An amount on one line, in the minor unit of its currency."""

    line: str
    amount: int


class LeftOut(Struct, frozen=True, gc=False, array_like=True):
    """A line on which a renewal earns nothing, its amount in minor units, and why.

    `why` is `co_sell` (the line is a co-sell partner's), `not_won` or `contract_ended`.
    """

    line: str
    amount: int
    why: str


class Stream(Struct, frozen=True, gc=False, omit_defaults=True):
    """A residual stream over `[valid_from, valid_until)`: who holds it, and how a renewal on these days is split.

    `shares` are percentages by party, the holder's whole where no revenue share is in force; `overlays` are credited
    beside. `expected` are the lines on which a renewal would earn, with the amounts last renewed or else awarded, in
    minor units. `state` is `running`, or `ended` after the contract's end.
    """

    account_id: str
    contract_id: str
    opportunity_id: str
    holder: str
    state: str
    valid_from: date
    valid_until: date
    currency: str
    shares: tuple[tuple[str, str], ...]
    renewals: Renewals
    agreement_id: str | None = None
    overlays: tuple[tuple[str, str], ...] = ()
    expected: tuple[LineSum, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Entitlement(Struct, frozen=True, gc=False, omit_defaults=True):
    """What one renewal earns one party; `[valid_from, valid_until)` is the period renewed, amounts are in minor units.

    `kind` is `share` (a part of the base), `overlay` (a credit beside it) or `unassigned` (no one is entitled).
    `event_id` is that of the renewal. `earning` are the lines that make up the base, `left_out` the others. `counted`
    is the base on one row of each split and zero on its other rows, so that a sum over rows counts each base once.
    """

    kind: str
    account_id: str
    contract_id: str
    valid_from: date
    valid_until: date
    event_id: str
    currency: str
    base: int
    amount: int
    counted: int
    opportunity_id: str | None = None
    party_id: str | None = None
    percent: str | None = None
    agreement_id: str | None = None
    earning: tuple[LineSum, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Shortfall(Struct, frozen=True, gc=False, omit_defaults=True):
    """By how much an opportunity misses a criterion of its outcome.

    `short` is in the unit of the criterion. Of a date it is counted in days: `short` up to what was `measured`; None if
    nothing was, and the days grow from `target` on. `event_id` is that of the measurement, if there is one.
    """

    criterion: str
    kind: str
    target: str
    measured: str | None = None
    short: str | None = None
    unit: str | None = None
    event_id: str | None = None


class Sheet(Struct, frozen=True, gc=False, omit_defaults=True):
    """The sheet of an opportunity over `[valid_from, valid_until)`, as far as questions on many of them need it.

    `state` is `open`, `won`, `lost` or `abandoned`; `amount` is in minor units, `probability` in percent.
    `stage_since` is the day on which it came to its stage, `closed_on` that on which it was won, lost or abandoned.
    `slips` counts how often the expected close moved to a later day, from `first_close_on`. `gate` is what was decided
    at the gate of its stage since it came there (`go`, `no_go`, `hold`). `unmeasured` are criteria not measured yet.
    """

    account_id: str
    opportunity_id: str
    valid_from: date
    valid_until: date
    name: str
    state: str
    opened_on: date
    stage: str | None = None
    stage_since: date | None = None
    closed_on: date | None = None
    manager: str | None = None
    currency: str | None = None
    amount: int | None = None
    probability: int | None = None
    expected_close_on: date | None = None
    first_close_on: date | None = None
    slips: int = 0
    next_milestone: str | None = None
    strategic: bool = False
    region: str | None = None
    lead_id: str | None = None
    engaged_on: date | None = None
    coordinated_on: date | None = None
    gate: str | None = None
    outcome: str | None = None
    shortfalls: tuple[Shortfall, ...] = ()
    unmeasured: tuple[str, ...] = ()


Kept = Right | Obligation | Situation | Stream | Entitlement | Sheet


class Changes(Struct, frozen=True, gc=False):
    """The kept answers that one event ends and begins."""

    ended: tuple[Kept, ...] = ()
    begun: tuple[Kept, ...] = ()


def difference(before: Sequence[Kept], after: Sequence[Kept]) -> Changes:
    """What has to end and to begin so that `before` becomes `after`; what is equal stays untouched."""
    first = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), None)
    if first is None:
        shared = min(len(before), len(after))
        return Changes(tuple(before[shared:]), tuple(after[shared:]))
    gone = Counter(before[first:])
    begun = []
    for kept in after[first:]:
        if gone[kept] > 0:
            gone[kept] -= 1
        else:
            begun.append(kept)
    return Changes(tuple(gone.elements()), tuple(begun))
