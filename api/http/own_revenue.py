"""Own revenue: a party's own lines of statements, own streams, own expectations, and not a word of whom it shares with.

What a sharer is told of the base is no secret to it: its percentage and its amount say it. Which business lines make
the base up, who holds the rest, and which events changed what are another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from starlette.responses import Response

from api.exporting.rows import all_rows
from api.exporting.statements import own_csv_rows
from api.http.access import Access
from api.http.exports import check_whole, file_name, send_csv
from api.http.own import AT_ONCE, OwnView, Told, check_own, every, page, part, view
from api.http.sending import send
from ledger.money import from_minor
from policies.adjustments import Adjustment
from policies.days import plus_months
from policies.kept import Entitlement, Stream
from policies.periods import first_day, period_of
from policies.residuals import Expected, outlook
from projections import residuals as kept
from projections.asking import Page
from projections.periods import closings
from projections.problems import UnknownSubject
from projections.residuals import StreamAnswer
from projections.statements import Statement, StatementItem

Sums = defaultdict[tuple[str, str], int]
"""Minor units by party and currency."""


# ---- statements -----------------------------------------------------------------------------------------------------


def statement(asked: Any, access: Access) -> Response:
    """What renewals earned the caller's party in a range of days."""
    seen = view(asked, access)
    since, until = asked.days(seen.at.on)
    return _send(asked, seen, since, until, None)


def month(asked: Any, access: Access) -> Response:
    """The caller's own statement of a month."""
    since = first_day(asked.period)
    return _send(asked, view(asked, access), since, plus_months(since, 1), asked.period)


def _send(asked: Any, seen: OwnView, since: date, until: date, period: str | None) -> Response:
    statements = list(_statements(asked, seen, since, until))  # refused before anything is sent
    if asked.format == "csv":
        check_whole(asked)
        rows = (row for found in statements for row in all_rows(found))
        name = file_name("statement", str(since), str(until), *_named(asked), ending="csv")
        return send_csv(own_csv_rows(rows, seen.position), name, seen.position)
    items = [one for found in statements for _, one in found.items()]
    shown, following = part(asked, items)
    last = closings(seen.access.read.rows, seen.at.position).last
    through = None if last is None else last.period
    lines = [one for one in shown if isinstance(one, Entitlement)]
    return send(
        {
            "from": since,
            "until": until,
            "period": period,
            "closed": None if period is None else through is not None and period_of(since) <= through,
            "lines": [_line(one) for one in lines if one.kind == "share"],
            "overlays": [_line(one) for one in lines if one.kind == "overlay"],
            "adjustments": [_adjustment(one) for one in shown if isinstance(one, Adjustment)],
            **_sums(items),
            "closed_through": through,
            "next": following,
            "position": seen.position,
        }
    )


def _named(asked: Any) -> list[str]:
    return [name for name in (asked.party_id, asked.account_id) if name is not None]


def _statements(asked: Any, seen: OwnView, since: date, until: date) -> Iterator[Statement]:
    """The statements of the own parties, of one account if asked; none, where one is not known."""
    for party_id in _asked_for(asked.party_id, seen):
        try:
            yield Statement(
                seen.access.read, since, until, seen.at.position, party_id=party_id, account_id=asked.account_id
            )
        except UnknownSubject:
            continue


def _asked_for(party_id: str | None, seen: OwnView) -> list[str]:
    if party_id is None:
        return sorted(seen.belongings.parties)
    check_own(seen, party_id)
    return [party_id]


def _line(earned: Entitlement) -> Told:
    return {
        **_renewal(earned),
        "party_id": earned.party_id,
        "percent": earned.percent,
        "agreement_id": earned.agreement_id,
        "base": from_minor(earned.base, earned.currency),
        "amount": from_minor(earned.amount, earned.currency),
        "currency": earned.currency,
        "rule": "RESIDUAL" if earned.agreement_id is None else "RESIDUAL-SHARE",
    }


def _adjustment(one: Adjustment) -> Told:
    currency = one.line.currency
    return {
        **_renewal(one.line),
        "period": one.period,
        "booked_in": one.booked_in,
        "kind": one.line.kind,
        "party_id": one.line.party_id,
        "before": from_minor(one.before, currency),
        "after": from_minor(one.after, currency),
        "difference": from_minor(one.difference, currency),
        "currency": currency,
    }


