"""What renewals earn by the policies alone, held against the plain reading of section 8."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from policies.kept import Entitlement
from policies.refusals import Refused
from tests import oracle
from tests.oracle.history import Fact, as_date, facts_in_effect
from tests.oracle.residuals import in_minor_units
from tests.policies.memory import MemoryLedger
from tests.policies.test_against_oracle import some_days, told
from tests.strategies.histories import histories

Events = list[dict[str, Any]]

# ---- the adapter: how the policies' answers are read as rows of the oracle ----


def as_row(kept: Entitlement) -> oracle.Entitlement:
    """What is kept of a renewal, as the oracle says it."""
    return oracle.Entitlement(
        kept.kind,
        kept.party_id,
        None if kept.percent is None else Decimal(kept.percent),
        kept.base,
        kept.amount,
        kept.currency,
        kept.contract_id,
        kept.opportunity_id,
        kept.valid_from,
        kept.valid_until,
    )


def entitlements(ledger: MemoryLedger, account: str) -> set[oracle.Entitlement]:
    """What every renewal of the account earns for whom, from what is kept."""
    return {as_row(kept) for kept in ledger.kept(account, Entitlement)}


def streams(ledger: MemoryLedger, account: str, on: date) -> set[oracle.Stream]:
    """Who holds the residual of which contract in which opportunity on the day."""
    return {
        oracle.Stream(str(right.contract_id), str(right.opportunity_id), right.holder)
        for right in ledger.rights(account, on)
        if right.kind == "residual"
    }


# ---- the tests ----


@given(histories())
def test_every_entitlement_is_the_plain_one(posted: Events) -> None:
    """Shares, overlay credits and what is unassigned, with base, amount and percentage."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        assert entitlements(ledger, account) == oracle.entitlements(events, len(events), account=account)


@given(histories(), st.randoms(use_true_random=False))
def test_every_holder_of_a_residual_is_the_day_by_day_one(posted: Events, random: Random) -> None:
    """On days on which something turns, and on those beside them."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        for on in some_days(events, account, random):
            assert streams(ledger, account, on) == oracle.streams(events, on, len(events), account=account)


@given(histories())
def test_what_is_split_adds_up_to_the_base(posted: Events) -> None:
    """RESIDUAL-EXACT: for each renewal shares and unassigned are the bases, and no renewal is without a row."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        earned: dict[tuple[str, date], int] = defaultdict(int)
        bases: dict[tuple[str, date], dict[str | None, int]] = defaultdict(dict)
        for row in entitlements(ledger, account):
            if row.kind != "overlay":
                earned[row.contract, row.period_from] += row.amount
                bases[row.contract, row.period_from][row.opportunity] = row.base
        assert earned == {renewal: sum(each.values()) for renewal, each in bases.items()}
        assert earned.keys() == {_key(renewal) for renewal in _renewals(events, account)}


@given(histories())
def test_no_base_is_more_than_the_renewal_pays(posted: Events) -> None:
    """RESIDUAL-BASE: a base is a sum of some of the renewal's lines, in the renewal's currency."""
    ledger, events = told(posted)
    for account in ledger.accounts:
        renewals = {_key(renewal): renewal.data for renewal in _renewals(events, account)}
        for row in entitlements(ledger, account):
            data = renewals[row.contract, row.period_from]
            sums = {0}
            for line in data["lines"]:
                sums |= {each + in_minor_units(line["amount"], data["currency"]) for each in sums}
            assert row.base in sums
            assert row.currency == data["currency"]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_recording_makes_no_difference(posted: Events, random: Random) -> None:
    """Facts told in another order come to the same, as long as those of one day keep theirs."""
    _, events = told(posted)
    standing = _standing(events)
    one, other = _recorded(standing), _recorded(shuffled(standing, random))
    for account in one.accounts:
        assert entitlements(other, account) == entitlements(one, account)


def shuffled(events: Events, random: Random) -> Events:
    """In another order, except that events of one day, and all that is said of shares, stay in theirs.

    Of two shares that start on one day the one completed at the later position is in force, whatever the dates.
    """
    left, mixed = list(events), []
    while left:
        ready = [
            event for place, event in enumerate(left) if not any(_come_in_turn(each, event) for each in left[:place])
        ]
        mixed.append(random.choice(ready))
        left.remove(mixed[-1])
    return mixed


def _come_in_turn(one: dict[str, Any], other: dict[str, Any]) -> bool:
    about_shares = all(each["type"].startswith("revenue_share") for each in (one, other))
    return about_shares or one["effective_on"] == other["effective_on"]


def _recorded(events: Events) -> MemoryLedger:
    ledger = MemoryLedger()
    for event in events:
        try:
            ledger.record(event)
        except Refused:
            assume(False)
    return ledger


def _standing(events: Events) -> Events:
    """The events in effect, as if those retracted and corrected had never been told; without closings."""
    there = {fact.event_id for fact in facts_in_effect(events, len(events)) if fact.type != "period_closed"}
    return [
        {name: value for name, value in event.items() if name not in {"position", "corrects"}}
        | {"effective_on": event["effective_on"].isoformat()}
        for event in events
        if event["event_id"] in there
    ]


def _renewals(events: Events, account: str) -> list[Fact]:
    facts = facts_in_effect(events, len(events))
    return [fact for fact in facts if fact.type == "contract_renewed" and fact.account == account]


def _key(renewal: Fact) -> tuple[str, date]:
    return renewal.data["contract_id"], as_date(renewal.data["period_from"])
