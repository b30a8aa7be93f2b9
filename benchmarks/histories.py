"""Histories to measure with: opportunities as a sales team has them, in the order in which the days pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, islice
from random import Random
from typing import Any

from api.wiring import RightsLedger
from projections.recording import Submission

Raw = dict[str, Any]

LINES = ("gtx-basic", "gtx-pro", "gtx-plus", "mg-special", "mg-advanced", "gtk-500", "gtx-max")
PEOPLE = tuple(f"agent-{number}" for number in range(30))
BEGINNING = date(2016, 1, 4)
EVENTS_EACH = 7
"""Events of one opportunity: six that make a claim, and how it went."""


def people() -> list[Raw]:
    """Registers everybody."""
    return [
        {
            "type": "party_registered",
            "effective_on": "2015-01-01",
            "data": {"party_id": one, "name": one.title(), "kind": "employee"},
        }
        for one in PEOPLE
    ]


def account(account_id: str) -> Raw:
    """Opens an account."""
    return {
        "type": "account_opened",
        "account_id": account_id,
        "effective_on": "2015-01-01",
        "data": {"name": account_id.title()},
    }


def opportunity(account_id: str, number: int, engaged: date) -> list[Raw]:
    """One opportunity from its opening to its forecast, all on the day of the engagement, and how it went later."""
    opportunity_id, party_id = f"{account_id}.{number}", PEOPLE[number % len(PEOPLE)]
    line = {"line": LINES[number % len(LINES)], "amount": "4821.00"}
    own: list[tuple[str, Raw]] = [
        ("opportunity_opened", {"name": opportunity_id}),
        (
            "opportunity_manager_appointed",
            {"party_id": party_id, "authorized_by": "sales director", "skills": True, "resources": True},
        ),
        ("engagement_recorded", {"party_id": party_id, "activity": "first call"}),
        ("opportunity_plan_adopted", {"plan_ref": f"plan-{number}"}),
        ("coordination_recorded", {"with": [], "activity": "sales support"}),
        (
            "forecast_recorded",
            {"currency": "USD", "expected_award_on": (engaged + timedelta(days=60)).isoformat(), "lines": [line]},
        ),
    ]
    closed = engaged + timedelta(days=20 + number % 70)
    if number % 3:
        ending = ("business_awarded", {"contract_id": f"c-{opportunity_id}", "currency": "USD", "lines": [line]})
    else:
        ending = ("business_lost", {"reason": "price"})
    days = [*[engaged] * len(own), closed]
    return [
        {
            "type": type_,
            "account_id": account_id,
            "effective_on": day.isoformat(),
            "data": {"opportunity_id": opportunity_id, **data},
        }
        for day, (type_, data) in zip(days, [*own, ending], strict=True)
    ]


def in_order(account_id: str, first: int = 0, since: date = BEGINNING, every: int = 2) -> Iterator[Raw]:
    """An account's events without end, in the order of their days: a new opportunity every so many days."""
    later: list[Raw] = []
    for number in count(first):
        day = since + timedelta(days=every * (number - first))
        due = sorted((raw for raw in later if raw["effective_on"] <= day.isoformat()), key=_day)
        later = [raw for raw in later if raw["effective_on"] > day.isoformat()]
        yield from due
        *now, ending = opportunity(account_id, number, day)
        yield from now
        later.append(ending)


def fill(ledger: RightsLedger, events: Sequence[Raw], batch: int = 4_000) -> None:
    """Records the events."""
    for start in range(0, len(events), batch):
        ledger.recorder.record(Submission(events[start : start + batch], actor="benchmark"))


def many_accounts(accounts: int, events_each: int) -> list[Raw]:
    """A whole ledger: people, and accounts of that many events each."""
    events = people()
    for number in range(accounts):
        name = f"account-{number:05}"
        events += [account(name), *islice(in_order(name), events_each - 1)]
    return events


def questions(accounts: int, count_: int, seed: int = 7) -> list[dict[str, str]]:
    """Questions about the accounts of `many_accounts`, on days on which something is claimed; always the same."""
    chance = Random(seed)
    return [
        {
            "account_id": f"account-{chance.randrange(accounts):05}",
            "party_id": chance.choice(PEOPLE),
            "line": chance.choice(LINES),
            "on": (BEGINNING + timedelta(days=chance.randrange(90))).isoformat(),
        }
        for _ in range(count_)
    ]


def _day(raw: Raw) -> str:
    day: str = raw["effective_on"]
    return day
