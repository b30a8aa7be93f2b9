"""What policies conclude and projections keep: rights, obligations and situations, each an interval of dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from policies.reasons import Reason


class Right(Struct, frozen=True, gc=False):
    """A right of a holder over `[valid_from, valid_until)`.

    `kind` is one of opportunity_manager, major_account_manager, growth, co_sell_partner, prime_partner, teaming;
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
    """What decides calls for the renewal of a live contract.

    `manager` is the opportunity's manager of the day, `holder` the same where a won right is held; `won` names its
    lines, `lines` all that were awarded.
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


Content = LineSituation | OwnClaim | GeneralSituation | ContractSituation


class Situation(Struct, frozen=True, gc=False):
    """What decides calls on one business of an account over `[valid_from, valid_until)`.

    `business` is `line:<line>`, `general` or `contract:<contract id>`. On one day each has one situation, and a line
    one more for each claim that waits.
    """

    account_id: str
    business: str
    valid_from: date
    valid_until: date
    content: Content


Kept = Right | Obligation | Situation


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
