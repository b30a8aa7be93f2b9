"""The questions that can be put to the oracle: recorded events, a day and a position in, what the rules say out.

Events are plain dicts `{position, event_id, type, account_id, effective_on, data, corrects?}`. Everything is read anew
from the events; only what depends on nothing but (events, known_at) or (events, known_at, day) is read once and kept.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.oracle.account import Account, AccountDay, RightRow
from tests.oracle.calling import may_call_on, opens_on
from tests.oracle.claims import established_at, missing_evidence
from tests.oracle.duties import Duty, duties, renewal_date
from tests.oracle.history import Fact, Order, RecordedEvent, World, as_date, facts_in_effect, until
from tests.oracle.refusals import refusal
from tests.oracle.residuals import Entitlement, LeftOut, Stream, entitlements_of, left_out_of, streams_on
from tests.oracle.statements import Adjustment, adjustments_of, closings, first_day, month_after, statement_of

Events = Sequence[RecordedEvent]

_REMEMBERED = 64
_RENEWALS_LOOKED_AT = 3  # the renewal dates of a contract go on for ever; obligations change on each, verdicts on none


class CallingVerdict(NamedTuple):
    """Who may call: the verdict, its rule, when a denial opens, and whose agreement a condition needs."""

    verdict: str
    rule: str
    opens_on: date | None
    agreement_of: str | None


class Deadline(NamedTuple):
    """A claim that runs out soon."""

    holder: str
    opportunity_id: str
    line: str
    status: str
    deadline_on: date


class Reading:
    """The history as known at one position."""

    def __init__(self, events: Events, known_at: int) -> None:
        self.facts = facts_in_effect(events, known_at)
        self.world = World(self.facts)
        names = dict.fromkeys(fact.account for fact in self.facts if fact.account is not None)
        self.accounts = {name: Account(name, self.facts, self.world) for name in names}
        self._days: dict[tuple[str, date], AccountDay] = {}
        self._turning_days: dict[str, list[date]] = {}
        self._entitlements: dict[str, list[Entitlement]] = {}

    def day(self, account: str, on: date) -> AccountDay:
        """The account as the day shows it; an account of which nothing is known shows nothing."""
        key = (account, on)
        if key not in self._days:
            known = self.accounts.get(account) or Account(account, [], self.world)
            self._days[key] = AccountDay(known, on)
        return self._days[key]

    def entitlements(self, account: str) -> list[Entitlement]:
        """What every renewal of the account earns for whom."""
        if account not in self._entitlements:
            known = self.accounts.get(account)
            self._entitlements[account] = list(entitlements_of(known)) if known is not None else []
        return self._entitlements[account]

    def turning_days(self, account: str) -> list[date]:
        """Every day on which the account can change (of each contract, the first renewal dates only), in order."""
        if account not in self._turning_days:
            facts = [fact for fact in self.facts if fact.account in {account, None}]
            days = {day for fact in facts for day in _days_of(fact, self.world)}
            self._turning_days[account] = sorted(days)
        return self._turning_days[account]


def _days_of(fact: Fact, world: World) -> set[date]:
    """The days on which a fact makes a difference: its own, those it names, and the ends of what it starts."""
    after = timedelta(days=1)
    days = {fact.on}
    clocks = {fact.on} if fact.type == "business_lost" else set()
    if fact.type in {"forecast_recorded", "forecast_extension_granted"}:
        clocks.add(as_date(fact.data["expected_award_on"]))
    for clock in clocks:
        days |= {clock, clock + after, world.grace_after(clock), world.grace_after(clock) + after}
    days |= {as_date(fact.data[name]) for name in ("from", "until") if fact.data.get(name) is not None}
    if fact.data.get("renewal"):
        dates = [renewal_date(fact.data["renewal"], number) for number in range(_RENEWALS_LOOKED_AT)]
        days |= {day for due in dates for day in (due, due + after)}
    return days


_readings: "OrderedDict[tuple[int, int, int], tuple[Events, Reading]]" = OrderedDict()


def reading(events: Events, known_at: int) -> Reading:
    """The reading of these events, remembered while the same list (same object, same length) is asked about."""
    key = (id(events), len(events), known_at)
    if key not in _readings:
        _readings[key] = (events, Reading(events, known_at))  # holding the list keeps its id from being used again
        if len(_readings) > _REMEMBERED:
            _readings.popitem(last=False)
    return _readings[key][1]


def rights(
    events: Events, on: date, known_at: int, *, account: str | None = None, include_over: bool = False
) -> set[RightRow]:
    """The rights in effect on the day, of one account or of all; with `include_over` also lapsed and ended claims."""
    known = reading(events, known_at)
    accounts = list(known.accounts) if account is None else [account]
    days = [known.day(name, on) for name in accounts]
    residuals = {
        RightRow("residual", each.holder, each.opportunity, None, each.contract, "active", None)
        for day in days
        for each in streams_on(day)
    }
    return residuals | {row for day in days for row in day.rights(include_over=include_over)}


def may_call(
    events: Events,
    party: str,
    account: str,
    on: date,
    known_at: int,
    line: str | None = None,
    contract_id: str | None = None,
) -> CallingVerdict:
    """Section 7: whether the party may call on the account on the day; a denial says on which day it opens, if ever."""
    known = reading(events, known_at)
    answer = may_call_on(known.day(account, on), party, line, contract_id)
    opening = None
    if answer.verdict == "denied":
        later = (known.day(account, day) for day in known.turning_days(account) if day > on)
        opening = opens_on(later, party, line, contract_id)
    return CallingVerdict(answer.verdict, answer.rule, opening, answer.agreement_of)


def obligations(events: Events, on: date, known_at: int, *, account: str | None = None) -> set[Duty]:
    """What is owed on the day, of one account or of all, with its state."""
    known = reading(events, known_at)
    accounts = list(known.accounts) if account is None else [account]
    return {duty for name in accounts for duty in duties(known.day(name, on))}


def deadlines(
    events: Events, on: date, known_at: int, within_days: int, *, account: str | None = None
) -> set[Deadline]:
    """The claims, incomplete ones too, whose deadline is at most so many days away."""
    last = on + timedelta(days=within_days)
    return {
        Deadline(row.holder, row.opportunity_id, row.line, row.status, row.deadline_on)
        for row in rights(events, on, known_at, account=account)
        if row.opportunity_id is not None and row.line is not None
        if row.deadline_on is not None and row.deadline_on <= last
    }


def established(events: Events, opportunity: str, known_at: int) -> Order | None:
    """OM-ESTABLISHED as (effective date, position), judged by everything known, whatever its date."""
    return established_at(_facts_of(events, opportunity, known_at))


def missing(events: Events, opportunity: str, on: date, known_at: int) -> set[str]:
    """The kinds of evidence (as event types) that the opportunity lacks on the day."""
    return missing_evidence(until(_facts_of(events, opportunity, known_at), on))


def figure(events: Events, name: str, on: date, known_at: int) -> Any:
    """The figure in effect on the day, as known."""
    return reading(events, known_at).world.figure(name, on)


def turning_days(events: Events, account: str, known_at: int) -> list[date]:
    """Every day on which the account can change (of each contract, the first renewal dates only), in order."""
    return reading(events, known_at).turning_days(account)


def streams(events: Events, on: date, known_at: int, *, account: str | None = None) -> set[Stream]:
    """RESIDUAL: the residual streams that run on the day, with their holders, of one account or of all."""
    known = reading(events, known_at)
    accounts = list(known.accounts) if account is None else [account]
    return {stream for name in accounts for stream in streams_on(known.day(name, on))}


def entitlements(
    events: Events, known_at: int, *, account: str | None = None, party: str | None = None
) -> set[Entitlement]:
    """Section 8: what every renewal earns for whom, as known; of one account or of all, for one party or for all."""
    known = reading(events, known_at)
    accounts = list(known.accounts) if account is None else [account]
    rows = {row for name in accounts for row in known.entitlements(name)}
    return {row for row in rows if party in {None, row.party}}


def left_out(events: Events, known_at: int, *, account: str | None = None) -> set[LeftOut]:
    """RESIDUAL-BASE: the lines of renewals that earn nothing, and why."""
    known = reading(events, known_at)
    return {row for name, each in known.accounts.items() if account in {None, name} for row in left_out_of(each)}


def statement(
    events: Events, start: date, end: date, known_at: int, *, account: str | None = None, party: str | None = None
) -> set[Entitlement]:
    """PERIOD: the lines of renewals that start from `start` until (without) `end`; closed months as once closed."""
    closed = closings(reading(events, known_at).facts)
    return statement_of(
        closed, start, end, known_at, lambda position: entitlements(events, position, account=account, party=party)
    )


def adjustments(
    events: Events, start: date, end: date, known_at: int, *, account: str | None = None, party: str | None = None
) -> set[Adjustment]:
    """PERIOD: what is booked in the months that begin from `start` until (without) `end`."""
    closed = closings(reading(events, known_at).facts)
    months = {*closed, *(month_after(month) for month in closed)}
    return {
        each
        for month in months
        if start <= first_day(month) < end
        for each in adjustments_of(
            closed, month, known_at, lambda position: entitlements(events, position, account=account, party=party)
        )
    }


def closed_months(events: Events, known_at: int) -> dict[str, int]:
    """PERIOD: the months that are closed, in order, each with the position of its closing."""
    return closings(reading(events, known_at).facts)


def refused_by(events: Events, event: RecordedEvent) -> str | None:
    """The rule that refuses to record this event after those; None if no rule of sections 3, 4 and 8 does."""
    known = reading(events, len(events) and max(each["position"] for each in events))
    return refusal(known.facts, known.world, event)


def _facts_of(events: Events, opportunity: str, known_at: int) -> list[Fact]:
    accounts = reading(events, known_at).accounts.values()
    return next((each.opportunities[opportunity] for each in accounts if opportunity in each.opportunities), [])
