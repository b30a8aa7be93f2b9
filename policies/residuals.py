"""Residual revenue: the stream that a contract won with a renewal makes, and who holds it when.

A contract has a stream in each opportunity in which lines of it were won. What each renewal earns whom is in
`policies.entitlements`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.awards import BusinessAwarded
from policies.contracts import (
    ContractHistory,
    Part,
    currency_of,
    earning_lines,
    left_out,
    line_sums,
    period_start,
    share_on,
    shares_of,
    stream_reason,
)
from policies.days import FOREVER, Span, next_day, on_day, pieces
from policies.entitlements import entitlements
from policies.establishment import Holding
from policies.kept import Kept, LineSum, Renewals, Right, Stream
from policies.opportunity import RenewalTerms
from policies.partners import renewal_dates, renewals_met
from policies.reasons import because
from policies.rulebook import rule
from policies.splitting import credit, split


def residuals(contract: ContractHistory) -> tuple[Kept, ...]:
    """Everything that residual revenue keeps of one contract: the rights, the streams, and what each renewal earns."""
    kept: list[Kept] = []
    for part in contract.parts:
        kept += residual_rights(contract, part)
        kept += streams(contract, part)
    for renewal in contract.renewals:
        kept += entitlements(contract, renewal)
    return tuple(kept)


@rule("RESIDUAL")
def residual_rights(contract: ContractHistory, part: Part) -> Iterator[Right]:
    """The right to the residual revenue of a contract, holder by holder."""
    for span in part.title:
        yield Right(
            kind="residual",
            holder=span.value.party_id,
            account_id=contract.account_id,
            status="active",
            valid_from=span.since,
            valid_until=span.until,
            opportunity_id=part.opportunity.opportunity_id,
            contract_id=contract.contract_id,
            reasons=(stream_reason(part), span.value.reason),
        )


@rule("RESIDUAL", "RESIDUAL-SHARE")
def streams(contract: ContractHistory, part: Part) -> Iterator[Stream]:
    """The stream of one opportunity in the contract, cut wherever its holder, its split or its lines change."""
    if not part.title or contract.terms is None:
        return
    renewals = _renewals(contract, contract.terms, part)
    last = part.title[-1]
    won = [claim.won for claim in part.contract.won if claim.won is not None]
    lines = _amounts(contract, part)
    for since, until in pieces(
        part.title[0].since, last.until, (), part.title, part.opportunity.agreements, part.opportunity.inclusions, won
    ):
        held = on_day(part.title, since)
        if held is not None:
            yield _stream(contract, part, Span(since, until, held.value), renewals, lines)
    if contract.ended is not None:
        ended = because("OM-WON", [contract.ended.event_id], ended_on=contract.until)
        yield Stream(
            contract.account_id,
            contract.contract_id,
            part.opportunity.opportunity_id,
            last.value.party_id,
            "ended",
            contract.until,
            FOREVER,
            currency_of(contract),
            (),
            renewals,
            reasons=(ended,),
        )


def _stream(
    contract: ContractHistory, part: Part, held: Span[Holding], renewals: Renewals, amounts: Sequence[LineSum]
) -> Stream:
    share = share_on(part, held.since)
    earning = earning_lines(part, held.since)
    reasons = (stream_reason(part), held.value.reason, *([share.reason] if share else []))
    return Stream(
        contract.account_id,
        contract.contract_id,
        part.opportunity.opportunity_id,
        held.value.party_id,
        "running",
        held.since,
        held.until,
        currency_of(contract),
        shares_of(held.value, share),
        renewals,
        share.agreement_id if share else None,
        share.overlays if share else (),
        tuple(one for one in amounts if one.line in earning),
        left_out(contract, held.since, amounts, earning),
        reasons,
    )


def _renewals(contract: ContractHistory, terms: RenewalTerms, part: Part) -> Renewals:
    met = renewals_met(terms.first_on, terms.every_months, contract.renewals)
    return Renewals(terms.first_on, terms.every_months, part.title[0].since, met)


def _amounts(contract: ContractHistory, part: Part) -> tuple[LineSum, ...]:
    """What the contract's lines came to when last renewed, or else when awarded in this opportunity."""
    latest = max(contract.renewals, key=period_start, default=None)
    if latest is not None:
        return line_sums(latest)
    awarded: dict[str, int] = {}
    for award in contract.awards:
        if (
            isinstance(award.event, BusinessAwarded)
            and award.event.data.opportunity_id == part.opportunity.opportunity_id
        ):
            for one in line_sums(award):
                awarded.setdefault(one.line, one.amount)
    return tuple(LineSum(line, amount) for line, amount in awarded.items())


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come of a stream, seen from a day.

    `state` is `running`, `overdue` (a renewal date has passed unrenewed: `overdue_since`) or `ended`; `next_on` is the
    next renewal date from the day on that is not renewed yet.
    """

    state: str
    next_on: date | None
    overdue_since: date | None


@rule("RESIDUAL")
def outlook(stream: Stream, on: date) -> Outlook:
    """The next renewal of a stream, and whether one is overdue, on a day."""
    if stream.state == "ended":
        return Outlook("ended", None, None)
    open_dates = _open_dates(stream, on)
    overdue = next((due for due in open_dates if due < on), None)
    coming = next((due for due in open_dates if due >= on), None)
    return Outlook("running" if overdue is None else "overdue", coming, overdue)


def _open_dates(stream: Stream, until: date) -> list[date]:
    """The renewal dates of a stream that are not met: those before a day, and the first from that day on."""
    renewals = stream.renewals
    met = {due for due, _ in renewals.met}
    reach = max([until, *(next_day(due) for due in met)])
    dates = renewal_dates(renewals.first_on, renewals.every_months, reach)
    return [due for due in dates if due >= renewals.since and due not in met and due != FOREVER]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a renewal to come would earn a party: an expectation, in minor units, that nothing is paid upon.

    `kind` is `share` or `overlay`.
    """

    stream: Stream
    due_on: date
    kind: str
    party_id: str
    percent: str
    base: int
    amount: int


@rule("RESIDUAL", "RESIDUAL-SHARE")
def expected_renewals(stream: Stream, since: date, until: date) -> Iterator[Expected]:
    """What the renewal dates in `[since, until)` not met yet would earn whom, while the stream stands as it does."""
    if stream.state == "ended":
        return
    first, last = max(since, stream.valid_from), min(until, stream.valid_until)
    base = sum(one.amount for one in stream.expected)
    for due in _open_dates(stream, last):
        if first <= due < last:
            for (party_id, percent), amount in zip(stream.shares, split(base, stream.shares), strict=True):
                yield Expected(stream, due, "share", party_id, percent, base, amount)
            for party_id, percent in stream.overlays:
                yield Expected(stream, due, "overlay", party_id, percent, base, credit(base, percent))