def _renewal(earned: Entitlement) -> Told:
    return {
        "contract_id": earned.contract_id,
        "opportunity_id": earned.opportunity_id,
        "account_id": earned.account_id,
        "period_from": earned.valid_from,
        "period_until": earned.valid_until,
    }


def _sums(items: Iterable[StatementItem]) -> Told:
    """What the own parties are owed, and their overlay credits, of the whole statement."""
    lines: Sums = defaultdict(int)
    adjustments: Sums = defaultdict(int)
    overlays: Sums = defaultdict(int)
    for one in items:
        line = one if isinstance(one, Entitlement) else one.line
        owed = lines if isinstance(one, Entitlement) else adjustments
        amount = one.amount if isinstance(one, Entitlement) else one.difference
        (overlays if line.kind == "overlay" else owed)[line.party_id or "", line.currency] += amount
    return {
        "totals": [
            {
                "party_id": party_id,
                "currency": currency,
                "amount": from_minor(lines[party_id, currency] + adjustments[party_id, currency], currency),
                "lines": from_minor(lines[party_id, currency], currency),
                "adjustments": from_minor(adjustments[party_id, currency], currency),
            }
            for party_id, currency in sorted(lines.keys() | adjustments.keys())
        ],
        "overlay_totals": [
            {"party_id": party_id, "currency": currency, "amount": from_minor(amount, currency)}
            for (party_id, currency), amount in sorted(overlays.items())
        ],
    }


# ---- streams and expectations ---------------------------------------------------------------------------------------


def streams(asked: Any, access: Access) -> Response:
    """The residual streams that the caller's party holds, shares in, or is credited on beside the split on the day."""
    seen = view(asked, access)
    return page(asked, seen, (_stream(one, seen) for one in _streams(asked, seen)))


def _streams(asked: Any, seen: OwnView) -> Iterator[Stream]:
    told: set[tuple[str, str, date]] = set()
    for party_id in _asked_for(asked.party_id, seen):

        def ask(after: str | None, party_id: str = party_id) -> Page[StreamAnswer]:
            return kept.residuals(
                seen.access.read,
                seen.at,
                party_id=party_id,
                account_id=asked.account_id,
                include_ended=asked.include_ended,
                after=after,
                limit=AT_ONCE,
            )

        for found in every(ask):
            one = found.stream
            key = (one.contract_id, one.opportunity_id, one.valid_from)
            if key not in told:
                told.add(key)
                yield one


def _stream(one: Stream, seen: OwnView) -> Told:
    """What of a stream is the party's own: whether it holds it, its part, its credit beside, and when it is due."""
    own = seen.belongings.parties
    shares = [{"party_id": party_id, "percent": percent} for party_id, percent in one.shares if party_id in own]
    overlays = [{"party_id": party_id, "percent": percent} for party_id, percent in one.overlays if party_id in own]
    found = outlook(one, seen.at.on)
    return {
        "contract_id": one.contract_id,
        "account_id": one.account_id,
        "opportunity_id": one.opportunity_id,
        "holds": one.holder in own,
        "state": found.state,
        "currency": one.currency,
        "agreement_id": one.agreement_id if shares or overlays else None,
        "split": shares,
        "overlays": overlays,
        "every_months": one.renewals.every_months,
        "next_renewal_on": found.next_on,
        "overdue_since": found.overdue_since,
    }


def expected(asked: Any, access: Access) -> Response:
    """What renewals to come are expected to earn the caller's party."""
    seen = view(asked, access)
    asked.check_from(seen.at.on)
    return page(asked, seen, map(_expectation, _expected(asked, seen)))


def _expected(asked: Any, seen: OwnView) -> Iterator[Expected]:
    for party_id in _asked_for(asked.party_id, seen):

        def ask(after: str | None, party_id: str = party_id) -> Page[Expected]:
            return kept.expected(
                seen.access.read,
                seen.at,
                asked.until,
                party_id=party_id,
                account_id=asked.account_id,
                after=after,
                limit=AT_ONCE,
            )

        yield from every(ask)


def _expectation(one: Expected) -> Told:
    found = one.stream
    return {
        "expected": True,
        "contract_id": found.contract_id,
        "account_id": found.account_id,
        "opportunity_id": found.opportunity_id,
        "due_on": one.due_on,
        "kind": one.kind,
        "party_id": one.party_id,
        "percent": one.percent,
        "base": from_minor(one.base, found.currency),
        "amount": from_minor(one.amount, found.currency),
        "currency": found.currency,
        "agreement_id": found.agreement_id,
    }
